"""A flow from an interface or a subnet of a VPC."""

from functools import partial

from apidoctor.reasoning.network.arrivals import admit, arrive
from apidoctor.reasoning.network.ends import End
from apidoctor.reasoning.network.gates import Guard, pass_acl, pass_groups
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
    asked = "assumed open" if source.groups is None else "undecided"
    gate = trace.hop("security-group", source.names, asked)
    near = None
    for each in question.targets:
        if each.place.subnet == source.place.subnet:
            near = each
            break
    arrival = _go(question, leg, source) if near is None else _stay(source)
    target = near or _pick(question, arrival)
    _let_out(leg, source, target, arrival, gate)
    if target is None:
        _unknown_target(question, arrival)
        return
    if near is None:
        arrive(leg, arrival, target)
    keeps = partial(kept, question.topology, arrival, source, target, True, trace.through)
    peers = source.groups if source.member_of is None else source.member_of
    guard = Guard(target.groups or (), target.home, True, source.address, source.text, peers, keeps)
    admit(leg, target, guard)
    via_gateway = arrival is not None and arrival.link.startswith("transit-gateway")
    _return(question, source, target, near is not None, via_gateway)


def _stay(source: End) -> Arrival:
    return Arrival(source.place.vpc, "local", source.place.home)


def _go(question: Question, leg: Leg, source: End) -> Arrival | None:
    if question.targets or _is_elsewhere(question, source):
        pass_acl(leg, source.place, True, f"of {source.id}")
    arrival = leave(leg, source.place)
    if arrival is None:
        survey(question, source)
    return arrival


def _is_elsewhere(question: Question, source: End) -> bool:
    """Say whether the destination is in another subnet: only then its own subnet's ACL judges it."""
    fact = subnet(question.topology, source.place.subnet, source.place.home)
    if not question.trace.known(fact) or fact.value is None:
        return False
    return not any(each.holds(question.address) for each in fact.value.blocks)


def _pick(question: Question, arrival: Arrival | None) -> End | None:
    if arrival is not None:
        for each in question.targets:
            if each.place.vpc == arrival.vpc:
                return each
        return None
    return question.targets[0] if len(question.targets) == 1 else None


def _let_out(leg: Leg, source: End, target: End | None, arrival: Arrival | None, gate: int) -> None:
    if source.groups is None:
        return
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
    if not near:
        pass_acl(leg, target.place, True, f"of {target.id}")
        arrival = leave(leg, target.place)
        if arrival is None:
            survey(question, target)
        arrive(leg, arrival, source)
    trace.hop(source.what, source.id, "gets the reply")
