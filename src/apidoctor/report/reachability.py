"""Reachability as text: the verdict, what blocks and what to change, the way there and back, and what gets through."""

from collections.abc import Sequence

from apidoctor.model.wording import describe_missing
from apidoctor.reasoning.network import Blocker, Direction, Hop, Reach
from apidoctor.reasoning.network.addresses import blocks_between
from apidoctor.reasoning.network.sets import Passing, Range
from apidoctor.reasoning.network.traffic import NO_PORT, traffic
from apidoctor.reasoning.network.who import Reacher
from apidoctor.reasoning.reachability.asked import Answered
from apidoctor.reasoning.reachability.changes import change_for
from apidoctor.report.glyphs import Role
from apidoctor.report.page import Page, Piece

_WORDS: dict[bool | None, tuple[str, Role]] = {
    True: ("reachable: it gets there, and the replies get back", "pass"),
    False: ("blocked", "fail"),
    None: ("undecided: some of the way is not known", "unknown"),
}
_WAYS: dict[Direction, str] = {"forward": "there", "return": "back"}
_INDENT = 9
_MOST = 12
"""Blocks or ranges of one line that are shown."""


def fill(page: Page, found: Answered) -> None:
    """Put the answer for one caller and one address on *page*."""
    reach, flow = found.reach, found.flow
    page.flow((f"{found.caller.words} to {found.target.words}", "strong"), first="apidoctor reach ", rest=2)
    page.field("traffic", traffic_of(found), indent=2)
    page.blank()
    words, role = _WORDS[reach.reachable]
    if reach.blockers and all(each.partial for each in reach.blockers):
        words = "partly blocked: some connections work and others time out"
    sign = page.glyphs.status[role]
    page.flow((words, role), first=(f"{sign} ", role))
    caller, target = found.ends
    for blocker in reach.blockers:
        page.blank()
        _blocker(page, blocker)
        page.field("change", change_for(blocker, flow, caller, target, reach.blockers))
    if reach.unknown or reach.assumptions or found.notes:
        page.blank()
    for gap in reach.unknown:
        page.field("unknown", describe_missing(gap), "unknown", indent=2)
    for text in reach.assumptions:
        page.field("assumed", text, "dim", indent=2)
    for text in found.notes:
        page.field("note", text, "dim", indent=2)
    page.blank()
    _diagram(page, "there", reach.path, _states(reach, "forward"))
    _diagram(page, "back", reach.return_path, _states(reach, "return"))
    _trace(page, "the way there", reach.path, _states(reach, "forward"))
    _trace(page, "the way of the replies", reach.return_path, _states(reach, "return"))
    if any(piece.any or piece.open_destination_ports for piece in found.passing):
        page.blank()
    for piece in found.passing:
        _passing(page, piece)


def fill_summary(page: Page, every: Sequence[Answered]) -> None:
    """Put the verdicts of several callers or addresses on *page*, and what they come to together."""
    verdicts = [each.reach.reachable for each in every]
    role: Role = "pass"
    words = "all of them are reachable"
    if False in verdicts:
        some = "; calls work or time out by the address they get" if True in verdicts else ""
        words, role = f"{verdicts.count(False)} of {len(verdicts)} blocked{some}", "fail"
    elif None in verdicts:
        words, role = f"{verdicts.count(None)} of {len(verdicts)} undecided", "unknown"
    page.flow((words, role), first=(f"{page.glyphs.status[role]} ", role))
    for each in every:
        sign = _WORDS[each.reach.reachable][1]
        page.flow(
            f"{each.caller.words} to {each.target.words}", first=(f"  {page.glyphs.status[sign]} ", sign)
        )


def fill_who(page: Page, target: str, what: str, found: Sequence[Reacher]) -> None:
    """Put who can reach a target on *page*."""
    page.flow((f"{target}, {what}", "strong"), first="who can reach ", rest=2)
    for heading, verdict in (("can", True), ("may, as far as is known", None)):
        some = [each for each in found if each.reachable is verdict]
        if not some:
            continue
        page.blank()
        page.flow((heading, "pass" if verdict else "unknown"))
        for each in some:
            page.flow(*_reacher(each), first="  ", rest=4)
    if not found:
        page.blank()
        page.flow(("nobody that was seen", "fail"))
    page.blank()
    page.flow(("of callers in a VPC: if their own security groups let the call out", "dim"))


def traffic_of(found: Answered) -> str:
    """Protocol and port in words."""
    flow = found.flow
    number = found.passing[0].protocol if found.passing else None
    if number is None:
        return f"{flow.protocol} {flow.dst_port}"
    return traffic(number, flow.dst_port, flow.dst_port)


def _reacher(each: Reacher) -> tuple[Piece, ...]:
    where = f"in {each.subnet} of {each.vpc} ({each.account})" if each.subnet else "outside AWS"
    if each.gateway:
        where += f", by {each.gateway}"
    pieces: list[Piece] = [", ".join(_listed(blocks_between(*each.sources))), (where, "dim")]
    if each.group:
        pieces.append(f"if a member of {each.group}")
    if each.share < 1:
        pieces.append((f"replies reach {each.share:.0%} of a client's ports", "warn"))
    if each.missing:
        pieces.append(
            (f"unknown: {'; '.join(_listed([describe_missing(gap) for gap in each.missing], 3))}", "dim")
        )
    return tuple(pieces)


def _blocker(page: Page, blocker: Blocker) -> None:
    way = "on the way there" if blocker.direction == "forward" else "on the way of the replies"
    page.flow((blocker.reason, "fail"), (blocker.subject, "strong"), f"{way}, hop {blocker.hop}", first="  ")
    page.field("why", blocker.detail)
    if blocker.partial:
        page.field("share", f"{blocker.partial:.0%} of the client's ports get their replies")
    page.field("code", blocker.code, "dim")


def _states(reach: Reach, direction: Direction) -> dict[int, Role]:
    return {each.hop: "fail" for each in reach.blockers if each.direction == direction}


def _state(hop: Hop, states: dict[int, Role]) -> Role:
    if hop.hop in states:
        return states[hop.hop]
    return "unknown" if hop.decided_by.startswith(("undecided", "unknown")) else "pass"


def _diagram(page: Page, name: str, path: Sequence[Hop], states: dict[int, Role]) -> None:
    """The hops of a direction in a row, each with its sign; a hop is not torn apart at the end of a line."""
    lines: list[list[Piece]] = [[]]
    used = 0
    for hop in path:
        role = _state(hop, states)
        token = f"{page.glyphs.status[role]} {hop.id or hop.kind}"
        if lines[-1] and used + len(token) + 3 > page.width - _INDENT:
            lines.append([])
            used = 0
        if used or len(lines) > 1:
            lines[-1].append((page.glyphs.step, "dim"))
        lines[-1].append((token, role))
        used += len(token) + 3
    for number, line in enumerate(lines if path else ()):
        page.flow(*line, first=" " * 2 + ("" if number else name).ljust(_INDENT - 2), gap=" ")


def _trace(page: Page, title: str, path: Sequence[Hop], states: dict[int, Role]) -> None:
    if not path:
        return
    page.blank()
    page.flow((title, "strong"))
    for hop in path:
        role = _state(hop, states)
        name = hop.kind if hop.id.startswith(hop.kind) else f"{hop.kind} {hop.id}".strip()
        page.flow(
            (hop.id if hop.id.startswith(hop.kind) else name, "plain"),
            (hop.decided_by, "dim" if role == "pass" else role),
            first=(f"  {page.glyphs.status[role]} {hop.hop:>2}  ", role),
        )


def _passing(page: Page, piece: Passing) -> None:
    blocks = ", ".join(_listed(blocks_between(*piece.sources)))
    if piece.any:
        there = _ports(piece.destination_ports, "")
        back = _ports(piece.source_ports, " of the client")
        name = traffic(piece.protocol, NO_PORT, NO_PORT).split()[0]
        words = name if there == "" else f"{name} to {there}, replies to {back}"
        page.field("passes", f"from {blocks}: {words}", "pass", indent=2)
    if piece.open_destination_ports or piece.open_source_ports:
        there = _ports(piece.open_destination_ports or piece.destination_ports, "")
        page.field("open", f"from {blocks}: not known for {there or 'it'}", "unknown", indent=2)


def _ports(ranges: Sequence[Range], of: str) -> str:
    if not ranges or ranges[0][0] == NO_PORT:
        return ""
    if tuple(ranges) == ((0, 65535),):
        return f"all ports{of}"
    told = [f"{first}" if first == last else f"{first}-{last}" for first, last in ranges]
    return f"port{'s' if len(told) > 1 or '-' in told[0] else ''} {', '.join(_listed(told))}{of}"


def _listed(values: Sequence[str], most: int = _MOST) -> list[str]:
    shown = list(values[:most])
    return shown if len(values) <= most else [*shown, f"and {len(values) - most} more"]
