"""The API's endpoint access mode admits this way to invoke.

Why it matters
--------------
With a security policy that begins with `SecurityPolicy_` an API has an endpoint access mode. In the mode
`STRICT` API Gateway refuses calls whose TLS server name is not the Host, and calls that come by another type
of endpoint: the endpoint's own names, with `Host` or `x-apigw-api-id`, get 403 while the default name works.

How it decides
--------------
When the API's `endpointAccessMode` is `STRICT`, the name that is connected to must be the API's default
name or its private custom domain. A change takes about 15 minutes to take effect: `apiStatus` is `UPDATING`
meanwhile, and what the mode was before is not shown. Then the answer is to wait. A change that has `FAILED`, or
another status than `AVAILABLE`, is a warning with what AWS says of it.

How to fix
----------
Call the default name, or set the access mode to `BASIC` and wait about 15 minutes.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
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
    is_forbidden,
    owned_api,
    passed,
    unless_admitted,
    warned,
)
from apidoctor.model.aws import RestApi

REFUSED = ("endpoint-host", "endpoint-id-header", "endpoint-zonal", "alias", "custom-domain-endpoint")
"""Ways to invoke whose TLS server name is not the Host of the API."""
WAIT = "Wait about 15 minutes and try again; change neither security policy nor access mode meanwhile."

MEND = "Mend what the message names and make the change again; what was in force before may still be."


@check(
    needs=("api/exists",),
    reads=CALL_READS,
    probes=PROOF,
    faults=("T04", "T10"),
    playbook="forbidden-403",
    position=45,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the access mode against the name that is called."""
    api = owned_api(case).value
    mode, status = (api.endpoint_access_mode or "").upper(), (api.api_status or "").upper()
    value = {
        "endpointAccessMode": mode,
        "securityPolicy": api.security_policy,
        "apiStatus": status,
        "apiStatusMessage": api.api_status_message,
    }
    evidence = [case.cite(APIS(api.account, case.region), {k: v for k, v in value.items() if v}, api.id)]
    public = case.request.domain is not None and is_behind_public_domain(case).value
    refused, changing = case.request.form in REFUSED or public, status == "UPDATING"
    told = " It is UPDATING: the mode may be about to change." if changing else ""
    if status not in ("", "AVAILABLE", "UPDATING"):
        told = f" {_odd(api, status)}"
    if mode == "STRICT" and refused:
        words = f"The access mode of {api.id} is STRICT, and {case.request.name} is not its own name."
        if public:
            words = f"The access mode of {api.id} is STRICT, and the public domain {case.request.domain} is no way in."
        name = case.request.default_name or f"the default name of {api.id}"
        yield unless_admitted(
            case,
            failed(
                "T04",
                words + told,
                fix=WAIT
                if changing
                else f"Call {name}, or set the mode of {api.id} to BASIC and wait 15 minutes.",
                subject=api.id,
                confidence="likely" if changing else "certain",
                evidence=evidence,
            ),
        )
    elif changing and refused and is_forbidden(case):
        yield failed(
            "T10",
            f"{api.id} is being updated, and a call by {case.request.name} is refused until the change has spread.",
            fix=WAIT,
            subject=api.id,
            confidence="likely",
            evidence=evidence,
        )
    elif changing:
        yield warned(
            "T10",
            f"{api.id} is being updated: it can be called, and a change of its security policy takes 15 minutes.",
            fix=WAIT,
            subject=api.id,
            evidence=evidence,
        )
    elif status not in ("", "AVAILABLE"):
        yield warned("T10", _odd(api, status), fix=MEND, subject=api.id, evidence=evidence)
    else:
        yield passed(f"The access mode of {api.id} admits this name.", subject=api.id, evidence=evidence)


def _odd(api: RestApi, status: str) -> str:
    """Tell a status in which an API does not stay, with AWS's words about it."""
    why = f": {api.api_status_message.rstrip('. ')}" if api.api_status_message else ""
    what = {
        "FAILED": "The last change of its security policy or access mode has FAILED",
        "PENDING": "It is PENDING",
    }.get(status, f"It has the status {status}, which is not known here")
    return f"{what} ({api.id}{why})."
