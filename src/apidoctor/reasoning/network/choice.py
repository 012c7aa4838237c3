"""Which route is taken, and whether a better one stands in its shadow."""

from collections.abc import Callable
from itertools import islice

from apidoctor.reasoning.network.routes import Route, RouteTable
from apidoctor.reasoning.network.trace import Arrival, Dead, Leg, Outcome
from apidoctor.reasoning.network.values import Reason

_TRIED = 64
"""How many routes are looked at for a better one: more than there are prefix lengths of IPv4, twice."""

Follow = Callable[[Leg, Route], Outcome]
"""Walks on from a route."""


def choose(leg: Leg, table: RouteTable, best: Route, absent: tuple[Reason, str], follow: Follow) -> Outcome:
    """Follow the best route.  When it leads elsewhere, say so, and name the route that would lead there.

    *absent* is what to report when only a default route took the packet away: then no route is what is wrong.
    """
    hop = len(leg.trace.paths[leg.trace.direction])
    before = leg.trace.mark()
    outcome = follow(leg, best)
    if isinstance(outcome, Arrival):
        outcome = _astray(leg, table, best, outcome, absent, hop)
        if isinstance(outcome, Dead):  # what is wrong on a way that should not be taken is nobody's trouble
            leg.trace.forget(before)
    if not isinstance(outcome, Dead) or leg.trying:
        return outcome
    for other in islice(table.ranked(leg.packet.destination), _TRIED):
        if other is not best and not other.blackhole and _leads_there(leg, other, follow):
            leg.trace.forget(before)
            return _shadowed(leg, table, best, other, hop)
    return outcome


def _astray(
    leg: Leg, table: RouteTable, best: Route, arrival: Arrival, absent: tuple[Reason, str], hop: int
) -> Outcome:
    if leg.wanted is None or arrival.vpc in leg.wanted:
        return arrival
    place = arrival.vpc or f"out of AWS by {arrival.gateway}"
    wanted = " or ".join(sorted(each or "outside AWS" for each in leg.wanted))
    detail = f"{table.id} sends {leg.packet.destination_text} to {place} ({best.text}), but it is in {wanted}"
    if best.default:
        return Dead(*absent, table.id, hop, detail)
    return Dead("wrong_target", "CANNOT_ROUTE", table.id, hop, detail)


def _leads_there(leg: Leg, route: Route, follow: Follow) -> bool:
    outcome = follow(leg.aside(), route)
    return isinstance(outcome, Arrival) and (leg.wanted is None or outcome.vpc in leg.wanted)


def _shadowed(leg: Leg, table: RouteTable, best: Route, other: Route, hop: int) -> Dead:
    equal = best.block.length == other.block.length
    code = "HIGHER_PRIORITY_ROUTE" if equal else "MORE_SPECIFIC_ROUTE"
    if table.id.startswith("tgw-"):
        code = f"TGW_RTB_{code}"
    why = "has priority" if equal else "has the longer prefix"
    return Dead(
        "wrong_target",
        code,
        table.id,
        hop,
        f"{table.id} sends {leg.packet.destination_text} elsewhere: {best.text} {why} over {other.text}",
    )
