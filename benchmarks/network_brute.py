"""Whether a flow arrives and its replies come back, judged as one would in an afternoon, to compare with.

Straight from the AWS answers: objects are found by id (interfaces by address too), everything else is a scan with
``ipaddress``. It knows what the worlds of ``network_world`` hold: IPv4, and nothing unread. It stops at the first gate
that is closed, and says only yes or no.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network
from typing import Any

from msgspec import Struct

from apidoctor.reasoning.network import Flow
from benchmarks.network_world import Accounts, Item

_NUMBERS = {"icmp": "1", "tcp": "6", "udp": "17"}


class End(Struct, frozen=True):
    """A caller or a destination."""

    address: IPv4Address
    """Its address."""
    subnet: str
    """Its subnet; empty for one outside AWS."""
    vpc: str
    """Its VPC; empty for one outside AWS."""
    groups: tuple[str, ...]
    """Its security groups."""
    kind: str = ""
    """``InterfaceType``."""


class Way(Struct, frozen=True):
    """How routes carry a packet to its VPC, or out of AWS."""

    link: str
    """``local``, ``peering``, ``transit-gateway`` or ``outside``."""
    gateway: str = ""
    """By which it leaves AWS."""


class Packet(Struct, frozen=True):
    """One direction of a flow."""

    source: IPv4Address
    """Where it comes from."""
    destination: IPv4Address
    """Where it goes."""
    protocol: str
    """Protocol number."""
    ports: tuple[int, int]
    """First and last destination port; all of them have to pass."""


class Brute:
    """Judges flows through one world."""

    def __init__(self, accounts: Accounts) -> None:
        self._answers = [answers for regions in accounts.values() for answers in regions.values()]
        self._interfaces = self._by_id("describe_network_interfaces", "NetworkInterfaceId")
        self._by_address = {
            address["PrivateIpAddress"]: each
            for each in self._interfaces.values()
            for address in each["PrivateIpAddresses"]
        }
        self._by_instance = {each["Attachment"].get("InstanceId"): each for each in self._interfaces.values()}
        self._subnets = self._by_id("describe_subnets", "SubnetId")
        self._groups = self._by_id("describe_security_groups", "GroupId")
        self._peerings = self._by_id("describe_vpc_peering_connections", "VpcPeeringConnectionId")
        self._gateways = self._by_id("describe_vpn_gateways", "VpnGatewayId")
        self._connections = self._by_id("describe_vpn_connections", "VpnConnectionId")
        self._transit_gateways = self._by_id("describe_transit_gateways", "TransitGatewayId")
        self._attachments = self._by_id("describe_transit_gateway_attachments", "TransitGatewayAttachmentId")
        self._vpc_attachments = self._by_id("describe_transit_gateway_vpc_attachments", "VpcId")
        self._tables = self._by_vpc("describe_route_tables")
        self._acls = self._by_vpc("describe_network_acls")
        self._transit_tables = self._keyed("search_transit_gateway_routes")
        self._lists = self._keyed("get_managed_prefix_list_entries")

    def reachable(self, flow: Flow) -> bool:
        """Say whether the flow gets there and its replies get back."""
        asked = flow.dst_ip or ""
        item = self._by_address.get(asked)
        if item is None:
            return False
        target = _end(item, asked)
        source = self._source(flow)
        first, last = flow.src_port or ((1024, 65535) if source.kind == "lambda" else (32768, 60999))
        protocol, port = _NUMBERS[flow.protocol], flow.dst_port
        if protocol == "1":
            port = first = last = -1
        request = Packet(source.address, target.address, protocol, (port, port))
        reply = Packet(target.address, source.address, protocol, (first, last))
        if source.subnet == target.subnet:
            return self._lets_out(source, target, request, Way("local")) and self._admits(
                source, target, request, Way("local")
            )
        if not source.vpc:
            return self._from_outside(flow.src_at, source, target, request, reply)
        return self._from_inside(source, target, request, reply)

    def _from_inside(self, source: End, target: End, request: Packet, reply: Packet) -> bool:
        there = self._travels(source, target, request)
        return (
            there is not None
            and self._lets_out(source, target, request, there)
            and self._admits(source, target, request, there)
            and self._travels(target, source, reply) is not None
        )

    def _from_outside(self, at: str | None, source: End, target: End, request: Packet, reply: Packet) -> bool:
        if not self._passes(target.subnet, True, reply):
            return False
        back = self._leaves(target, "", reply)
        if back is None or (at and at != back.gateway):
            return False
        entry = at or back.gateway
        if entry.startswith("vgw-"):
            entered = self._through_gateway(entry, target.vpc, source.address)
            return (
                entered
                and self._passes(target.subnet, False, request)
                and self._admits(source, target, request, Way("outside"))
            )
        attached = self._attachments[entry]
        return (
            attached["State"] == "available"
            and self._is_up(attached["ResourceId"])
            and self._crosses(entry, "", target.vpc, request) is not None
            and self._arrives(target, "", True, request)
            and self._admits(source, target, request, Way("outside"))
        )

    # Ends

    def _source(self, flow: Flow) -> End:
        if flow.src_eni:
            item = self._interfaces[flow.src_eni]
            return _end(item, item["PrivateIpAddress"])
        if flow.src_instance:
            item = self._by_instance[flow.src_instance]
            return _end(item, item["PrivateIpAddress"])
        if flow.src_subnet:
            subnet = self._subnets[flow.src_subnet]
            hosts = list(ip_network(subnet["CidrBlock"]).hosts())[3:]
            free = next(each for each in hosts if str(each) not in self._by_address)
            return End(_address(str(free)), flow.src_subnet, subnet["VpcId"], flow.src_groups or ())
        text = flow.src_ip or ""
        found = self._by_address.get(text)
        if found is not None and not flow.src_at:
            return _end(found, text)
        return End(_address(text), "", "", ())

    # Routes

    def _travels(self, source: End, target: End, packet: Packet) -> Way | None:
        """Say how a packet gets from subnet to subnet, ACLs included; None when it does not."""
        if not self._passes(source.subnet, True, packet):
            return None
        way = self._leaves(source, target.vpc, packet)
        if way is None or not self._arrives(target, source.subnet, way.link == "transit-gateway", packet):
            return None
        return way

    def _leaves(self, end: End, wanted: str, packet: Packet) -> Way | None:
        route = _longest(self._routes(end), packet.destination)
        if route is None or route["State"] != "active":
            return None
        if route.get("GatewayId") == "local":
            return Way("local") if wanted == end.vpc else None
        if "VpcPeeringConnectionId" in route:
            return self._peered(route["VpcPeeringConnectionId"], end.vpc, wanted)
        if "TransitGatewayId" in route:
            return self._enters(end, wanted, packet)
        gateway = route.get("GatewayId", "")
        if gateway.startswith("vgw-") and not wanted:
            passed = self._through_gateway(gateway, end.vpc, packet.destination)
            return Way("outside", gateway) if passed else None
        return None

    def _routes(self, end: End) -> Iterator[tuple[IPv4Network, int, Item]]:
        """The routes of a subnet, as blocks with their priority."""
        main = None
        for table in self._tables[end.vpc]:
            for association in table["Associations"]:
                if association.get("SubnetId") == end.subnet:
                    return self._blocks(table["Routes"])
                if association["Main"]:
                    main = table
        assert main
        return self._blocks(main["Routes"])

    def _blocks(self, routes: Iterable[Item]) -> Iterator[tuple[IPv4Network, int, Item]]:
        for route in routes:
            listed = route.get("DestinationPrefixListId")
            propagated = "propagat" in (route.get("Type") or route.get("Origin", "")).lower()
            rank = 0 if route.get("GatewayId") == "local" else 3 if propagated else 2 if listed else 1
            for cidr in self._entries(listed) if listed else [route["DestinationCidrBlock"]]:
                yield IPv4Network(cidr), rank, route

    def _peered(self, connection: str, near: str, wanted: str) -> Way | None:
        found = self._peerings[connection]
        sides = {found[side]["VpcId"] for side in ("RequesterVpcInfo", "AccepterVpcInfo")}
        joined = sides == {near, wanted} and found["Status"]["Code"] == "active"
        return Way("peering") if joined else None

    def _enters(self, end: End, wanted: str, packet: Packet) -> Way | None:
        """Enter the transit gateway by a subnet in the sender's zone."""
        attachment = self._vpc_attachments[end.vpc]
        if attachment["State"] != "available":
            return None
        near = self._in_zone(attachment, end.subnet)
        if not near or not all(self._passes(each, False, packet) for each in near):
            return None
        return self._crosses(attachment["TransitGatewayAttachmentId"], end.vpc, wanted, packet)

    def _crosses(self, entry: str, sender: str, wanted: str, packet: Packet) -> Way | None:
        table = self._attachments[entry].get("Association", {}).get("TransitGatewayRouteTableId")
        routes = self._transit_tables[table]["Routes"] if table else ()
        route = _longest(self._blocks(routes), packet.destination)
        if route is None or route["State"] != "active":
            return None
        leads = route["TransitGatewayAttachments"][0]
        if leads["ResourceType"] == "vpn":
            out = not wanted and self._is_up(leads["ResourceId"])
            return Way("outside", leads["TransitGatewayAttachmentId"]) if out else None
        if leads["ResourceId"] != wanted or self._vpc_attachments[wanted]["State"] != "available":
            return None
        return Way("transit-gateway")

    def _in_zone(self, attachment: Item, subnet: str) -> list[str]:
        zone = self._subnets[subnet]["AvailabilityZoneId"]
        return [each for each in attachment["SubnetIds"] if self._subnets[each]["AvailabilityZoneId"] == zone]

    def _arrives(self, target: End, sender: str, over_gateway: bool, packet: Packet) -> bool:
        """Enter the target's subnet, from one of the transit gateway's when it comes that way."""
        if over_gateway:
            attachment = self._vpc_attachments[target.vpc]
            near = self._in_zone(attachment, sender) if sender else []
            exits = near or attachment["SubnetIds"]
            if not all(self._passes(each, True, packet) for each in exits):
                return False
        return self._passes(target.subnet, False, packet)

    def _through_gateway(self, gateway: str, vpc: str, outside: IPv4Address) -> bool:
        attached = self._gateways.get(gateway, {}).get("VpcAttachments", ())
        if not any(each["VpcId"] == vpc and each["State"] == "attached" for each in attached):
            return False
        mine = [each for each in self._connections.values() if each.get("VpnGatewayId") == gateway]
        return any(
            self._is_up(each["VpnConnectionId"])
            and (
                not each["Options"]["StaticRoutesOnly"]
                or any(outside in IPv4Network(route["DestinationCidrBlock"]) for route in each["Routes"])
            )
            for each in mine
        )

    def _is_up(self, connection: str) -> bool:
        return any(each["Status"] == "UP" for each in self._connections[connection]["VgwTelemetry"])

    # Network ACLs

    def _passes(self, subnet: str, egress: bool, packet: Packet) -> bool:
        """Say whether an ACL lets all ports of a packet pass: it is asked again wherever an entry begins or ends."""
        acl = self._acl(subnet)
        peer = packet.destination if egress else packet.source
        rules = [
            each
            for each in sorted(acl["Entries"], key=lambda each: each["RuleNumber"])
            if each["Egress"] is egress
            and each["Protocol"] in ("-1", packet.protocol)
            and "CidrBlock" in each
            and peer in IPv4Network(each["CidrBlock"])
        ]
        first, last = packet.ports
        edges = {first}
        for each in rules:
            if "PortRange" in each:
                edges.update((each["PortRange"]["From"], each["PortRange"]["To"] + 1))
        return all(_allowed(rules, port) for port in edges if first <= port <= last)

    def _acl(self, subnet: str) -> Item:
        acls = self._acls[self._subnets[subnet]["VpcId"]]
        for acl in acls:
            if any(each["SubnetId"] == subnet for each in acl["Associations"]):
                return acl
        return next(each for each in acls if each["IsDefault"])

    # Security groups

    def _lets_out(self, source: End, target: End, packet: Packet, way: Way) -> bool:
        named = target.groups if way.link in ("local", "peering") else ()
        return self._open(source.groups, "IpPermissionsEgress", packet.destination, named, packet)

    def _admits(self, source: End, target: End, packet: Packet, way: Way) -> bool:
        named = source.groups if self._are_seen(source, target, way) else ()
        if not self._open(target.groups, "IpPermissions", packet.source, named, packet):
            return False
        return target.kind != "vpc_endpoint" or (packet.protocol == "6" and self._is_available(target))

    def _are_seen(self, source: End, target: End, way: Way) -> bool:
        """Say whether rules may name the caller's groups."""
        if way.link in ("local", "peering"):
            return True
        if way.link != "transit-gateway" or target.kind == "vpc_endpoint":
            return False
        sides = [self._vpc_attachments[each.vpc] for each in (source, target)]
        gateway = self._transit_gateways[sides[0]["TransitGatewayId"]]
        options = [each["Options"]["SecurityGroupReferencingSupport"] for each in (gateway, *sides)]
        return all(each == "enable" for each in options)

    def _open(
        self, groups: tuple[str, ...], member: str, peer: IPv4Address, named: tuple[str, ...], packet: Packet
    ) -> bool:
        port = packet.ports[0]
        for group in groups:
            for rule in self._groups[group][member]:
                protocol = rule["IpProtocol"]
                if _NUMBERS.get(protocol, protocol) not in ("-1", packet.protocol):
                    continue
                if protocol in ("tcp", "udp") and not rule["FromPort"] <= port <= rule["ToPort"]:
                    continue
                if any(peer in IPv4Network(each["CidrIp"]) for each in rule["IpRanges"]):
                    return True
                for each in rule["PrefixListIds"]:
                    if any(peer in IPv4Network(cidr) for cidr in self._entries(each["PrefixListId"])):
                        return True
                for each in rule["UserIdGroupPairs"]:
                    if each["GroupId"] in named and each.get("PeeringStatus", "active") == "active":
                        return True
        return False

    def _is_available(self, target: End) -> bool:
        eni = self._by_address[str(target.address)]["NetworkInterfaceId"]
        for answers in self._answers:
            for endpoint in answers["describe_vpc_endpoints"]["VpcEndpoints"]:
                if eni in endpoint["NetworkInterfaceIds"]:
                    return bool(endpoint["State"] == "available")
        return True

    # Answers

    def _entries(self, name: str) -> list[str]:
        return [each["Cidr"] for each in self._lists[name]["Entries"]]

    def _listed(self, name: str) -> Iterator[Item]:
        for answers in self._answers:
            for listed in answers.get(name, {}).values():
                yield from listed

    def _by_id(self, name: str, field: str) -> dict[str, Item]:
        return {each[field]: each for each in self._listed(name)}

    def _by_vpc(self, name: str) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        for each in self._listed(name):
            found.setdefault(each["VpcId"], []).append(each)
        return found

    def _keyed(self, name: str) -> dict[str, Any]:
        return {key: value for answers in self._answers for key, value in answers.get(name, {}).items()}


def _end(item: Item, address: str) -> End:
    groups = tuple(each["GroupId"] for each in item["Groups"])
    return End(_address(address), item["SubnetId"], item["VpcId"], groups, item["InterfaceType"])


def _address(text: str) -> IPv4Address:
    address = ip_address(text)
    assert isinstance(address, IPv4Address)
    return address


def _longest(routes: Iterable[tuple[IPv4Network, int, Item]], address: IPv4Address) -> Item | None:
    held = [
        (-block.prefixlen, rank, at, route)
        for at, (block, rank, route) in enumerate(routes)
        if address in block
    ]
    return min(held)[3] if held else None  # fmt: skip


def _allowed(rules: list[Item], port: int) -> bool:
    for each in rules:
        ports = each.get("PortRange")
        if ports is None or ports["From"] <= port <= ports["To"]:
            return bool(each["RuleAction"] == "allow")
    return False
