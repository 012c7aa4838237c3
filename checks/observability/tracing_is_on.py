"""The backend's part in a failure can be told.

Why it matters
--------------
A 5xx or a slow answer is API Gateway's or the backend's. Without a trace, and without the integration's
variables in the access log, nobody can tell later which of them it was.

How it decides
--------------
The stage records X-Ray traces, or its access log has a format with variables of the integration phase
(`$context.integration.…`, `$context.integrationLatency` or `$context.integrationErrorMessage`).

How to fix
----------
Switch X-Ray tracing on for the stage, or add the integration's variables to the access log's format. No
deployment is needed for either.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import STAGES, Case, Finding, check, passed, skipped, stage, warned
from apidoctor.reasoning.logs.template import variables


@check(
    needs=("api/exists", "api/stage-is-deployed"),
    reads=("get_stage", "get_stages"),
    faults=("O01",),
    required=False,
    position=40,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge tracing and the access log's format."""
    found = stage(case).value
    if found is None:
        yield skipped("No stage is called.")
        return
    log = found.access_log_settings
    named = variables(log.format or "") if log and log.destination_arn else []
    parts = [name for name in named if name.startswith("integration")]
    shown = {"tracingEnabled": found.tracing_enabled, "integration variables": parts or None}
    evidence = [case.cite(STAGES(found.account, case.region), shown, found.stage_name)]
    if found.tracing_enabled or parts:
        what = "X-Ray traces" if found.tracing_enabled else "the integration's part in its access log"
        yield passed(f"The stage records {what}.", subject=found.stage_name, evidence=evidence)
    else:
        yield warned(
            "O01",
            f"Stage {found.stage_name} records neither traces nor the integration's part of a call: of a 5xx nobody "
            "can tell later whether API Gateway or the backend failed.",
            fix=f"Switch X-Ray tracing on for stage {found.stage_name}.",
            subject=found.stage_name,
            evidence=evidence,
        )
