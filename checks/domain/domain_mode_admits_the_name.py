"""The domain's endpoint access mode admits this way to invoke.

Why it matters
--------------
With a security policy that begins with `SecurityPolicy_` a custom domain has an endpoint access mode. In
the mode `STRICT` API Gateway refuses calls whose TLS server name is not the Host: the endpoint's own
name with `Host` gets 403, while the domain's name works.

How it decides
--------------
When the domain's `endpointAccessMode` is `STRICT`, it must be called by its own name. A change takes
about 15 minutes (`domainNameStatus` is `UPDATING` meanwhile), and so does its enforcement.

How to fix
----------
Call the domain's own name, or set its access mode to `BASIC` and wait about 15 minutes.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    DOMAINS,
    OF_DOMAINS,
    Case,
    Finding,
    check,
    failed,
    known_domain,
    passed,
    skipped,
    unless_admitted,
)


@check(
    **OF_DOMAINS,
    needs=("domain/domain-exists",),
    faults=("T04",),
    position=70,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the access mode against the name that is connected to."""
    name = case.request.domain
    if name is None:
        yield skipped("No custom domain is called.")
        return
    found = known_domain(case).value
    mode = (found.endpoint_access_mode or "").upper()
    value = {
        "endpointAccessMode": mode,
        "securityPolicy": found.security_policy,
        "status": found.domain_name_status,
    }
    evidence = [case.cite(DOMAINS(found.account, case.region), {k: v for k, v in value.items() if v}, name)]
    if mode != "STRICT" or case.request.form != "custom-domain-endpoint":
        yield passed(f"The access mode of {name} admits this name.", subject=name, evidence=evidence)
        return
    changing = (found.domain_name_status or "").upper() == "UPDATING"
    yield unless_admitted(
        case,
        failed(
            "T04",
            f"The access mode of {name} is STRICT, and the TLS server name {case.request.name} is not the domain's"
            f"{' (the domain is UPDATING: the mode may be about to change)' if changing else ''}.",
            fix=f"Call https://{name}, or set the access mode of the domain to BASIC and wait about 15 minutes.",
            subject=name,
            confidence="likely" if changing else "certain",
            evidence=evidence,
        ),
    )
