"""One direction of a flow: from a subnet, by its route table, to wherever that leads."""

from collections.abc import Callable
from functools import partial

from apidoctor.reasoning.network.choice import choose
from apidoctor.reasoning.network.nat import NO_WAY, may_carry
from apidoctor.reasoning.network.peerings import blame, cross
from apidoctor.reasoning.network.recorded import follow
from apidoctor.reasoning.network.route_tables import route_table
from apidoctor.reasoning.network.routes import Route, RouteTable, unmodelled
from apidoctor.reasoning.network.topology import Place
from apidoctor.reasoning.network.trace import Arrival, Dead, Leg, Outcome
from apidoctor.reasoning.network.transit import enter
from apidoctor.reasoning.network.vpn import leave_by_gateway


def leave(leg: Leg, place: Place) -> Arrival | None:
    """Route a packet out of a subnet; None when it is blocked or unknown, which the trace says."""
    if leg.trying or leg.trace.steps is not None:
        return _leave(leg, place)
    wanted = None if leg.wanted is None else tuple(leg.wanted)
    key = (leg.packet.direction, place.subnet, leg.origin, wanted, leg.absent)
    return follow(leg, key, lambda leg: _leave(leg, place))


def _leave(leg: Leg, place: Place) -> Arrival | None:
    fact = route_table(leg.topology, place)
    if not leg.trace.known(fact):
        leg.trace.hop("route-table", "", f"unknown: the route table of {place.subnet}")
        return None
    table = fact.value
    if table.unclear:
        leg.trace.hop("route-table", table.id, "unknown: not all of its routes are known")
        leg.trace.need(*table.unclear)
        return None
    outcome = _route(leg, table, place)
    if isinstance(outcome, Dead):
        leg.trace.block(outcome.reason, outcome.code, outcome.subject, outcome.detail, outcome.hop)
        return None
    return outcome


def _route(leg: Leg, table: RouteTable, place: Place) -> Outcome:
    best = leg.look(table)
    if _is_home(leg, table, place):
        leg.trace.hop("route-table", table.id, "local route, which every route table has")
        return Arrival(place.vpc, "local", place.home)
    hop = leg.trace.hop("route-table", table.id, best.text if best else "no route")
    if best is None:
        detail = (
            f"{table.id}, the route table of {place.subnet}, has no route to {leg.packet.destination_text}"
        )
        return Dead(*leg.absent, table.id, hop, detail)
    if best.blackhole:
        detail = f"{table.id} routes {leg.packet.destination_text} into a blackhole: {best.text}"
        leg.trace.block("blackhole", "BAD_STATE_ROUTE", table.id, detail)
        if best.kind == "vpc-peering":
            blame(leg, place, best)
        return None
    return choose(leg, table, best, leg.absent, partial(_follow, table, place))


def _is_home(leg: Leg, table: RouteTable, place: Place) -> bool:
    """Say whether a listing that leaves local routes out (a plan) has to be completed by one."""
    return not table.local and leg.wanted is not None and place.vpc in leg.wanted


def _follow(table: RouteTable, place: Place, leg: Leg, route: Route) -> Outcome:
    if route.kind == "local":
        return Arrival(place.vpc, "local", place.home)
    walk = _WALKS.get(route.kind)
    if walk is not None:
        leg.trace.through.add(route.kind)
        return walk(leg, place, route)
    if route.kind == "nat-gateway" and may_carry(leg, place, route.target):
        leg.trace.through.add(route.kind)  # and from here on the caller has another address
        leg.trace.lack(
            f"where {route.target} sends what it translates ({route.text} in {table.id}): not modelled"
        )
        return None
    if route.kind in NO_WAY:
        return _dead_end(leg, table, route)
    leg.trace.lack(unmodelled(route, table.id))
    return None


def _dead_end(leg: Leg, table: RouteTable, route: Route) -> Dead:
    hop = len(leg.trace.paths[leg.trace.direction])
    detail = f"{table.id} knows no way to {leg.packet.destination_text} but {route.text}, which ends there"
    if route.default:
        return Dead(*leg.absent, table.id, hop, detail)
    return Dead("wrong_target", "CANNOT_ROUTE", table.id, hop, detail)


_WALKS: dict[str, Callable[[Leg, Place, Route], Outcome]] = {
    "vpc-peering": cross,
    "transit-gateway": enter,
    "vpn-gateway": leave_by_gateway,
}
