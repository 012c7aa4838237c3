"""A large network to measure with, made from a seed: the snapshot of a company's accounts, and flows through it.

One VPC of shared services holds the interfaces of the endpoints. All others are spokes of one transit gateway, in
three segments that do not see each other, as company networks are built. About half of the flows arrive; the others
stop at gates of every kind. Nothing is left out of the snapshot, so that every verdict is certain.
"""

import random
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from msgspec import Struct

from apidoctor.reasoning.network import Flow

REGION = "us-east-1"
NETWORK = "100000000000"
"""Account of the transit gateway and of the shared services."""
WORKLOADS = tuple(f"{number}" * 12 for number in range(1, 6))
SEGMENTS = ("prod", "dev", "test")

Item = dict[str, Any]
"""An object in an AWS answer."""
Accounts = dict[str, dict[str, Item]]
"""``accounts`` of a snapshot."""

_GATEWAY = "tgw-00000000000000001"
_DATA_CENTRE = "192.168.0.0/16"
_TO_DATA_CENTRE = "tgw-attach-0ffff"
_EVERYWHERE = "10.0.0.0/8"
_NO_SOURCES: Item = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
_ALL = [{"IpProtocol": "-1", **_NO_SOURCES, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
_OTHER_PORTS = (22, 80, 1433, 3306, 5432, 5671, 6379, 8080, 8443, 9092, 9100)
_TARGETS = {"pcx": "VpcPeeringConnectionId", "tgw": "TransitGatewayId", "nat": "NatGatewayId"}


class Size(Struct, frozen=True):
    """How much there is of everything."""

    vpcs: int = 60
    """The one of shared services among them."""
    subnets: int = 500
    """Three of each VPC are the transit gateway's."""
    tables: int = 200
    """Route tables."""
    groups: int = 5000
    """Security groups."""
    interfaces: int = 10_000
    """Network interfaces, those of endpoints included."""
    endpoints: int = 40
    """Interface endpoints, each with up to three interfaces."""


SMALL = Size(vpcs=12, subnets=80, tables=40, groups=200, interfaces=600, endpoints=8)


def snapshot(seed: int, size: Size) -> Item:
    """A snapshot of the network."""
    return {
        "format": "apidoctor.snapshot",
        "format_version": "1.0",
        "taken_at": "2026-11-22T10:42:07Z",
        "accounts": _World(random.Random(seed), size).accounts(),
        "observations": [],
    }


class Vpc:
    """A VPC while its parts are made."""

    def __init__(self, number: int, links: list[tuple[str, int]]) -> None:
        self.number = number
        self.id = f"vpc-{number:017x}"
        self.owner = NETWORK if number == 0 else WORKLOADS[number % len(WORKLOADS)]
        self.segment = SEGMENTS[number % len(SEGMENTS)]
        self.cidr = f"10.{number}.0.0/16"
        self.links = links
        self.attachment = f"tgw-attach-{number:017x}"
        self.has_gateway = number % 15 == 0
        self.gateway = f"vgw-{number:017x}"
        self.nat = f"nat-{number:017x}"
        self.doors: list[Item] = []
        self.subnets: list[Item] = []
        self.groups: list[str] = []


class _World:
    """Makes all answers, part by part."""

    def __init__(self, chance: random.Random, size: Size) -> None:
        self._chance = chance
        self._size = size
        pairs = [(number, number + 3) for number in range(1, size.vpcs - 3, max(2, size.vpcs // 7))]
        self._links = {f"pcx-{a:08x}{b:09x}": (a, b) for a, b in pairs}
        self._vpcs = [Vpc(number, self._links_of(number)) for number in range(size.vpcs)]
        for number, vpc in enumerate(self._vpcs):
            count = _share(size.groups, size.vpcs, number)
            vpc.groups = [f"sg-{number:05x}{each:012x}" for each in range(count)]
        self._lists = self._prefix_lists()

    def accounts(self) -> Accounts:
        """All accounts, each with every answer that the engine may ask for."""
        answers: dict[str, Item] = {account: {} for account in (NETWORK, *WORKLOADS)}
        for vpc in self._vpcs:
            self._fill(vpc)
        for name, member, make in (
            ("describe_vpcs", "Vpcs", self._vpc),
            ("describe_subnets", "Subnets", lambda vpc: vpc.doors + vpc.subnets),
            ("describe_security_groups", "SecurityGroups", self._groups),
            ("describe_network_acls", "NetworkAcls", self._acls),
            ("describe_route_tables", "RouteTables", self._tables),
            ("describe_network_interfaces", "NetworkInterfaces", self._interfaces),
            ("describe_nat_gateways", "NatGateways", self._nats),
            ("describe_vpn_gateways", "VpnGateways", self._vpn_gateways),
            ("describe_vpn_connections", "VpnConnections", self._vpn_connections),
            ("describe_vpc_endpoints", "VpcEndpoints", self._endpoints),
            ("describe_transit_gateway_vpc_attachments", "TransitGatewayVpcAttachments", self._vpc_attachments),
        ):  # fmt: skip
            for account in answers.values():
                account[name] = {member: []}
            for vpc in self._vpcs:
                answers[vpc.owner][name][member] += make(vpc)
        self._join(answers)
        return {account: {REGION: found} for account, found in answers.items()}

    def _links_of(self, number: int) -> list[tuple[str, int]]:
        return [(name, a + b - number) for name, (a, b) in self._links.items() if number in (a, b)]

    def _prefix_lists(self) -> dict[str, list[str]]:
        blocks = [vpc.cidr for vpc in self._vpcs]
        lists = {"pl-all": [_EVERYWHERE, _DATA_CENTRE], "pl-shared": [blocks[0]], "pl-s3": ["52.216.0.0/15"]}
        lists["pl-most"] = [each for each in blocks if self._chance.random() < 0.9 or each == blocks[0]]
        for segment in SEGMENTS:
            lists[f"pl-{segment}"] = [vpc.cidr for vpc in self._vpcs if vpc.segment == segment]
        for number in range(5):
            lists[f"pl-some{number}"] = self._chance.sample(blocks, len(blocks) // 2)
        return lists

    def _fill(self, vpc: Vpc) -> None:
        """Cut a VPC into the transit gateway's subnets, one per zone, and those of workloads."""
        two_zones = vpc.number % 11 == 7
        vpc.doors = [_subnet(vpc, 240 + zone, zone, 28) for zone in (1, 2, 3)[: 2 if two_zones else 3]]
        count = _share(self._size.subnets, self._size.vpcs, vpc.number) - len(vpc.doors)
        vpc.subnets = [_subnet(vpc, each, each % 3 + 1, 24) for each in range(count)]

    def _vpc(self, vpc: Vpc) -> list[Item]:
        return [{"VpcId": vpc.id, "OwnerId": vpc.owner, "CidrBlock": vpc.cidr, "State": "available"}]

    # Security groups

    def _groups(self, vpc: Vpc) -> list[Item]:
        chance = self._chance
        made = []
        for group in vpc.groups:
            rules = int(chance.triangular(5, 60, 12))
            egress = _ALL if chance.random() < 0.7 else self._egress(vpc, chance.randint(2, 10))
            left = max(1, rules - len(egress))
            ingress = self._from_far(vpc, left) if vpc.number == 0 else self._from_near(vpc, left)
            made.append(
                {
                    "GroupId": group,
                    "GroupName": f"app-{group[-4:]}",
                    "Description": "managed by terraform",
                    "OwnerId": vpc.owner,
                    "VpcId": vpc.id,
                    "IpPermissions": ingress,
                    "IpPermissionsEgress": egress,
                    "Tags": [{"Key": "team", "Value": chance.choice(("blue", "red", "green"))}],
                }
            )
        return made

    def _from_far(self, vpc: Vpc, count: int) -> list[Item]:
        """Rules of the shared services: callers are listed, one by one, or all of them somewhere in the list."""
        chance = self._chance
        if chance.random() < 0.15:
            blocks = [each.cidr for each in chance.sample(self._vpcs, min(count, len(self._vpcs)))]
            return [_permission(443, blocks), *self._fillers(vpc, count - len(blocks))]
        rules = self._fillers(vpc, count - 1)
        opener = chance.choices(
            (
                _permission(443, [_EVERYWHERE]),
                _permission(443, [_EVERYWHERE, _DATA_CENTRE]),
                _permission(443, lists=[f"pl-some{chance.randrange(5)}"]),
                _permission(443, lists=["pl-most"]),
                _permission(443, lists=["pl-all"]),
                _permission(443, groups=[vpc.groups[0]]),
            ),
            (6, 3, 1, 2, 2, 1),
        )[0]
        rules.insert(chance.randint(0, len(rules)), opener)
        return rules

    def _from_near(self, vpc: Vpc, count: int) -> list[Item]:
        """Rules of a workload: open to its own VPC or segment, to groups, or to nobody on this port."""
        chance = self._chance
        rules = self._fillers(vpc, max(0, count - 1))
        opener = chance.choices(
            (
                _permission(443, [vpc.cidr]),
                _permission(443, groups=chance.sample(vpc.groups, min(4, len(vpc.groups)))),
                _permission(443, lists=[f"pl-{vpc.segment}"]),
                _permission(443, [_EVERYWHERE]),
                _permission(443, groups=self._peers(vpc)),
                _permission(8443, [vpc.cidr]),
            ),
            (4, 2, 2, 4, 2, 1),
        )[0]
        rules.insert(chance.randint(0, len(rules)), opener)
        return rules

    def _peers(self, vpc: Vpc) -> list[Item | str]:
        """Groups of other VPCs: over a peering, which may be gone, or over the transit gateway."""
        chance = self._chance
        found: list[Item | str] = []
        for link, number in vpc.links:
            peer = self._vpcs[number]
            found += [
                {
                    "GroupId": each,
                    "UserId": peer.owner,
                    "VpcId": peer.id,
                    "VpcPeeringConnectionId": link,
                    "PeeringStatus": chance.choices(("active", "deleted"), (5, 1))[0],
                }
                for each in chance.sample(peer.groups, min(6, len(peer.groups)))
            ]
        same = [each for each in self._vpcs if each.segment == vpc.segment and each is not vpc]
        for peer in chance.sample(same, min(3, len(same))):
            found += [{"GroupId": each, "UserId": peer.owner} for each in chance.sample(peer.groups, 3)]
        return found

    def _egress(self, vpc: Vpc, count: int) -> list[Item]:
        chance = self._chance
        rules = self._fillers(vpc, count - 1)
        opener = chance.choices(
            (
                _permission(443, [_EVERYWHERE]),
                _permission(443, [vpc.cidr, self._vpcs[0].cidr]),
                _permission(443, lists=["pl-shared"]),
                _permission(443, lists=["pl-most"]),
                _permission(443, groups=chance.sample(vpc.groups, min(3, len(vpc.groups)))),
            ),
            (4, 2, 2, 2, 1),
        )[0]
        rules.insert(chance.randint(0, len(rules)), opener)
        return rules

    def _fillers(self, vpc: Vpc, count: int) -> list[Item]:
        """Rules for other things: a few sources each, until *count* rules are there."""
        chance = self._chance
        rules = []
        while count > 0:
            number = min(count, chance.randint(1, 5))
            count -= number
            kind = chance.random()
            if kind < 0.7:
                blocks = [f"10.{chance.randrange(60)}.{chance.randrange(16)}.0/24" for _ in range(number)]
                rules.append(_permission(chance.choice(_OTHER_PORTS), blocks))
            elif kind < 0.85:
                groups = chance.sample(vpc.groups, min(number, len(vpc.groups)))
                rules.append(_permission(chance.choice(_OTHER_PORTS), groups=groups))
            elif kind < 0.93:
                rules.append(_permission(chance.choice(_OTHER_PORTS), lists=["pl-all"]))
            elif kind < 0.97:
                rules.append({**_permission(53, [_EVERYWHERE]), "IpProtocol": "udp"})
            else:
                icmp = {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1}
                rules.append({**_permission(0, [_EVERYWHERE]), **icmp})
        return rules

    # Network ACLs

    def _acls(self, vpc: Vpc) -> list[Item]:
        """The default ACL, which allows all, two of workloads, for some VPCs one of the gateway's subnets."""
        chance = self._chance
        everything = [_entry(100, "allow", egress, "0.0.0.0/0") for egress in (True, False)]
        first: list[Item] = []
        second: list[Item] = []
        for each in vpc.subnets:
            chance.choices(([], first, second), (3, 4, 2))[0].append(each)
        made = [_acl(vpc, 0, everything, [])]
        for number, part in enumerate((first, second, vpc.doors if vpc.number % 8 == 5 else []), 1):
            usual = vpc.number == 0 or chance.random() < 0.8
            replies = (1024, 65535) if usual else chance.choice(((32768, 65535), (49152, 65535)))
            made.append(_acl(vpc, number, self._entries(replies), part))
        return made

    def _entries(self, replies: tuple[int, int]) -> list[Item]:
        chance = self._chance
        wanted = [("allow", 443, 443, _EVERYWHERE), ("allow", *replies, _EVERYWHERE)]
        if chance.random() < 0.8:
            wanted += [("allow", 443, 443, _DATA_CENTRE), ("allow", *replies, _DATA_CENTRE)]
        made: list[Item] = []
        for egress in (True, False):
            rules: list[tuple[str, int, int, str]] = []
            for _ in range(chance.randint(2, 10)):
                port, number = chance.choice(_OTHER_PORTS), chance.randrange(60)
                verb = chance.choice(("allow", "allow", "deny"))
                rules.append((verb, port, port, f"10.{number}.{chance.randrange(16)}.0/24"))
            if chance.random() < 0.5:
                rules.append(("deny", 0, 65535, f"10.{chance.randrange(60)}.0.0/16"))
            chance.shuffle(rules)
            rules += wanted
            numbered = enumerate(rules, 1)
            made += [_entry(10 * at, verb, egress, cidr, (a, b)) for at, (verb, a, b, cidr) in numbered]
            made.append(_entry(10 * len(rules) + 10, "allow", egress, "::/0"))
        return made

    # Route tables

    def _tables(self, vpc: Vpc) -> list[Item]:
        """The main table, one with the internet gateway, and private ones; a subnet has one of these or none."""
        chance = self._chance
        count = max(2, _share(self._size.tables, self._size.vpcs, vpc.number))
        tables: list[list[Item]] = [[] for _ in range(count)]
        tables[1].append(vpc.subnets[0])
        for each in vpc.subnets[1:]:
            tables[chance.choice((0, *range(2, count)))].append(each)
        made = []
        for number, subnets in enumerate(tables):
            table = f"rtb-{vpc.number:05x}{number:012x}"
            routes = [_route(vpc.cidr, "local", Origin="CreateRouteTable")]
            routes += [_route("0.0.0.0/0", f"igw-{vpc.number:017x}")] if number == 1 else self._routes(vpc)
            own = [{"Main": False, "RouteTableId": table, "SubnetId": each["SubnetId"]} for each in subnets]
            associations = own if number else [{"Main": True, "RouteTableId": table}]
            made.append(
                {
                    "RouteTableId": table,
                    "VpcId": vpc.id,
                    "OwnerId": vpc.owner,
                    "Routes": routes,
                    "Associations": associations,
                    "PropagatingVgws": [],
                    "Tags": [],
                }
            )
        return made

    def _routes(self, vpc: Vpc) -> list[Item]:
        chance = self._chance
        style = chance.choices(("hub", "lists", "each", "default"), (5, 2, 2, 1))[0]
        routes = [_route("pl-s3", f"vpce-{vpc.number:017x}"), _route("0.0.0.0/0", vpc.nat)]
        if style == "hub":
            routes.append(_route(_EVERYWHERE, _GATEWAY))
        elif style == "lists":
            routes.append(_route(chance.choice(("pl-all", "pl-most", "pl-most")), _GATEWAY))
        elif style == "each":
            others = [each for each in self._vpcs if each is not vpc and chance.random() < 0.9]
            routes += [_route(each.cidr, _GATEWAY) for each in others]
        else:
            routes[1] = _route("0.0.0.0/0", _GATEWAY)
        for link, number in vpc.links:
            if chance.random() < 0.85:
                gone = self._state(link) != "active"
                state = {"State": "blackhole"} if gone else {}
                routes.append(_route(self._vpcs[number].cidr, link, **state))
            if chance.random() < 0.1:  # somebody took the wrong connection for a part of the shared services
                routes.append(_route("10.0.4.0/22", link))
        if chance.random() < 0.06:
            lost = chance.choice(self._vpcs)
            if lost is not vpc and all(lost.number != number for _, number in vpc.links):
                hole = _route(lost.cidr, f"pcx-{0xDEAD:017x}", State="blackhole")
                routes = [each for each in routes if each.get("DestinationCidrBlock") != lost.cidr] + [hole]
        if chance.random() < 0.8:
            propagated = {"Origin": "EnableVgwRoutePropagation"}
            route = _route(_DATA_CENTRE, vpc.gateway, **propagated) if vpc.has_gateway else None
            routes.append(route or _route(_DATA_CENTRE, _GATEWAY))
        return routes

    def _state(self, link: str) -> str:
        return "active" if list(self._links).index(link) % 5 else "deleted"

    # Interfaces and endpoints

    def _interfaces(self, vpc: Vpc) -> list[Item]:
        chance = self._chance
        wanted = _share(self._size.interfaces, self._size.vpcs, vpc.number)
        free = {each["SubnetId"]: chance.sample(range(4, 255), 251) for each in vpc.subnets}
        made: list[Item] = []
        weights = [1, *[4] * (len(vpc.subnets) - 1)]
        if vpc.number == 0:
            for at in range(self._size.endpoints):
                for each in _endpoint_subnets(vpc, at):
                    made.append(self._interface(vpc, each, free, len(made), "vpc_endpoint"))
        while len(made) < wanted:
            subnet = chance.choices(vpc.subnets, weights)[0]
            kind = chance.choices(("interface", "lambda"), (6, 1))[0]
            if len(free[subnet["SubnetId"]]) > 1:
                made.append(self._interface(vpc, subnet, free, len(made), kind))
        return made

    def _interface(self, vpc: Vpc, subnet: Item, free: dict[str, list[int]], number: int, kind: str) -> Item:
        chance = self._chance
        eni = f"eni-{vpc.number:05x}{number:012x}"
        start = int(IPv4Network(subnet["CidrBlock"]).network_address)
        more = kind == "interface" and chance.random() < 0.1
        hosts = [free[subnet["SubnetId"]].pop() for _ in range(2 if more else 1)]
        addresses = [str(IPv4Address(start + host)) for host in hosts]
        instance = {"InstanceId": f"i-{eni[4:]}", "DeviceIndex": 0, "Status": "attached"}
        groups = chance.sample(vpc.groups, min(chance.choice((1, 1, 2, 3)), len(vpc.groups)))
        return {
            "NetworkInterfaceId": eni,
            "OwnerId": vpc.owner,
            "VpcId": vpc.id,
            "SubnetId": subnet["SubnetId"],
            "AvailabilityZone": subnet["AvailabilityZone"],
            "Description": "",
            "InterfaceType": kind,
            "Status": "in-use",
            "MacAddress": "06:00:00:00:00:01",
            "PrivateIpAddress": addresses[0],
            "PrivateIpAddresses": [
                {"PrivateIpAddress": each, "Primary": not at, "PrivateDnsName": f"ip-{each}.ec2.internal"}
                for at, each in enumerate(addresses)
            ],
            "Ipv6Addresses": [],
            "Groups": [{"GroupId": each, "GroupName": f"app-{each[-4:]}"} for each in groups],
            "Attachment": instance if kind == "interface" else {},
            "SourceDestCheck": True,
            "TagSet": [],
        }

    def _endpoints(self, vpc: Vpc) -> list[Item]:
        made = []
        first = 0
        for at in range(self._size.endpoints if vpc.number == 0 else 0):
            subnets = _endpoint_subnets(vpc, at)
            made.append(
                {
                    "VpcEndpointId": f"vpce-{at:08x}{vpc.number:09x}",
                    "VpcEndpointType": "Interface",
                    "VpcId": vpc.id,
                    "OwnerId": vpc.owner,
                    "ServiceName": f"com.amazonaws.{REGION}.execute-api",
                    "State": "available" if at % 20 else "failed",
                    "SubnetIds": [each["SubnetId"] for each in subnets],
                    "NetworkInterfaceIds": [f"eni-{vpc.number:05x}{first + each:012x}" for each in range(len(subnets))],
                    "PrivateDnsEnabled": True,
                }
            )  # fmt: skip
            first += len(subnets)
        return made

    # What joins VPCs

    def _nats(self, vpc: Vpc) -> list[Item]:
        subnet = vpc.subnets[0]["SubnetId"]
        return [{"NatGatewayId": vpc.nat, "VpcId": vpc.id, "SubnetId": subnet, "State": "available"}]

    def _vpn_gateways(self, vpc: Vpc) -> list[Item]:
        if not vpc.has_gateway:
            return []
        state = "detached" if vpc.number == 45 else "attached"
        attached = [{"VpcId": vpc.id, "State": state}]
        return [{"VpnGatewayId": vpc.gateway, "State": "available", "VpcAttachments": attached}]

    def _vpn_connections(self, vpc: Vpc) -> list[Item]:
        made = []
        if vpc.has_gateway:
            static = vpc.number % 2 == 0
            tunnels = ("DOWN", "DOWN") if vpc.number == 15 else ("UP", "DOWN")
            routes = [{"DestinationCidrBlock": "192.168.0.0/17", "State": "available"}] if static else []
            made.append(_vpn(f"vpn-{vpc.number:017x}", tunnels, static, routes, VpnGatewayId=vpc.gateway))
        if vpc.number == 0:
            made.append(_vpn("vpn-0ffff", ("UP", "UP"), False, [], TransitGatewayId=_GATEWAY))
        return made

    def _vpc_attachments(self, vpc: Vpc) -> list[Item]:
        return [
            {
                "TransitGatewayAttachmentId": vpc.attachment,
                "TransitGatewayId": _GATEWAY,
                "VpcId": vpc.id,
                "VpcOwnerId": vpc.owner,
                "State": "pendingAcceptance" if vpc.number % 29 == 28 else "available",
                "SubnetIds": [each["SubnetId"] for each in vpc.doors],
                "Options": {
                    "DnsSupport": "enable",
                    "SecurityGroupReferencingSupport": "disable" if vpc.number % 7 == 6 else "enable",
                },
            }
        ]

    def _join(self, answers: dict[str, Item]) -> None:
        """Add what belongs to no VPC: the transit gateway, peering connections and prefix lists."""
        ours = answers[NETWORK]
        for account in answers.values():
            account["describe_vpc_peering_connections"] = {"VpcPeeringConnections": []}
            account["describe_transit_gateway_attachments"] = {"TransitGatewayAttachments": []}
        for link, (a, b) in self._links.items():
            sides = (self._vpcs[a], self._vpcs[b])
            connection = {
                "VpcPeeringConnectionId": link,
                "Status": {"Code": self._state(link)},
                "RequesterVpcInfo": _side(sides[0]),
                "AccepterVpcInfo": _side(sides[1]),
            }
            for owner in {side.owner: None for side in sides}:
                listed = answers[owner]["describe_vpc_peering_connections"]["VpcPeeringConnections"]
                listed.append(connection)
        options = {"SecurityGroupReferencingSupport": "enable", "DnsSupport": "enable"}
        gateway = {"TransitGatewayId": _GATEWAY, "OwnerId": NETWORK, "State": "available", "Options": options}
        ours["describe_transit_gateways"] = {"TransitGateways": [gateway]}
        attachments = [self._attachment(vpc) for vpc in self._vpcs]
        attachments.append(_attached(_TO_DATA_CENTRE, NETWORK, "vpn", "vpn-0ffff", "tgw-rtb-centre"))
        ours["describe_transit_gateway_attachments"] = {"TransitGatewayAttachments": attachments}
        ours["search_transit_gateway_routes"] = self._transit_tables()
        ours["get_managed_prefix_list_entries"] = {
            name: {"Entries": [{"Cidr": each} for each in blocks]} for name, blocks in self._lists.items()
        }

    def _attachment(self, vpc: Vpc) -> Item:
        table = "tgw-rtb-shared" if vpc.number == 0 else f"tgw-rtb-{vpc.segment}"
        table = "" if vpc.number % 23 == 22 else table
        return _attached(vpc.attachment, vpc.owner, "vpc", vpc.id, table)

    def _transit_tables(self) -> dict[str, Item]:
        """A table per segment, one of the shared services, one of the data centre."""
        chance = self._chance
        spokes = self._vpcs[1:]
        tables = {
            segment: [self._vpcs[0], *(each for each in spokes if each.segment == segment)]
            for segment in SEGMENTS
        }
        tables["shared"] = [each for each in spokes if each.number % 10 != 8]
        tables["centre"] = [each for each in self._vpcs if each.segment == "prod" or not each.number]
        made = {}
        for name, members in tables.items():
            routes = [_transit_route(each.cidr, each.attachment, each.id, "vpc") for each in members]
            routes.append(_transit_route(_EVERYWHERE, "", "", ""))
            if name != "centre":
                there = _transit_route(_DATA_CENTRE, _TO_DATA_CENTRE, "vpn-0ffff", "vpn", Type="static")
                routes.append(there)
            for each in chance.sample(members[1:], 1):  # a static route has priority over the propagated one
                routes.append(_transit_route(each.cidr, "", "", ""))
            lost, found = chance.sample(members[1:], 2)
            routes.append(_transit_route(lost.cidr, found.attachment, found.id, "vpc", Type="static"))
            chance.shuffle(routes)
            made[f"tgw-rtb-{name}"] = {"Routes": routes, "AdditionalRoutesAvailable": False}
        return made


def flows(seed: int, accounts: Accounts) -> Iterator[Flow]:
    """Flows through a world, hardly two alike and without end: most of them from a spoke to an endpoint."""
    drawer = _Drawer(random.Random(seed), accounts)
    while True:
        yield drawer.flow()


class _Drawer:
    """Draws one flow after the other."""

    def __init__(self, chance: random.Random, accounts: Accounts) -> None:
        self._chance = chance
        answers = [regions[REGION] for regions in accounts.values()]
        self._interfaces = [
            each for found in answers for each in found["describe_network_interfaces"]["NetworkInterfaces"]
        ]
        self._subnets = [each for found in answers for each in found["describe_subnets"]["Subnets"]]
        self._targets = [each for each in self._interfaces if each["InterfaceType"] == "vpc_endpoint"]
        shared = self._targets[0]["VpcId"]
        self._callers = [each for each in self._interfaces if each["VpcId"] != shared]
        self._starters = [each for each in self._interfaces if each["InterfaceType"] != "vpc_endpoint"]
        self._at: dict[str, list[Item]] = {}
        for each in self._interfaces:
            self._at.setdefault(each["SubnetId"], []).append(each)
            self._at.setdefault(each["VpcId"], []).append(each)
        self._segments: dict[int, list[Item]] = {}
        for each in self._callers:
            self._segments.setdefault(_number(each) % len(SEGMENTS), []).append(each)
        links = [
            each
            for found in answers
            for each in found["describe_vpc_peering_connections"]["VpcPeeringConnections"]
        ]
        self._pairs = [
            (each["RequesterVpcInfo"]["VpcId"], each["AccepterVpcInfo"]["VpcId"]) for each in links
        ]
        self._gateways = {
            attachment["VpcId"]: gateway["VpnGatewayId"]
            for found in answers
            for gateway in found["describe_vpn_gateways"]["VpnGateways"]
            for attachment in gateway["VpcAttachments"]
        }

    def flow(self) -> Flow:
        """A flow."""
        inside = (self._to_endpoint, self._near, self._in_vpc, self._across, self._peered)
        kinds = (*inside, self._outside, self._function, self._nowhere)
        return self._chance.choices(kinds, (56, 7, 12, 8, 5, 8, 2, 2))[0]()

    def _to_endpoint(self) -> Flow:
        return self._between(self._chance.choice(self._callers), self._chance.choice(self._targets))

    def _near(self) -> Flow:
        source = self._chance.choice(self._starters)
        return self._between(source, self._chance.choice(self._at[source["SubnetId"]]))

    def _in_vpc(self) -> Flow:
        source = self._chance.choice(self._starters)
        return self._between(source, self._chance.choice(self._at[source["VpcId"]]))

    def _across(self) -> Flow:
        source = self._chance.choice(self._callers)
        same = self._chance.random() < 0.8
        others = self._segments[_number(source) % len(SEGMENTS)] if same else self._callers
        return self._between(source, self._chance.choice(others))

    def _peered(self) -> Flow:
        pair = list(self._chance.choice(self._pairs))
        self._chance.shuffle(pair)
        starters = [each for each in self._at[pair[0]] if each["InterfaceType"] != "vpc_endpoint"]
        return self._between(self._chance.choice(starters), self._chance.choice(self._at[pair[1]]))

    def _outside(self) -> Flow:
        chance = self._chance
        target = chance.choice(self._targets if chance.random() < 0.7 else self._interfaces)
        address = f"192.168.{chance.randrange(256)}.{chance.randrange(1, 255)}"
        own = self._gateways.get(target["VpcId"], _TO_DATA_CENTRE)
        at = chance.choice((None, own, _TO_DATA_CENTRE))
        return Flow(dst_ip=target["PrivateIpAddress"], src_ip=address, src_at=at, **self._traffic())

    def _function(self) -> Flow:
        """A function, of which only its configuration is known."""
        source, target = self._chance.choice(self._callers), self._chance.choice(self._targets)
        groups = tuple(each["GroupId"] for each in source["Groups"])
        subnet, there = source["SubnetId"], target["PrivateIpAddress"]
        return Flow(dst_ip=there, src_subnet=subnet, src_groups=groups, **self._traffic())

    def _nowhere(self) -> Flow:
        taken = {each["PrivateIpAddress"] for each in self._at[self._targets[0]["VpcId"]]}
        address = f"10.0.{self._chance.randrange(20)}.{self._chance.randrange(4, 255)}"
        address = "10.0.0.255" if address in taken else address
        return Flow(dst_ip=address, src_eni=self._chance.choice(self._callers)["NetworkInterfaceId"])

    def _between(self, source: Item, target: Item) -> Flow:
        chance = self._chance
        caller: dict[str, Any] = {"src_eni": source["NetworkInterfaceId"]}
        if source["Attachment"] and chance.random() < 0.2:
            caller = {"src_instance": source["Attachment"]["InstanceId"]}
        elif chance.random() < 0.1:
            caller = {"src_ip": chance.choice(source["PrivateIpAddresses"])["PrivateIpAddress"]}
        address = chance.choice(target["PrivateIpAddresses"])["PrivateIpAddress"]
        return Flow(dst_ip=address, **caller, **self._traffic())

    def _traffic(self) -> dict[str, Any]:
        chance = self._chance
        draw = chance.random()
        if draw < 0.91:
            more = {"src_port": (49152, 65535)} if chance.random() < 0.1 else {}
            return {"dst_port": 443, **more}
        if draw < 0.98:
            return {"dst_port": chance.choice(_OTHER_PORTS)}
        return {"protocol": "udp", "dst_port": 53} if draw < 0.99 else {"protocol": "icmp"}


def _number(item: Item) -> int:
    return int(item["VpcId"].removeprefix("vpc-"), 16)


def _share(total: int, parts: int, number: int) -> int:
    """Part *number* of a total; the first part takes what is left over."""
    return total // parts + (total % parts if number == 0 else 0)


def _endpoint_subnets(vpc: Vpc, number: int) -> list[Item]:
    inner = vpc.subnets[1:]
    first = number % len(inner)
    return [inner[(first + each) % len(inner)] for each in range(min(3, len(inner)))]


def _subnet(vpc: Vpc, number: int, zone: int, length: int) -> Item:
    return {
        "SubnetId": f"subnet-{vpc.number:05x}{number:012x}",
        "VpcId": vpc.id,
        "OwnerId": vpc.owner,
        "CidrBlock": f"10.{vpc.number}.{number}.0/{length}",
        "AvailabilityZone": f"{REGION}{'_abc'[zone]}",
        "AvailabilityZoneId": f"use1-az{zone}",
        "State": "available",
    }


def _permission(
    port: int,
    blocks: list[str] | None = None,
    lists: list[str] | None = None,
    groups: list[Any] | None = None,
) -> Item:
    pairs = [each if isinstance(each, dict) else {"GroupId": each} for each in groups or ()]
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": each, "Description": f"port {port}"} for each in blocks or ()],
        "Ipv6Ranges": [],
        "PrefixListIds": [{"PrefixListId": each} for each in lists or ()],
        "UserIdGroupPairs": pairs,
    }


def _entry(number: int, action: str, egress: bool, cidr: str, ports: tuple[int, int] | None = None) -> Item:
    member = "Ipv6CidrBlock" if ":" in cidr else "CidrBlock"
    rule: Item = {
        "RuleNumber": number,
        "RuleAction": action,
        "Egress": egress,
        member: cidr,
        "Protocol": "-1",
    }
    if ports:
        rule |= {"Protocol": "6", "PortRange": {"From": ports[0], "To": ports[1]}}
    return rule


def _acl(vpc: Vpc, number: int, entries: list[Item], subnets: list[Item]) -> Item:
    acl = f"acl-{vpc.number:05x}{number:012x}"
    last = [_entry(32767, "deny", egress, "0.0.0.0/0") for egress in (True, False)]
    return {
        "NetworkAclId": acl,
        "VpcId": vpc.id,
        "OwnerId": vpc.owner,
        "IsDefault": number == 0,
        "Entries": entries + last,
        "Associations": [{"NetworkAclId": acl, "SubnetId": each["SubnetId"]} for each in subnets],
    }


def _route(destination: str, target: str, **more: Any) -> Item:
    member = _TARGETS.get(target.partition("-")[0], "GatewayId")
    field = "DestinationPrefixListId" if destination.startswith("pl-") else "DestinationCidrBlock"
    return {field: destination, member: target, "State": "active", "Origin": "CreateRoute", **more}


def _transit_route(cidr: str, attachment: str, resource: str, kind: str, **more: Any) -> Item:
    """A route of the transit gateway; a blackhole when it names no attachment."""
    if not attachment:
        return {"DestinationCidrBlock": cidr, "Type": "static", "State": "blackhole"}
    target = {"TransitGatewayAttachmentId": attachment, "ResourceId": resource, "ResourceType": kind}
    base = {"DestinationCidrBlock": cidr, "TransitGatewayAttachments": [target]}
    return {**base, "Type": "propagated", "State": "active", **more}


def _attached(attachment: str, owner: str, kind: str, resource: str, table: str) -> Item:
    association = {"TransitGatewayRouteTableId": table, "State": "associated"}
    return {
        "TransitGatewayAttachmentId": attachment,
        "TransitGatewayId": _GATEWAY,
        "TransitGatewayOwnerId": NETWORK,
        "ResourceOwnerId": owner,
        "ResourceType": kind,
        "ResourceId": resource,
        "State": "available",
        **({"Association": association} if table else {}),
    }


def _side(vpc: Vpc) -> Item:
    member = {"VpcId": vpc.id, "OwnerId": vpc.owner, "Region": REGION, "CidrBlock": vpc.cidr}
    return {**member, "CidrBlockSet": [{"CidrBlock": vpc.cidr}]}


def _vpn(identity: str, tunnels: tuple[str, ...], static: bool, routes: list[Item], **gateway: str) -> Item:
    return {
        "VpnConnectionId": identity,
        **gateway,
        "State": "available",
        "VgwTelemetry": [{"Status": each, "OutsideIpAddress": "203.0.113.1"} for each in tunnels],
        "Options": {"StaticRoutesOnly": static},
        "Routes": routes,
    }
