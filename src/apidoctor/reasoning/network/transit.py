"""The way through transit gateways (transit gateway guide, "How transit gateways work").

A packet enters by the attachment of the VPC it comes from, in the sender's zone; the table associated with
*that* attachment says by which attachment it leaves.  The way back asks the other attachment's table.
"""

from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.model.missing import Gap
from apidoctor.reasoning.network.addresses import is_v6
from apidoctor.reasoning.network.attachments import VpcAttachment, attachment, far_gateway, vpc_attachment
from apidoctor.reasoning.network.choice import choose
from apidoctor.reasoning.network.direct_connect import over_direct_connect
from apidoctor.reasoning.network.gates import pass_acl
from apidoctor.reasoning.network.interfaces import Subnet, subnet
from apidoctor.reasoning.network.nat import NO_WAY, may_carry
from apidoctor.reasoning.network.route_tables import route_table
from apidoctor.reasoning.network.routes import Route, RouteTable, unmodelled
from apidoctor.reasoning.network.topology import Home, Place, Topology
from apidoctor.reasoning.network.trace import Arrival, Dead, Leg, Outcome
from apidoctor.reasoning.network.transit_routes import transit_table
from apidoctor.reasoning.network.values import Reason
from apidoctor.reasoning.network.vpn import over_vpn

_ABSENT: tuple[Reason, str] = ("tgw_no_route", "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT")
_OUTSIDE = frozenset({"vpn", "vpn-concentrator", "direct-connect-gateway", "connect"})
_MIDDLEBOXES = frozenset({"interface", "endpoint", "cloud-wan"})
_MOST_SPREAD = 16
"""Attachments of one spread route that are tried."""
_MOST_GATEWAYS = 8
"""Peered gateways that are followed before a path counts as a loop."""


class Crossing(Struct, frozen=True):
    """Where a packet is on its way through transit gateways."""

    attachment: str
    """The attachment by which it came."""
    gateway: str
    """The gateway it is in; empty when only the attachment is known."""
    home: Home
    """Where to look for the attachment."""
    sender: Place | None
    """The subnet it left; None when it comes from outside AWS."""
    crossed: tuple[str, ...]
    """All attachments so far."""


def enter(leg: Leg, place: Place, route: Route) -> Outcome:
    """Take the route of a subnet to a transit gateway."""
    fact = vpc_attachment(leg.topology, route.target, place.vpc, place.home)
    if not fact.known:
        leg.trace.need(*fact.missing)
        _ask_associations(leg, place)
        return None
    found = fact.value
    if found is None:
        leg.trace.hop("transit-gateway", route.target, f"has no attachment of {place.vpc}")
        detail = f"{place.vpc} routes to {route.target} ({route.text}) and has no attachment to it"
        leg.trace.block("tgw_no_attachment", "DISCONNECTED_VPCS", route.target, detail)
        return None
    leg.trace.hop("transit-gateway-attachment", found.id, f"state {found.state or 'not told'}")
    _check_state(leg, found)
    _enter_in_zone(leg, place, found)
    return onward(leg, Crossing(found.id, route.target, place.home, place, (found.id,)))


def onward(leg: Leg, crossing: Crossing) -> Outcome:
    """Go on from an attachment: by the route table that is associated with it."""
    fact = attachment(leg.topology, crossing.attachment, crossing.gateway, crossing.home)
    if not leg.trace.known(fact):
        return None
    found = fact.value
    if found is None:
        leg.trace.lack(f"the route table associated with {crossing.attachment}, which no account lists")
        return None
    if not found.table:
        detail = (
            f"{found.id} is associated with no route table of {found.gateway}, so nothing it sends is routed"
        )
        code = "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"
        leg.trace.block("tgw_no_association", code, found.id, detail)
        return None
    gateway = found.gateway or crossing.gateway
    inside = Crossing(crossing.attachment, gateway, found.home, crossing.sender, crossing.crossed)
    return _route(leg, found.table, inside)


def _route(leg: Leg, table_id: str, crossing: Crossing) -> Outcome:
    fact = transit_table(leg.topology, table_id, crossing.home)
    if not leg.trace.known(fact):
        return None
    table = fact.value
    if table is None:
        leg.trace.lack(f"the routes of {table_id}, which AWS says does not exist")
        return None
    if table.unclear:
        leg.trace.need(*table.unclear)
        return None
    best = leg.look(table)
    hop = leg.trace.hop("transit-gateway-route-table", table.id, best.text if best else "no route")
    if best is None:
        detail = (
            f"{table.id}, the table of {crossing.attachment}, has no route to {leg.packet.destination_text}"
        )
        return Dead(*_ABSENT, table.id, hop, detail)
    if best.blackhole:
        detail = f"{table.id} drops what goes to {leg.packet.destination_text}: {best.text}"
        leg.trace.block("tgw_blackhole", "TGW_RTB_BAD_STATE_ROUTE", table.id, detail)
        return None
    return choose(leg, table, best, _ABSENT, partial(_follow, table, crossing))


def _follow(table: RouteTable, crossing: Crossing, leg: Leg, route: Route) -> Outcome:
    """Leave by the attachment of a route; of several over which it is spread, by one that works."""
    if not route.also or leg.trying:
        return _leave(leg, crossing, route)
    leg.trace.fixed = False  # which way works may hang on the ACLs behind it, and so on ports
    ways = (route, *(replace(route, target=to, resource=what) for to, what in route.also[:_MOST_SPREAD]))
    for way in ways:
        if way.target == leg.entry:
            return _leave(leg, crossing, way)
    return _leave(leg, crossing, next((way for way in ways if _works(leg.aside(), crossing, way)), route))


def _works(leg: Leg, crossing: Crossing, route: Route) -> bool:
    return isinstance(_leave(leg, crossing, route), Arrival) and not leg.trace.blockers


def _leave(leg: Leg, crossing: Crossing, route: Route) -> Outcome:
    if route.kind == "vpc" and route.resource:
        return _hand_over(leg, crossing, route)
    if route.kind == "peering":
        return _next_gateway(leg, crossing, route)
    if route.kind in _OUTSIDE:
        return _out(leg, crossing, route)
    leg.trace.lack(f"what {route.target or 'the target'} leads to ({route.text}): not modelled")
    return None


def _hand_over(leg: Leg, crossing: Crossing, route: Route) -> Outcome:
    topology, vpc = leg.topology, route.resource
    hop = leg.trace.hop("transit-gateway-attachment", route.target, f"attaches {vpc}")
    crossed = (*crossing.crossed, route.target)
    link = "transit-gateway" if len(crossed) == 2 else "transit-gateway-peering"
    home = _owner(leg, crossing, route)
    fact = vpc_attachment(topology, crossing.gateway, vpc, home)
    if not leg.trace.known(fact):
        return Arrival(vpc, link, home, crossing.gateway, (), crossed)
    if fact.value is None:
        detail = f"{route.text}: {crossing.gateway} has no attachment of {vpc} any more"
        leg.trace.block("tgw_no_attachment", "DISCONNECTED_VPCS", route.target, detail, hop)
        return Arrival(vpc, link, home, crossing.gateway, (), crossed)
    _check_state(leg, fact.value)
    if fact.value.unread:
        leg.trace.need(*fact.value.unread)
        return Arrival(vpc, link, home, crossing.gateway, None, crossed)
    exits = _exits(leg, crossing.sender, fact.value)
    landing = _lands(leg, route, exits, hop)
    if landing is True:
        return Arrival(vpc, link, home, crossing.gateway, exits, crossed)
    return landing or None


def _next_gateway(leg: Leg, crossing: Crossing, route: Route) -> Outcome:
    fact = far_gateway(leg.topology, route.target, crossing.gateway, crossing.home)
    if not leg.trace.known(fact):
        return None
    far = fact.value
    if len(crossing.crossed) >= _MOST_GATEWAYS:
        hop = len(leg.trace.paths[leg.trace.direction])
        detail = f"{route.text} leads round in a circle: {leg.packet.destination_text} is never reached"
        return Dead("wrong_target", "TGW_RTB_CANNOT_ROUTE", route.target, hop, detail)
    if far is None or not far.gateway:
        leg.trace.lack(f"the gateway behind {route.target}")
        return None
    leg.trace.hop("transit-gateway-peering", route.target, f"state {far.state or 'not told'}")
    if not far.state:
        leg.trace.lack(f"the state of {route.target}")
    elif far.state != "available":
        detail = f"{route.target} between {crossing.gateway} and {far.gateway} is {far.state}, not available"
        leg.trace.block("tgw_peering_state", "BAD_STATE_ATTACHMENT", route.target, detail)
    crossed = (*crossing.crossed, route.target)
    return onward(leg, Crossing(route.target, far.gateway, far.home, None, crossed))


def _out(leg: Leg, crossing: Crossing, route: Route) -> Outcome:
    hop = leg.trace.hop(
        "transit-gateway-attachment", route.target, f"leads to {route.resource or route.kind}"
    )
    fact = attachment(leg.topology, route.target, crossing.gateway, crossing.home)
    state = fact.value.state if leg.trace.known(fact) and fact.value else ""
    if state not in ("", "available", "modifying"):
        detail = f"{route.target} of {crossing.gateway} is {state}, not available"
        leg.trace.block("tgw_no_attachment", "BAD_STATE_ATTACHMENT", route.target, detail, hop)
    if route.kind == "vpn" and route.resource:
        over_vpn(leg, route.resource, crossing.home, hop)
    elif route.kind == "direct-connect-gateway":
        over_direct_connect(leg, crossing.gateway, hop)
    return Arrival("", "outside", crossing.home, route.target, (), (*crossing.crossed, route.target))


def _owner(leg: Leg, crossing: Crossing, route: Route) -> Home:
    if leg.wanted and route.resource in leg.wanted:
        return leg.wanted[route.resource]
    fact = attachment(leg.topology, route.target, crossing.gateway, crossing.home)
    guess = fact.value.owner if fact.known and fact.value else ""
    return leg.topology.vpc_home(route.resource, crossing.home.region, guess)


def _check_state(leg: Leg, found: VpcAttachment) -> None:
    if is_v6(leg.packet.destination) and not found.v6:
        detail = f"{found.id} of {found.vpc} to {found.gateway} carries no IPv6 (its IPv6 support is off)"
        leg.trace.block("address_family", "NO_PATH", found.id, detail)
    if not found.state:
        leg.trace.lack(f"the state of {found.id}")
    elif found.state not in ("available", "modifying"):
        detail = f"{found.id} of {found.vpc} to {found.gateway} is {found.state}, not available"
        leg.trace.block("tgw_no_attachment", "BAD_STATE_ATTACHMENT", found.id, detail)


def _enter_in_zone(leg: Leg, place: Place, found: VpcAttachment) -> None:
    """A subnet reaches the gateway only by an attachment subnet in its own zone (transit gateway guide)."""
    if found.unread:
        leg.trace.need(*found.unread)
        return
    near = _in_zone(leg, place, found)
    if near is None:
        return
    for each in near:
        pass_acl(leg, each, False, f"where {found.id} is")
    if not near:
        subnets = ", ".join(each.subnet for each in found.places)
        detail = f"{found.id} has no subnet in the zone of {place.subnet} (only {subnets or 'none at all'})"
        leg.trace.block("tgw_attachment_az", "TGW_ROUTE_AZ_RESTRICTION", found.id, detail)


def _in_zone(leg: Leg, place: Place, found: VpcAttachment) -> tuple[Place, ...] | None:
    """Return the attachment's subnets in the zone of *place*; None when that is not known."""
    key = f"{place.subnet} {found.id}"
    fact = leg.topology.keep("zone", key, _zone_subnets, leg.topology, place, found)
    return fact.value if leg.trace.known(fact) else None


def _zone_subnets(topology: Topology, place: Place, found: VpcAttachment) -> Fact[tuple[Place, ...]]:
    if any(place.subnet == each.subnet for each in found.places):
        return Known((place,))
    here = subnet(topology, place.subnet, place.home)
    there = {each: subnet(topology, each.subnet, each.home) for each in found.places}
    verdicts = {each: _same_zone(here, fact) for each, fact in there.items()}
    same = tuple(each for each, verdict in verdicts.items() if verdict)
    if same or None not in verdicts.values():
        return Known(same)
    missing = [gap for fact in (here, *there.values()) for gap in fact.missing]
    return Unknown(*missing or [Gap(f"fact: the zones of {place.subnet} and of the subnets of {found.id}")])


def _same_zone(here: Fact[Subnet | None], there: Fact[Subnet | None]) -> bool | None:
    if not (here.known and there.known and here.value and there.value):
        return None
    return here.value.zone.same(there.value.zone)


def _exits(leg: Leg, sender: Place | None, found: VpcAttachment) -> tuple[Place, ...]:
    """Return the subnets by which the packet may enter: in the sender's zone when there is one."""
    if sender is None or found.appliance or len(found.places) < 2:
        return found.places
    return _in_zone(leg, sender, found) or found.places


def _lands(leg: Leg, route: Route, exits: tuple[Place, ...], hop: int) -> Dead | bool:
    """Look at the route tables of the subnets by which it enters: a longer prefix than the local one may take it on.

    That is certain only where it holds for every subnet that it may enter by.
    """
    lost: list[tuple[RouteTable, Route]] = []
    for place in exits:
        fact = route_table(leg.topology, place)
        if not leg.trace.known(fact):
            continue
        table = fact.value
        best = leg.look(table)
        if best is not None and not best.blackhole and _goes_on(leg, place, best):
            leg.trace.lack(unmodelled(best, table.id))
            return False
        if best is not None and (best.blackhole or best.kind in NO_WAY):
            lost.append((table, best))
        elif leg.wanted is None and (best is None or best.kind != "local"):
            detail = f"{route.text}: {place.vpc} does not hold {leg.packet.destination_text}"
            return Dead("wrong_target", "TGW_RTB_CANNOT_ROUTE", route.target, hop, detail)
    if not lost:
        return True
    if len(lost) < len(exits):
        leg.trace.lack(f"by which of {', '.join(each.subnet for each in exits)} it enters {exits[0].vpc}")
    else:
        _lose(leg, *lost[0])
    return False


def _lose(leg: Leg, table: RouteTable, best: Route) -> None:
    """Block a packet that the table of the subnet by which it enters a VPC takes away."""
    hop = leg.trace.hop("route-table", table.id, best.text)
    detail = (
        f"{table.id}, of the subnet by which it enters, takes {leg.packet.destination_text} away: {best.text}"
    )
    if best.blackhole:
        leg.trace.block("blackhole", "BAD_STATE_ROUTE", table.id, detail, hop)
    else:
        leg.trace.block("wrong_target", "MORE_SPECIFIC_ROUTE", table.id, detail, hop)


def _goes_on(leg: Leg, place: Place, best: Route) -> bool:
    """Say whether a route leads to an appliance that may send the packet on."""
    if best.kind == "nat-gateway":
        return may_carry(leg, place, best.target)
    return best.kind in _MIDDLEBOXES


def _ask_associations(leg: Leg, place: Place) -> None:
    """Ask at once for what is needed next: nobody has to wait for the attachment's id."""
    for account in leg.topology.inventory.accounts:
        name = "describe_transit_gateway_attachments"
        leg.trace.known(
            leg.topology.inventory.where(account, place.home.region, name, "ResourceId", place.vpc)
        )
