"""Arriving at an end: the ACL of its subnet, its security groups, the state of its endpoint."""

from collections.abc import Callable

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.reasoning.network.ends import End
from apidoctor.reasoning.network.gates import pass_acl
from apidoctor.reasoning.network.guards import Guard, opened_by, pass_groups
from apidoctor.reasoning.network.shapes import text, texts
from apidoctor.reasoning.network.topology import Place, Topology, account_gap
from apidoctor.reasoning.network.trace import Arrival, Leg

_TCP = 6
_WORKING = ("", "available", "partial")
"""States of an endpoint whose interfaces carry traffic; *partial*: those that there are."""
_VPC_ATTACHMENTS = "describe_transit_gateway_vpc_attachments"


def arrive(leg: Leg, arrival: Arrival | None, place: Place, name: str) -> None:
    """Enter the subnet of an end, which is called *name*.

    Between a transit gateway's own subnet and the end's, both ACLs are asked; within one subnet, none
    (transit gateway guide, "How network ACLs work with transit gateways").
    """
    exits = arrival.exits if arrival else ()
    if exits is None or (arrival is None and _is_transit_subnet(leg.topology, place)):
        # from the gateway's own subnet its ACL is not asked: look at it, but hold nothing against the flow
        tried = leg.aside()
        _through(tried, None, place, name)
        leg.trace.need(*tried.trace.missing)
    elif len(exits) < 2 or _all_alike(leg, exits, place, name):
        _through(leg, exits[0] if exits else None, place, name)
    else:
        subnets = ", ".join(each.subnet for each in exits)
        leg.trace.lack(f"by which of the subnets {subnets} the transit gateway hands the packet over")


def admit(leg: Leg, end: End, peer: int, guard: Callable[[], Guard]) -> None:
    """Pass the security groups of the destination, and see that its endpoint works.

    *guard* is asked for only when no rule that names addresses lets *peer* in.
    """
    opened = opened_by(leg, end.groups or (), end.home, True, peer)
    if opened is not None:
        leg.trace.hop("security-group", *opened)
    elif end.groups:
        pass_groups(leg, guard(), leg.trace.hop("security-group", end.names, "undecided"))
    else:
        leg.trace.hop("security-group", "", "undecided")
        leg.trace.lack(f"the security groups of {end.id}")
    check_state(leg, end)


def check_state(leg: Leg, end: End) -> None:
    """See that the destination works, whoever calls."""
    leg.trace.hop("eni", end.id, end.state)
    if end.kind == "vpc_endpoint":
        _endpoint(leg, end)


def _all_alike(leg: Leg, exits: tuple[Place, ...], place: Place, name: str) -> bool:
    verdicts = set()
    for each in exits:
        tried = leg.aside()
        _through(tried, each, place, name)
        verdicts.add((bool(tried.trace.blockers), bool(tried.trace.missing)))
    return len(verdicts) == 1


def _through(leg: Leg, exit_place: Place | None, place: Place, name: str) -> None:
    if exit_place is not None:
        if exit_place.subnet == place.subnet:
            leg.trace.hop("network-acl", "", f"not asked within {place.subnet}")
            return
        pass_acl(leg, exit_place, True, "by which the transit gateway hands over")
    pass_acl(leg, place, False, f"of {name}")


def _is_transit_subnet(topology: Topology, place: Place) -> bool:
    fact = topology.keep("transit-subnets", place.home.region, _transit_subnets, topology, place.home.region)
    return fact.known and place.subnet in fact.value


def _transit_subnets(topology: Topology, region: str) -> Fact[frozenset[str]]:
    """Return all subnets in which transit gateways are known to have an interface."""
    return Known(
        frozenset(
            each
            for account in topology.inventory.accounts
            for item in topology.inventory.seen(account, region, _VPC_ATTACHMENTS)[0]
            for each in texts(item, "SubnetIds")
        )
    )


def _endpoint(leg: Leg, end: End) -> None:
    """See that an endpoint works.  Those of execute-api answer TCP 443 only."""
    if end.status not in ("", "in-use", "available"):
        leg.trace.block("endpoint_state", "BAD_STATE", end.id, f"{end.id} is {end.status}, not in use")
    fact = leg.topology.keep("endpoint-of", end.id, _endpoint_of, leg.topology, end)
    owner, state = fact.value if leg.trace.known(fact) else ("", "")
    if owner and state.lower() not in _WORKING:
        detail = f"{owner}, which owns {end.id}, is {state}, not available"
        leg.trace.block("endpoint_state", "BAD_STATE", owner, detail)
    if leg.packet.protocol != _TCP:
        detail = f"{end.id} belongs to an interface endpoint, which takes TCP, not {leg.packet.what}"
        leg.trace.block("protocol", "PROTOCOL_RESTRICTION", end.id, detail)
    elif leg.packet.first != 443:
        leg.trace.assumptions[f"the endpoint of {end.id} listens on port {leg.packet.first}"] = None


def _endpoint_of(topology: Topology, end: End) -> Fact[tuple[str, str]]:
    """Return id and state of the endpoint that owns an interface; both empty when it is none that AWS lists."""
    name, field = "describe_vpc_endpoints", "NetworkInterfaceIds"
    for account in topology.inventory.accounts:
        fact = topology.inventory.one(account, end.place.home.region, name, field, end.id)
        if fact.known and fact.value is not None:
            return Known((text(fact.value, "VpcEndpointId"), text(fact.value, "State")))
    if end.home.account not in topology.inventory.accounts:
        return Unknown(account_gap(end.home.account, f"the endpoint of {end.id}"))
    own = topology.inventory.one(end.home.account, end.place.home.region, name, field, end.id)
    return Known(("", "")) if own.known else Unknown(*own.missing)
