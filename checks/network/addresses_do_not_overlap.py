"""The endpoint's addresses are not in the caller's own network.

Why it matters
--------------
A route for the own network always wins. When the endpoint's VPC uses the same address range as the caller's VPC, or as
a network of the caller's host (a Docker bridge, a home network), packets never leave, and another host may answer.

How it decides
--------------
For a caller in another VPC: no network of its VPC holds an address of the endpoint. For a host: the kernel's route to
each address leads to a gateway, not straight into a network in which the host itself has an address (tunnels aside).

How to fix
----------
Renumber one of the networks, or reach the endpoint through one in a VPC whose range is free (a second endpoint in an
intermediate VPC).

References
----------
- https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
"""

import ipaddress
import re
from collections.abc import Iterator

from apidoctor.checkkit import (
    ENDPOINT_READS,
    Case,
    Finding,
    HostSeen,
    Place,
    Route,
    Source,
    account_of,
    as_dict,
    as_list,
    check,
    dialled,
    endpoint,
    endpoint_addresses,
    failed,
    holds,
    host,
    passed,
    place,
    skipped,
)

TUNNELS = re.compile(r"(tun|tap|wg|ppp|utun|ipsec|gre|vti|tailscale|zt)")
"""Devices behind which a network is not the host's own, although routes name no gateway."""


@check(
    reads=(*ENDPOINT_READS, "describe_vpcs"),
    probes=("host", "dns"),
    faults=("N10",),
    required=False,
    playbook="connection-times-out",
    position=5,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare networks, or look at the host's own routes."""
    where = place(case).value
    if where.vpc is not None:
        yield _of_vpcs(case, where)
        return
    seen = host(case)
    case.expect(seen.missing)
    if not seen.known or not seen.value.routes:
        yield skipped("The routes of the caller's host are not known.")
        return
    addresses = dialled(case).value
    captured = [(a, route) for a in addresses if (route := _captured(seen.value, a))]
    if not captured:
        yield passed("No address of the endpoint is in a network of this host.")
    for address, route in captured:
        yield failed(
            "N10",
            f"{address} is in {route.destination}, this host's own network on {route.device}: packets do not leave.",
            fix=f"Give {route.device} another range, or add a more specific route to {address} through the gateway.",
            subject=address,
            confidence="likely",
            evidence=[case.show(seen.value, "addresses", "routes")],
            affects=[address],
        )


def _of_vpcs(case: Case, where: Place) -> Finding:
    via = endpoint(case).value
    if via is None or via.vpc_id == where.vpc:
        return skipped("The caller is in the endpoint's own VPC.")
    account, region = account_of(case, where.account), where.region or case.region
    vpc = case.inventory.one(account, region, "describe_vpcs", "VpcId", where.vpc or "").value or {}
    inside = [(a, net) for a in endpoint_addresses(case).value for net in _networks(vpc) if holds(net, a)]
    if not inside:
        return passed(f"No address of the endpoint is in a network of {where.vpc}.", subject=where.vpc)
    networks = ", ".join(dict.fromkeys(net for _, net in inside))
    return failed(
        "N10",
        f"{', '.join(a for a, _ in inside)} of {via.vpc_endpoint_id} lies in {networks}, which is {where.vpc}'s own: "
        "packets do not leave it.",
        fix="Reach the endpoint by one in a VPC whose range is free, or renumber one of the two.",
        subject=where.vpc,
        evidence=[case.cite(Source("describe_vpcs", account, region), {"CidrBlock": networks}, where.vpc)],
        affects=[a for a, _ in inside],
    )


def _networks(vpc: dict[str, object]) -> list[str]:
    listed = as_list(vpc.get("CidrBlockAssociationSet"), "networks of a VPC")
    blocks = [as_dict(item, "network of a VPC") for item in listed]
    states = [as_dict(item.get("CidrBlockState"), "state of a network").get("State") for item in blocks]
    # Networks that were taken away stay listed for a while.
    more = [
        str(item.get("CidrBlock"))
        for item, state in zip(blocks, states, strict=True)
        if state in (None, "associated", "associating")
    ]
    return list(dict.fromkeys([str(vpc.get("CidrBlock") or ""), *more]))


def _captured(seen: HostSeen, address: str) -> Route | None:
    """Return the route that leads to *address* when it ends in a network of the host itself."""
    routes = [route for route in seen.routes if holds(route.destination, address)]
    best = max(
        routes,
        key=lambda route: ipaddress.ip_network(route.destination, strict=False).prefixlen,
        default=None,
    )
    if best is None or best.via or not best.device or TUNNELS.match(best.device):
        return None
    network = ipaddress.ip_network(best.destination, strict=False)
    if network.prefixlen == network.max_prefixlen:
        return None
    return best if any(holds(best.destination, own) for own in seen.addresses) else None
