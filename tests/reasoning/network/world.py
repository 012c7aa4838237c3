"""A small network in the shape of AWS answers: a caller's VPC, an endpoint's VPC, and ways between them.

``World()`` is healthy: the caller in ``vpc-c`` (account 222222222222) reaches the endpoint in ``vpc-e``
(account 111111111111) over a peering connection.  Tests change one thing and ask again.
"""

from copy import deepcopy
from typing import Any

from apidoctor.model.inventory import Inventory
from apidoctor.reasoning.network import Flow, Reach, Topology, reach

REGION = "us-east-1"
ENDPOINT, CALLER = "111111111111", "222222222222"
TARGET = "10.1.4.21"
FLOW = Flow(src_eni="eni-c", dst_ip=TARGET)
ALL = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def permission(cidr: str = "", port: int = 443, group: str = "", prefix_list: str = "") -> dict[str, Any]:
    """One rule of a security group, from one kind of source."""
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": cidr}] if cidr else [],
        "Ipv6Ranges": [],
        "PrefixListIds": [{"PrefixListId": prefix_list}] if prefix_list else [],
        "UserIdGroupPairs": [{"GroupId": group, "UserId": CALLER}] if group else [],
    }


def group(group_id: str, vpc: str, ingress: list[Any], egress: list[Any] = ALL) -> dict[str, Any]:
    """A security group."""
    return {
        "GroupId": group_id,
        "VpcId": vpc,
        "IpPermissions": ingress,
        "IpPermissionsEgress": deepcopy(egress),
    }


def interface(eni: str, vpc: str, subnet: str, address: str, *groups: str, **more: Any) -> dict[str, Any]:
    """A network interface."""
    return {
        "NetworkInterfaceId": eni,
        "VpcId": vpc,
        "SubnetId": subnet,
        "Status": "in-use",
        "InterfaceType": "interface",
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [{"PrivateIpAddress": address, "Primary": True}],
        "Ipv6Addresses": [],
        "Groups": [{"GroupId": each} for each in groups],
        **more,
    }


def entry(
    number: int, action: str, egress: bool, cidr: str, ports: tuple[int, int] | None = None
) -> dict[str, Any]:
    """A rule of a network ACL: of TCP when it has ports, else of all traffic."""
    rule = {"RuleNumber": number, "RuleAction": action, "Egress": egress, "CidrBlock": cidr, "Protocol": "-1"}
    if ports:
        rule |= {"Protocol": "6", "PortRange": {"From": ports[0], "To": ports[1]}}
    return rule


def acl(acl_id: str, vpc: str, *entries: dict[str, Any], subnets: tuple[str, ...] = ()) -> dict[str, Any]:
    """A network ACL; the VPC's default one when it names no subnet; it allows all when it has no entry."""
    rules = list(entries) or [entry(100, "allow", way, "0.0.0.0/0") for way in (True, False)]
    rules += [entry(32767, "deny", way, "0.0.0.0/0") for way in (True, False)]
    return {
        "NetworkAclId": acl_id,
        "VpcId": vpc,
        "IsDefault": not subnets,
        "Entries": rules,
        "Associations": [{"SubnetId": each, "NetworkAclId": acl_id} for each in subnets],
    }


def table(table_id: str, vpc: str, *routes: dict[str, Any], subnets: tuple[str, ...] = ()) -> dict[str, Any]:
    """A route table; the VPC's main one when it names no subnet."""
    return {
        "RouteTableId": table_id,
        "VpcId": vpc,
        "Routes": list(routes),
        "Associations": [{"SubnetId": each, "Main": False} for each in subnets] or [{"Main": True}],
    }


def route(cidr: str, target: str, **more: Any) -> dict[str, Any]:
    """A route; what it leads to is told by the prefix of the id."""
    members = {"pcx": "VpcPeeringConnectionId", "tgw": "TransitGatewayId", "nat": "NatGatewayId"}
    members |= {"eni": "NetworkInterfaceId", "arn:aws:networkmanager": "CoreNetworkArn"}
    member = members.get(target.partition("-")[0], members.get(target.partition("::")[0], "GatewayId"))
    destination = "DestinationPrefixListId" if cidr.startswith("pl-") else "DestinationCidrBlock"
    return {destination: cidr, member: target, "State": "active", "Origin": "CreateRoute", **more}


def peering(
    requester_region: str = REGION, accepter_region: str = REGION, state: str = "active"
) -> dict[str, Any]:
    """The peering connection of ``vpc-c`` and ``vpc-e``."""

    def side(vpc: str, owner: str, cidr: str, region: str) -> dict[str, Any]:
        blocks = [{"CidrBlock": cidr}]
        return {"VpcId": vpc, "OwnerId": owner, "CidrBlock": cidr, "CidrBlockSet": blocks, "Region": region}

    return {
        "VpcPeeringConnectionId": "pcx-1",
        "Status": {"Code": state},
        "RequesterVpcInfo": side("vpc-c", CALLER, "10.2.0.0/16", requester_region),
        "AccepterVpcInfo": side("vpc-e", ENDPOINT, "10.1.0.0/16", accepter_region),
    }


def subnet(subnet_id: str, vpc: str, owner: str, cidr: str, zone: str) -> dict[str, Any]:
    """A subnet; *zone* is the number in its zone id."""
    ids = {"AvailabilityZoneId": f"use1-az{zone}", "AvailabilityZone": f"us-east-1{'_abcdef'[int(zone)]}"}
    return {"SubnetId": subnet_id, "VpcId": vpc, "OwnerId": owner, "CidrBlock": cidr, **ids}


class World:
    """Answers of two accounts; ``world[account, operation]`` is the list (or keyed answer) to change."""

    def __init__(self) -> None:
        self.accounts: dict[str, dict[str, dict[str, Any]]] = {
            CALLER: {REGION: self._caller()},
            ENDPOINT: {REGION: self._endpoint()},
        }

    @staticmethod
    def _caller() -> dict[str, Any]:
        eni = interface("eni-c", "vpc-c", "subnet-c1", "10.2.1.10", "sg-c", OwnerId=CALLER)
        eni["Attachment"] = {"InstanceId": "i-c", "DeviceIndex": 0}
        return {
            "describe_network_interfaces": {"NetworkInterfaces": [eni]},
            "describe_subnets": {
                "Subnets": [
                    subnet("subnet-c1", "vpc-c", CALLER, "10.2.1.0/24", "1"),
                    subnet("subnet-c2", "vpc-c", CALLER, "10.2.2.0/24", "2"),
                ]
            },
            "describe_security_groups": {"SecurityGroups": [group("sg-c", "vpc-c", [])]},
            "describe_network_acls": {"NetworkAcls": [acl("acl-c", "vpc-c")]},
            "describe_route_tables": {
                "RouteTables": [
                    table("rtb-c", "vpc-c", route("10.2.0.0/16", "local"), route("10.1.0.0/16", "pcx-1"))
                ]
            },
            "describe_vpc_peering_connections": {"VpcPeeringConnections": [peering()]},
        }

    @staticmethod
    def _endpoint() -> dict[str, Any]:
        eni = interface("eni-e", "vpc-e", "subnet-e1", TARGET, "sg-e", OwnerId=ENDPOINT)
        eni["InterfaceType"] = "vpc_endpoint"
        return {
            "describe_network_interfaces": {"NetworkInterfaces": [eni]},
            "describe_subnets": {
                "Subnets": [
                    subnet("subnet-e1", "vpc-e", ENDPOINT, "10.1.4.0/24", "1"),
                    subnet("subnet-e2", "vpc-e", ENDPOINT, "10.1.5.0/24", "2"),
                ]
            },
            "describe_security_groups": {
                "SecurityGroups": [group("sg-e", "vpc-e", [permission("10.2.0.0/16")])]
            },
            "describe_network_acls": {"NetworkAcls": [acl("acl-e", "vpc-e")]},
            "describe_route_tables": {
                "RouteTables": [
                    table("rtb-e", "vpc-e", route("10.1.0.0/16", "local"), route("10.2.0.0/16", "pcx-1"))
                ]
            },
            "describe_vpc_endpoints": {
                "VpcEndpoints": [
                    {
                        "VpcEndpointId": "vpce-e",
                        "VpcEndpointType": "Interface",
                        "VpcId": "vpc-e",
                        "State": "available",
                        "NetworkInterfaceIds": ["eni-e"],
                    }
                ]
            },
            "describe_vpc_peering_connections": {"VpcPeeringConnections": [peering()]},
        }

    def __getitem__(self, place: tuple[str, str]) -> Any:
        """Return the list of objects of an operation; the answer itself when it is keyed."""
        account, operation = place
        answer = self.accounts[account][REGION][operation]
        return next((value for value in answer.values() if isinstance(value, list)), answer)

    def __setitem__(self, place: tuple[str, str], answer: Any) -> None:
        """Replace the whole answer of an operation."""
        self.accounts[place[0]][REGION][place[1]] = answer

    def drop(self, account: str, operation: str) -> None:
        """Forget an operation: it was not asked."""
        del self.accounts[account][REGION][operation]

    def both(self, operation: str, answer: Any) -> None:
        """Give both accounts the same answer."""
        for account in (CALLER, ENDPOINT):
            self[account, operation] = deepcopy(answer)

    def topology(self) -> Topology:
        """Return the world as the engine sees it."""
        return Topology(Inventory(self.accounts), REGION)

    def reach(self, flow: Flow = FLOW) -> Reach:
        """Judge a flow, by default from the caller to the endpoint."""
        return reach(self.topology(), flow)


def over_gateway() -> World:
    """The same world, joined by a transit gateway of the endpoint's account instead of the peering."""
    world = World()
    for account, vpc in ((CALLER, "vpc-c"), (ENDPOINT, "vpc-e")):
        side = vpc[-1]
        own, far = ("10.2.0.0/16", "10.1.0.0/16") if side == "c" else ("10.1.0.0/16", "10.2.0.0/16")
        routes = (route(own, "local"), route(far, "tgw-1"))
        world[account, "describe_route_tables"] = {"RouteTables": [table(f"rtb-{side}", vpc, *routes)]}
        world[account, "describe_transit_gateway_vpc_attachments"] = {
            "TransitGatewayVpcAttachments": [
                {
                    "TransitGatewayAttachmentId": f"tgw-attach-{side}",
                    "TransitGatewayId": "tgw-1",
                    "VpcId": vpc,
                    "VpcOwnerId": account,
                    "State": "available",
                    "SubnetIds": [f"subnet-{side}2", f"subnet-{side}1"],
                    "Options": {"SecurityGroupReferencingSupport": "enable"},
                }
            ]
        }
    attachments = [attached("c", CALLER), attached("e", ENDPOINT)]
    world[ENDPOINT, "describe_transit_gateway_attachments"] = {"TransitGatewayAttachments": attachments}
    gateway = {"TransitGatewayId": "tgw-1", "OwnerId": ENDPOINT, "Options": {}}
    world[ENDPOINT, "describe_transit_gateways"] = {"TransitGateways": [gateway]}
    world[ENDPOINT, "search_transit_gateway_routes"] = {
        "tgw-rtb-c": {"Routes": [transit_route("10.1.0.0/16", "e")], "AdditionalRoutesAvailable": False},
        "tgw-rtb-e": {"Routes": [transit_route("10.2.0.0/16", "c")], "AdditionalRoutesAvailable": False},
    }
    return world


def attached(side: str, owner: str) -> dict[str, Any]:
    """An attachment as the transit gateway's owner sees it; each VPC has a table of its own."""
    return {
        "TransitGatewayAttachmentId": f"tgw-attach-{side}",
        "TransitGatewayId": "tgw-1",
        "TransitGatewayOwnerId": ENDPOINT,
        "ResourceOwnerId": owner,
        "ResourceType": "vpc",
        "ResourceId": f"vpc-{side}",
        "State": "available",
        "Association": {"TransitGatewayRouteTableId": f"tgw-rtb-{side}", "State": "associated"},
    }


def transit_route(cidr: str, side: str, **more: Any) -> dict[str, Any]:
    """A route of a transit gateway to the attachment of ``vpc-<side>``."""
    target = {
        "TransitGatewayAttachmentId": f"tgw-attach-{side}",
        "ResourceId": f"vpc-{side}",
        "ResourceType": "vpc",
    }
    return {
        "DestinationCidrBlock": cidr,
        "TransitGatewayAttachments": [target],
        "Type": "propagated",
        "State": "active",
        **more,
    }


def from_data_centre() -> World:
    """The endpoint's VPC with a virtual private gateway to a data centre, where 192.168.7.9 calls."""
    world = World()
    world[ENDPOINT, "describe_route_tables"].clear()
    world[ENDPOINT, "describe_route_tables"].append(
        table(
            "rtb-e",
            "vpc-e",
            route("10.1.0.0/16", "local"),
            route("192.168.0.0/16", "vgw-1", Origin="EnableVgwRoutePropagation"),
        )
    )
    attachment = {"VpcId": "vpc-e", "State": "attached"}
    world[ENDPOINT, "describe_vpn_gateways"] = {
        "VpnGateways": [{"VpnGatewayId": "vgw-1", "State": "available", "VpcAttachments": [attachment]}]
    }
    world[ENDPOINT, "describe_vpn_connections"] = {"VpnConnections": [vpn("UP", "DOWN")]}
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission("192.168.0.0/16")]
    return world


def vpn(*tunnels: str, **more: Any) -> dict[str, Any]:
    """A VPN connection of ``vgw-1``."""
    return {
        "VpnConnectionId": "vpn-1",
        "VpnGatewayId": "vgw-1",
        "State": "available",
        "VgwTelemetry": [{"Status": status, "OutsideIpAddress": "203.0.113.1"} for status in tunnels],
        "Options": {"StaticRoutesOnly": False},
        "Routes": [],
        **more,
    }
