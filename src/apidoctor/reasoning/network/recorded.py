"""Ways out of a subnet that are walked once and followed by every packet they hold for.

Where routes lead hangs on the subnet, the destination's address and the VPCs it is known to be in; not on ports, and
not on who sends.  So a way is recorded with the range of destinations it holds for, and followed from memory.  The
ACLs on it (of a transit gateway's subnets) judge each packet anew.
"""

from collections.abc import Callable, Hashable

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.network.gates import pass_acl
from apidoctor.reasoning.network.scope import Scope
from apidoctor.reasoning.network.topology import Topology
from apidoctor.reasoning.network.trace import Arrival, Gate, Leg, Trace
from apidoctor.reasoning.network.values import Blocker, Hop

_MOST = 30_000
"""Ways that are kept, so that memory stays bounded however many flows are asked."""
_MOST_ALIKE = 64
"""Of these, out of one subnet into one VPC: more are seldom looked up in less time than they are walked."""
_SOURCE, _DESTINATION = "\0source\0", "\0destination\0"
"""Stand for the addresses in the texts of what is recorded."""

Walk = Callable[[Leg], Arrival | None]
"""Walks a way."""


class Way(Struct, frozen=True):
    """A recorded way."""

    first: int
    """First destination address it holds for."""
    last: int
    """Last one."""
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


def follow(leg: Leg, key: Hashable, walk: Walk) -> Arrival | None:
    """Take a way, from memory when it was walked before for packets like this one.

    Args:
        leg: the packet, and where to tell.
        key: everything the way hangs on but the destination.
        walk: walks it.
    """
    destination = leg.packet.destination
    for way in leg.topology.ways.get(key, ()):
        if way.first <= destination <= way.last:
            return _take(leg, way)
    found = _record(leg, walk)
    if found is None:
        return walk(leg)
    _keep(leg.topology, key, found)
    return _take(leg, found)


def _record(leg: Leg, walk: Walk) -> Way | None:
    """Walk with stand-ins for the addresses in texts; None when the way hangs on more than the destination."""
    direction = leg.packet.direction
    scope = Scope()
    trace = Trace(direction, {direction: scope}, recording=True)
    packet = replace(leg.packet, source_text=_SOURCE, destination_text=_DESTINATION)
    outcome = walk(Leg(leg.topology, trace, packet, leg.origin, leg.wanted, leg.absent))
    if not trace.fixed:
        return None
    return Way(
        *scope.destination,
        outcome,
        tuple(trace.paths[direction]),
        tuple(trace.steps or ()),
        tuple(trace.blockers),
        tuple(trace.assumptions),
        tuple(trace.missing),
        frozenset(trace.through),
        {},
    )


def _keep(topology: Topology, key: Hashable, found: Way) -> None:
    if topology.kept_ways >= _MOST:
        topology.ways.clear()
        topology.kept_ways = 0
    alike = topology.ways.setdefault(key, [])
    if len(alike) >= _MOST_ALIKE:
        alike.pop(0)
    else:
        topology.kept_ways += 1
    alike.append(found)


def _take(leg: Leg, way: Way) -> Arrival | None:
    trace = leg.trace
    path = trace.paths[leg.packet.direction]
    before = more = len(path)
    done = 0
    for hops, gate in way.gates:
        if hops > done:
            path += way.run(done, hops, more)
        pass_acl(leg, gate.place, gate.egress, gate.where)
        done, more = hops, more + 1
    path += way.run(done, len(way.hops), more)
    if trace.scope is not None:
        trace.scope.peer(True, way.first, way.last)
    if way.through:
        trace.through |= way.through
    if way.blockers:
        trace.blockers += [_told(leg, way, blocker, before) for blocker in way.blockers]
    if way.assumptions:
        trace.assumptions.update(dict.fromkeys(_named(leg, text) for text in way.assumptions))
    if way.missing:
        trace.need(*(_wanting(leg, gap) for gap in way.missing))
    return way.outcome


def _told(leg: Leg, way: Way, blocker: Blocker, before: int) -> Blocker:
    """Return a blocker with the packet's addresses, and numbered after the hops before it (ACLs among them)."""
    between = sum(1 for hops, _ in way.gates if hops < blocker.hop)
    return Blocker(
        blocker.reason,
        blocker.direction,
        blocker.subject,
        blocker.hop + before + between,
        blocker.code,
        _named(leg, blocker.detail),
        blocker.partial,
    )


def _wanting(leg: Leg, gap: Missing) -> Missing:
    return replace(gap, what=_named(leg, gap.what)) if isinstance(gap, Gap) else gap


def _named(leg: Leg, text: str) -> str:
    if "\0" not in text:
        return text
    return text.replace(_SOURCE, leg.packet.source_text).replace(_DESTINATION, leg.packet.destination_text)
