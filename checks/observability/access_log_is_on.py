"""The stage writes an access log.

Why it matters
--------------
Without an access log the next failure leaves no trace, and the absence of log lines proves nothing.

How it decides
--------------
`accessLogSettings` of the stage must name a destination. Where the log was looked into for the test call, its log
group must exist.

How to fix
----------
Set a log group and a format on the stage, or create the group that it names; no deployment is needed.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    OF_REFUSALS,
    STAGES,
    Case,
    Finding,
    check,
    log_search,
    passed,
    skipped,
    stage,
    warned,
)
from apidoctor.reasoning.logs.settings import log_group


@check(
    needs=("api/exists", "api/stage-is-deployed"),
    **OF_REFUSALS,
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
    group = log_group(destination)
    if group and _is_gone(case, group):
        yield warned(
            "O01",
            f"The access log of stage {found.stage_name} goes to log group {group}, which does not exist: no line is "
            "written.",
            fix=f"Create the log group {group}, or set another one on stage {found.stage_name}.",
            subject=found.stage_name,
            evidence=evidence,
        )
    elif destination:
        yield passed("The stage writes an access log.", subject=found.stage_name, evidence=evidence)
    else:
        yield warned(
            "O01",
            f"Stage {found.stage_name} writes no access log: that a call is not in a log proves nothing.",
            fix=f"Set an access log on stage {found.stage_name}.",
            subject=found.stage_name,
            evidence=evidence,
        )


def _is_gone(case: Case, group: str) -> bool:
    """Say whether the log group was looked into, for a test call, and does not exist."""
    sought = log_search(case)
    case.expect(sought.missing)
    return sought.known and group in sought.value.gone
