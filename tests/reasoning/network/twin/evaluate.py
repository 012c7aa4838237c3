"""Judge one flow: both ends, both ways, every gate (contracts.md section 5, aws.md D.1)."""

import re
from dataclasses import replace
from ipaddress import ip_address, ip_network

from . import routing, transit
from .ends import Source, Target, find_goal, find_source
from .gates import Joint, Packet, Place, acl_gate, acl_verdict, group_gate, number
from .shapes import Facts, Log, Thing, inside
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
    entry = flow.get("src_at") or ""
    goal = find_goal(facts, log, source, request, lambda: vpcs_behind(facts, entry, request))
    if goal is not None:
        at_target(facts, log, goal, protocol)
    trip = there_from(facts, log, source, goal, request)
    if source.subnet and trip.rewritten and goal is not None:
        let_out(facts, log, source, goal, request, trip)
        behind_nat(facts, log, source, goal, request, reply)
        return
    returned, trip = back_to(facts, log, source, goal, reply, entry, trip, request)
    gates(facts, log, source, goal, request, reply, (trip, returned))


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
        if not facts.complete(target.eni["OwnerId"], target.region, "describe_vpc_endpoints"):
            log.miss(f"endpoint of {eni_id}")
    elif found["State"].lower() not in ("available", "partial"):
        log.block("endpoint_state", "forward", found["VpcEndpointId"], "BAD_STATE")
    if protocol != "6":
        log.block("protocol", "forward", eni_id, "PROTOCOL_RESTRICTION")


# --- the trips


def there_from(facts: Facts, log: Log, source: Source, target: Target | None, request: Packet) -> Trip:
    """Follow the request of a caller in a VPC."""
    if not source.subnet:
        return Trip()
    goal = Goal(target.eni["VpcId"], target.eni["SubnetId"]) if target else Goal()
    return Walker(facts, log, "forward", request, goal).from_subnet(source.subnet, source.vpc)


def back_to(
    facts: Facts,
    log: Log,
    source: Source,
    target: Target | None,
    reply: Packet,
    entry: str,
    trip: Trip,
    request: Packet,
) -> tuple[Trip, Trip]:
    """Follow the reply, and the request of an outside caller: it enters where replies leave, unless told."""
    vpc = target.eni["VpcId"] if target else ""
    subnet = target.eni["SubnetId"] if target else ""
    returned = Trip()
    if source.subnet:
        if target:
            walker = Walker(facts, log, "return", reply, Goal(source.vpc, source.subnet))
            returned = walker.from_subnet(subnet, vpc)
        return returned, trip
    if target:
        walker = Walker(facts, log, "return", reply, Goal(outside=bool(entry), gateway=entry))
        returned = walker.from_subnet(subnet, vpc)
        if returned.vpc and not entry:
            in_vpc_after_all(facts, log, source, returned.vpc)
    walker = Walker(facts, log, "forward", request, Goal(vpc, subnet))
    return returned, enter(walker, entry or returned.gateway)


def in_vpc_after_all(facts: Facts, log: Log, source: Source, vpc: str) -> None:
    """Replies get to a VPC: so an interface there has the address, which is not known."""
    if facts.owner_shows_all(vpc, "describe_network_interfaces"):
        log.block("no_source", "return", source.name, "NO_SOURCE_OR_DESTINATION")
    else:
        log.miss(f"interface with {source.name}")


def vpcs_behind(facts: Facts, entry: str, request: Packet) -> tuple[list[str], str]:
    """The VPCs that a packet gets to which enters by a gateway, or by what it leaves AWS again."""
    if entry.startswith("vgw-"):
        found = facts.find("describe_vpn_gateways", "VpnGatewayId", entry)
        return [one["VpcId"] for one in found[2].get("VpcAttachments", [])] if found else [], ""
    if entry.startswith("tgw-"):
        trip = enter(Walker(facts, Log(), "forward", request, Goal()), entry)
        return [trip.vpc], trip.gateway
    return [], ""


def behind_nat(
    facts: Facts, log: Log, source: Source, target: Target, request: Packet, reply: Packet
) -> None:
    """Behind a NAT the packet has another address of the VPC: only what all of them meet is certain.

    Group membership is lost (D.2).
    """
    log.miss("what the far side says to a translated address")
    logs = []
    for subnet, address in samples(facts, source.vpc):
        one = Log()
        logs.append(one)
        there, back = replace(request, source=address), replace(reply, target=address)
        seen = Source(address, source.name, subnet, source.vpc)
        walker = Walker(facts, one, "return", back, Goal(source.vpc, subnet))
        returned = walker.from_subnet(target.eni["SubnetId"], target.eni["VpcId"])
        there_at = Place(target.eni["SubnetId"], target.eni["VpcId"])
        groups = [each["GroupId"] for each in target.eni.get("Groups", [])]
        group_gate(facts, one, groups, [], there, False, Joint("outside"), target.endpoint)
        if subnet != there_at.subnet:
            delivered(facts, one, "forward", there_at, there, Trip())
            acl_gate(facts, one, "return", there_at, True, back)
            delivered(facts, one, "return", Place(seen.subnet, seen.vpc), back, returned)
    for blocker in logs[0].blockers if logs else ():
        if all(blocker in one.blockers for one in logs):
            log.block(**blocker)


def samples(facts: Facts, vpc: str) -> list[tuple[str, str]]:
    """Addresses of a VPC's subnets, at least one of every stretch that anything in the snapshot tells apart."""
    edges = set()
    for text in set(re.findall(r"'([0-9a-f.:]+/\d+)'", str(facts.accounts))):
        block = ip_network(text, strict=False)
        edges |= {block[0], block[-1], *(block[0] + step for step in (-1,) if int(block[0]))}
        edges |= {block[-1] + 1} if int(block[-1]) + 1 < 1 << block.max_prefixlen else set()
    found = []
    for _, _, subnet in facts.listed("describe_subnets"):
        if subnet["VpcId"] == vpc:
            within = ip_network(subnet["CidrBlock"])
            found += [(subnet["SubnetId"], str(each)) for each in edges if each in within]
    return found


def enter(walker: Walker, entry: str) -> Trip:
    """A request that enters AWS at a gateway; without one nothing can be said of its way."""
    facts, log = walker.facts, walker.log
    if entry.startswith("vgw-"):
        return enter_by_vgw(walker, entry)
    if entry.startswith("tgw-attach-"):
        gateways = [
            one["TransitGatewayId"]
            for _, _, one in facts.listed("describe_transit_gateway_attachments")
            if one["TransitGatewayAttachmentId"] == entry and one.get("TransitGatewayId")
        ]
        one = transit.attachment(facts, entry, gateways[0]) if gateways else None
        if one is None:
            known = facts.complete_everywhere("describe_transit_gateway_attachments")
            return unknown_entry(walker, entry, known)
        walker.at_attachment(one)
        trip = walker.ended(walker.across(one, "", ()))
        return Trip(trip.vpc, trip.gateway, joint=Joint("outside"), through=trip.through)
    if not log.blockers:
        log.miss("where the caller enters AWS")
    return Trip(joint=Joint("outside"))


def enter_by_vgw(walker: Walker, entry: str) -> Trip:
    """Through a virtual private gateway, which is in the account of its VPC, and by the VPC's edge table if any."""
    facts, vpc = walker.facts, walker.goal.vpc
    if facts.find("describe_vpn_gateways", "VpnGatewayId", entry) is None:
        if vpc:
            return unknown_entry(walker, entry, facts.owner_shows_all(vpc, "describe_vpn_gateways"))
        return unknown_entry(walker, entry, facts.complete_everywhere("describe_vpn_gateways"))
    if vpc:
        walker.at_vgw(entry, vpc)
        table, certain = routing.edge_table(facts, vpc, entry)
        if not table and not certain:
            walker.log.miss(f"edge table of {entry}")
        best = routing.choose(facts, table, walker.packet.target).best
        if table and best.target not in ("", "local"):
            walker.log.miss(f"what {best.target} does with the packet")
            return Trip(joint=Joint("outside"))
    return Trip(vpc, joint=Joint("outside"))


def unknown_entry(walker: Walker, entry: str, known: bool) -> Trip:
    """A gateway that is not in the snapshot."""
    if known:
        walker.log.block("unknown_resource", "forward", entry, "UNKNOWN_RESOURCE")
    else:
        walker.log.miss(entry)
    return Trip(joint=Joint("outside"))


def let_out(
    facts: Facts, log: Log, source: Source, target: Target | None, request: Packet, trip: Trip
) -> None:
    """The gates at a caller in a VPC, on the way out."""
    if not source.subnet:
        return
    there: list[str] | None = [one["GroupId"] for one in target.eni.get("Groups", [])] if target else None
    if source.groups is not None:
        group_gate(
            facts, log, source.groups, there, request, True, trip.joint, bool(target and target.endpoint)
        )
    near = (
        source.subnet == target.eni["SubnetId"] if target else in_subnet(facts, source.subnet, request.target)
    )
    if not near:
        acl_gate(facts, log, "forward", Place(source.subnet, source.vpc), True, request)


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
    let_out(facts, log, source, target, request, trip)
    if target is None:
        return
    there = [one["GroupId"] for one in target.eni.get("Groups", [])]
    ours = source.groups if source.subnet else []
    joint = trip.joint if source.subnet else Joint("outside")
    group_gate(facts, log, there, ours, request, False, joint, target.endpoint)
    subnet = target.eni["SubnetId"]
    if source.subnet == subnet:
        return
    if source.subnet:
        delivered(facts, log, "return", Place(source.subnet, source.vpc), reply, returned)
    there_at = Place(subnet, target.eni["VpcId"])
    delivered(facts, log, "forward", there_at, request, trip)
    acl_gate(facts, log, "return", there_at, True, reply)


def in_subnet(facts: Facts, subnet_id: str, address: str) -> bool:
    """Whether an address is one of a subnet."""
    subnet = facts.subnet(subnet_id) or {}
    blocks = [subnet.get("CidrBlock", "")]
    blocks += [each["Ipv6CidrBlock"] for each in subnet.get("Ipv6CidrBlockAssociationSet", [])]
    return any(inside(address, each) for each in blocks if each)


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
