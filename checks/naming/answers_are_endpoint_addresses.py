"""The name resolves to addresses of the endpoint.

Why it matters
--------------
A public answer sends the call to API Gateway's public side, which refuses private APIs with 403; an old
answer sends it to an address that is gone.

How it decides
--------------
Every address that the caller's resolution gives must belong to an interface of the endpoint. When the
interfaces cannot be read, a public address is judged as wrong for the default name of a private API, a
private one passes.

How to fix
----------
Make the private zone visible to the caller's resolver; replace fixed addresses in own zones and hosts
files.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
"""

import ipaddress
from collections.abc import Iterator

from apidoctor.checkkit import (
    Case,
    Finding,
    check,
    endpoint_addresses,
    failed,
    passed,
    place,
    skipped,
    system_answer,
    unknown,
)


@check(
    needs=("naming/name-resolves",),
    reads=("describe_vpc_endpoints", "describe_network_interfaces"),
    probes=("dns", "host"),
    faults=("D03", "D08", "D11"),
    explained_by=("naming/*", "endpoint/*", "api/is-private"),
    playbook="name-does-not-resolve",
    position=70,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare the answer with the endpoint's interfaces."""
    name = case.request.name
    if name is None or case.request.form == "direct-ip":
        yield skipped("No name is called.")
        return
    seen = system_answer(case, name).value
    own = endpoint_addresses(case)
    case.expect(own.missing)
    evidence = [case.show(seen, "name", "addresses", "server", "transport", subject=name)]
    if not own.known or not own.value:
        public = [address for address in seen.addresses if ipaddress.ip_address(address).is_global]
        if not public or case.request.form != "private-dns":
            yield unknown(
                own.missing, "The endpoint's addresses are not known.", subject=name, evidence=evidence
            )
            return
        foreign = public
    else:
        foreign = [address for address in seen.addresses if address not in own.value]
        evidence.append(case.cite(None, {"endpoint addresses": list(own.value)}, name))
    if not foreign:
        yield passed(
            f"{name} leads to the endpoint ({', '.join(seen.addresses)}).", subject=name, evidence=evidence
        )
        return
    where = place(case)
    inside = where.known and where.value.vpc is not None
    public = all(ipaddress.ip_address(address).is_global for address in foreign) or _test_net(foreign)
    fault = ("D11" if inside else "D03") if public else "D08"
    yield failed(
        fault,
        f"{name} resolves to {', '.join(foreign)}, which no interface of the endpoint has.",
        fix="Let the caller's resolver see the private zone"
        + (
            " (ask the VPC's resolver)."
            if inside
            else " (forward execute-api names to a Resolver inbound endpoint)."
        ),
        subject=name,
        confidence="likely",
        evidence=evidence,
    )


def _test_net(addresses: list[str]) -> bool:
    """Addresses for documentation (RFC 5737) stand for public ones."""
    nets = [ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
    return all(any(ipaddress.ip_address(address) in net for net in nets) for address in addresses)
