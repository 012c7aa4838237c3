"""Security groups, compiled (VPC guide, "Security group rules").

Groups allow only; all groups of an interface count together and have no order; replies need no rule.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import islice

from msgspec import Struct

from apidoctor.model.facts import Fact, Known
from apidoctor.reasoning.network.addresses import Block, block
from apidoctor.reasoning.network.pieces import Pieces, cut
from apidoctor.reasoning.network.shapes import Item, listed, part, text, whole
from apidoctor.reasoning.network.topology import Home, Topology
from apidoctor.reasoning.network.traffic import (
    EVERY,
    ICMP,
    LAST_PORT,
    NO_PORT,
    WITH_PORTS,
    protocol_number,
    traffic,
)

_PEER = "UserIdGroupPairs"
_SOURCES = {
    "IpRanges": "CidrIp",
    "Ipv6Ranges": "CidrIpv6",
    "PrefixListIds": "PrefixListId",
    _PEER: "GroupId",
}
"""Members of a permission that hold its sources (or destinations), and where each has its id."""


_Key = tuple[str, int, int, str]
"""Protocol, first and last port, and source (or destination) of a rule, as AWS writes them."""

RuleIds = Mapping[_Key, str]
"""Ids (``sgr-…``) of rules."""


class Rule(Struct, frozen=True):
    """One protocol, port range and source (or destination) of a security group."""

    protocol: int | None
    """Number, `EVERY`, or None when it cannot be read."""
    ports: tuple[int, int] | None
    """First and last port; None when they cannot be read."""
    text: str
    """The rule in words."""
    block: Block | None = None
    """The addresses it names."""
    prefix_list: str = ""
    """Or the prefix list it names."""
    group: str = ""
    """Or the security group it names."""
    stale: bool = False
    """Whether the peering over which it names the group is gone."""


class Permission(Struct, frozen=True):
    """One protocol and port range with all its sources (or destinations), expanded only when it is asked about."""

    protocol: int | None
    """Number, `EVERY`, or None when it cannot be read."""
    ports: tuple[int, int] | None
    """First and last port; None when they cannot be read."""
    item: Item
    """As AWS shows it."""
    preposition: str
    """``from`` or ``to``."""
    ids: RuleIds
    """Ids of the rules of its group and direction, where those were looked at."""

    def fits(self, protocol: int, port: int) -> bool | None:
        """Say whether it is about a protocol and port; None when that cannot be read."""
        if self.protocol is not None and self.protocol not in (EVERY, protocol):
            return False
        if self.ports is None:
            return None
        inside = self.ports[0] <= port <= self.ports[1]
        return inside if self.protocol is not None or not inside else None

    def rules(self) -> Iterator[Rule]:
        """Yield a rule for each source."""
        protocol, ports = self.protocol, self.ports
        name = traffic(protocol, *ports) if protocol is not None and ports else _unclear(self.item, protocol)
        for kind, field in _SOURCES.items():
            sources = listed(self.item, kind)
            if sources is None and kind in self.item:
                yield Rule(protocol, ports, f"{name} {self.preposition} unreadable {kind}")
            for source in sources or ():
                value = text(source, field)
                head = f"{name} {self.preposition}"
                if self.ids and (identity := self.ids.get(_key(self.item, value))):
                    head = f"{identity} {head}"
                yield _rule(protocol, ports, head, kind, value, source)


class Sheet(Struct, frozen=True):
    """What a group says of one kind of traffic (a protocol, and a port or any port of its range)."""

    pieces: Pieces[str]
    """The first rule by CIDR block, in words, by address."""
    lists: tuple[Rule, ...]
    """Rules by prefix list."""
    peers: tuple[Rule, ...]
    """Rules by security group."""
    unread: tuple[Rule, ...]
    """Rules with a part that cannot be read."""
    ports: tuple[int, int]
    """First and last port of which the same is said."""


class Rules:
    """The rules of one direction."""

    __slots__ = ("_edges", "_permissions", "_protocols", "_quoted", "_sheets", "_unreadable")

    def __init__(self, item: Item, member: str, preposition: str, ids: RuleIds) -> None:
        permissions = listed(item, member)
        self._unreadable = () if permissions is not None else (Rule(None, None, f"unreadable {member}"),)
        self._permissions = tuple(_permission(each, preposition, ids) for each in permissions or ())
        edges = {NO_PORT}
        for each in self._permissions:
            if each.ports is not None:
                edges.update((each.ports[0], each.ports[1] + 1))
        self._edges = sorted(edges)
        self._protocols = frozenset(each.protocol for each in self._permissions)
        self._sheets: dict[tuple[int | None, int], Sheet] = {}
        self._quoted: tuple[tuple[str, ...], int] | None = None

    def every(self) -> Iterator[Rule]:
        """Yield all of them, in AWS's order."""
        yield from self._unreadable
        for each in self._permissions:
            yield from each.rules()

    def quoted(self, most: int) -> tuple[tuple[str, ...], int]:
        """Return the first *most* rules in words, and how many more there are."""
        if self._quoted is None:
            texts = tuple(rule.text for rule in islice(self.every(), most))
            sources = (listed(each.item, kind) or () for each in self._permissions for kind in _SOURCES)
            self._quoted = texts, max(0, len(self._unreadable) + sum(map(len, sources)) - len(texts))
        return self._quoted

    def sheet(self, protocol: int, port: int) -> Sheet:
        """Return the rules that may be about a protocol and a destination port (`NO_PORT` for one without)."""
        place = bisect_right(self._edges, port) - 1
        key = (protocol if protocol in self._protocols else None, place)
        found = self._sheets.get(key)
        if found is None:
            found = self._sheets[key] = self._compiled(protocol, port, place)
        return found

    def _compiled(self, protocol: int, port: int, place: int) -> Sheet:
        blocks, lists, peers, unread = [], [], [], list(self._unreadable)
        for permission in self._permissions:
            fits = permission.fits(protocol, port)
            for rule in permission.rules() if fits is not False else ():
                if fits is None or not (rule.block or rule.prefix_list or rule.group):
                    unread.append(rule)
                elif rule.block:
                    blocks.append((rule.block, rule.text))
                elif rule.prefix_list:
                    lists.append(rule)
                else:
                    peers.append(rule)
        last = self._edges[place + 1] - 1 if place + 1 < len(self._edges) else LAST_PORT
        ports = (self._edges[place], last)
        return Sheet(cut(blocks), tuple(lists), tuple(peers), tuple(unread), ports)


class SecurityGroup(Struct, frozen=True):
    """A security group."""

    id: str
    """``sg-…``"""
    home: Home
    """Its account and Region."""
    ingress: Rules
    """What it lets in."""
    egress: Rules
    """What it lets out."""


def security_group(topology: Topology, group: str, home: Home) -> Fact[SecurityGroup | None]:
    """Find a security group and compile it."""
    kept: Fact[SecurityGroup | None] | None = topology.kept.get(("sg", group))
    return kept or topology.keep("sg", group, _found, topology, group, home)


def _found(topology: Topology, group: str, home: Home) -> Fact[SecurityGroup | None]:
    found = topology.locate("describe_security_groups", "GroupId", group, home)
    ids = topology.keep("rule-ids", home.region, _rule_ids, topology, home.region).value
    return found.map(
        lambda pair: _compiled(group, Home(pair[0], home.region), pair[1], ids) if pair else None
    )


def _compiled(
    group: str, home: Home, item: Item, ids: dict[tuple[str, bool], dict[_Key, str]]
) -> SecurityGroup:
    ingress = Rules(item, "IpPermissions", "from", ids.get((group, False), {}))
    egress = Rules(item, "IpPermissionsEgress", "to", ids.get((group, True), {}))
    return SecurityGroup(group, home, ingress, egress)


def _rule_ids(topology: Topology, region: str) -> Fact[dict[tuple[str, bool], dict[_Key, str]]]:
    """Return the ids of all rules that were looked at, by group and direction (EC2: SecurityGroupRule)."""
    found: dict[tuple[str, bool], dict[_Key, str]] = {}
    name = "describe_security_group_rules"
    for account in topology.inventory.holding(region, name):
        for item in topology.inventory.seen(account, region, name)[0]:
            source = next(
                (
                    each
                    for each in (text(item, name) for name in ("CidrIpv4", "CidrIpv6", "PrefixListId"))
                    if each
                ),
                text(part(item, "ReferencedGroupInfo"), "GroupId"),
            )
            of = found.setdefault((text(item, "GroupId"), item.get("IsEgress") is True), {})
            of[_key(item, source)] = text(item, "SecurityGroupRuleId")
    return Known(found)


def _key(item: Item, source: str) -> _Key:
    first, last = whole(item, "FromPort"), whole(item, "ToPort")
    return text(item, "IpProtocol"), -1 if first is None else first, -1 if last is None else last, source


def _permission(item: Item, preposition: str, ids: RuleIds) -> Permission:
    protocol = protocol_number(item.get("IpProtocol"))
    return Permission(protocol, _ports(item, protocol), item, preposition, ids)


def _unclear(permission: Item, protocol: int | None) -> str:
    if protocol in ICMP:  # a rule for some types only, and a flow has none
        return f"icmp type {permission.get('FromPort')}, code {permission.get('ToPort')}"
    return "unreadable traffic"


def _rule(
    protocol: int | None, ports: tuple[int, int] | None, head: str, member: str, value: str, source: Item
) -> Rule:
    note = text(source, "Description")[:80]
    words = f"{head} {value or 'an unreadable source'}" + (f" ({note})" if note else "")
    if member == _PEER:
        status = text(source, "PeeringStatus")
        return Rule(protocol, ports, words, group=value, stale=status not in ("", "active"))
    if member == "PrefixListIds":
        return Rule(protocol, ports, words, prefix_list=value)
    return Rule(protocol, ports, words, block=block(value))


def _ports(permission: Item, protocol: int | None) -> tuple[int, int] | None:
    """Read a port range; ``-1`` as protocol means all ports whatever else is written (EC2: IpPermission)."""
    first, last = whole(permission, "FromPort"), whole(permission, "ToPort")
    if protocol == EVERY:
        return (NO_PORT, LAST_PORT)
    if protocol in WITH_PORTS or protocol is None:
        return (first, last) if first is not None and last is not None and 0 <= first <= last else None
    return (NO_PORT, LAST_PORT) if first in (None, -1) else None
