"""A flow from an interface or a subnet of a VPC."""

from functools import partial

from apidoctor.reasoning.network.arrivals import admit, arrive, check_state
from apidoctor.reasoning.network.ends import End
from apidoctor.reasoning.network.gates import pass_acl
from apidoctor.reasoning.network.guards import Guard, opened_by, pass_groups
from apidoctor.reasoning.network.interfaces import subnet
from apidoctor.reasoning.network.legs import leave
from apidoctor.reasoning.network.references import kept
from apidoctor.reasoning.network.survey import Question, nobody_there, survey
from apidoctor.reasoning.network.trace import Arrival, Leg


def from_inside(question: Question, source: End) -> None:
    """Judge a flow whose caller is in a VPC."""
    trace = question.trace
    leg = Leg(question.topology, trace, question.request(source), source.place.vpc, question.wanted)
    trace.hop(source.what, source.id, f"sends from {source.text}")
    gate = _ask_own_groups(leg, source)
    target = None
    for each in question.targets:
        if each.place.subnet == source.place.subnet:
            target = each
            break
    arrival: Arrival | None
    if target is None:
        near = False
        arrival, target = _go(question, leg, source)
    else:
        near = True
        arrival = Arrival(source.place.vpc, "local", source.place.home)
    if gate:
        _let_out(leg, source, target, arrival, gate)
    if target is None:
        _unknown_target(question, arrival)
        return
    if "nat-gateway" in trace.through:
        survey(question, target)
        check_state(leg, target)
        return
    admit(leg, target, source.address, lambda: _guard(leg, source, target, arrival))
    via_gateway = arrival is not None and arrival.link.startswith("transit-gateway")
    _return(question, source, target, near, via_gateway)


def _ask_own_groups(leg: Leg, source: End) -> int:
    """Let the call out by a rule that names addresses; else return the hop at which to ask further."""
    trace = leg.trace
    if source.groups is None:
        trace.hop("security-group", "", "assumed open")
        return 0
    opened = opened_by(leg, source.groups, source.home, False, leg.packet.destination)
    if opened is None:
        return trace.hop("security-group", source.names, "undecided")
    trace.hop("security-group", *opened)
    return 0


def _guard(leg: Leg, source: End, target: End, arrival: Arrival | None) -> Guard:
    """Return what the target's groups are asked about the caller."""
    keeps = partial(kept, leg.topology, arrival, source, target, True, leg.trace.through)
    peers = source.groups if source.member_of is None else source.member_of
    return Guard(target.groups or (), target.home, True, source.address, source.text, peers, keeps)


def _go(question: Question, leg: Leg, source: End) -> tuple[Arrival | None, End | None]:
    """Walk to the destination's subnet; return where the way leads, and which interface that means."""
    targets = question.targets
    if len(targets) == 1:
        arrival = _between(leg, source, targets[0])
        target = targets[0] if arrival is None or arrival.vpc == targets[0].place.vpc else None
    else:
        if targets or _is_elsewhere(question, source):
            pass_acl(leg, source.place, True, f"of {source.id}")
        arrival = leave(leg, source.place)
        target = next((each for each in targets if arrival and each.place.vpc == arrival.vpc), None)
        if target is not None:
            arrive(leg, arrival, target.place, target.id)
    if arrival is None:
        survey(question, source)
    return arrival, target


def _between(leg: Leg, here: End, there: End) -> Arrival | None:
    """Walk from one subnet to another."""
    pass_acl(leg, here.place, True, f"of {here.id}")
    arrival = leave(leg, here.place)
    if arrival is None and "nat-gateway" in leg.trace.through:
        return None
    if arrival is None or arrival.vpc == there.place.vpc:
        arrive(leg, arrival, there.place, there.id)
    return arrival


def _is_elsewhere(question: Question, source: End) -> bool:
    """Say whether the destination is in another subnet: only then its own subnet's ACL judges it."""
    fact = subnet(question.topology, source.place.subnet, source.place.home)
    if not question.trace.known(fact) or fact.value is None:
        return False
    return not any(each.holds(question.address) for each in fact.value.blocks)


def _let_out(leg: Leg, source: End, target: End | None, arrival: Arrival | None, gate: int) -> None:
    if not source.groups:
        leg.trace.lack(f"the security groups of {source.id}")
        return
    peers = target.groups if target else None
    keeps = partial(kept, leg.topology, arrival, source, target or source, False, leg.trace.through)
    address, text = leg.packet.destination, leg.packet.destination_text
    pass_groups(leg, Guard(source.groups, source.home, False, address, text, peers, keeps), gate)


def _unknown_target(question: Question, arrival: Arrival | None) -> None:
    for each in question.targets:
        survey(question, each)
    if question.targets and not question.trace.missing and not question.trace.blockers:
        question.trace.lack(f"which of {', '.join(each.id for each in question.targets)} gets the packet")
    elif not question.targets:
        nobody_there(question, arrival)


def _return(question: Question, source: End, target: End, near: bool, via_gateway: bool) -> None:
    """Walk the replies: security groups let them pass, ACLs and routes judge them anew."""
    trace = question.trace
    trace.turn("return")
    packet = question.reply(source, source.kind)
    guessed = question.flow.src_port is None
    wanted = {source.place.vpc: source.place.home}
    leg = Leg(question.topology, trace, packet, target.place.vpc, wanted, guessed=guessed)
    if via_gateway:
        leg.absent = ("no_route", "RESPONSE_RTB_HAS_NO_ROUTE_TO_TRANSIT_GATEWAY")
    trace.hop("eni", target.id, f"replies to {source.text}; its security groups let replies pass")
    if not near and _between(leg, target, source) is None:
        survey(question, target)
    trace.hop(source.what, source.id, "gets the reply")
