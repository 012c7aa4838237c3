"""The request says which API is meant.

Why it matters
--------------
One endpoint carries calls to any number of private APIs. The endpoint's own name says nothing about the
API: without a `Host` header with the default name, or the header `x-apigw-api-id`, API Gateway answers
403 `Forbidden`.

How it decides
--------------
The API id is read from the name, the Host header or `x-apigw-api-id`. A custom domain names its API by a
mapping or a routing rule, which `domain/path-is-mapped` follows.

How to fix
----------
Send `x-apigw-api-id: API` or `Host: API.execute-api.REGION.amazonaws.com`, or call the default name.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import Case, Finding, check, failed, passed, routed, skipped


@check(
    needs=("domain/path-is-mapped",),
    faults=("H01", "T09"),
    playbook="forbidden-403",
    position=10,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the request alone."""
    request = case.request
    evidence = [
        case.cite(None, {"name": request.name, "Host": request.host, "x-apigw-api-id": None}, request.name)
    ]
    if request.api_id:
        yield passed(f"The request is for API {request.api_id}.", subject=request.api_id)
    elif request.domain is not None:
        target = routed(case).value
        if target is None:
            yield skipped("The custom domain leads to no API.")
        else:
            yield passed(f"The custom domain leads to API {target.api}.", subject=target.api)
    elif request.form == "direct-ip":
        yield failed(
            "T09",
            f"{request.name} is an address: neither it nor Host nor x-apigw-api-id says which API is meant.",
            fix="Send Host with the API's default name, and that name as SNI (curl --connect-to).",
            subject=request.name,
            evidence=evidence,
        )
    else:
        yield failed(
            "H01",
            f"{request.name} is the endpoint's own name, and neither Host nor x-apigw-api-id says which API is meant.",
            fix="Send the header x-apigw-api-id with the API's id, or Host with the API's default name.",
            subject=request.name,
            evidence=evidence,
        )
