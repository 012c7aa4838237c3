"""The access log tells which endpoint a call came through.

Why it matters
--------------
A log line that names request id, VPC endpoint, caller and error makes the next diagnosis a matter of
minutes. Variables of HTTP APIs stay empty in REST APIs.

How it decides
--------------
The format should contain the request id, the status, `$context.identity.vpceId`, `$context.tlsVersion` and
`$context.error.responseType` (or the message), for a stage with a web ACL `$context.wafResponseCode` (or
`$context.waf.status`), and no variable that only HTTP APIs have.

How to fix
----------
Paste the format that the finding prints: one JSON line with both ids, the endpoint, the caller, the gateway
response and the status and error of each phase (WAF, authentication, authorization, authorizer, integration).

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import STAGES, Case, Finding, check, passed, skipped, stage, warned
from apidoctor.reasoning.logs.settings import RECOMMENDED, lacking

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
    gone = lacking(text, has_web_acl=bool(found.web_acl_arn))
    foreign = [name for name in FOREIGN if name in text]
    evidence = [case.cite(STAGES(found.account, case.region), {"format": text}, found.stage_name)]
    if not gone and not foreign:
        yield passed(
            "The access log names request, endpoint and error.", subject=found.stage_name, evidence=evidence
        )
        return
    parts = [f"leaves out {', '.join(gone)}"] if gone else []
    parts += [f"uses {', '.join(foreign)}, which REST APIs leave empty"] if foreign else []
    yield warned(
        "O02",
        f"The access log of stage {found.stage_name} {' and '.join(parts)}.",
        fix=f"Set the access log's format of stage {found.stage_name} to this line: {RECOMMENDED}",
        subject=found.stage_name,
        evidence=evidence,
    )
