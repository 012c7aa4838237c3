"""The healthy worlds: one caller, one endpoint in two zones, one private API, and what lies between them."""

from typing import Any

from worlds.build import (
    ACL_C,
    ACL_E1,
    ACL_E2,
    ADDRESSES,
    API,
    API_ACCOUNT,
    ATTACHMENT_C,
    ATTACHMENT_E,
    CALLER_ACCOUNT,
    DEFAULT_NAME,
    ENDPOINT,
    ENDPOINT_ACCOUNT,
    ENDPOINT_LABEL,
    ENDPOINT_NAME,
    ENDPOINT_URL,
    ENI_C,
    ENI_E1,
    ENI_E2,
    GROUP_C,
    GROUP_E,
    MAIN_TABLE_C,
    MAIN_TABLE_E,
    ON_PREM,
    PEERING,
    REGION,
    SUBNET_C,
    SUBNET_E1,
    SUBNET_E2,
    TABLE_C,
    TABLE_E,
    TGW,
    TGW_TABLE,
    VGW,
    VPC_C,
    VPC_E,
    VPN,
    ZONE_NAME,
    World,
    an_id,
    route,
    rule,
)
from worlds.changes import (
    customer_zone,
    private_dns,
    set_endpoint_policy,
)
from worlds.pieces import attach, group, interface, rest_api, subnet, tgw_route, vpc


def same_vpc(auth: str = "NONE") -> World:
    """Caller and endpoint in one VPC, private DNS on; everything in one account."""
    world = World()
    endpoint_side(world)
    caller_side(world, API_ACCOUNT, VPC_E, "10.1.8.0/24", TABLE_E)
    private_dns(world, on=True)
    rest_api(world, auth)
    return world


def peered(auth: str = "NONE", accounts: bool = False) -> World:
    """Caller in a peered VPC that sees a customer's hosted zone; three accounts when asked."""
    world = two_vpcs(accounts)
    sides = {
        "RequesterVpcInfo": (VPC_C, "10.9.0.0/16", world.caller_account),
        "AccepterVpcInfo": (VPC_E, "10.1.0.0/16", world.endpoint_account),
    }
    peering: dict[str, Any] = {"VpcPeeringConnectionId": PEERING, "Status": {"Code": "active"}}
    for side, (of_vpc, cidr, owner) in sides.items():
        blocks = {"CidrBlock": cidr, "CidrBlockSet": [{"CidrBlock": cidr}]}
        peering[side] = {"VpcId": of_vpc, "OwnerId": owner, "Region": REGION} | blocks
    for account in sorted({world.caller_account, world.endpoint_account}):
        world.add(account, "describe_vpc_peering_connections", peering)
    world[TABLE_C]["Routes"].append(route("10.1.0.0/16", VpcPeeringConnectionId=PEERING))
    world[TABLE_E]["Routes"].append(route("10.9.0.0/16", VpcPeeringConnectionId=PEERING))
    rest_api(world, auth)
    return world


def transit(auth: str = "NONE") -> World:
    """Caller in another VPC, over a transit gateway whose attachments have subnets of their own."""
    world = two_vpcs(accounts=False)
    world[TABLE_C]["Routes"].append(route("10.1.0.0/16", TransitGatewayId=TGW))
    world[TABLE_E]["Routes"].append(route("10.9.0.0/16", TransitGatewayId=TGW))
    options = {"DefaultRouteTableAssociation": "enable", "SecurityGroupReferencingSupport": "disable"}
    owner = {"OwnerId": API_ACCOUNT, "State": "available", "Options": options}
    world.add(API_ACCOUNT, "describe_transit_gateways", {"TransitGatewayId": TGW} | owner)
    table = {"TransitGatewayRouteTableId": TGW_TABLE, "TransitGatewayId": TGW, "State": "available"}
    world.add(API_ACCOUNT, "describe_transit_gateway_route_tables", table)
    subnets = {
        an_id("subnet", "e8"): (VPC_E, "10.1.250.0/28", "a", TABLE_E),
        an_id("subnet", "e9"): (VPC_E, "10.1.250.16/28", "b", TABLE_E),
        an_id("subnet", "c9"): (VPC_C, "10.9.250.0/28", "a", TABLE_C),
    }
    for identity, (of_vpc, cidr, zone, table) in subnets.items():
        subnet(world, API_ACCOUNT, identity, of_vpc, cidr, zone, identity.replace("subnet", "acl"), table)
    attach(world, ATTACHMENT_E, VPC_E, list(subnets)[:2])
    attach(world, ATTACHMENT_C, VPC_C, list(subnets)[2:])
    routes = [tgw_route("10.1.0.0/16", ATTACHMENT_E, VPC_E), tgw_route("10.9.0.0/16", ATTACHMENT_C, VPC_C)]
    answer = {"Routes": routes, "AdditionalRoutesAvailable": False}
    world.keyed(API_ACCOUNT, "search_transit_gateway_routes", TGW_TABLE, answer)
    rest_api(world, auth)
    return world


def on_prem(header: str = f"x-apigw-api-id:{API}") -> World:
    """Caller in a data centre behind a VPN; it calls the endpoint's own name and a header names the API."""
    world = World(target=ENDPOINT_URL, origin=f"ip:{ON_PREM}", options=["-H", header])
    endpoint_side(world)
    private_dns(world, on=True)
    world[GROUP_E]["IpPermissions"] = [rule("192.168.0.0/16")]
    attached = {"VpcAttachments": [{"State": "attached", "VpcId": VPC_E}]}
    gateway = {"VpnGatewayId": VGW, "State": "available", "Type": "ipsec.1", "AmazonSideAsn": 64512}
    world.add(API_ACCOUNT, "describe_vpn_gateways", gateway | attached)
    tunnels = [
        {"OutsideIpAddress": f"198.51.100.{n}", "Status": "UP", "AcceptedRouteCount": 1} for n in (1, 2)
    ]
    connection = {"VpnConnectionId": VPN, "State": "available", "VpnGatewayId": VGW, "Type": "ipsec.1"}
    rest = {"VgwTelemetry": tunnels, "Routes": [], "Options": {"StaticRoutesOnly": False}}
    world.add(API_ACCOUNT, "describe_vpn_connections", connection | rest)
    world[TABLE_E]["PropagatingVgws"].append({"GatewayId": VGW})
    world[TABLE_E]["Routes"].append(
        route("192.168.0.0/16", origin="EnableVgwRoutePropagation", GatewayId=VGW)
    )
    rest_api(world, "NONE")
    return world


def cross_account() -> World:
    """A role in one account, an endpoint in another, an API in a third; the method is AWS_IAM."""
    return peered("AWS_IAM", accounts=True)


def host_header() -> World:
    """As on_prem, with the API's default name as Host."""
    return on_prem(f"Host:{DEFAULT_NAME}")


HEALTHY = {
    "same VPC, NONE": same_vpc,
    "same VPC, AWS_IAM": lambda: same_vpc("AWS_IAM"),
    "three accounts, AWS_IAM": cross_account,
    "peered VPC with a customer's hosted zone": peered,
    "transit gateway": transit,
    "data centre, endpoint name, x-apigw-api-id": on_prem,
    "data centre, endpoint name, Host": host_header,
}


def two_vpcs(accounts: bool) -> World:
    """Two VPCs that are not connected yet; private DNS off, a customer's zone leads to the endpoint."""
    world = World()
    if accounts:
        world.endpoint_account, world.caller_account = ENDPOINT_ACCOUNT, CALLER_ACCOUNT
    endpoint_side(world)
    vpc(world, world.caller_account, VPC_C, "10.9.0.0/16", TABLE_C, MAIN_TABLE_C)
    caller_side(world, world.caller_account, VPC_C, "10.9.8.0/24", TABLE_C)
    private_dns(world, on=False)
    customer_zone(world, ZONE_NAME, f"\\052.{ZONE_NAME}")
    world[GROUP_E]["IpPermissions"] = [rule("10.9.0.0/16")]
    return world


def endpoint_side(world: World) -> None:
    """The endpoint's VPC, two subnets, its security group, its interfaces and the endpoint itself."""
    owner = world.endpoint_account
    vpc(world, owner, VPC_E, "10.1.0.0/16", TABLE_E, MAIN_TABLE_E)
    subnet(world, owner, SUBNET_E1, VPC_E, "10.1.4.0/24", "a", ACL_E1, TABLE_E)
    subnet(world, owner, SUBNET_E2, VPC_E, "10.1.5.0/24", "b", ACL_E2, TABLE_E)
    group(world, owner, GROUP_E, VPC_E, [rule("10.1.0.0/16")])
    interface(world, owner, ENI_E1, SUBNET_E1, GROUP_E, ADDRESSES[ENI_E1])
    interface(world, owner, ENI_E2, SUBNET_E2, GROUP_E, ADDRESSES[ENI_E2])
    labels = [ENDPOINT_NAME] + [ENDPOINT_NAME.replace(".", f"-{REGION}{zone}.", 1) for zone in "ab"]
    assert all(label.startswith(ENDPOINT_LABEL) for label in labels)
    endpoint = {
        "VpcEndpointId": ENDPOINT,
        "VpcEndpointType": "Interface",
        "VpcId": VPC_E,
        "ServiceName": f"com.amazonaws.{REGION}.execute-api",
        "ServiceRegion": REGION,
        "State": "available",
        "SubnetIds": [SUBNET_E1, SUBNET_E2],
        "Groups": [{"GroupId": GROUP_E, "GroupName": "endpoint"}],
        "NetworkInterfaceIds": [ENI_E1, ENI_E2],
        "IpAddressType": "ipv4",
        "DnsOptions": {"DnsRecordIpType": "ipv4"},
        "DnsEntries": [{"DnsName": label, "HostedZoneId": "Z7HUB22UULQXV"} for label in labels],
        "RouteTableIds": [],
        "RequesterManaged": False,
        "CreationTimestamp": "2026-01-05T09:00:00+00:00",
        "OwnerId": owner,
        "Tags": [],
    }
    world.add(owner, "describe_vpc_endpoints", endpoint)
    set_endpoint_policy(world, {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})


def caller_side(world: World, owner: str, of_vpc: str, cidr: str, table: str) -> None:
    """The caller's subnet, security group and interface; its address ends in .20."""
    subnet(world, owner, SUBNET_C, of_vpc, cidr, "a", ACL_C, table)
    group(world, owner, GROUP_C, of_vpc, [])
    interface(world, owner, ENI_C, SUBNET_C, GROUP_C, cidr.replace(".0/24", ".20"))
