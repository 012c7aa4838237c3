"""Which flows get through, as sets: not one port or address is tried, but every piece between two edges.

Each direction is judged by itself: the way there hangs on the destination's port, the way back on the caller's.
A piece is judged once and goes as far as the judgement says that it holds.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.reasoning.network.addresses import Block, is_v6, number, written
from apidoctor.reasoning.network.interfaces import Interface, instance_interface, interface, subnet
from apidoctor.reasoning.network.judge import walk
from apidoctor.reasoning.network.scope import Scope
from apidoctor.reasoning.network.topology import Topology
from apidoctor.reasoning.network.trace import Trace
from apidoctor.reasoning.network.traffic import LAST_PORT, WITH_PORTS, protocol_number
from apidoctor.reasoning.network.values import Direction, Flow

Range = tuple[int, int]
"""First and last."""


class Passing(Struct, frozen=True):
    """Flows that fare alike: any of the addresses, with any of the ports at either end."""

    sources: Range
    """First and last address of the caller, as `addresses.number` counts them."""
    protocol: int
    """IP protocol number."""
    source_ports: tuple[Range, ...]
    """Ports of the caller to which replies come back; empty: to none.  Of a protocol without ports ``(-1, -1)``."""
    destination_ports: tuple[Range, ...]
    """Ports that the call gets to; empty: to none."""
    open_source_ports: tuple[Range, ...] = ()
    """Ports of the caller of which that is not known."""
    open_destination_ports: tuple[Range, ...] = ()
    """Ports of the destination of which that is not known."""

    @property
    def any(self) -> bool:
        """Whether any flow gets through."""
        return bool(self.source_ports and self.destination_ports)

    def holds(self, source: int, source_port: int, protocol: int, destination_port: int) -> bool:
        """Say whether a flow is among those that get there and back."""
        return (
            self.sources[0] <= source <= self.sources[1]
            and protocol == self.protocol
            and _within(source_port, self.source_ports)
            and _within(destination_port, self.destination_ports)
        )


def passing(topology: Topology, flow: Flow) -> tuple[Passing, ...]:
    """Return what gets through from the caller of *flow* to its destination, with its protocol, on any port.

    The caller's addresses are all that its interface or subnet has of the destination's family, or ``src_ip``.
    What no answer tells apart stands in one piece; the pieces are ascending and do not overlap.
    """
    protocol = protocol_number(flow.protocol)
    if protocol is None or protocol < 0:
        return ()
    every = [
        piece for around in _callers(topology, flow) for piece in sweep(topology, flow, around, protocol)
    ]
    return tuple(joined(sorted(every, key=lambda piece: piece.sources)))


def sweep(topology: Topology, flow: Flow, around: Range, protocol: int) -> Iterator[Passing]:
    """Judge all addresses from the first to the last of *around* as the caller's, and all ports."""
    address, last = around
    while address <= last:
        piece = _ports(topology, replace(flow, src_ip=written(address)), protocol, (address, last))
        yield piece
        address = piece.sources[1] + 1


def _ports(topology: Topology, flow: Flow, protocol: int, around: Range) -> Passing:
    """Judge all ports for one address, and say up to which address that holds."""
    last_port = LAST_PORT if protocol in WITH_PORTS else 0
    nexts: dict[Direction, int] = {"forward": 0, "return": 0}
    found: dict[Direction, dict[bool | None, list[Range]]] = {
        "forward": {True: [], None: []},
        "return": {True: [], None: []},
    }
    until = around[1]
    while min(nexts.values()) <= last_port:
        there, back = (min(port, last_port) for port in nexts.values())
        trace = Trace(scopes={"forward": Scope(), "return": Scope()})
        walk(topology, replace(flow, dst_port=there, src_port=(back, back)), trace)
        until = min(until, _holds_until(trace))
        for direction, port in nexts.items():
            if port > last_port:
                continue
            end = _port_end(trace, direction, last_port)
            verdict = _verdict(trace, direction)
            if verdict is not False:
                _add(found[direction][verdict], (port, max(port, end)))
            nexts[direction] = max(port, end) + 1
    ends = {way: {known: tuple(ranges) for known, ranges in each.items()} for way, each in found.items()}
    if protocol not in WITH_PORTS:
        ends = {way: {known: _NONE[bool(r)] for known, r in each.items()} for way, each in ends.items()}
    return Passing(
        (around[0], max(around[0], until)),
        protocol,
        ends["return"][True],
        ends["forward"][True],
        ends["return"][None],
        ends["forward"][None],
    )


_NONE: dict[bool, tuple[Range, ...]] = {True: ((-1, -1),), False: ()}
"""Ports of a protocol that has none, by whether it passes."""


def _verdict(trace: Trace, direction: Direction) -> bool | None:
    """Say whether one direction passes; False when its way was not walked to the end."""
    if any(each.direction == direction for each in trace.blockers):
        return False
    if direction in trace.doubts:
        return None
    if trace.paths[direction]:
        return True
    return None if trace.doubts else False


def _port_end(trace: Trace, direction: Direction, last: int) -> int:
    return min(last, trace.scopes[direction].ports[1]) if trace.scopes else last


def _holds_until(trace: Trace) -> int:
    """Return the last address of the caller for which both directions were judged alike."""
    scopes = trace.scopes or {}
    return min(scopes["forward"].source[1], scopes["return"].destination[1])


def _callers(topology: Topology, flow: Flow) -> Iterator[Range]:
    """Yield the addresses that the caller may have."""
    v6 = _is_v6(topology, flow)
    if flow.src_ip is not None:
        address = number(flow.src_ip)
        if address is not None:
            yield address, address
    elif flow.src_subnet is not None:
        yield from ((each.first, each.last) for each in _blocks(topology, flow.src_subnet) if each.v6 == v6)
    elif flow.src_eni or flow.src_instance:
        found = _interface(topology, flow)
        yield from ((each, each) for each in (found.addresses if found else ()) if is_v6(each) == v6)


def _is_v6(topology: Topology, flow: Flow) -> bool:
    if flow.dst_ip is not None:
        return ":" in flow.dst_ip
    fact = interface(topology, flow.dst_eni or "")
    found = fact.value if fact.known else None
    return bool(found and found.addresses and is_v6(found.addresses[0]))


def _interface(topology: Topology, flow: Flow) -> Interface | None:
    named = flow.src_instance or ""
    fact = interface(topology, flow.src_eni) if flow.src_eni else instance_interface(topology, named)
    return fact.value if fact.known else None


def _blocks(topology: Topology, subnet_id: str) -> tuple[Block, ...]:
    fact = subnet(topology, subnet_id)
    return fact.value.blocks if fact.known and fact.value else ()


def _within(port: int, ranges: tuple[Range, ...]) -> bool:
    return any(first <= port <= last for first, last in ranges)


def _add(ranges: list[Range], new: Range) -> None:
    if ranges and ranges[-1][1] + 1 == new[0]:
        ranges[-1] = (ranges[-1][0], new[1])
    else:
        ranges.append(new)


class _Spread(Protocol):
    """A struct that tells of a range of callers."""

    @property
    def sources(self) -> Range:
        """First and last address."""
        ...


S = TypeVar("S", bound=_Spread)


def joined(pieces: Iterable[S]) -> Iterator[S]:
    """Join neighbours that differ in nothing but their addresses."""
    waiting: S | None = None
    for each in pieces:
        if waiting is not None and waiting.sources[1] + 1 == each.sources[0]:
            wider = (waiting.sources[0], each.sources[1])
            if _widened(waiting, wider) == _widened(each, wider):
                waiting = _widened(each, wider)
                continue
        if waiting is not None:
            yield waiting
        waiting = each
    if waiting is not None:
        yield waiting


def _widened(piece: S, sources: Range) -> S:
    changed: S = replace(piece, sources=sources)  # type: ignore[type-var]  # every piece is a struct
    return changed
