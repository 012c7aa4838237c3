"""The API's default name is switched on.

Why it matters
--------------
With `disableExecuteApiEndpoint` every call by the default name, the alias or the endpoint's name is
answered with 403 `Forbidden`; only custom domains work.

How it decides
--------------
The switch takes effect with the next deployment, so what the stage runs counts: its export, where that shows
the switch, or the answer to a test call: whatever only the API's stage answers proves that the name works.
Otherwise the saved switch is all that can be seen, and whether it was deployed is said to be open. A call by a
custom domain does not need the default name.

How to fix
----------
Switch the default endpoint on and deploy, or call the custom domain.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    APIS,
    OF_REFUSALS,
    Case,
    Finding,
    check,
    failed,
    is_forbidden,
    owned_api,
    passed,
    skipped,
    warned,
)
from apidoctor.reasoning.scene.deployed import default_name_deployed, deployed_at
from apidoctor.reasoning.scene.proof import is_reached


@check(
    needs=("api/exists",),
    reads=(*OF_REFUSALS["reads"], "get_deployments"),
    probes=OF_REFUSALS["probes"],
    faults=("H05",),
    playbook="forbidden-403",
    position=40,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the switch, deployed and saved."""
    if case.request.domain is not None:
        yield skipped("A custom domain is called.")
        return
    api = owned_api(case).value
    runs = default_name_deployed(case)
    case.expect(runs.missing)
    deployed_off = runs.value is False if runs.known else None
    saved_off = api.disable_execute_api_endpoint
    value = {"disableExecuteApiEndpoint": saved_off, "deployed": deployed_off}
    evidence = [
        case.cite(APIS(api.account, case.region), {k: v for k, v in value.items() if v is not None}, api.id)
    ]
    if not saved_off and not deployed_off:
        yield passed(f"The default name of {api.id} is on.", subject=api.id, evidence=evidence)
    elif deployed_off is False or is_reached(case):
        yield warned(
            "H05",
            f"The default name of {api.id} is switched off, and the stage does not know it yet: the next "
            "deployment ends calls by this name.",
            fix=f"Set disableExecuteApiEndpoint of {api.id} to false, or call its custom domain from now on.",
            subject=api.id,
            evidence=evidence,
        )
    else:
        proved = bool(deployed_off) or is_forbidden(case)
        yield failed(
            "H05",
            f"The default name of {api.id} is switched off.{'' if proved else _doubt(case)}"
            if saved_off
            else f"The default name of {api.id} is switched on again, but the stage runs a deployment without it.",
            fix=f"Set disableExecuteApiEndpoint of {api.id} to false and deploy, or call its custom domain.",
            subject=api.id,
            confidence="certain" if proved else "likely",
            evidence=evidence,
        )


def _doubt(case: Case) -> str:
    """Say that nobody can see whether the switch was set before the deployment that the stage runs."""
    date = deployed_at(case)
    case.expect(date.missing)
    when = f" of {date.value}" if date.known and date.value else ""
    return f" It takes effect with a deployment; whether that{when} came after it is not shown."
