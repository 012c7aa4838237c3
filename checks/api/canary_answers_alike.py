"""The canary of the stage answers the call as the stage does.

Why it matters
--------------
A stage with a canary gives part of its calls to another deployment, at random: a method that only one of
the two has is there in nine calls of ten, and in the tenth it is a 403 `Missing Authentication Token`.

How it decides
--------------
Where the stage has canary settings with traffic, the method is looked up in the summary of the canary's
deployment (GetDeployment, `embed=apisummary`): it must be there, with the same authorization type and the
same wish for an API key as in the stage's own deployment. Stage variables of its own are told. When all
calls go to the canary, what it lacks is a failure, and its methods alone count; else a warning.

How to fix
----------
Promote the canary or remove it: `aws apigateway update-stage --patch-operations op=remove,path=/canarySettings`.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    STAGES,
    Case,
    Evidence,
    Finding,
    Source,
    called_path,
    check,
    failed,
    method,
    owned_api,
    passed,
    skipped,
    stage,
    unknown,
    warned,
)
from apidoctor.model.aws import CanarySettings
from apidoctor.reasoning.scene.api import ALL, canary
from apidoctor.reasoning.scene.canary import method_in_canary


@check(
    needs=("api/exists", "api/stage-is-deployed"),
    reads=CALL_READS,
    faults=("H04",),
    required=False,
    playbook="missing-authentication-token",
    position=62,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare the method in the canary with the one in the stage."""
    own = canary(case).value
    found = stage(case).value
    if own is None or found is None:
        yield skipped("The stage has no canary.")
        return
    api, name = owned_api(case).value, found.stage_name
    value = {
        "deploymentId": found.deployment_id,
        "canary": own.deployment_id,
        "percentTraffic": own.percent_traffic,
        "stageVariableOverrides": sorted(own.stage_variable_overrides or {})[:20],
    }
    evidence = [case.cite(STAGES(api.account, case.region), value, name)]
    other = method_in_canary(case)
    case.expect(other.missing)
    if not other.known:
        text = f"{_share(own)} another deployment, {own.deployment_id}, whose methods cannot be seen."
        yield unknown(other.missing, text, subject=name, evidence=evidence)
        return
    evidence.append(
        case.cite(
            Source("get_deployment", api.account, case.region),
            {"method": f"{other.value.verb} {other.value.resource}" if other.value else None},
            own.deployment_id,
        )
    )
    yield _compared(case, own, name, evidence)


def _compared(case: Case, own: CanarySettings, name: str, evidence: list[Evidence]) -> Finding:
    here, other = method(case), method_in_canary(case).value
    case.expect(here.missing)
    what = f"{case.request.method} {called_path(case).value}"
    fix = "Promote the canary to the stage, or remove it."
    if other is None:
        text = f"{_share(own)} deployment {own.deployment_id}, which has no {what}."
        if (own.percent_traffic or 0) >= ALL:
            return failed("H04", text, fix=fix, subject=name, evidence=evidence)
        return warned("H04", text, fix=fix, subject=name, evidence=evidence)
    if here.known and here.value is None:
        text = f"{what} is only in the canary, deployment {own.deployment_id}: {_share(own)} it."
        return warned("H04", text, fix=fix, subject=name, evidence=evidence)
    differs = []
    if here.known and here.value is not None:
        mine, theirs = here.value.authorization, other.authorization
        differs += (
            [f"its authorization type is {theirs}, not {mine}"] if mine and theirs and mine != theirs else []
        )
        same = here.value.api_key_required == other.api_key_required
        differs += [] if same else [f"it asks for {'an' if other.api_key_required else 'no'} API key"]
    if own.stage_variable_overrides:
        names = ", ".join(sorted(map(str, own.stage_variable_overrides))[:5])
        differs.append(f"it has stage variables of its own ({names})")
    if differs:
        text = f"{_share(own)} the canary, deployment {own.deployment_id}: {'; '.join(differs)}."
        return warned("H04", text, fix=fix, subject=name, evidence=evidence)
    return passed(f"{_share(own)} the canary, which has {what}.", subject=name, evidence=evidence)


def _share(own: CanarySettings) -> str:
    return f"{own.percent_traffic or 0:g} % of the calls get"
