"""The access log tells which endpoint a call came through.

Why it matters
--------------
A log line that names request id, VPC endpoint, caller and error makes the next diagnosis a matter of
minutes. Variables of HTTP APIs stay empty in REST APIs.

How it decides
--------------
The format should contain the request id, `$context.identity.vpceId` and `$context.error.responseType`
(or the message), and no variable that only HTTP APIs have.

How to fix
----------
Use a JSON format with `$context.requestId`, `$context.extendedRequestId`, `$context.identity.vpceId`,
`$context.identity.userArn`, `$context.status`, `$context.error.responseType` and
`$context.error.message`.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import STAGES, Case, Finding, check, passed, skipped, stage, warned

WANTED = (
    ("requestId", "extendedRequestId"),
    ("identity.vpceId",),
    ("error.responseType", "error.message", "error.messageString"),
)
"""Variables of which one of each group should be there."""
FOREIGN = ("$context.routeKey", "$context.integrationStatus")
"""Variables that only HTTP APIs fill."""


@check(
    needs=("observability/access-log-is-on",),
    reads=("get_stage", "get_stages"),
    faults=("O02",),
    required=False,
    position=20,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the format of the access log."""
    found = stage(case).value
    log = found.access_log_settings if found else None
    if found is None or log is None or not log.destination_arn:
        yield skipped("The stage writes no access log.")
        return
    text = log.format or ""
    lacking = [group[0] for group in WANTED if not any(f"$context.{name}" in text for name in group)]
    foreign = [name for name in FOREIGN if name in text]
    evidence = [case.cite(STAGES(found.account, case.region), {"format": text}, found.stage_name)]
    if not lacking and not foreign:
        yield passed(
            "The access log names request, endpoint and error.", subject=found.stage_name, evidence=evidence
        )
        return
    parts = [f"leaves out {', '.join(lacking)}"] if lacking else []
    parts += [f"uses {', '.join(foreign)}, which REST APIs leave empty"] if foreign else []
    yield warned(
        "O02",
        f"The access log of stage {found.stage_name} {' and '.join(parts)}.",
        fix="Add the variables to the access log's format.",
        subject=found.stage_name,
        evidence=evidence,
    )
