"""The private API has a resource policy.

Why it matters
--------------
A private API without a resource policy refuses every call, and cannot be deployed.

How it decides
--------------
The saved API must have a policy document. A call that was admitted makes a failure a warning.

How to fix
----------
Attach a resource policy that allows the endpoint, and deploy.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    APIS,
    CALL_READS,
    PROOF,
    Case,
    Finding,
    check,
    failed,
    owned_api,
    passed,
    skipped,
    unless_admitted,
)


@check(
    needs=("api/exists",),
    reads=CALL_READS,
    probes=PROOF,
    faults=("A01",),
    playbook="forbidden-403",
    position=20,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge that there is a policy at all."""
    api = owned_api(case).value
    if not api.is_private:
        yield skipped(f"{api.id} is not private.")
        return
    evidence = [case.cite(APIS(api.account, case.region), {"policy": api.policy}, api.id)]
    if api.policy and api.policy.strip():
        yield passed(f"{api.id} has a resource policy.", subject=api.id)
    else:
        yield unless_admitted(
            case,
            failed(
                "A01",
                f"{api.id} has no resource policy.",
                fix=f"Attach a resource policy to {api.id} that allows execute-api:Invoke from the endpoint, "
                "and deploy.",
                subject=api.id,
                evidence=evidence,
                affects=["resource"],
            ),
        )
