"""Following a packet from a subnet, or from where it enters AWS, to where it is delivered (aws.md D.1, D.5)."""

from dataclasses import dataclass, field
from ipaddress import ip_address

from . import routing, transit
from .gates import Joint, Packet, Place, acl_gate, acl_verdict
from .shapes import Facts, Log


@dataclass
class Goal:
    """Where the packet should get: a subnet of a VPC, or out of AWS (by one gateway, if it is told).

    An empty VPC: it is not known where the address is; then the packet is only followed.
    """

    vpc: str = ""
    subnet: str = ""
    outside: bool = False
    gateway: str = ""


@dataclass
class Trip:
    """What became of a packet.  *vpc* is where it arrived, *gateway* where it left AWS; neither: lost.

    *rewritten*: a NAT may have put its own address in.
    *through*: the attachment subnets from one of which a transit gateway delivers it.
    """

    vpc: str = ""
    gateway: str = ""
    through: tuple[str, ...] = ()
    rewritten: bool = False
    joint: Joint = field(default_factory=lambda: Joint("unknown"))


@dataclass
class Walker:
    """Follows one packet in one direction and notes what stops it."""

    facts: Facts
    log: Log
    direction: str
    packet: Packet
    goal: Goal

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
                return self.block("tgw_no_route", table, "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT")
            return self.block("wrong_target", table, "TGW_RTB_MORE_SPECIFIC_ROUTE")
        if by_default:
            return self.block("no_route", table, "NO_ROUTE_TO_DESTINATION")
        return self.block("wrong_target", table, code)

    # --- out of a subnet

    def from_subnet(self, subnet_id: str, vpc: str) -> Trip:
        """Look up the subnet's table and follow the route."""
        if subnet_id == self.goal.subnet:
            return Trip(vpc, joint=Joint("same"))  # within a subnet no table is asked
        choice = routing.choose(self.facts, routing.table_of(self.facts, subnet_id, vpc), self.packet.target)
        if not choice.known:
            return self.miss(f"route table of {subnet_id}")
        if not choice.target:
            return self.block("no_route", choice.table, "NO_ROUTE_TO_DESTINATION")
        if choice.blackhole:
            return self.into_blackhole(choice, vpc)
        kind = routing.kind_of(choice.target)
        if kind == "local":
            if not self.goal.vpc and not self.goal.outside:
                return Trip(vpc, joint=Joint("same"))
            if self.goal.vpc == vpc:
                return Trip(vpc, joint=Joint("same"))
            return self.elsewhere(choice.table, False, "VPC_LOCAL_ROUTE_CIDR_RESTRICTION")
        if kind == "pcx":
            return self.over_peering(choice, vpc)
        if kind == "tgw":
            return self.into_gateway(choice, subnet_id, vpc)
        if kind == "vgw" and self.goal.outside:
            return self.out_by_vgw(choice, vpc)
        if kind == "vgw" and not self.goal.vpc:
            return Trip(gateway=choice.target)
        if kind in ("eni", "i", "vpce", "core"):
            return self.miss(f"what {choice.target} does with the packet")
        if kind == "nat" and self.direction == "forward" and self.nat_knows(vpc, choice.table):
            self.log.miss(f"what {choice.target} does with the packet")
            return Trip(rewritten=True)  # a reply that is translated is no reply any more
        return self.elsewhere(choice.table, choice.by_default)

    def into_blackhole(self, choice: routing.Choice, vpc: str) -> Trip:
        """A blackhole swallows the packet; a peering connection it was meant for is looked at all the same."""
        self.block("blackhole", choice.table, "BAD_STATE_ROUTE")
        pcx = routing.peering_of(self.facts, choice.target)
        if pcx and pcx.get("Status", {}).get("Code") != "active":
            self.block("peering_state", choice.target, "BAD_STATE_ATTACHMENT")
        return Trip()

    def nat_knows(self, vpc: str, own: str) -> bool:
        """Whether another table of the VPC leads on to the address, as that of the NAT's subnet may (D.4)."""
        for _, _, table in self.facts.listed("describe_route_tables"):
            if table["VpcId"] == vpc and table["RouteTableId"] != own:
                other = routing.choose(self.facts, table, self.packet.target)
                if not other.known or routing.kind_of(other.target) in (
                    "local", "pcx", "tgw", "vgw", "core",
                ):  # fmt: skip
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
        cidrs = routing.side_cidrs(far[0])
        if cidrs and not any(routing.inside(self.packet.target, one) for one in cidrs):
            if choice.by_default:
                return self.elsewhere(choice.table, True)
            return self.block("peering_cidr", choice.target, "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR")
        if (self.goal.vpc and far[0]["VpcId"] != self.goal.vpc) or self.goal.outside:
            return self.elsewhere(choice.table, choice.by_default)
        return Trip(far[0]["VpcId"], joint=Joint("peering", sides[0].get("Region") == sides[1].get("Region")))

    def out_by_vgw(self, choice: routing.Choice, vpc: str) -> Trip:
        """A reply leaves by the virtual private gateway."""
        if self.goal.gateway and self.goal.gateway != choice.target:
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
            for one in vpns:
                self.block("vpn_down", one["VpnConnectionId"], "BAD_STATE_VPN")
        if up and self.goal.outside and not any(routing.vpn_knows(one, self.packet.target) for one in up):
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
        return self.across(one, subnet_id)

    def attachment_state(self, one: transit.Attachment) -> None:
        """An attachment must be available, and carry IPv6 only when told to."""
        if not one.state:
            self.log.miss(f"state of {one.id}")
        elif one.state != "available":
            reason = "tgw_peering_state" if one.kind == "peering" else "tgw_no_attachment"
            self.block(reason, one.id, "BAD_STATE_ATTACHMENT")
        if one.ipv6 == "disable" and ip_address(self.packet.target).version == 6:
            self.block("address_family", one.id, "NO_PATH")

    def across(self, one: transit.Attachment, subnet_id: str) -> Trip:
        """From an attachment through one or several gateways, each by the table of the way in."""
        joint = Joint("gateway", gateway=one.gateway, attachments=(one.id,))
        seen = []
        while True:
            table, certain = transit.table_for(self.facts, one)
            if not table:
                if certain:
                    return self.block("tgw_no_association", one.id, "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION")
                return self.miss(f"table of {one.id} at {one.gateway}")
            choice = transit.look_up(self.facts, table, self.packet.target)
            if not choice.known:
                return self.miss(f"routes of {table}")
            if choice.blackhole:
                return self.block("tgw_blackhole", table, "TGW_RTB_BAD_STATE_ROUTE")
            if not choice.attachments:
                return self.block("tgw_no_route", table, "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT")
            if (one.gateway, table) in seen:
                return self.elsewhere(table, choice.prefix == 0)
            seen.append((one.gateway, table))
            way_out = self.way_out(choice, one.gateway)
            if way_out.kind == "vpc":
                joint.attachments += (way_out.id,)
                return self.into_vpc(way_out, subnet_id, table, choice.prefix == 0, joint)
            if way_out.kind != "peering":
                return self.out_by_attachment(way_out, table, choice)
            self.attachment_state(way_out)
            joint.one_gateway = False
            subnet_id = ""  # the zone is kept between VPC attachments of one gateway only
            following = transit.attachment(self.facts, way_out.id, way_out.far) if way_out.far else None
            if following is None:
                return self.miss(f"far side of {way_out.id}")
            one = following

    def way_out(self, choice: transit.TransitChoice, gateway: str) -> transit.Attachment:
        """The attachment a gateway's route leads to; of several the one that is asked for."""
        entries = choice.attachments
        entry = next(
            (one for one in entries if one["TransitGatewayAttachmentId"] == self.goal.gateway), entries[0]
        )
        known = transit.attachment(self.facts, entry["TransitGatewayAttachmentId"], gateway)
        return known or transit.Attachment(
            entry["TransitGatewayAttachmentId"], gateway, entry["ResourceType"], entry["ResourceId"], ""
        )

    def into_vpc(
        self, one: transit.Attachment, subnet_id: str, table: str, by_default: bool, joint: Joint
    ) -> Trip:
        """Out of a transit gateway into a VPC, by the attachment subnet in the packet's zone, else by any.

        Between any of several subnets nobody can tell: a blocker only when all of them refuse.
        """
        if self.goal.outside or (self.goal.vpc and one.resource != self.goal.vpc):
            return self.elsewhere(table, by_default)
        self.attachment_state(one)
        near, _ = transit.subnets_in_zone(self.facts, one, subnet_id)
        candidates = near or one.subnets
        if not candidates:
            self.log.miss(f"subnets of {one.id}")
            return Trip(one.resource, joint=joint, through=("", self.goal.subnet))
        if self.goal.vpc:
            self.leave_attachment(candidates)
        return Trip(one.resource, joint=joint, through=tuple(candidates))

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
        """A reply leaves AWS by a VPN or Direct Connect attachment."""
        if not self.goal.outside and not self.goal.vpc:
            return Trip(gateway=one.id)
        if not self.goal.outside or (self.goal.gateway and one.id != self.goal.gateway):
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
