"""The stage writes an access log.

Why it matters
--------------
Without an access log the next failure leaves no trace, and the absence of log lines proves nothing.

How it decides
--------------
`accessLogSettings` of the stage must name a destination.

How to fix
----------
Set a log group and a format on the stage; no deployment is needed.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import STAGES, Case, Finding, check, passed, skipped, stage, warned


@check(
    needs=("api/exists", "api/stage-is-deployed"),
    reads=("get_stage", "get_stages"),
    faults=("O01",),
    required=False,
    position=10,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the stage's access log."""
    found = stage(case).value
    if found is None:
        yield skipped("No stage is called.")
        return
    log = found.access_log_settings
    destination = log.destination_arn if log else None
    evidence = [
        case.cite(STAGES(found.account, case.region), {"destinationArn": destination}, found.stage_name)
    ]
    if destination:
        yield passed("The stage writes an access log.", subject=found.stage_name, evidence=evidence)
    else:
        yield warned(
            "O01",
            f"Stage {found.stage_name} writes no access log: that a call is not in a log proves nothing.",
            fix=f"Set an access log on stage {found.stage_name}.",
            subject=found.stage_name,
            evidence=evidence,
        )
