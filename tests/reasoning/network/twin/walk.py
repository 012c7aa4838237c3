"""Following a packet from a subnet, or from where it enters AWS, to where it is delivered (aws.md D.1, D.5)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import TypeVar

from . import routing, transit
from .gates import Joint, Packet, Place, acl_gate, acl_verdict
from .shapes import Facts, Log

APPLIANCES = ("eni", "i", "vpce", "core")
R = TypeVar("R", routing.Choice, transit.TransitChoice)


@dataclass
class Goal:
    """Where the packet should get: a subnet of a VPC, or out of AWS (by one gateway, if it is told).

    An empty VPC: it is not known where the address is; then the packet is only followed.
    """

    vpc: str = ""
    subnet: str = ""
    outside: bool = False
    gateway: str = ""


@dataclass(frozen=True)
class Stray:
    """A table (or a peering connection) that leads elsewhere, and how that is reported."""

    reason: str
    subject: str
    code: str


@dataclass
class Trip:
    """What became of a packet.  *vpc* is where it arrived, *gateway* where it left AWS; neither: lost.

    *stray*: it is lost because it was led elsewhere.  *rewritten*: a NAT may have put its own address in.
    *through*: the attachment subnets from one of which a transit gateway delivers it.
    """

    vpc: str = ""
    gateway: str = ""
    through: tuple[str, ...] = ()
    rewritten: bool = False
    joint: Joint = field(default_factory=lambda: Joint("unknown"))
    stray: Stray | None = None


@dataclass
class Walker:
    """Follows one packet in one direction and notes what stops it.

    *seen*: the kinds of what routes of VPCs led into.  *trying*: only to see where another route leads.
    """

    facts: Facts
    log: Log
    direction: str
    packet: Packet
    goal: Goal
    seen: list[str] = field(default_factory=list)
    trying: bool = False

    def block(self, reason: str, subject: str, code: str) -> Trip:
        """Note a blocker and say that the packet is lost."""
        self.log.block(reason, self.direction, subject, code)
        return Trip()

    def miss(self, what: str) -> Trip:
        """Note a gap and say that the packet is lost."""
        self.log.miss(what)
        return Trip()

    def elsewhere(self, table: str, by_default: bool, code: str = "MORE_SPECIFIC_ROUTE") -> Trip:
        """A route that leads elsewhere: a default route is no path at all, any other a wrong one (D.4)."""
        if table.startswith("tgw-rtb"):
            if by_default:
                return Trip(stray=Stray("tgw_no_route", table, "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"))
            return Trip(stray=Stray("wrong_target", table, "TGW_RTB_MORE_SPECIFIC_ROUTE"))
        if by_default:
            return Trip(stray=Stray("no_route", table, "NO_ROUTE_TO_DESTINATION"))
        return Trip(stray=Stray("wrong_target", table, code))

    def ended(self, trip: Trip) -> Trip:
        """The end of the whole way: now a stray is certain, and so is what was seen of a lost packet's way."""
        if trip.stray:
            self.block(trip.stray.reason, trip.stray.subject, trip.stray.code)
        if trip.joint.kind == "unknown":
            trip.joint = Joint("lost", seen=tuple(self.seen))
        return trip

    def best_of(self, table: str, routes: Sequence[R], follow: Callable[["Walker", R], Trip]) -> Trip:
        """Follow the first of a table's routes; of a wrong way only the table where it parts is told.

        Where another of its routes would lead to the goal, the way parts here.  Otherwise it does where a later
        table said, and what was met until then is told.
        """
        walker = replace(self, log=Log())
        trip = follow(walker, routes[0])
        if trip.stray and not self.trying:
            for other in routes[1:]:
                anyhow = replace(self.goal, gateway="")
                trial = replace(self, log=Log(), goal=anyhow, seen=[], trying=True)
                if not other.blackhole and self.is_there(follow(trial, other)):
                    return Trip(stray=Stray("wrong_target", table, "MORE_SPECIFIC_ROUTE"))
        if not trip.stray or trip.stray.subject != table:
            self.log.add(walker.log)
        return trip

    def is_there(self, trip: Trip) -> bool:
        """Whether a trip ended where the packet should get."""
        if self.goal.vpc:
            return trip.vpc == self.goal.vpc
        return bool(trip.gateway or (trip.vpc and not self.goal.outside))

    # --- out of a subnet

    def from_subnet(self, subnet_id: str, vpc: str) -> Trip:
        """Look up the subnet's table and follow the route to the end of the way."""
        if subnet_id == self.goal.subnet:
            return Trip(vpc, joint=Joint("same"))  # within a subnet no table is asked
        choices = routing.choose(self.facts, routing.table_of(self.facts, subnet_id, vpc), self.packet.target)
        best = choices.best
        if not choices.known:
            return self.ended(self.miss(f"route table of {subnet_id}"))
        if not best.target:
            return self.ended(self.block("no_route", choices.table, "NO_ROUTE_TO_DESTINATION"))
        if best.blackhole:
            return self.ended(self.into_blackhole(best, vpc))
        return self.ended(
            self.best_of(
                choices.table, choices.routes, lambda walker, one: walker.follow(one, subnet_id, vpc)
            )
        )

    def follow(self, choice: routing.Choice, subnet_id: str, vpc: str) -> Trip:
        """Follow one route of a subnet's table."""
        kind = routing.kind_of(choice.target)
        if kind == "local":
            if self.goal.outside or self.goal.vpc not in ("", vpc):
                return self.elsewhere(choice.table, False, "VPC_LOCAL_ROUTE_CIDR_RESTRICTION")
            return Trip(vpc, joint=Joint("same"))
        self.seen.append(kind)
        if kind == "pcx":
            return self.over_peering(choice, vpc)
        if kind == "tgw":
            return self.into_gateway(choice, subnet_id, vpc)
        if kind == "vgw" and (self.goal.outside or not self.goal.vpc):
            return self.out_by_vgw(choice, vpc)
        if kind in APPLIANCES:
            return self.miss(f"what {choice.target} does with the packet")
        if kind == "nat" and self.nat_knows(vpc, choice.table):
            self.log.miss(f"what {choice.target} does with the packet")
            return Trip(rewritten=True)
        return self.elsewhere(choice.table, choice.by_default)

    def into_blackhole(self, choice: routing.Choice, vpc: str) -> Trip:
        """A blackhole swallows the packet; a peering connection it was meant for is looked at all the same."""
        self.block("blackhole", choice.table, "BAD_STATE_ROUTE")
        pcx = routing.peering_of(self.facts, choice.target)
        if pcx and pcx.get("Status", {}).get("Code") != "active":
            self.block("peering_state", choice.target, "BAD_STATE_ATTACHMENT")
        return Trip()

    def nat_knows(self, vpc: str, own: str) -> bool:
        """Whether another table of the VPC leads on to the address, as that of the NAT's subnet may (D.4).

        Not for a reply: translated, it would be no reply any more.
        """
        if self.direction == "return":
            return False
        if not self.facts.owner_shows_all(vpc, "describe_route_tables"):
            return True
        for _, _, table in self.facts.listed("describe_route_tables"):
            if table["VpcId"] == vpc and table["RouteTableId"] != own:
                other = routing.choose(self.facts, table, self.packet.target)
                ends = other.best.blackhole or routing.kind_of(other.best.target) in (
                    "",
                    "igw",
                    "nat",
                    "eigw",
                )
                if not other.known or not ends:
                    return True
        return False

    def over_peering(self, choice: routing.Choice, vpc: str) -> Trip:
        """A peering connection carries only the two VPCs' own addresses and must be active."""
        pcx = routing.peering_of(self.facts, choice.target)
        if pcx is None:
            return self.miss(f"peering connection {choice.target}")
        sides = routing.peering_sides(pcx)
        far = [one for one in sides if one.get("VpcId") != vpc]
        if len(far) != 1:
            return self.elsewhere(choice.table, choice.by_default)
        if pcx.get("Status", {}).get("Code") != "active":
            self.block("peering_state", choice.target, "BAD_STATE_ATTACHMENT")
        if self.goal.outside or far[0]["VpcId"] != self.goal.vpc:
            cidrs = routing.side_cidrs(far[0])
            if cidrs and not any(routing.inside(self.packet.target, one) for one in cidrs):
                return Trip(stray=Stray("peering_cidr", choice.target, "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"))
            if self.goal.outside or self.goal.vpc:
                return self.elsewhere(choice.table, choice.by_default)
        return Trip(far[0]["VpcId"], joint=Joint("peering", sides[0].get("Region") == sides[1].get("Region")))

    def out_by_vgw(self, choice: routing.Choice, vpc: str) -> Trip:
        """A packet leaves by the virtual private gateway."""
        if self.goal.gateway not in ("", choice.target):
            return self.elsewhere(choice.table, choice.by_default)
        if not self.at_vgw(choice.target, vpc):
            return Trip()
        return Trip(gateway=choice.target, joint=Joint("outside"))

    def at_vgw(self, vgw_id: str, vpc: str) -> bool:
        """Judge a virtual private gateway between its VPC and the outside; False when it is unknown.

        Without any VPN connection there may be Direct Connect, which no call of ours shows: passes.
        """
        vgw = routing.gateway_of_vpc(self.facts, vgw_id)
        if vgw is None:
            self.miss(f"virtual private gateway {vgw_id}")
            return False
        if not any(
            one.get("VpcId") == vpc and one.get("State") == "attached"
            for one in vgw.get("VpcAttachments", [])
        ):
            self.block("vgw_detached", vgw_id, "BAD_STATE_ATTACHMENT")
        vpns, complete = routing.vpns_of(self.facts, vgw_id)
        up = [one for one in vpns if routing.vpn_up(one)]
        if not complete and not up:
            self.miss(f"VPN connections of {vgw_id}")
        elif vpns and not up:
            self.block("vpn_down", vpns[0]["VpnConnectionId"], "BAD_STATE_VPN")
        outward = self.goal.outside or not self.goal.vpc
        if up and outward and not any(routing.vpn_knows(one, self.packet.target) for one in up):
            self.block("vgw_no_route", vgw_id, "VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS")
        return True

    # --- transit gateway

    def into_gateway(self, choice: routing.Choice, subnet_id: str, vpc: str) -> Trip:
        """From a VPC into a transit gateway: an attachment, with a subnet in the sender's zone."""
        one, certain = transit.vpc_attachment(self.facts, vpc, choice.target)
        if one is None:
            if certain:
                return self.block("tgw_no_attachment", choice.target, "NO_POSSIBLE_DESTINATION")
            return self.miss(f"attachment of {vpc} to {choice.target}")
        self.attachment_state(one)
        near, sure = transit.subnets_in_zone(self.facts, one, subnet_id)
        if near:
            acl_gate(self.facts, self.log, self.direction, Place(near[0], vpc), False, self.packet)
        elif sure:
            self.block("tgw_attachment_az", one.id, "TGW_ROUTE_AZ_RESTRICTION")
        else:
            self.log.miss(f"zones of {one.id}")
        trip = self.across(one, subnet_id, ())
        if trip.gateway and self.goal.gateway.startswith("vgw-"):
            return self.elsewhere(choice.table, choice.by_default)  # the ways out part here already
        return trip

    def attachment_state(self, one: transit.Attachment) -> None:
        """An attachment must be available, and carry IPv6 only when told to."""
        if not one.state:
            self.log.miss(f"state of {one.id}")
        elif one.state not in (("available",) if one.kind == "peering" else ("available", "modifying")):
            reason = "tgw_peering_state" if one.kind == "peering" else "tgw_no_attachment"
            self.block(reason, one.id, "BAD_STATE_ATTACHMENT")
        if one.ipv6 == "disable" and ip_address(self.packet.target).version == 6:
            self.block("address_family", one.id, "NO_PATH")

    def across(self, one: transit.Attachment, subnet_id: str, crossed: tuple[str, ...]) -> Trip:
        """From an attachment through a gateway, by the table of the way in; *crossed*: tables so far.

        The sender's zone is kept between VPC attachments of one gateway only.
        """
        table, certain = transit.table_for(self.facts, one)
        if not table:
            if certain:
                return self.block("tgw_no_association", one.id, "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION")
            return self.miss(f"table of {one.id} at {one.gateway}")
        routes = transit.look_up(self.facts, table, self.packet.target)
        if routes is None:
            return self.miss(f"routes of {table}")
        if not routes:
            return self.elsewhere(table, True)
        if routes[0].blackhole:
            return self.block("tgw_blackhole", table, "TGW_RTB_BAD_STATE_ROUTE")
        if table in crossed:
            return self.elsewhere(table, routes[0].prefix == 0)

        def leave(walker: "Walker", choice: transit.TransitChoice) -> Trip:
            way_out = walker.way_out(choice, one.gateway)
            if way_out.kind == "vpc":
                joint = Joint(
                    "gateway", gateway=one.gateway, attachments=(one.id, way_out.id), one_gateway=not crossed
                )
                return walker.into_vpc(way_out, subnet_id, table, choice.prefix == 0, joint)
            if way_out.kind != "peering":
                return walker.out_by_attachment(way_out, table, choice)
            walker.attachment_state(way_out)
            following = transit.attachment(walker.facts, way_out.id, way_out.far) if way_out.far else None
            if following is None:
                return walker.miss(f"far side of {way_out.id}")
            return walker.across(following, "", (*crossed, table))

        return self.best_of(table, routes, leave)

    def way_out(self, choice: transit.TransitChoice, gateway: str) -> transit.Attachment:
        """The attachment a gateway's route leads to; of several (ECMP) the one asked for, else one that works."""
        ways = []
        for entry in choice.attachments:
            name = entry["TransitGatewayAttachmentId"]
            ways.append(
                transit.attachment(self.facts, name, gateway)
                or transit.Attachment(name, gateway, entry["ResourceType"], entry["ResourceId"], "")
            )
        if len(ways) == 1:
            return ways[0]
        working = []
        for each in ways:
            trial = replace(self, log=Log(), seen=[], trying=True)
            trial.at_attachment(each)
            if each.id == self.goal.gateway:
                return each
            if not trial.log.blockers:
                working.append(each)
        return (working or ways)[0]

    def into_vpc(
        self, one: transit.Attachment, subnet_id: str, table: str, by_default: bool, joint: Joint
    ) -> Trip:
        """Out of a transit gateway into a VPC, by the attachment subnet in the packet's zone, else by any.

        In appliance mode by any: the gateway keeps to the zone of the flow's first packet, which may be another.
        Between any of several subnets nobody can tell: a blocker only when all of them refuse.
        """
        if self.goal.outside or (self.goal.vpc and one.resource != self.goal.vpc):
            return self.elsewhere(table, by_default)
        self.attachment_state(one)
        near, _ = transit.subnets_in_zone(self.facts, one, subnet_id)
        candidates = (near if not one.appliance else []) or one.subnets
        if not candidates:
            self.log.miss(f"subnets of {one.id}")
            return Trip(one.resource, joint=joint, through=("", self.goal.subnet))
        lost = self.landed(one.resource, candidates, table, by_default)
        if lost:
            return lost
        if self.goal.vpc:
            self.leave_attachment(candidates)
        return Trip(one.resource, joint=joint, through=tuple(candidates))

    def landed(self, vpc: str, candidates: list[str], table: str, by_default: bool) -> Trip | None:
        """In the attachment's subnet its own table is asked (centralized inspection); None: the VPC delivers.

        Where the subnets (any of which it may be) differ, nobody can tell.
        """
        found: list[tuple[str, str]] = []
        for each in candidates:
            choices = routing.choose(self.facts, routing.table_of(self.facts, each, vpc), self.packet.target)
            best, kind = choices.best, routing.kind_of(choices.best.target)
            if each == self.goal.subnet:
                found.append(("local", table))  # within a subnet no table is asked
            elif not choices.known:
                found.append(("unknown", f"route table of {each}"))
            elif best.blackhole:
                found.append(("blackhole", choices.table))
            elif kind in APPLIANCES or (kind == "nat" and self.nat_knows(vpc, choices.table)):
                found.append(("appliance", best.target))
            elif kind not in ("local", ""):
                found.append(("wrong", choices.table))
            else:
                found.append(("local" if kind or self.goal.vpc else "not here", table))
        kinds = {kind for kind, _ in found}
        if kinds == {"local"}:
            return None
        if kinds == {"not here"}:
            return self.elsewhere(table, by_default)
        if kinds == {"wrong"}:
            return self.elsewhere(found[0][1], False)
        if kinds == {"blackhole"}:
            return self.block("blackhole", found[0][1], "BAD_STATE_ROUTE")
        self.log.miss(f"what {' or '.join(what for _, what in found)} does with the packet")
        return None if kinds == {"local", "unknown"} or kinds == {"unknown"} else Trip()

    def leave_attachment(self, candidates: list[str]) -> None:
        """From the attachment's subnet to the target's: outbound, but not at all within one subnet (fact 2)."""
        verdicts = []
        for each in candidates:
            if each == self.goal.subnet:
                verdicts.append((True, ""))
            else:
                verdicts.append(acl_verdict(self.facts, Place(each, self.goal.vpc), True, self.packet))
        if all(verdict is False for verdict, _ in verdicts):
            self.block("nacl_egress", verdicts[0][1], "SUBNET_ACL_RESTRICTION")
        elif any(verdict is not True for verdict, _ in verdicts):
            self.log.miss(f"which of {','.join(candidates)} the packet leaves by, and its network ACL")

    def out_by_attachment(self, one: transit.Attachment, table: str, choice: transit.TransitChoice) -> Trip:
        """A packet leaves AWS by a VPN or Direct Connect attachment."""
        if self.goal.vpc and not self.goal.outside:
            return self.elsewhere(table, choice.prefix == 0)
        if self.goal.gateway.startswith("tgw-") and one.id != self.goal.gateway:
            return self.elsewhere(table, choice.prefix == 0)
        self.at_attachment(one)
        return Trip(gateway=one.id, joint=Joint("outside"))

    def at_attachment(self, one: transit.Attachment) -> None:
        """Judge an attachment to the outside: its state, and of a VPN the tunnels."""
        self.attachment_state(one)
        if one.kind != "vpn":
            return
        found = self.facts.find("describe_vpn_connections", "VpnConnectionId", one.resource)
        if found is None:
            self.log.miss(f"VPN connection {one.resource}")
        elif not routing.vpn_up(found[2]):
            self.block("vpn_down", one.resource, "TGW_BAD_STATE_VPN")
