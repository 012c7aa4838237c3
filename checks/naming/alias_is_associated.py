"""The endpoint in the alias name is associated with the API.

Why it matters
--------------
The alias `API-VPCE.execute-api.REGION.amazonaws.com` exists only while the endpoint's id is among the
API's `vpcEndpointIds`; infrastructure code that leaves the list out removes it.

How it decides
--------------
For an alias name, also one that is only the Host header, the endpoint id in it must be in the API's endpoint
configuration.

How to fix
----------
Add the endpoint id to the API's `vpcEndpointIds` and deploy; the name appears after some minutes.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/associate-private-api-with-vpc-endpoint.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import APIS, Case, Finding, check, failed, owned_api, passed, skipped
from apidoctor.reasoning.apigateway.names import alias_endpoint


@check(
    needs=("api/exists",),
    reads=("get_rest_api", "get_rest_apis"),
    faults=("D15",),
    playbook="name-does-not-resolve",
    position=40,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare the endpoint id in the name with the API's list."""
    request = case.request
    wanted = alias_endpoint(request.name or "") or alias_endpoint(request.host_name.lower())
    if wanted is None:
        yield skipped("The name is not an alias of API and endpoint.")
        return
    api = owned_api(case).value
    listed = api.endpoint_configuration.vpc_endpoint_ids
    evidence = [case.cite(APIS(api.account, case.region), {"vpcEndpointIds": listed}, api.id)]
    if wanted in listed:
        yield passed(f"{wanted} is associated with {api.id}.", subject=api.id, evidence=evidence)
    else:
        yield failed(
            "D15",
            f"{wanted} is not among the endpoints of {api.id} ({', '.join(listed) or 'none'}).",
            fix=f"Add {wanted} to the vpcEndpointIds of {api.id} and deploy.",
            subject=api.id,
            evidence=evidence,
        )
