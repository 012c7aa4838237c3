"""The security groups of an interface, judged and explained."""

from collections.abc import Callable

from msgspec import Struct

from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.network.addresses import LAST
from apidoctor.reasoning.network.groups import Rule, Rules, Sheet, security_group
from apidoctor.reasoning.network.pieces import Pieces
from apidoctor.reasoning.network.prefix_lists import prefix_list
from apidoctor.reasoning.network.topology import Home
from apidoctor.reasoning.network.trace import Leg
from apidoctor.reasoning.network.traffic import ICMP
from apidoctor.reasoning.network.values import Reason

_SHOWN = 5
"""How many rules an explanation quotes."""
_MOST_SHEETS = 50_000
"""Kinds of traffic of all groups together that are found at once."""


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
            rules = _rules(leg, group, home, ingress)
            if rules is None:
                continue
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
    rules = [
        each for each in (_rules(leg, each, guard.home, guard.ingress) for each in groups) if each is not None
    ]
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


def _rules(leg: Leg, group: str, home: Home, ingress: bool) -> Rules | None:
    """Return the rules of a group that is known, of one direction."""
    fact = security_group(leg.topology, group, home)
    found = fact.value if fact.known else None
    return None if found is None else found.ingress if ingress else found.egress
