"""The stage writes an execution log.

Why it matters
--------------
API Gateway's own reasons (policy, mapping, integration) stand only in the execution log.

How it decides
--------------
The method's own settings in the stage, or else those of `*/*`, must have `loggingLevel` ERROR or INFO.

How to fix
----------
Set the logging level of the stage to ERROR; the account needs a CloudWatch role for API Gateway.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import STAGES, Case, Finding, check, method, passed, skipped, stage, warned
from apidoctor.reasoning.logs.settings import is_logged


@check(
    needs=("api/exists", "api/stage-is-deployed"),
    reads=("get_stage", "get_stages", "get_resources", "get_export"),
    faults=("O01",),
    required=False,
    position=30,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the logging level."""
    found = stage(case).value
    if found is None:
        yield skipped("No stage is called.")
        return
    levels = {name: str(item.get("loggingLevel", "OFF")) for name, item in found.method_settings.items()}
    evidence = [
        case.cite(STAGES(found.account, case.region), {"loggingLevel": levels or None}, found.stage_name)
    ]
    called = method(case)
    case.expect(called.missing)
    own = called.value if called.known else None
    where = f" for {own.verb} {own.resource}" if own else ""
    if is_logged(found.method_settings, own.resource if own else None, own.verb if own else None):
        yield passed("The stage writes an execution log.", subject=found.stage_name, evidence=evidence)
    else:
        yield warned(
            "O01",
            f"Stage {found.stage_name} writes no execution log{where}.",
            fix=f"Set the logging level of stage {found.stage_name} to ERROR.",
            subject=found.stage_name,
            evidence=evidence,
        )
