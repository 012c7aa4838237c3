"""The method asks for no API key, or the call has one.

Why it matters
--------------
A method with `apiKeyRequired` answers 403 `Forbidden` to a call without a valid key of a usage plan for
the stage, after every policy has let it pass.

How it decides
--------------
The method must not require a key, or the request must carry `x-api-key`. Whether a key is valid only a
call tells: key values are never read.

How to fix
----------
Send a key of a usage plan that contains this stage, or take the requirement away and deploy.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    RESOURCES,
    Case,
    Finding,
    Gap,
    admitted,
    check,
    failed,
    header,
    method,
    owned_api,
    passed,
    skipped,
    unknown,
)


@check(
    needs=("api/exists", "api/method-is-deployed"),
    reads=("get_resources", "get_export"),
    probes=("tcp", "http"),
    faults=("H10",),
    playbook="forbidden-403",
    position=70,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the method's requirement against the request's headers."""
    found = method(case).value
    if found is None:
        yield skipped("No method answers the request.")
        return
    api, what = owned_api(case).value, f"{found.verb} {found.resource}"
    evidence = [
        case.cite(RESOURCES(api.account, case.region), {"apiKeyRequired": found.api_key_required}, what)
    ]
    if not found.api_key_required:
        yield passed(f"{what} asks for no API key.", subject=what, evidence=evidence)
    elif not header(case.request, "x-api-key"):
        yield failed(
            "H10",
            f"{what} asks for an API key, and the request has no x-api-key header.",
            fix="Send x-api-key with a key of a usage plan that contains this stage.",
            subject=what,
            evidence=evidence,
        )
    else:
        proved = admitted(case)
        case.expect(proved.missing)
        if proved.known and proved.value:
            yield passed("The call with this key is admitted.", subject=what, evidence=evidence)
        else:
            gap = Gap("fact: whether the key is valid for a usage plan of this stage; only a call tells")
            yield unknown([gap], f"{what} asks for an API key.", subject=what, evidence=evidence)
