"""The gates at a subnet and at an interface: network ACLs and security groups, judged and explained."""

from bisect import bisect_right
from collections.abc import Callable

from msgspec import Struct

from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.network.acls import Cells, NetworkAcl, Passage, acl_of
from apidoctor.reasoning.network.addresses import LAST
from apidoctor.reasoning.network.groups import Rule, Rules, Sheet, security_group
from apidoctor.reasoning.network.pieces import Pieces
from apidoctor.reasoning.network.prefix_lists import prefix_list
from apidoctor.reasoning.network.topology import Home, Place
from apidoctor.reasoning.network.trace import Leg
from apidoctor.reasoning.network.traffic import ICMP, NO_PORT
from apidoctor.reasoning.network.values import Hop, Reason

_SHOWN = 5
"""How many rules an explanation quotes."""

_MOST_KINDS = 64
"""Kinds of traffic whose open gates are kept."""
_CELL = 10
"""Bits for the number of a hop beside that of a piece: no path has a thousand hops."""
_MOST_SHEETS = 50_000
"""Kinds of traffic of all groups together that are found at once."""

_EPHEMERAL = (1024, 65535)
"""All ports that any platform's clients use (VPC guide, network ACLs, "Ephemeral ports")."""


class Kept(Struct, frozen=True):
    """Whether group membership is still seen at the end of a path."""

    kept: bool | None
    """False when it is lost for certain."""
    code: str = "SG_REFERENCES_NOT_PRESERVED"
    """Code for a rule that fails for that."""
    why: str = ""
    """Where it is lost."""
    missing: tuple[Missing, ...] = ()
    """What would decide."""


class Guard(Struct, frozen=True):
    """The security groups of one end, asked about the other end."""

    groups: tuple[str, ...]
    """Ids of the groups that judge."""
    home: Home
    """Their account and Region."""
    ingress: bool
    """Which way: in, or out."""
    peer: int
    """Address of the other end."""
    peer_text: str
    """The same, as text."""
    peer_groups: tuple[str, ...] | None
    """Groups of the other end; None when they are not known."""
    kept: Callable[[], Kept]
    """Tells whether group membership survives the path; asked only when a rule hangs on it."""


class _Doubt:
    """Why it is not certain that the groups refuse."""

    __slots__ = ("code", "missing", "notes", "open")

    def __init__(self) -> None:
        self.open = False
        self.missing: list[Missing] = []
        self.notes: list[str] = []
        self.code = ""

    def add(self, *missing: Missing) -> None:
        self.open = True
        self.missing += missing


def pass_acl(leg: Leg, place: Place, egress: bool, where: str) -> None:
    """Pass the ACL of a subnet; *where* says what the subnet is."""
    trace = leg.trace
    if trace.steps is not None:
        trace.later(place, egress, where)
        return
    if trace.scope is None:
        packet = leg.packet
        gate: _OpenGate | None = (leg.gates or _open_gates(leg))[egress].get(place.subnet)
        if gate is not None:
            # Nearly every ACL lets this kind of traffic pass, and has done so at this place of a path before.
            cell = bisect_right(gate.starts, packet.destination if egress else packet.source)
            path = trace.paths[packet.direction]
            passed = gate.hops.get(cell << _CELL | len(path))
            if passed is not None:
                path.append(passed)
                if leg.guessed and cell in gate.uneven:
                    _assume_ports(leg)
                return
    _judge_acl(leg, place, egress, where)


def _judge_acl(leg: Leg, place: Place, egress: bool, where: str) -> None:
    direction = "out of" if egress else "into"
    fact = acl_of(leg.topology, place)
    if not fact.known:
        leg.trace.hop("network-acl", "", f"unknown: the ACL of {place.subnet}")
        leg.trace.need(*fact.missing)
        return
    acl = fact.value
    cells = acl.cells(leg.packet, egress, leg.trace.scope)
    result = cells.at(leg.packet.destination if egress else leg.packet.source, leg.trace.scope, egress)
    hop = leg.trace.hop("network-acl", acl.id, _decided(place, egress, result))
    if not result.denied and not result.unclear and leg.trace.scope is None:
        _remember(leg, place, egress, cells, result, leg.trace.paths[leg.trace.direction][hop - 1])
    if result.unclear:
        unread = ", ".join(entry.text for entry in result.deciders if not entry.readable)
        leg.trace.lack(f"{acl.id}: {unread}")
    if result.denied:
        reason: Reason = "nacl_egress" if egress else "nacl_ingress"
        detail = _refusal(leg, acl, result, f"{direction} {place.subnet} ({where})")
        share = (result.total - result.denied) / result.total or None
        leg.trace.block(reason, "SUBNET_ACL_RESTRICTION", acl.id, detail, hop, share)
    if leg.guessed and not _is_even(result):
        _assume_ports(leg)


class _OpenGate:
    """Where an ACL lets one kind of traffic pass at one subnet, with what to tell of it."""

    __slots__ = ("hops", "starts", "uneven")

    def __init__(self, starts: list[int]) -> None:
        self.starts = starts
        """First addresses of the pieces in which it does the same."""
        self.hops: dict[int, Hop] = {}
        """By piece and number of the hop."""
        self.uneven: set[int] = set()
        """Pieces in which not all ports that clients use fare alike."""


def _open_gates(leg: Leg) -> tuple[dict[str, _OpenGate], dict[str, _OpenGate]]:
    """Return the gates for the leg's kind of traffic by subnet: inwards, outwards."""
    packet, known = leg.packet, leg.topology.open_gates
    key = (packet.protocol, packet.first, packet.last)
    gates: tuple[dict[str, _OpenGate], dict[str, _OpenGate]] | None = known.get(key)
    if gates is None:
        if len(known) >= _MOST_KINDS:
            known.clear()
        gates = known[key] = ({}, {})
    leg.gates = gates
    return gates


def _remember(leg: Leg, place: Place, egress: bool, cells: Cells, result: Passage, hop: Hop) -> None:
    """Keep the hop of an ACL that lets everything of this kind pass."""
    gates = (leg.gates or _open_gates(leg))[egress]
    gate = gates.get(place.subnet)
    if gate is None:
        gate = gates[place.subnet] = _OpenGate(cells.starts)
    piece = bisect_right(cells.starts, leg.packet.destination if egress else leg.packet.source)
    gate.hops[piece << _CELL | hop.hop - 1] = hop
    if not _is_even(result):
        gate.uneven.add(piece)


def opened_by(
    leg: Leg, groups: tuple[str, ...], home: Home, ingress: bool, peer: int
) -> tuple[str, str] | None:
    """Return the group, and its rule in words, that lets an address pass: nearly always a rule by CIDR block does.

    None says only that something else has to be looked at.
    """
    if leg.trace.scope is not None:
        return None
    topology, protocol, port = leg.topology, leg.packet.protocol, leg.packet.first
    for group in groups:
        pieces: Pieces[str] | None = topology.sheets.get((group, ingress, protocol, port))
        if pieces is None:
            fact = security_group(topology, group, home)
            if not fact.known or fact.value is None:
                continue
            rules = fact.value.ingress if ingress else fact.value.egress
            if len(topology.sheets) >= _MOST_SHEETS:
                topology.sheets.clear()
            pieces = topology.sheets[group, ingress, protocol, port] = rules.sheet(protocol, port).pieces
        words = pieces.at(peer)
        if words is not None:
            return group, words
    return None


def pass_groups(leg: Leg, guard: Guard, hop: int) -> None:
    """Pass the security groups of an interface: one rule of any of them is enough."""
    doubt = _Doubt()
    sheets = [
        (each, sheet) for each in guard.groups if (sheet := _sheet(leg, guard, each, doubt)) is not None
    ]
    for judge in (_by_block, _by_list, _by_group):
        for group, sheet in sheets:
            if opened := judge(leg, guard, sheet, doubt):
                leg.trace.settle(hop, group, opened)
                return
    for _, sheet in sheets:
        _count_unread(leg, guard, sheet, doubt)
    if doubt.open or not guard.groups:
        leg.trace.settle(hop, ", ".join(guard.groups), "undecided")
        leg.trace.need(*doubt.missing)
        return
    _refuse(leg, guard, [group for group, _ in sheets], doubt, hop)


def _sheet(leg: Leg, guard: Guard, group: str, doubt: _Doubt) -> Sheet | None:
    fact = security_group(leg.topology, group, guard.home)
    if not fact.known:
        doubt.add(*fact.missing)
        return None
    if fact.value is None:
        doubt.notes.append(f"{group} does not exist")
        return None
    rules = fact.value.ingress if guard.ingress else fact.value.egress
    return rules.sheet(leg.packet.protocol, leg.packet.first)


def _by_block(leg: Leg, guard: Guard, sheet: Sheet, doubt: _Doubt) -> str:
    if leg.trace.scope is None:
        return sheet.pieces.at(guard.peer) or ""
    words, first, last = sheet.pieces.piece(guard.peer)
    leg.trace.scope.peer(not guard.ingress, first, last)
    leg.trace.scope.port(*sheet.ports)
    return words or ""


def _by_list(leg: Leg, guard: Guard, sheet: Sheet, doubt: _Doubt) -> str:
    for rule in sheet.lists:
        fact = prefix_list(leg.topology, rule.prefix_list, guard.home)
        if not fact.known:
            doubt.add(*fact.missing)
            continue
        inside, first, last = fact.value.pieces.piece(guard.peer) if fact.value else (None, 0, LAST)
        if leg.trace.scope is not None:
            leg.trace.scope.peer(not guard.ingress, first, last)
        if inside is not None:
            return rule.text
    return ""


def _by_group(leg: Leg, guard: Guard, sheet: Sheet, doubt: _Doubt) -> str:
    """Match rules that name a group: by membership of the other end, where the path keeps it."""
    for rule in sheet.peers:
        if guard.peer_groups is None:
            _by_unknown_group(guard, rule, doubt)
        elif rule.group in guard.peer_groups:
            kept = guard.kept()
            if kept.kept and not rule.stale:
                return rule.text
            if kept.kept is None and not rule.stale:
                doubt.add(*kept.missing)
                continue
            doubt.code = doubt.code or ("" if rule.stale else kept.code)
            why = "the peering it names is gone" if rule.stale else kept.why
            doubt.notes.append(f"{rule.text} would match, but {why}")
    return ""


def _by_unknown_group(guard: Guard, rule: Rule, doubt: _Doubt) -> None:
    """Whether the other end is a member is not known: that decides only where membership is seen at all."""
    kept = Kept(False, "", "the peering it names is gone") if rule.stale else guard.kept()
    if kept.kept is False:
        doubt.code = doubt.code or kept.code
        doubt.notes.append(f"{rule.text} cannot match: {kept.why}")
    else:
        doubt.add(Gap(f"fact: the security groups of {guard.peer_text}"))


def _count_unread(leg: Leg, guard: Guard, sheet: Sheet, doubt: _Doubt) -> None:
    for rule in sheet.unread:
        if leg.trace.scope is not None and rule.block is not None:
            leg.trace.scope.around(not guard.ingress, (rule.block,), guard.peer)
        if rule.block is None or rule.block.holds(guard.peer):
            what = (
                "the type of the packet, for the rule"
                if rule.protocol in ICMP
                else "a rule that cannot be read,"
            )
            doubt.add(Gap(f"fact: {what} {rule.text}"))


def _refuse(leg: Leg, guard: Guard, groups: list[str], doubt: _Doubt, hop: int) -> None:
    rules = [each for each in (_rules(leg, guard, group) for group in groups) if each is not None]
    quoted = [each.quoted(_SHOWN) for each in rules]
    texts = [text for each, _ in quoted for text in each]
    more = sum(number for _, number in quoted) + max(0, len(texts) - _SHOWN)
    shown = "; ".join(texts[:_SHOWN]) + (f"; and {more} more" if more else "")
    way = "in from" if guard.ingress else "out to"
    names = ", ".join(guard.groups)
    detail = f"no rule of {names} lets {leg.packet.what} {way} {guard.peer_text} (rules: {shown or 'none'})"
    detail += "".join(f"; {note}" for note in doubt.notes)
    code = doubt.code or ("ENI_SG_RULES_MISMATCH" if texts else "SG_HAS_NO_RULES")
    leg.trace.settle(hop, guard.groups[0], "no rule matches")
    if not groups:
        leg.trace.block("unknown_resource", "UNKNOWN_RESOURCE", guard.groups[0], detail, hop)
        return
    reason: Reason = "security_group_ingress" if guard.ingress else "security_group_egress"
    leg.trace.block(reason, code, guard.groups[0], detail, hop)


def _rules(leg: Leg, guard: Guard, group: str) -> Rules | None:
    fact = security_group(leg.topology, group, guard.home)
    found = fact.value if fact.known else None
    return None if found is None else found.ingress if guard.ingress else found.egress


def _refusal(leg: Leg, acl: NetworkAcl, result: Passage, where: str) -> str:
    denying = [entry.text for entry in result.deciders if entry.allow is False]
    allowing = [entry.text for entry in result.deciders if entry.allow]
    packet = leg.packet
    flow = f"{packet.what} from {packet.source_text} to {packet.destination_text}"
    detail = (
        f"{acl.id} stops {flow} {where}: {', '.join(denying) or 'no rule allows it, so the final deny does'}"
    )
    if result.allowed:
        detail += f"; only {result.allowed} of {result.total} ports pass ({', '.join(allowing)})"
    return detail


def _decided(place: Place, egress: bool, result: Passage) -> str:
    last = result.deciders[-1].text if result.deciders else "no rule matches"
    if result.denied and result.allowed:
        allowing = ", ".join(entry.text for entry in result.deciders if entry.allow)
        last = f"only {result.allowed} of {result.total} ports pass ({allowing})"
    return f"{'out of' if egress else 'into'} {place.subnet}: {last}"


def _is_even(result: Passage) -> bool:
    """Say whether an ACL treats all ports alike that any platform's clients use."""
    ports = result.deciders[0].ports if len(result.deciders) == 1 else None
    return ports is not None and ports[0] <= _EPHEMERAL[0] and ports[1] >= _EPHEMERAL[1]


def _assume_ports(leg: Leg) -> None:
    """Say that the client's ports were guessed."""
    if leg.packet.first == NO_PORT:
        return
    leg.trace.assumptions[f"the caller's ports are {leg.packet.first}-{leg.packet.last}"] = None
