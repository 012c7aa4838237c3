"""No alias of the name leads into private DNS by accident.

Why it matters
--------------
A public custom domain is a CNAME to `d-….execute-api.REGION.amazonaws.com`. Private DNS of an endpoint captures every
name below that zone, so inside the VPC (and wherever its zone is forwarded to) the domain leads to the endpoint, which
has no certificate for it and carries no public API.

How it decides
--------------
The chain of aliases in the caller's own answer is followed. When a custom domain that is not a private one ends, by way
of an execute-api name, at the endpoint's addresses, that fails.

How to fix
----------
Give the domain an alias record in a private zone that leads to the public side, or make it a private custom domain;
or switch private DNS off and use a zone for each private API.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
- https://repost.aws/knowledge-center/api-gateway-vpc-connections
"""

import re
from collections.abc import Iterator

from apidoctor.checkkit import (
    Case,
    Finding,
    check,
    endpoint_addresses,
    failed,
    is_public,
    passed,
    private_domain,
    skipped,
    system_answer,
)

CAPTURED = re.compile(r"[a-z0-9-]+\.execute-api\.[a-z0-9-]+\.(?!vpce\.)[a-z0-9.-]+")
"""Names that private DNS of an endpoint answers; its own names are below ``vpce.``."""


@check(
    needs=("naming/name-resolves",),
    reads=(
        "get_rest_api",
        "get_rest_apis",
        "describe_vpc_endpoints",
        "describe_network_interfaces",
        "get_domain_names",
    ),
    probes=("dns",),
    faults=("D18",),
    playbook="name-does-not-resolve",
    position=65,
)
def judge(case: Case) -> Iterator[Finding]:
    """Follow the aliases of a custom domain."""
    name = case.request.name or ""
    if case.request.form != "custom-domain":
        yield skipped("The name is not a custom domain.")
        return
    seen = system_answer(case, name).value
    through = [
        record.value for record in seen.chain if record.type == "CNAME" and CAPTURED.fullmatch(record.value)
    ]
    if not through:
        yield passed(f"{name} is no alias of an execute-api name.", subject=name)
        return
    own, domain = endpoint_addresses(case), private_domain(case, name)
    case.expect([*own.missing, *domain.missing])
    inside = own.known and bool(own.value) and set(seen.addresses) <= set(own.value)
    private = bool(seen.addresses) and not any(map(is_public, seen.addresses))
    evidence = [case.show(seen, "name", "chain", "addresses", "server", subject=name)]
    if not (inside or private) or (domain.known and domain.value is not None):
        yield passed(
            f"{name} leads through {through[0]} to the public side.", subject=name, evidence=evidence
        )
        return
    yield failed(
        "D18",
        f"{name} is an alias of {through[0]}, which private DNS leads to {', '.join(seen.addresses)}: the endpoint "
        "has no certificate for it.",
        fix=f"Give {name} a record in a private zone that does not pass through {through[0]}, or make it a private "
        "custom domain.",
        subject=name,
        confidence="certain" if inside else "likely",
        evidence=evidence,
    )
