"""Judge one flow: both ends, both ways, every gate (contracts.md section 5, aws.md D.1)."""

from ipaddress import ip_address

from . import transit
from .ends import Source, Target, find_goal, find_source
from .gates import Joint, Packet, Place, acl_gate, acl_verdict, group_gate, number
from .shapes import Facts, Log, Thing
from .walk import Goal, Trip, Walker


def evaluate(snapshot: Thing, flow: Thing) -> Thing:
    """Return ``reachable``, ``blockers`` and ``unknown`` of one flow."""
    log = Log()
    judge(Facts(snapshot), log, flow)
    reachable = False if log.blockers else None if log.unknown else True
    return {
        "reachable": reachable,
        "blockers": log.blockers,
        "unknown": bool(log.unknown),
        "missing": log.unknown,
    }


def judge(facts: Facts, log: Log, flow: Thing) -> None:
    """Find both ends, then judge the gates and the two trips between them."""
    target = str(ip_address(flow["dst_ip"]))
    version = ip_address(target).version
    source = find_source(facts, log, flow, version)
    if source is None:
        return
    if source.address is None:
        log.block("address_family", "forward", source.name, "UNASSOCIATED_COMPONENT")
        return
    protocol = number(flow.get("protocol") or "tcp")
    port = int(flow.get("dst_port") or 443)
    there, back = (port, port), asked_ports(flow, source)
    if protocol in ("1", "58"):
        there, back = ((8, 8), (0, 0)) if protocol == "1" else ((128, 128), (129, 129))
    request = Packet(source.address, target, protocol, there)
    reply = Packet(target, source.address, protocol, back)
    goal = find_goal(facts, log, source, request)
    if goal is not None:
        at_target(facts, log, goal, protocol)
    trips = both_trips(facts, log, flow, source, goal, request, reply)
    gates(facts, log, source, goal, request, reply, trips)


def asked_ports(flow: Thing, source: Source) -> tuple[int, int]:
    """The client's ports: as asked, else the range of its kind (aws.md D.3)."""
    asked = flow.get("src_port")
    if asked is None:
        return source.ports
    return (asked, asked) if isinstance(asked, int) else (int(asked[0]), int(asked[1]))


def at_target(facts: Facts, log: Log, target: Target, protocol: str) -> None:
    """An interface endpoint must be available and takes TCP only (A.5; state compares without case).

    ``partial`` means that some subnets work (A.5); this one has its interface, so it passes.
    """
    if not target.endpoint:
        return
    eni_id = target.eni["NetworkInterfaceId"]
    found = None
    for _, _, one in facts.listed("describe_vpc_endpoints"):
        if eni_id in one.get("NetworkInterfaceIds", []):
            found = one
    if found is None:
        log.miss(f"endpoint of {eni_id}")
    elif found["State"].lower() not in ("available", "partial"):
        log.block("endpoint_state", "forward", found["VpcEndpointId"], "BAD_STATE")
    if protocol != "6":
        log.block("protocol", "forward", eni_id, "PROTOCOL_RESTRICTION")


# --- the trips


def both_trips(
    facts: Facts, log: Log, flow: Thing, source: Source, target: Target | None, request: Packet, reply: Packet
) -> tuple[Trip, Trip]:
    """Follow the request and the reply.  An outside caller is where replies leave AWS, unless told."""
    forward, returned = Trip(), Trip()
    vpc = target.eni["VpcId"] if target else ""
    subnet = target.eni["SubnetId"] if target else ""
    if source.subnet:
        walker = Walker(facts, log, "forward", request, Goal(vpc, subnet))
        forward = walker.from_subnet(source.subnet, source.vpc)
        if target:
            walker = Walker(facts, log, "return", reply, Goal(source.vpc, source.subnet))
            returned = walker.from_subnet(subnet, vpc)
        return forward, returned
    entry = flow.get("src_at") or ""
    if target:
        walker = Walker(facts, log, "return", reply, Goal(outside=True, gateway=entry))
        returned = walker.from_subnet(subnet, vpc)
        entry = entry or returned.gateway
    walker = Walker(facts, log, "forward", request, Goal(vpc, subnet))
    return enter(walker, entry), returned


def enter(walker: Walker, entry: str) -> Trip:
    """A request that enters AWS at a gateway; without one nothing can be said of its way."""
    facts, log = walker.facts, walker.log
    if entry.startswith("vgw-"):
        found = facts.find("describe_vpn_gateways", "VpnGatewayId", entry)
        if found is None:
            return unknown_entry(walker, entry, "describe_vpn_gateways")
        if walker.goal.vpc:
            walker.at_vgw(entry, walker.goal.vpc)
        return Trip(walker.goal.vpc, joint=Joint("outside"))
    if entry.startswith("tgw-attach-"):
        gateways = [
            one["TransitGatewayId"]
            for _, _, one in facts.listed("describe_transit_gateway_attachments")
            if one["TransitGatewayAttachmentId"] == entry and one.get("TransitGatewayId")
        ]
        one = transit.attachment(facts, entry, gateways[0]) if gateways else None
        if one is None:
            return unknown_entry(walker, entry, "describe_transit_gateway_attachments")
        walker.at_attachment(one)
        trip = walker.across(one, "")
        return Trip(trip.vpc, joint=Joint("outside"), through=trip.through)
    if not log.blockers:
        log.miss("where the caller enters AWS")
    return Trip(joint=Joint("outside"))


def unknown_entry(walker: Walker, entry: str, operation: str) -> Trip:
    """A gateway that is not in the snapshot."""
    facts = walker.facts
    if all(facts.complete(account, region, operation) for account, region in facts.places()):
        walker.log.block("unknown_resource", "forward", entry, "UNKNOWN_RESOURCE")
    else:
        walker.log.miss(entry)
    return Trip(joint=Joint("outside"))


def gates(
    facts: Facts,
    log: Log,
    source: Source,
    target: Target | None,
    request: Packet,
    reply: Packet,
    trips: tuple[Trip, Trip],
) -> None:
    """Security groups once (stateful), network ACLs in both directions unless all is in one subnet."""
    trip, returned = trips
    there: list[str] | None = [one["GroupId"] for one in target.eni.get("Groups", [])] if target else None
    endpoint = bool(target and target.endpoint)
    if source.subnet and source.groups is not None:
        group_gate(facts, log, source.groups, there, request, True, trip.joint, endpoint)
    if target is None:
        if source.subnet:
            acl_gate(facts, log, "forward", Place(source.subnet, source.vpc), True, request)
        return
    ours = source.groups if source.subnet else []
    joint = trip.joint if source.subnet else Joint("outside")
    if trip.rewritten:
        log.miss("what the far side says to a translated address")
    inward = Log() if trip.rewritten else log
    group_gate(facts, inward, there or [], ours, request, False, joint, endpoint)
    subnet = target.eni["SubnetId"]
    if source.subnet == subnet:
        return
    if source.subnet:
        acl_gate(facts, log, "forward", Place(source.subnet, source.vpc), True, request)
        delivered(facts, log, "return", Place(source.subnet, source.vpc), reply, returned)
    there_at = Place(subnet, target.eni["VpcId"])
    delivered(facts, inward, "forward", there_at, request, trip)
    acl_gate(facts, log, "return", there_at, True, reply)


def delivered(facts: Facts, log: Log, direction: str, place: Place, packet: Packet, trip: Trip) -> None:
    """The inbound side of the last subnet; a transit gateway attached in that very subnet passes it by.

    Where the way is not known and the subnet holds an attachment, a refusal is no certain blocker.
    """
    if trip.through == (place.subnet,):
        return
    attached = any(
        place.subnet in one.get("SubnetIds", [])
        for _, _, one in facts.listed("describe_transit_gateway_vpc_attachments")
    )
    lost = not trip.vpc and not trip.gateway
    if place.subnet in trip.through or (lost and attached):
        if acl_verdict(facts, place, False, packet)[0] is not True:
            log.miss(f"whether the network ACL of {place.subnet} is asked")
        return
    acl_gate(facts, log, direction, place, False, packet)
