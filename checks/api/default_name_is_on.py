"""The API's default name is switched on.

Why it matters
--------------
With `disableExecuteApiEndpoint` every call by the default name, the alias or the endpoint's name is
answered with 403 `Forbidden`; only custom domains work.

How it decides
--------------
The saved API must not have `disableExecuteApiEndpoint: true`, unless a custom domain is called.

How to fix
----------
Switch the default endpoint on and deploy, or call the custom domain.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import APIS, Case, Finding, check, failed, owned_api, passed, skipped


@check(
    needs=("api/exists",),
    reads=("get_rest_api", "get_rest_apis"),
    faults=("H05",),
    playbook="forbidden-403",
    position=40,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the switch."""
    if case.request.api_id is None:
        yield skipped("A custom domain is called.")
        return
    api = owned_api(case).value
    evidence = [
        case.cite(
            APIS(api.account, case.region),
            {"disableExecuteApiEndpoint": api.disable_execute_api_endpoint},
            api.id,
        )
    ]
    if api.disable_execute_api_endpoint:
        yield failed(
            "H05",
            f"The default name of {api.id} is switched off.",
            fix=f"Set disableExecuteApiEndpoint of {api.id} to false and deploy, or call its custom domain.",
            subject=api.id,
            evidence=evidence,
        )
    else:
        yield passed(f"The default name of {api.id} is on.", subject=api.id, evidence=evidence)
