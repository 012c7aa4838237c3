"""Stretches of paths that are walked once and followed by every packet they hold for.

Where routes lead hangs on the subnet, the destination's address and the VPCs it is known to be in; what ACLs say of a
kind of traffic, on both addresses.  So a stretch is recorded with the ranges of addresses it holds for, and followed
from memory by every packet within them.  Two kinds are kept: ways out of a subnet, whose ACLs (of a transit gateway's
subnets) judge each packet anew; and all between two subnets, ACLs included, for one kind of traffic.
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

_MOST = 60_000
"""Stretches that are kept, so that memory stays bounded however many flows are asked."""
_MOST_ALIKE = 64
"""Of these, with one key: more are seldom looked up in less time than they are walked."""
_SOURCE, _DESTINATION = "\0source\0", "\0destination\0"
"""Stand for the addresses in the texts of what is recorded."""
_FROM, _TO = "\0from\0", "\0to\0"
"""Stand for the ids of the two ends."""

Ends = tuple[str, str]
"""Ids of the two ends of a stretch, as texts name them."""

Walk = Callable[[Leg, Ends], Arrival | None]
"""Walks a stretch."""


class Stretch(Struct, frozen=True):
    """A recorded stretch."""

    sources: tuple[int, int]
    """First and last source address it holds for."""
    destinations: tuple[int, int]
    """First and last destination address."""
    outcome: Arrival | None
    """Where it leads."""
    hops: tuple[Hop, ...]
    """Its hops, numbered from 1."""
    gates: tuple[tuple[int, Gate], ...]
    """ACLs that judge each packet anew, each with the number of hops before it."""
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


def follow(
    leg: Leg, key: Hashable, walk: Walk, *, ends: Ends = ("", ""), later: bool = False
) -> Arrival | None:
    """Take a stretch, from memory when it was walked before for packets like this one.

    Args:
        leg: the packet, and where to tell.
        key: everything it hangs on but the two addresses.
        walk: walks it.
        ends: ids of its two ends.
        later: leave the ACLs to each packet.
    """
    alike = leg.topology.stretches.get(key)
    source, destination = leg.packet.source, leg.packet.destination
    for each in alike or ():
        if (
            each.sources[0] <= source <= each.sources[1]
            and each.destinations[0] <= destination <= each.destinations[1]
        ):
            return _take(leg, each, ends)
    once = leg.topology.walked_once
    if not later and key not in once:  # many pairs of subnets are asked about just once
        if len(once) >= _MOST:
            once.clear()
        once.add(key)
        return walk(leg, ends)
    found = _record(leg, walk, later=later)
    if found is None:
        return walk(leg, ends)
    _keep(leg.topology, key, found)
    return _take(leg, found, ends)


def _record(leg: Leg, walk: Walk, *, later: bool) -> Stretch | None:
    """Walk with stand-ins for what texts name; None when it hangs on more than the addresses."""
    direction = leg.packet.direction
    scope = Scope()
    trace = Trace(direction, {direction: scope}, recording=later)
    packet = replace(leg.packet, source_text=_SOURCE, destination_text=_DESTINATION)
    aside = Leg(leg.topology, trace, packet, leg.origin, leg.wanted, leg.absent, guessed=leg.guessed)
    outcome = walk(aside, (_FROM, _TO))
    if not trace.fixed:
        leg.trace.fixed = False
        return None
    return Stretch(
        scope.source,
        scope.destination,
        outcome,
        tuple(trace.paths[direction]),
        tuple(trace.steps or ()),
        tuple(trace.blockers),
        tuple(trace.assumptions),
        tuple(trace.missing),
        frozenset(trace.through),
        {},
    )


def _keep(topology: Topology, key: Hashable, found: Stretch) -> None:
    if topology.kept_stretches >= _MOST:
        topology.stretches.clear()
        topology.kept_stretches = 0
    alike = topology.stretches.setdefault(key, [])
    if len(alike) >= _MOST_ALIKE:
        alike.pop(0)
    else:
        topology.kept_stretches += 1
    alike.append(found)


def _take(leg: Leg, stretch: Stretch, ends: Ends) -> Arrival | None:
    trace = leg.trace
    path = trace.paths[leg.packet.direction]
    before = len(path)
    if stretch.gates:
        _through_gates(leg, stretch, path)
    else:
        path += stretch.run(0, len(stretch.hops), before)
    if trace.scope is not None:
        trace.scope.peer(False, *stretch.sources)
        trace.scope.peer(True, *stretch.destinations)
    if stretch.through:
        trace.through |= stretch.through
    if stretch.blockers:
        names = _names(leg, ends)
        trace.blockers += [_told(names, stretch, blocker, before) for blocker in stretch.blockers]
    if stretch.assumptions:
        names = _names(leg, ends)
        trace.assumptions.update(dict.fromkeys(_named(names, text) for text in stretch.assumptions))
    if stretch.missing:
        names = _names(leg, ends)
        trace.need(*(_wanting(names, gap) for gap in stretch.missing))
    return stretch.outcome


def _through_gates(leg: Leg, stretch: Stretch, path: list[Hop]) -> None:
    done, more = 0, len(path)
    for hops, gate in stretch.gates:
        if hops > done:
            path += stretch.run(done, hops, more)
        pass_acl(leg, gate.place, gate.egress, gate.where)
        done, more = hops, more + 1
    path += stretch.run(done, len(stretch.hops), more)


_Names = tuple[tuple[str, str], ...]
"""Stand-ins, and what stands there for a packet."""


def _names(leg: Leg, ends: Ends) -> _Names:
    packet = leg.packet
    return (
        (_SOURCE, packet.source_text),
        (_DESTINATION, packet.destination_text),
        (_FROM, ends[0]),
        (_TO, ends[1]),
    )


def _told(names: _Names, stretch: Stretch, blocker: Blocker, before: int) -> Blocker:
    """Return a blocker with the packet's names, and numbered after the hops before it (ACLs among them)."""
    between = sum(1 for hops, _ in stretch.gates if hops < blocker.hop)
    return Blocker(
        blocker.reason,
        blocker.direction,
        blocker.subject,
        blocker.hop + before + between,
        blocker.code,
        _named(names, blocker.detail),
        blocker.partial,
    )


def _wanting(names: _Names, gap: Missing) -> Missing:
    return replace(gap, what=_named(names, gap.what)) if isinstance(gap, Gap) else gap


def _named(names: _Names, text: str) -> str:
    if "\0" in text:
        for stand_in, name in names:
            text = text.replace(stand_in, name)
    return text
