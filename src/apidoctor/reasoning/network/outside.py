"""A flow from an address outside AWS: it enters by the gateway that was named or that replies take."""

from apidoctor.reasoning.network.arrivals import admit, arrive
from apidoctor.reasoning.network.attachments import attachment
from apidoctor.reasoning.network.ends import End, Outside
from apidoctor.reasoning.network.gates import Guard, Kept, pass_acl
from apidoctor.reasoning.network.interfaces import interfaces_at
from apidoctor.reasoning.network.legs import leave
from apidoctor.reasoning.network.survey import Question, nobody_there, shows_none, survey
from apidoctor.reasoning.network.trace import Arrival, Dead, Leg
from apidoctor.reasoning.network.transit import Crossing, onward
from apidoctor.reasoning.network.vpn import enter_by_gateway, over_vpn

_LOST = Kept(False, why="an address outside AWS is in no security group")


def from_outside(question: Question, source: Outside) -> None:
    """Judge a flow whose caller is outside AWS."""
    trace = question.trace
    if len(question.targets) != 1:
        for each in question.targets:
            survey(question, each)
        if question.targets:
            trace.lack(f"which of {', '.join(each.id for each in question.targets)} the caller means")
        else:
            nobody_there(question, None)
        return
    target = question.targets[0]
    text = f"the network of {source.text} routes to {question.text} and lets the flow through"
    trace.assumptions[text] = None
    leaves_by = _return(question, source, target)
    trace.turn("forward")
    if source.at and leaves_by and source.at != leaves_by:
        trace.assumptions[f"the caller takes replies by {leaves_by}, though it enters by {source.at}"] = None
    _forward(question, source, target, source.at or leaves_by)


def _return(question: Question, source: Outside, target: End) -> str:
    """Walk the replies and return the gateway by which they leave AWS; empty when they do not."""
    trace = question.trace
    trace.turn("return")
    wanted = {"": target.place.home} if source.at else None
    guessed = question.flow.src_port is None
    leg = Leg(question.topology, trace, question.reply(source), target.place.vpc, wanted, guessed=guessed)
    if source.at.startswith("vgw-"):
        leg.absent = ("vgw_no_route", "NO_ROUTE_TO_DESTINATION")
    elif source.at:
        leg.absent = ("no_route", "RESPONSE_RTB_HAS_NO_ROUTE_TO_TRANSIT_GATEWAY")
    trace.hop("eni", target.id, f"replies to {source.text}; its security groups let replies pass")
    pass_acl(leg, target.place, True, f"of {target.id}")
    arrival = leave(leg, target.place)
    if arrival is None:
        survey(question, target)
        return ""
    if arrival.vpc:
        _not_outside(question, source, arrival)
        return ""
    trace.hop("address", source.text, "gets the reply")
    return arrival.gateway


def _not_outside(question: Question, source: Outside, arrival: Arrival) -> None:
    """The routes say that the caller is in a VPC after all: then it is an interface that is missing."""
    if shows_none(question.topology, arrival.home, source.text):
        detail = f"routes for {source.text} lead to {arrival.vpc}, and no interface there has it"
        question.trace.block("no_source", "NO_SOURCE_OR_DESTINATION", source.text, detail)
        return
    fact = interfaces_at(question.topology, source.address)
    if question.trace.known(fact):
        question.trace.lack(f"which interface in {arrival.vpc} has {source.text}")


def _forward(question: Question, source: Outside, target: End, entry: str) -> None:
    trace = question.trace
    leg = Leg(question.topology, trace, question.request(source), "", question.wanted)
    trace.hop("address", source.text, f"enters by {entry}" if entry else "enters where nobody said")
    arrival = _enter(leg, target, entry)
    arrive(leg, arrival, target)
    guard = Guard(target.groups or (), target.home, True, source.address, source.text, (), lambda: _LOST)
    admit(leg, target, guard)


def _enter(leg: Leg, target: End, entry: str) -> Arrival | None:
    if entry.startswith("vgw-"):
        return enter_by_gateway(leg, entry, target.place)
    if entry.startswith("tgw-attach-"):
        return _enter_by_attachment(leg, target, entry)
    leg.trace.lack(f"by which gateway {leg.packet.source_text} enters (vgw-… or tgw-attach-…)")
    return None


def _enter_by_attachment(leg: Leg, target: End, entry: str) -> Arrival | None:
    home = target.place.home
    fact = attachment(leg.topology, entry, "", home)
    if not leg.trace.known(fact):
        return None
    found = fact.value
    if found is None:
        detail = f"there is no attachment {entry} in the accounts that were looked at"
        leg.trace.block("unknown_resource", "UNKNOWN_RESOURCE", entry, detail)
        return None
    hop = leg.trace.hop("transit-gateway-attachment", entry, f"{found.kind or 'attachment'}, {found.state}")
    if found.state not in ("", "available", "modifying"):
        detail = f"{entry} of {found.gateway} is {found.state}, not available"
        leg.trace.block("tgw_no_attachment", "BAD_STATE_ATTACHMENT", entry, detail)
    if found.kind == "vpn" and found.resource:
        over_vpn(leg, found.resource, found.home, hop)
    outcome = onward(leg, Crossing(entry, found.gateway, found.home, None, (entry,)))
    if isinstance(outcome, Dead):
        leg.trace.block(outcome.reason, outcome.code, outcome.subject, outcome.detail, outcome.hop)
        return None
    return outcome
