"""Ways that are walked once and followed by every packet they hold for.

Where routes lead hangs on the subnet, the destination's address and the VPCs it is known to be in; not on ports,
and not on who sends.  So a way is recorded with the range of destinations it holds for, and followed from memory.
The ACLs on it (of a transit gateway's subnets) judge each packet anew.
"""

from bisect import bisect_right
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.network.gates import pass_acl
from apidoctor.reasoning.network.scope import Scope
from apidoctor.reasoning.network.topology import Place
from apidoctor.reasoning.network.trace import Arrival, Gate, Leg, Trace
from apidoctor.reasoning.network.values import Blocker, Hop

_MOST = 50_000
"""Ways that are kept, so that memory stays bounded however many flows are asked."""
_SOURCE, _DESTINATION = "\0source\0", "\0destination\0"
"""Stand for the addresses in the texts of a recorded way."""

Walk = Callable[[Leg, Place], Arrival | None]
"""Walks a way."""


class Way(Struct, frozen=True):
    """A recorded way."""

    destination: tuple[int, int]
    """First and last destination address it holds for."""
    outcome: Arrival | None
    """Where it leads."""
    hops: tuple[Hop, ...]
    """Its hops, numbered from 1."""
    gates: tuple[tuple[int, Gate], ...]
    """The ACLs on it, each with the number of hops before it."""
    blockers: tuple[Blocker, ...]
    """What blocks on it."""
    assumptions: tuple[str, ...]
    """What was taken for granted."""
    missing: tuple[Missing, ...]
    """What would have to be known."""
    through: frozenset[str]
    """Kinds of routes on it."""
    numbered: dict[tuple[int, int], tuple[Hop, ...]]
    """Runs of its hops as they are numbered after other hops: by the first hop, and how many come before it."""

    def run(self, first: int, last: int, more: int) -> tuple[Hop, ...]:
        """Return the hops ``first``-``last`` (from 0, the last one left out), *more* other ones before them."""
        found = self.numbered.get((first, more))
        if found is None:
            hops = self.hops[first:last]
            found = tuple(Hop(each.hop + more, each.kind, each.id, each.decided_by) for each in hops)
            self.numbered[first, more] = found
        return found


def follow_recorded(leg: Leg, place: Place, walk: Walk) -> Arrival | None:
    """Take the way out of a subnet, from memory when it was walked before."""
    wanted = None if leg.wanted is None else tuple(leg.wanted)
    key = (leg.packet.direction, place.subnet, leg.origin, wanted, leg.absent)
    starts, ways = leg.topology.ways.setdefault(key, ([], []))
    destination = leg.packet.destination
    at = bisect_right(starts, destination)
    way = ways[at - 1] if at else None
    if way is None or destination > way.destination[1]:
        way = _record(leg, place, walk)
        if way is None:
            return walk(leg, place)
        starts.insert(at, way.destination[0])
        ways.insert(at, way)
        leg.topology.kept_ways += 1
        if leg.topology.kept_ways > _MOST:
            leg.topology.ways.clear()
            leg.topology.kept_ways = 0
    return _follow(leg, way)


def _record(leg: Leg, place: Place, walk: Walk) -> Way | None:
    """Walk with stand-ins for the addresses in texts; None when the way hangs on more than the destination."""
    scope = Scope()
    trace = Trace(leg.packet.direction, {leg.packet.direction: scope}, recording=True)
    packet = replace(leg.packet, source_text=_SOURCE, destination_text=_DESTINATION)
    outcome = walk(Leg(leg.topology, trace, packet, leg.origin, leg.wanted, leg.absent), place)
    if not trace.fixed:
        return None
    return Way(
        scope.destination,
        outcome,
        tuple(trace.paths[leg.packet.direction]),
        tuple(trace.steps or ()),
        tuple(trace.blockers),
        tuple(trace.assumptions),
        tuple(trace.missing),
        frozenset(trace.through),
        {},
    )


def _follow(leg: Leg, way: Way) -> Arrival | None:
    trace = leg.trace
    path = trace.paths[leg.packet.direction]
    before = len(path)
    _through_gates(leg, way, path)
    if trace.scope is not None:
        trace.scope.peer(True, *way.destination)
    if way.through:
        trace.through |= way.through
    if way.blockers:
        trace.blockers += [_told(leg, way, blocker, before) for blocker in way.blockers]
    if way.assumptions:
        trace.assumptions.update(dict.fromkeys(_with_addresses(leg, text) for text in way.assumptions))
    if way.missing:
        trace.need(*(_wanting(leg, gap) for gap in way.missing))
    return way.outcome


def _through_gates(leg: Leg, way: Way, path: list[Hop]) -> None:
    done, more = 0, len(path)
    for hops, gate in way.gates:
        if hops > done:
            path += way.run(done, hops, more)
        pass_acl(leg, gate.place, gate.egress, gate.where)
        done, more = hops, more + 1
    path += way.run(done, len(way.hops), more)


def _told(leg: Leg, way: Way, blocker: Blocker, before: int) -> Blocker:
    """Return a blocker with the packet's addresses, and numbered after the hops before it (ACLs among them)."""
    between = sum(1 for hops, _ in way.gates if hops < blocker.hop)
    return replace(blocker, hop=blocker.hop + before + between, detail=_with_addresses(leg, blocker.detail))


def _wanting(leg: Leg, gap: Missing) -> Missing:
    return replace(gap, what=_with_addresses(leg, gap.what)) if isinstance(gap, Gap) else gap


def _with_addresses(leg: Leg, text: str) -> str:
    if "\0" not in text:
        return text
    return text.replace(_SOURCE, leg.packet.source_text).replace(_DESTINATION, leg.packet.destination_text)
