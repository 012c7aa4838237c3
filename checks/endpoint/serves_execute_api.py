"""The endpoint is an interface endpoint for execute-api in the API's Region.

Why it matters
--------------
`create-vpc-endpoint` makes a gateway endpoint when no type is given, and an endpoint for another service
or Region carries no call to this API: execute-api has no cross-Region endpoints.

How it decides
--------------
`VpcEndpointType` must be `Interface`, and `ServiceName` must end in `.execute-api` and name the API's
Region.

How to fix
----------
Create an endpoint of type Interface for `com.amazonaws.REGION.execute-api` in the API's Region; from
another Region reach it over peering or a transit gateway.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html
- https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import ENDPOINTS, Case, Finding, check, endpoint, failed, passed


@check(
    needs=("endpoint/exists",),
    reads=(
        "get_rest_api",
        "get_rest_apis",
        "describe_vpc_endpoints",
    ),
    faults=("N14",),
    playbook="forbidden-403",
    position=30,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the endpoint's type, service and Region."""
    found = endpoint(case).value
    if found is None:
        return
    name, kind, service = found.vpc_endpoint_id, found.vpc_endpoint_type or "Gateway", found.service_name
    evidence = [case.cite(ENDPOINTS(found.account, case.region), {"type": kind, "service": service}, name)]
    good = service.endswith(".execute-api") and f".{case.region}." in service and kind.lower() == "interface"
    if good:
        yield passed(f"{name} is an interface endpoint for {service}.", subject=name, evidence=evidence)
    else:
        yield failed(
            "N14",
            f"{name} is a {kind} endpoint for {service or 'no service'}, "
            f"not an interface endpoint for execute-api in {case.region}.",
            fix=f"Use an interface endpoint for execute-api in {case.region}.",
            subject=name,
            evidence=evidence,
        )
