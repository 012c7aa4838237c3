"""The API's endpoint access mode admits this way to invoke.

Why it matters
--------------
With a security policy that begins with `SecurityPolicy_` an API has an endpoint access mode. In the mode
`STRICT` API Gateway refuses calls whose TLS server name is not the Host: the endpoint's own names, with
`Host` or `x-apigw-api-id`, get 403 while the default name works.

How it decides
--------------
When the API's `endpointAccessMode` is `STRICT`, the name that is connected to must be the API's default
name or its custom domain. A change takes about 15 minutes to take effect (`apiStatus` is `UPDATING`
meanwhile).

How to fix
----------
Call the default name, or set the access mode to `BASIC` and wait about 15 minutes.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import APIS, Case, Finding, check, failed, owned_api, passed, skipped

REFUSED = ("endpoint-host", "endpoint-id-header", "endpoint-zonal", "alias", "custom-domain-endpoint")
"""Ways to invoke whose TLS server name is not the Host of the API."""


@check(
    needs=("api/exists",),
    reads=("get_rest_api", "get_rest_apis"),
    faults=("T04",),
    playbook="forbidden-403",
    position=45,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the access mode against the name that is called."""
    if case.request.api_id is None:
        yield skipped("A custom domain is called.")
        return
    api = owned_api(case).value
    mode = (api.endpoint_access_mode or "").upper()
    value = {"endpointAccessMode": mode, "securityPolicy": api.security_policy, "apiStatus": api.api_status}
    evidence = [case.cite(APIS(api.account, case.region), {k: v for k, v in value.items() if v}, api.id)]
    if mode == "STRICT" and case.request.form in REFUSED:
        yield failed(
            "T04",
            f"The access mode of {api.id} is STRICT, and {case.request.name} is not its own name.",
            fix=f"Call {case.request.default_name}, or set the access mode of {api.id} to BASIC and wait 15 minutes.",
            subject=api.id,
            evidence=evidence,
        )
    else:
        yield passed(f"The access mode of {api.id} admits this name.", subject=api.id, evidence=evidence)
