"""Observations of several snapshots: whose they are, in which order they count, and each only once.

The vantage that comes first in a snapshot is the one that ``--from local`` means.  In a merged one it is that of the
first input with observations; the others follow, all by time.
"""

import functools
import ipaddress
import itertools
import re
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from apidoctor.facts.merging.ages import instant
from apidoctor.model.observation import AnyObservation, HostSeen

MAX_COMPARED = 1000
"""Most hosts of one name that are compared with one another; more are one host, as their name says."""

_NUMBERED = re.compile(r"(?P<name>.*\S) \((?P<number>[2-9]|[1-9]\d{1,3})\)", re.DOTALL)
_EVERYWHERE = frozenset(map(ipaddress.ip_address, ("172.17.0.1", "192.168.122.1", "10.88.0.1")))
"""Bridges that docker, libvirt and podman give the same address on every host."""


class _Node(Struct, eq=False):
    """One vantage of one input, and the earlier one that is the same host."""

    input: int
    name: str
    base: str
    number: int
    hosts: list[HostSeen]
    earlier: "_Node | None" = None

    @property
    def head(self) -> "_Node":
        node = self
        while node.earlier is not None:
            node = node.earlier
        return node


def join_observations(
    inputs: Sequence[Sequence[AnyObservation]],
) -> tuple[list[AnyObservation], dict[tuple[int, str], str]]:
    """Return all observations, and what each vantage of each input is now called."""
    names = _names(inputs)
    first = next((index for index, seen in enumerate(inputs) if seen), None)
    default = names[first, inputs[first][0].vantage] if first is not None else None
    found: dict[bytes, AnyObservation] = {}
    for index, observations in enumerate(inputs):
        for seen in observations:
            name = names[index, seen.vantage]
            seen = seen if seen.vantage == name else replace(seen, vantage=name)
            found.setdefault(msgspec.json.encode(seen, order="sorted"), seen)
    return sorted(found.values(), key=lambda seen: (seen.vantage != default, instant(seen.at))), names


def same_host(one: HostSeen, other: HostSeen) -> bool:
    """Say whether two looks may be at one host: nothing that stays with a host is different."""
    for known, other_known in _cloud_ids(one, other):
        if known and other_known:
            return known == other_known
    if one.hostname and other.hostname and one.hostname != other.hostname:
        return False
    mine, theirs = _own(tuple(one.addresses)), _own(tuple(other.addresses))
    return not mine or not theirs or not mine.isdisjoint(theirs)


def _cloud_ids(one: HostSeen, other: HostSeen) -> Iterator[tuple[str | None, str | None]]:
    if one.cloud and other.cloud:
        yield one.cloud.instance_id, other.cloud.instance_id
        yield one.cloud.eni, other.cloud.eni


@functools.lru_cache(maxsize=4096)
def _own(addresses: tuple[str, ...]) -> set[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Return the addresses that tell this host from others."""
    found = set()
    for text in addresses:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        if not (address.is_loopback or address.is_link_local or address in _EVERYWHERE):
            found.add(address)
    return found


def _names(inputs: Sequence[Sequence[AnyObservation]]) -> dict[tuple[int, str], str]:
    """Name every host: the first of a name keeps it, another host of that name gets a number."""
    groups: dict[str, list[_Node]] = {}
    for index, observations in enumerate(inputs):
        nodes: dict[str, _Node] = {}
        for seen in observations:
            node = nodes.get(seen.vantage) or nodes.setdefault(seen.vantage, _node(index, seen.vantage))
            if isinstance(seen, HostSeen):
                node.hosts.append(seen)
        for node in nodes.values():
            groups.setdefault(node.base, []).append(node)
    names: dict[tuple[int, str], str] = {}
    for base, group in groups.items():
        group.sort(key=lambda node: (node.input, node.number))
        _find_heads(group)
        numbers: dict[int, int] = {}
        for node in (node for node in group if node.earlier is None):
            taken = set(numbers.values())
            numbers[id(node)] = next(n for n in itertools.count(node.number) if n not in taken)
        for node in group:
            number = numbers[id(node.head)]
            names[node.input, node.name] = base if number == 1 else f"{base} ({number})"
    return names


def _node(index: int, name: str) -> _Node:
    numbered = _NUMBERED.fullmatch(name)
    base, number = (numbered["name"], int(numbered["number"])) if numbered else (name, 1)
    return _Node(index, name, base, number, [])


def _find_heads(group: list[_Node]) -> None:
    """Let every node lead to an earlier one of the same host; one that tells of no host goes by its name."""
    place = {id(node): number for number, node in enumerate(group)}
    shown = [node for node in group if node.hosts]
    few = len(shown) <= MAX_COMPARED
    for index, node in enumerate(shown if few else ()):
        for before in shown[:index]:
            if before.input != node.input and before.head is not node.head and _is_same(before, node):
                first, second = sorted((before.head, node.head), key=lambda head: place[id(head)])
                second.earlier = first
    named: dict[str, _Node] = {}
    for node in [*shown, *(node for node in group if not node.hosts)]:
        first = named.setdefault(node.name, node)
        if not (node.hosts and few) and first.head is not node.head:
            first, second = sorted((first.head, node.head), key=lambda head: place[id(head)])
            second.earlier = first


def _is_same(one: _Node, other: _Node) -> bool:
    return any(same_host(mine, theirs) for mine in one.hosts[-3:] for theirs in other.hosts[-3:])
