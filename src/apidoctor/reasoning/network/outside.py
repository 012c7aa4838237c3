"""A flow from an address outside AWS: it enters by the gateway that was named or that replies take."""

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.reasoning.network.arrivals import admit, arrive
from apidoctor.reasoning.network.attachments import Attachment, attachment
from apidoctor.reasoning.network.direct_connect import over_direct_connect
from apidoctor.reasoning.network.ends import End, Outside
from apidoctor.reasoning.network.gates import pass_acl
from apidoctor.reasoning.network.guards import Guard, Kept
from apidoctor.reasoning.network.interfaces import interfaces_at, shows_none
from apidoctor.reasoning.network.legs import leave
from apidoctor.reasoning.network.route_tables import route_table
from apidoctor.reasoning.network.shapes import parts, text
from apidoctor.reasoning.network.survey import Question, nobody_there, survey
from apidoctor.reasoning.network.topology import Home, Place, Topology
from apidoctor.reasoning.network.trace import INSIDE, Arrival, Dead, Leg, Trace
from apidoctor.reasoning.network.transit import Crossing, onward
from apidoctor.reasoning.network.values import Reason
from apidoctor.reasoning.network.vpn import enter_by_gateway, over_vpn, vpn_gateway

_LOST = Kept(False, why="an address outside AWS is in no security group")


def _lost() -> Kept:
    return _LOST


def from_outside(question: Question, source: Outside) -> None:
    """Judge a flow whose caller is outside AWS."""
    trace = question.trace
    target = question.targets[0] if len(question.targets) == 1 else _meant(question, source)
    if target is None:
        _to_nobody(question, source)
        return
    text = f"the network of {source.text} routes to {question.text} and lets the flow through"
    trace.assumptions[text] = None
    leaves_by = _return(question, source, target)
    trace.turn("forward")
    _forward(question, source, target, source.at or leaves_by)
    if source.at and leaves_by and source.at != leaves_by:
        _apart(question, source, target, leaves_by)


def _meant(question: Question, source: Outside) -> End | None:
    """Of several interfaces with the address (VPCs overlap), the one to whose VPC the entry leads."""
    if not question.targets or not source.at:
        return None
    vpcs: tuple[str, ...] = ()
    if source.at.startswith("vgw-"):
        fact = vpn_gateway(question.topology, source.at, question.targets[0].place.home)
        vpcs = tuple(fact.value.vpcs) if fact.known and fact.value else ()
    else:
        leg = Leg(question.topology, question.trace, question.request(source), "", question.wanted).aside()
        arrival = _enter(leg, question.targets[0].place, source.at)
        vpcs = (arrival.vpc,) if arrival is not None else ()
    found = [each for each in question.targets if each.place.vpc in vpcs]
    return found[0] if len(found) == 1 else None


def _to_nobody(question: Question, source: Outside) -> None:
    """The destination is not known, or not which: walk as far as the entry leads."""
    trace = question.trace
    for each in question.targets:
        survey(question, each)
    arrival = None
    if source.at.startswith("vgw-"):
        fact = question.topology.search("describe_vpn_gateways", "VpnGatewayId", source.at)
        if fact.known and fact.value is None:
            _no_such_entry(trace, source.at)
        arrival = _attached(question, source.at)
    elif source.at and not question.targets:
        leg = Leg(question.topology, trace, question.request(source), "", None)
        home = Home(next(iter(question.topology.inventory.accounts), ""), question.topology.region)
        arrival = _enter(leg, Place("", "", home), source.at)
    if question.targets:
        trace.lack(f"which of {', '.join(each.id for each in question.targets)} the caller means")
    else:
        nobody_there(question, arrival)


def _attached(question: Question, gateway: str) -> Arrival | None:
    """Return the VPC into which a virtual private gateway leads."""
    found = question.topology.search("describe_vpn_gateways", "VpnGatewayId", gateway)
    if not found.known or found.value is None:
        return None
    account, item = found.value
    near = Home(account, question.topology.region)
    vpcs = [text(e, "VpcId") for e in parts(item, "VpcAttachments") if text(e, "State") == "attached"]
    if len(vpcs) != 1:
        return None
    owner = question.topology.vpc_home(vpcs[0], near.region, account)
    return Arrival(vpcs[0], "outside", owner, gateway)


def _no_such_entry(trace: Trace, entry: str) -> None:
    detail = f"there is no {entry} in the accounts that were looked at"
    trace.block("unknown_resource", "UNKNOWN_RESOURCE", entry, detail)


def _apart(question: Question, source: Outside, target: End, leaves_by: str) -> None:
    """Replies leave by another gateway than the one the caller enters by: named at the table where they part."""
    trace = question.trace
    trace.turn("return")
    both_transit = source.at.startswith("tgw-") and leaves_by.startswith("tgw-")
    kind = "transit-gateway-route-table" if both_transit else "route-table"
    hop = next(each for each in reversed(trace.paths["return"]) if each.kind == kind)
    detail = (
        f"{hop.id} sends replies to {source.text} by {leaves_by} ({hop.decided_by}), though the caller enters by "
        f"{source.at}; what is stateful on either way drops them"
    )
    code = "TGW_RTB_CANNOT_ROUTE" if both_transit else "CANNOT_ROUTE"
    fact = route_table(question.topology, target.place)
    best = fact.value.best(source.address) if fact.known and not both_transit else None
    reason: Reason = "no_route" if best is not None and best.default else "wrong_target"
    if reason == "no_route":
        code = "NO_ROUTE_TO_DESTINATION"
    # What is wrong with a gateway that should not be taken is nobody's trouble.
    trace.blockers = [each for each in trace.blockers if each.direction != "return" or each.hop <= hop.hop]
    trace.block(reason, code, hop.id, detail, hop.hop)


def _return(question: Question, source: Outside, target: End) -> str:
    """Walk the replies and return the gateway by which they leave AWS; empty when they do not."""
    trace = question.trace
    trace.turn("return")
    wanted = {"": target.place.home} if source.at else None
    guessed = question.flow.src_port is None
    leg = Leg(
        question.topology,
        trace,
        question.reply(source),
        target.place.vpc,
        wanted,
        guessed=guessed,
        entry=source.at,
    )
    if source.at and not source.at.startswith("vgw-"):
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
    question.trace.through.add(INSIDE)
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
    arrival = _enter(leg, target.place, entry)
    arrive(leg, arrival, target.place, target.id)
    groups, home = target.groups or (), target.home
    admit(
        leg, target, source.address, lambda: Guard(groups, home, True, source.address, source.text, (), _lost)
    )


def _enter(leg: Leg, place: Place, entry: str) -> Arrival | None:
    if entry.startswith("vgw-"):
        return enter_by_gateway(leg, entry, place)
    if entry.startswith("tgw-attach-"):
        return _enter_by_attachment(leg, place.home, entry)
    leg.trace.lack(f"by which gateway {leg.packet.source_text} enters (vgw-… or tgw-attach-…)")
    return None


def _enter_by_attachment(leg: Leg, near: Home, entry: str) -> Arrival | None:
    fact = _entry(leg.topology, entry, near)
    if not leg.trace.known(fact):
        return None
    found = fact.value
    if found is None:
        _no_such_entry(leg.trace, entry)
        return None
    hop = leg.trace.hop("transit-gateway-attachment", entry, f"{found.kind or 'attachment'}, {found.state}")
    if found.state not in ("", "available", "modifying"):
        detail = f"{entry} of {found.gateway} is {found.state}, not available"
        leg.trace.block("tgw_no_attachment", "BAD_STATE_ATTACHMENT", entry, detail)
    if found.kind == "vpn" and found.resource:
        over_vpn(leg, found.resource, found.home, hop)
    elif found.kind == "direct-connect-gateway":
        over_direct_connect(leg, found.gateway, hop)
    outcome = onward(leg, Crossing(entry, found.gateway, found.home, None, (entry,)))
    if isinstance(outcome, Dead):
        leg.trace.block(outcome.reason, outcome.code, outcome.subject, outcome.detail, outcome.hop)
        return None
    return outcome


def _entry(topology: Topology, entry: str, near: Home) -> Fact[Attachment | None]:
    """Find an attachment in the target's Region, else in any: gateways of several Regions may be peered."""
    facts = []
    for region in dict.fromkeys((near.region, *topology.regions)):
        fact = attachment(topology, entry, "", Home(near.account, region))
        if fact.known and fact.value is not None:
            return fact
        facts.append(fact)
    missing = [gap for fact in facts for gap in fact.missing]
    return Unknown(*missing) if missing else Known(None)
