"""The API is private.

Why it matters
--------------
A VPC endpoint carries calls to private APIs only. A call for a Regional or edge-optimized API that is
sent through an endpoint on purpose is answered with 403 `Forbidden`.

How it decides
--------------
`endpointConfiguration.types` must contain `PRIVATE`. A public API that is called by its default name is
judged by `naming/private-dns-keeps-public-apis`; one that a public custom domain leads to is called over the
Internet, unless the name leads to the endpoint. A call that was admitted makes a failure a warning.

How to fix
----------
Call the public name of a public API, or make the API private (a Regional one can be changed; then
deploy).

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
- https://repost.aws/knowledge-center/api-gateway-vpc-connections
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
    is_behind_public_domain,
    owned_api,
    passed,
    reaches_endpoint,
    skipped,
    unless_admitted,
)


@check(
    needs=("api/exists",),
    reads=CALL_READS,
    probes=PROOF,
    faults=("H08",),
    explained_by=("naming/private-dns-keeps-public-apis",),
    playbook="forbidden-403",
    position=30,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the API's endpoint types."""
    api = owned_api(case).value
    types = api.endpoint_configuration.types
    evidence = [case.cite(APIS(api.account, case.region), {"types": types}, api.id)]
    if api.is_private:
        yield passed(f"{api.id} is private.", subject=api.id, evidence=evidence)
    elif case.request.form == "private-dns":
        yield skipped(f"{api.id} is {', '.join(types)} and called by its public name.")
    elif _is_public_call(case):
        yield skipped(f"{api.id} is {', '.join(types)} and called by a public custom domain.")
    else:
        yield unless_admitted(
            case,
            failed(
                "H08",
                f"{api.id} is {', '.join(types) or 'not private'}, and the call goes through a VPC endpoint.",
                fix=f"Call {api.id} by its public name, or make it private and deploy.",
                subject=api.id,
                evidence=evidence,
            ),
        )


def _is_public_call(case: Case) -> bool:
    """Say whether the call goes to a public custom domain by its own name, and that was not seen to be the endpoint."""
    if case.request.form != "custom-domain" or not is_behind_public_domain(case).value:
        return False
    return not reaches_endpoint(case, case.request.name or "")
