"""Network ACLs, compiled (VPC guide, "Control subnet traffic with network ACLs").

Entries are tried in the order of their numbers and the first match decides.  ACLs keep no state: replies are
judged like any packet, by their destination port, which is one of the client's.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from msgspec import Struct

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.model.missing import Gap
from apidoctor.reasoning.network.addresses import LAST, Block, block
from apidoctor.reasoning.network.scope import Scope
from apidoctor.reasoning.network.shapes import Item, listed, part, parts, text, whole
from apidoctor.reasoning.network.topology import Place, Topology
from apidoctor.reasoning.network.traffic import (
    EVERY,
    LAST_PORT,
    NO_PORT,
    WITH_PORTS,
    Packet,
    protocol_number,
    traffic,
)

_MOST_KINDS = 256
"""Kinds of traffic of which an ACL keeps compiled answers."""


class Entry(Struct, frozen=True):
    """One rule of a network ACL."""

    number: int
    """Rule number; lower ones are tried first."""
    allow: bool | None
    """Allow or deny; None when it cannot be read."""
    protocol: int | None
    """Number, `EVERY`, or None when it cannot be read."""
    block: Block | None
    """Addresses of the other side; None when they cannot be read."""
    ports: tuple[int, int] | None
    """First and last destination port; None when they cannot be read."""
    readable: bool
    """Whether every part could be read."""
    text: str
    """The rule in words."""

    def touches(self, protocol: int, first: int, last: int) -> bool:
        """Say whether it may decide any of these ports: what cannot be read may."""
        if self.protocol is not None and self.protocol not in (EVERY, protocol):
            return False
        return self.ports is None or (self.ports[0] <= last and first <= self.ports[1])

    def concerns(self, protocol: int, peer: int) -> bool:
        """Say whether it may be about this traffic: what cannot be read may be."""
        if self.protocol is not None and self.protocol not in (EVERY, protocol):
            return False
        return self.block is None or self.block.holds(peer)


class Passage(Struct, frozen=True):
    """What an ACL does with a range of ports."""

    allowed: int
    """How many ports pass."""
    denied: int
    """How many do not."""
    unclear: int
    """How many hang on an entry that cannot be read."""
    deciders: tuple[Entry, ...]
    """The entries that decided, in order; the final deny of every ACL is not among them."""

    @property
    def total(self) -> int:
        """How many ports were asked about."""
        return self.allowed + self.denied + self.unclear


class Cells:
    """What one direction of an ACL does with some ports of a protocol, by the address of the other side."""

    __slots__ = ("_entries", "_ports", "_protocol", "cells", "starts")

    def __init__(self, entries: Sequence[Entry], protocol: int, first: int, last: int) -> None:
        self._entries = [entry for entry in entries if entry.touches(protocol, first, last)]
        self._ports = (first, last)
        self._protocol = protocol
        edges = {0}
        for entry in self._entries:
            if entry.block is not None:
                edges.update((entry.block.first, entry.block.last + 1))
        self.starts = sorted(edges)
        self.cells: list[Passage | None] = [None] * len(self.starts)

    def at(self, address: int, scope: Scope | None, egress: bool) -> Passage:
        """Return what happens to the packets of one other side."""
        place = bisect_right(self.starts, address) - 1
        found = self.cells[place]
        if found is None:
            found = self.cells[place] = fall_through(self._entries, self._protocol, address, *self._ports)
        if scope is not None:
            last = self.starts[place + 1] - 1 if place + 1 < len(self.starts) else LAST
            scope.peer(egress, self.starts[place], last)
        return found


class NetworkAcl:
    """A network ACL."""

    __slots__ = ("_cells", "_edges", "egress", "id", "ingress")

    def __init__(self, identity: str, ingress: tuple[Entry, ...], egress: tuple[Entry, ...]) -> None:
        self.id = identity
        """``acl-…``"""
        self.ingress = ingress
        """What may enter the subnet, in order."""
        self.egress = egress
        """What may leave it, in order."""
        edges = {NO_PORT, LAST_PORT + 1}
        for entry in (*ingress, *egress):
            if entry.ports is not None:
                edges.update((entry.ports[0], entry.ports[1] + 1))
        self._edges = sorted(edges)
        self._cells: dict[tuple[bool, int, int, int], Cells] = {}

    def cells(self, packet: Packet, egress: bool, scope: Scope | None = None) -> Cells:
        """Return what one direction does with the packet's kind of traffic, by the address of the other side."""
        first, last = packet.first, packet.last
        if first == last:  # any port between two edges fares the same: one answer serves all
            place = bisect_right(self._edges, first)
            if scope is not None:
                scope.port(self._edges[place - 1], self._edges[place] - 1)
            first = last = self._edges[place - 1]
        key = (egress, packet.protocol, first, last)
        cells = self._cells.get(key)
        if cells is None:
            if len(self._cells) >= _MOST_KINDS:
                self._cells.clear()
            entries = self.egress if egress else self.ingress
            cells = self._cells[key] = Cells(entries, packet.protocol, first, last)
        return cells


def acl_of(topology: Topology, place: Place) -> Fact[NetworkAcl]:
    """Find the ACL of a subnet: the one associated with it, else the VPC's default."""
    kept: Fact[NetworkAcl] | None = topology.kept.get(("acl", place.subnet))
    return kept or topology.keep("acl", place.subnet, _acl_of, topology, place)


def fall_through(entries: Iterable[Entry], protocol: int, peer: int, first: int, last: int) -> Passage:
    """Let the ports ``first``-``last`` fall through *entries* in order."""
    rest = [(first, last)]
    counts: dict[bool | None, int] = {True: 0, False: 0, None: 0}
    deciders: list[Entry] = []
    for entry in entries:
        if not entry.concerns(protocol, peer):
            continue
        taken, left = cut(rest, *(entry.ports or (NO_PORT, LAST_PORT)))
        if not taken:
            continue
        deciders.append(entry)
        counts[entry.allow if entry.readable else None] += taken
        rest = left
        if not rest:
            break
    counts[False] += _size(rest)
    return Passage(counts[True], counts[False], counts[None], tuple(deciders))


def cut(ranges: list[tuple[int, int]], first: int, last: int) -> tuple[int, list[tuple[int, int]]]:
    """Take ``first``-``last`` out of *ranges*; return how many ports were taken, and what is left."""
    left: list[tuple[int, int]] = []
    for low, high in ranges:
        if high < first or last < low:
            left.append((low, high))
            continue
        if low < first:
            left.append((low, first - 1))
        if last < high:
            left.append((last + 1, high))
    return _size(ranges) - _size(left), left


def _size(ranges: Iterable[tuple[int, int]]) -> int:
    return sum(high - low + 1 for low, high in ranges)


def _acl_of(topology: Topology, place: Place) -> Fact[NetworkAcl]:
    name, home = "describe_network_acls", place.home
    # A subnet has just one ACL: the association tells, even where the list is partial.
    own = topology.inventory.one(home.account, home.region, name, "Associations.SubnetId", place.subnet)
    if own.known and own.value is not None:
        return Known(_compiled(own.value), own.source)
    fact = topology.of_vpc(name, place.vpc, home)
    if not fact.known:
        return Unknown(*fact.missing)
    for item in fact.value:
        if any(text(each, "SubnetId") == place.subnet for each in parts(item, "Associations")):
            return Known(_compiled(item), fact.source)
    for item in fact.value:
        if listed(item, "Associations") is None:
            name = text(item, "NetworkAclId") or place.vpc
            return Unknown(Gap(f"fact: the subnets of {name}, which cannot be read"))
    for item in fact.value:
        if item.get("IsDefault") is True:
            return Known(_compiled(item), fact.source)
    return Unknown(Gap(f"fact: the network ACL of {place.subnet}, which none of those of {place.vpc} names"))


def _compiled(item: Item) -> NetworkAcl:
    entries = listed(item, "Entries")
    if entries is None:
        unread = (Entry(0, None, None, None, None, False, "its entries cannot be read"),)
        return NetworkAcl(text(item, "NetworkAclId"), unread, unread)
    return NetworkAcl(
        text(item, "NetworkAclId"),
        _ordered(_entry(each, "from") for each in entries if each.get("Egress") is not True),
        _ordered(_entry(each, "to") for each in entries if each.get("Egress") is not False),
    )


def _ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.number))


def _entry(item: Item, preposition: str) -> Entry:
    protocol = protocol_number(item.get("Protocol"))
    cidr = text(item, "CidrBlock") or text(item, "Ipv6CidrBlock")
    ports = _ports(item, protocol)
    number, action = whole(item, "RuleNumber"), text(item, "RuleAction")
    allow = {"allow": True, "deny": False}.get(action) if isinstance(item.get("Egress"), bool) else None
    what = traffic(protocol, *ports) if protocol is not None and ports else "unreadable traffic"
    name = "the final rule *" if number == 32767 else f"rule {number}"
    verb = {"allow": "allows", "deny": "denies"}.get(action, "(allow or deny?)")
    words = f"{name} {verb} {what} {preposition} {cidr or 'an unreadable block'}"
    if number is None:
        allow, number = None, 0
    around = block(cidr)
    readable = None not in (allow, protocol, around, ports)
    return Entry(number, allow, protocol, around, ports, readable, words)


def _ports(item: Item, protocol: int | None) -> tuple[int, int] | None:
    """Read a port range; protocols without ports have none (EC2: NetworkAclEntry)."""
    if protocol == EVERY:
        return (NO_PORT, LAST_PORT)
    if protocol in WITH_PORTS or protocol is None:
        ports = part(item, "PortRange")
        first, last = whole(ports, "From"), whole(ports, "To")
        return (first, last) if first is not None and last is not None and 0 <= first <= last else None
    icmp = part(item, "IcmpTypeCode")
    return (NO_PORT, LAST_PORT) if whole(icmp, "Type") in (None, -1) else None
