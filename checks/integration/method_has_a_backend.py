"""The method has an integration.

Why it matters
--------------
A deployed method without an integration, or an integration that was left out of the deployment, answers
500.

How it decides
--------------
The method that answers the request must have an integration with a type, and one that is not MOCK a URI.

How to fix
----------
Set up the method's integration and deploy.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-integration-settings.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    RESOURCES,
    Case,
    Finding,
    check,
    failed,
    method,
    methods,
    owned_api,
    passed,
    skipped,
    unknown,
)
from apidoctor.reasoning.scene.integration import integration


@check(
    needs=("api/exists", "api/method-is-deployed"),
    reads=("get_resources", "get_export"),
    faults=("B01",),
    required=False,
    playbook="backend-errors",
    position=20,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the integration; the export may leave it out, then the saved method is looked at."""
    found = method(case).value
    own = integration(case).value if found else None
    if found is None or own is None:
        yield skipped("No method answers the request.")
        return
    api, what = owned_api(case).value, f"{found.verb} {found.resource}"
    evidence = [case.cite(RESOURCES(api.account, case.region), {"type": own.kind or None}, what)]
    if own.kind == "MOCK" or (own.kind and own.uri):
        yield passed(f"{what} is answered by a {own.kind} integration.", subject=what, evidence=evidence)
    elif not methods(case).known:
        yield unknown(methods(case).missing, "The integration cannot be read.", subject=what)
    else:
        yield failed(
            "B01",
            f"{what} has no complete integration.",
            fix=f"Set up the integration of {what} and deploy {api.id}.",
            subject=what,
            evidence=evidence,
        )
