"""The stage sets every variable that the integration uses.

Why it matters
--------------
A URI or a VPC link may be written with `${stageVariables.name}`. A stage that does not set the variable
leads nowhere: every call ends with 500, and only the execution log says "Invalid endpoint address" or
names the function that does not exist.

How it decides
--------------
The names in the integration's `uri`, `connectionId`, `integrationTarget` and `credentials` are looked up in
the stage's variables. Values are not needed. A variable that the canary sets otherwise is told. A call that
the backend answered proves the opposite.

How to fix
----------
Set the variable: `aws apigateway update-stage --patch-operations op=replace,path=/variables/NAME,value=…`.
No deployment is needed.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    BACKEND_READS,
    STAGES,
    Case,
    Finding,
    check,
    failed,
    owned_api,
    passed,
    skipped,
    stage,
    warned,
)
from apidoctor.reasoning.scene.integration import canary_variables, integration, is_proved, unset_variables


@check(
    needs=("api/exists", "api/method-is-deployed"),
    reads=BACKEND_READS,
    probes=("identity", "tcp", "http"),
    faults=("B01", "B02"),
    required=False,
    playbook="backend-errors",
    position=5,
)
def judge(case: Case) -> Iterator[Finding]:
    """Look every name up in the stage."""
    own = integration(case).value
    found = stage(case).value if own else None
    if own is None or found is None or not own.variables:
        yield skipped("The integration uses no stage variable.")
        return
    name = found.stage_name
    value = {"used": own.variables, "set": sorted(found.variables)[:50]}
    evidence = [case.cite(STAGES(owned_api(case).value.account, case.region), value, name)]
    unset = unset_variables(case).value
    if is_proved(case) or not unset:
        other = canary_variables(case).value
        if other:
            text = f"The canary leads its calls to another backend: it sets {', '.join(other)} itself."
            fix = "Promote the canary or remove it, when only some calls fail."
            yield warned("B01", text, fix=fix, subject=name, evidence=evidence)
        else:
            yield passed(
                f"Stage {name} sets {', '.join(sorted(own.variables))}.", subject=name, evidence=evidence
            )
        return
    for variable, member in sorted(unset.items()):
        yield failed(
            "B02" if member in ("connectionId", "integrationTarget") else "B01",
            f"Stage {name} does not set {variable}, which the integration's {member} uses.",
            fix=f"Set the stage variable {variable} of {name}.",
            subject=variable,
            evidence=evidence,
        )
