"""The network ACL of a subnet, judged and explained."""

from bisect import bisect_right

from apidoctor.reasoning.network.acls import Cells, NetworkAcl, Passage, acl_of
from apidoctor.reasoning.network.topology import Place
from apidoctor.reasoning.network.trace import Leg
from apidoctor.reasoning.network.traffic import NO_PORT
from apidoctor.reasoning.network.values import Hop, Reason

_MOST_KINDS = 64
"""Kinds of traffic whose open gates are kept."""
_CELL = 10
"""Bits for the number of a hop beside that of a piece: no path has a thousand hops."""

_EPHEMERAL = (1024, 65535)
"""All ports that any platform's clients use (VPC guide, network ACLs, "Ephemeral ports")."""


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
