"""Every reason of the closed list, once as the thing that blocks and once as the near miss that does not."""

from typing import Any, get_args

import pytest
from reasoning.network.world import (
    CALLER,
    ENDPOINT,
    FLOW,
    TARGET,
    World,
    acl,
    attached,
    entry,
    from_data_centre,
    interface,
    over_gateway,
    peering,
    permission,
    route,
    subnet,
    table,
    transit_route,
    vpn,
)

from apidoctor.reasoning.network import Flow, Reason

DATA_CENTRE = Flow(src_ip="192.168.7.9", dst_ip=TARGET)
BY_GATEWAY = Flow(src_ip="192.168.7.9", dst_ip=TARGET, src_at="vgw-1")


def egress(world, *rules):
    world[CALLER, "describe_security_groups"][0]["IpPermissionsEgress"] = list(rules)


def ingress(world, *rules):
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = list(rules)


def acl_of_caller(world, *entries):
    world[CALLER, "describe_network_acls"][:] = [acl("acl-c", "vpc-c", *entries)]


def caller_routes(world, *routes):
    routes = (route("10.2.0.0/16", "local"), *routes)
    world[CALLER, "describe_route_tables"][:] = [table("rtb-c", "vpc-c", *routes)]


def other_vpc(world):
    """A third VPC that peers with the caller's, in the caller's account."""
    third = peering()
    third["VpcPeeringConnectionId"] = "pcx-2"
    third["AccepterVpcInfo"] |= {"VpcId": "vpc-x", "CidrBlock": "10.9.0.0/16", "CidrBlockSet": []}
    world[CALLER, "describe_vpc_peering_connections"].append(third)


def peering_in(state):
    def change(world):
        world.both("describe_vpc_peering_connections", {"VpcPeeringConnections": [peering(state=state)]})

    return change


def gateway_attachment(**more: Any):
    def change(world):
        world[CALLER, "describe_transit_gateway_vpc_attachments"][0].update(more)

    return change


def gateway_association(**more: Any):
    def change(world):
        world[ENDPOINT, "describe_transit_gateway_attachments"][0]["Association"] = more

    return change


def gateway_routes(*routes):
    def change(world):
        world[ENDPOINT, "search_transit_gateway_routes"]["tgw-rtb-c"]["Routes"] = list(routes)

    return change


def tunnels(*states, **more):
    def change(world):
        world[ENDPOINT, "describe_vpn_connections"][:] = [vpn(*states, **more)]

    return change


def data_centre_route(*routes):
    def change(world):
        routes_ = (route("10.1.0.0/16", "local"), *routes)
        world[ENDPOINT, "describe_route_tables"][:] = [table("rtb-e", "vpc-e", *routes_)]

    return change


def vgw_state(state):
    def change(world):
        world[ENDPOINT, "describe_vpn_gateways"][0]["VpcAttachments"][0]["State"] = state

    return change


def endpoint_state(state):
    def change(world):
        endpoint = {"VpcEndpointId": "vpce-1", "State": state, "NetworkInterfaceIds": ["eni-e"]}
        world[ENDPOINT, "describe_vpc_endpoints"] = {"VpcEndpoints": [endpoint]}

    return change


def peered_gateways(state):
    """``tgw-1`` of the caller's account, peered with ``tgw-2`` of the endpoint's."""

    def change(world):
        world[ENDPOINT, "describe_transit_gateway_vpc_attachments"][0]["TransitGatewayId"] = "tgw-2"
        world[ENDPOINT, "describe_route_tables"][0]["Routes"][1]["TransitGatewayId"] = "tgw-2"
        ends = [
            {"TransitGatewayId": "tgw-1", "OwnerId": CALLER},
            {"TransitGatewayId": "tgw-2", "OwnerId": ENDPOINT},
        ]
        link = {"TransitGatewayAttachmentId": "tgw-attach-p", "State": state}
        link |= {"RequesterTgwInfo": ends[0], "AccepterTgwInfo": ends[1]}
        world.both(
            "describe_transit_gateway_peering_attachments", {"TransitGatewayPeeringAttachments": [link]}
        )
        for owner, gateway, side, far in ((CALLER, "tgw-1", "c", "e"), (ENDPOINT, "tgw-2", "e", "c")):
            own = attached(side, owner) | {"TransitGatewayId": gateway, "TransitGatewayOwnerId": owner}
            bridge = own | {"TransitGatewayAttachmentId": "tgw-attach-p", "ResourceType": "peering"}
            world[owner, "describe_transit_gateway_attachments"] = {
                "TransitGatewayAttachments": [own, bridge]
            }
            cidrs = {"c": "10.2.0.0/16", "e": "10.1.0.0/16"}
            there = transit_route(cidrs[far], "p", Type="static")
            there["TransitGatewayAttachments"][0]["ResourceType"] = "peering"
            routes = [transit_route(cidrs[side], side), there]
            world[owner, "search_transit_gateway_routes"] = {f"tgw-rtb-{side}": {"Routes": routes}}

    return change


def one_zone(number):
    """The transit gateway has one subnet in the caller's VPC, in zone *number*; the caller is in zone 1."""

    def change(world):
        own = subnet("subnet-c3", "vpc-c", CALLER, "10.2.3.0/28", number)
        world[CALLER, "describe_subnets"].append(own)
        world[CALLER, "describe_transit_gateway_vpc_attachments"][0]["SubnetIds"] = ["subnet-c3"]

    return change


def interface_status(status):
    def change(world):
        world[ENDPOINT, "describe_network_interfaces"][0]["Status"] = status

    return change


# reason, direction, subject, code; the world, what breaks it, what nearly does, and an unusual flow
CASES = {
    "group out": (
        ("security_group_egress", "forward", "sg-c", "ENI_SG_RULES_MISMATCH"),
        World,
        lambda world: egress(world, permission("10.1.5.0/24")),
        lambda world: egress(world, permission("10.1.4.0/24")),
    ),
    "group in": (
        ("security_group_ingress", "forward", "sg-e", "ENI_SG_RULES_MISMATCH"),
        World,
        lambda world: ingress(world, permission("10.2.1.10/32", port=8443)),
        lambda world: ingress(world, permission("10.2.1.10/32")),
    ),
    "acl out": (
        ("nacl_egress", "forward", "acl-c", "SUBNET_ACL_RESTRICTION"),
        World,
        lambda world: acl_of_caller(
            world,
            entry(10, "deny", True, "10.1.4.0/24", (443, 443)),
            entry(20, "allow", True, "0.0.0.0/0"),
            entry(20, "allow", False, "0.0.0.0/0"),
        ),
        lambda world: acl_of_caller(
            world,
            entry(30, "deny", True, "10.1.4.0/24", (443, 443)),
            entry(20, "allow", True, "0.0.0.0/0"),
            entry(20, "allow", False, "0.0.0.0/0"),
        ),
    ),
    "acl in, on the way back": (
        ("nacl_ingress", "return", "acl-c", "SUBNET_ACL_RESTRICTION"),
        World,
        lambda world: acl_of_caller(
            world,
            entry(1, "allow", True, "0.0.0.0/0"),
            entry(1, "allow", False, "0.0.0.0/0", (443, 443)),
        ),
        lambda world: acl_of_caller(
            world,
            entry(1, "allow", True, "0.0.0.0/0"),
            entry(1, "allow", False, "0.0.0.0/0", (1024, 65535)),
        ),
    ),
    "no route": (
        ("no_route", "forward", "rtb-c", "NO_ROUTE_TO_DESTINATION"),
        World,
        lambda world: caller_routes(world, route("10.1.5.0/24", "pcx-1")),
        lambda world: caller_routes(world, route("10.1.4.0/24", "pcx-1")),
    ),
    "only a default route to a NAT gateway": (
        ("no_route", "forward", "rtb-c", "NO_ROUTE_TO_DESTINATION"),
        World,
        lambda world: caller_routes(world, route("0.0.0.0/0", "nat-1")),
        lambda world: caller_routes(world, route("0.0.0.0/0", "nat-1"), route("10.0.0.0/8", "pcx-1")),
    ),
    "blackhole": (
        ("blackhole", "forward", "rtb-c", "BAD_STATE_ROUTE"),
        World,
        lambda world: caller_routes(world, route("10.1.0.0/16", "pcx-1", State="blackhole")),
        lambda world: caller_routes(
            world, route("10.1.0.0/16", "pcx-1"), route("10.0.0.0/8", "pcx-9", State="blackhole")
        ),
    ),
    "longer prefix": (
        ("wrong_target", "forward", "rtb-c", "MORE_SPECIFIC_ROUTE"),
        World,
        lambda world: caller_routes(world, route("10.1.0.0/16", "pcx-1"), route("10.1.4.0/24", "igw-1")),
        lambda world: caller_routes(world, route("10.1.4.0/24", "pcx-1"), route("10.1.0.0/16", "igw-1")),
    ),
    "peering not active": (
        ("peering_state", "forward", "pcx-1", "BAD_STATE_ATTACHMENT"),
        World,
        peering_in("pending-acceptance"),
        peering_in("active"),
    ),
    "peering to another VPC": (
        ("peering_cidr", "forward", "pcx-2", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"),
        World,
        lambda world: (other_vpc(world), caller_routes(world, route("10.1.0.0/16", "pcx-2"))),
        lambda world: (other_vpc(world), caller_routes(world, route("10.1.0.0/16", "pcx-1"))),
    ),
    "not attached": (
        ("tgw_no_attachment", "forward", "tgw-1", "DISCONNECTED_VPCS"),
        over_gateway,
        gateway_attachment(TransitGatewayId="tgw-9"),
        gateway_attachment(State="modifying"),
    ),
    "attachment not accepted": (
        ("tgw_no_attachment", "forward", "tgw-attach-c", "BAD_STATE_ATTACHMENT"),
        over_gateway,
        gateway_attachment(State="pendingAcceptance"),
        gateway_attachment(State="available"),
    ),
    "not associated": (
        ("tgw_no_association", "forward", "tgw-attach-c", "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"),
        over_gateway,
        gateway_association(),
        gateway_association(TransitGatewayRouteTableId="tgw-rtb-c", State="associated"),
    ),
    "association still in the making": (
        ("tgw_no_association", "forward", "tgw-attach-c", "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"),
        over_gateway,
        gateway_association(TransitGatewayRouteTableId="tgw-rtb-c", State="associating"),
        gateway_association(TransitGatewayRouteTableId="tgw-rtb-c"),
    ),
    "gateway has no route": (
        ("tgw_no_route", "forward", "tgw-rtb-c", "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"),
        over_gateway,
        gateway_routes(transit_route("10.1.5.0/24", "e")),
        gateway_routes(transit_route("10.0.0.0/8", "e")),
    ),
    "gateway drops": (
        ("tgw_blackhole", "forward", "tgw-rtb-c", "TGW_RTB_BAD_STATE_ROUTE"),
        over_gateway,
        gateway_routes(
            transit_route("10.1.0.0/16", "e"), transit_route("10.1.4.0/24", "e", State="blackhole")
        ),
        gateway_routes(
            transit_route("10.1.0.0/16", "e"), transit_route("10.0.0.0/8", "e", State="blackhole")
        ),
    ),
    "no gateway subnet in the zone": (
        ("tgw_attachment_az", "forward", "tgw-attach-c", "TGW_ROUTE_AZ_RESTRICTION"),
        over_gateway,
        one_zone("2"),
        one_zone("1"),
    ),
    "gateway peering": (
        ("tgw_peering_state", "forward", "tgw-attach-p", "BAD_STATE_ATTACHMENT"),
        over_gateway,
        peered_gateways("pendingAcceptance"),
        peered_gateways("available"),
    ),
    "gateway detached": (
        ("vgw_detached", "forward", "vgw-1", "BAD_STATE_ATTACHMENT"),
        from_data_centre,
        vgw_state("detached"),
        vgw_state("attached"),
        DATA_CENTRE,
    ),
    "route not propagated": (
        ("no_route", "return", "rtb-e", "NO_ROUTE_TO_DESTINATION"),
        from_data_centre,
        data_centre_route(),
        data_centre_route(route("192.168.7.0/24", "vgw-1")),
        BY_GATEWAY,
    ),
    "VPN without the static route": (
        ("vgw_no_route", "return", "vgw-1", "NO_ROUTE_TO_DESTINATION"),
        from_data_centre,
        tunnels(
            "UP", Options={"StaticRoutesOnly": True}, Routes=[{"DestinationCidrBlock": "192.168.8.0/24"}]
        ),
        tunnels(
            "UP", Options={"StaticRoutesOnly": True}, Routes=[{"DestinationCidrBlock": "192.168.7.0/24"}]
        ),
        DATA_CENTRE,
    ),
    "VPN down": (
        ("vpn_down", "forward", "vpn-1", "BAD_STATE_VPN"),
        from_data_centre,
        tunnels("DOWN", "DOWN"),
        tunnels("DOWN", "UP"),
        DATA_CENTRE,
    ),
    "endpoint is being deleted": (
        ("endpoint_state", "forward", "vpce-1", "BAD_STATE"),
        World,
        endpoint_state("deleting"),
        endpoint_state("available"),
    ),
    "interface not in use": (
        ("endpoint_state", "forward", "eni-e", "BAD_STATE"),
        World,
        interface_status("detaching"),
        interface_status("in-use"),
    ),
    "no such caller": (
        ("no_source", "forward", "eni-c", "NO_SOURCE_OR_DESTINATION"),
        World,
        lambda world: world[CALLER, "describe_network_interfaces"].clear(),
        lambda world: None,
    ),
    "no such destination": (
        ("no_destination", "forward", TARGET, "NO_SOURCE_OR_DESTINATION"),
        World,
        lambda world: world[ENDPOINT, "describe_network_interfaces"].clear(),
        lambda world: world[ENDPOINT, "describe_network_interfaces"].append(
            interface("eni-x", "vpc-e", "subnet-e1", "10.1.4.22", "sg-e")
        ),
    ),
    "group is gone": (
        ("unknown_resource", "forward", "sg-e", "UNKNOWN_RESOURCE"),
        World,
        lambda world: world[ENDPOINT, "describe_security_groups"].clear(),
        lambda world: world[ENDPOINT, "describe_network_interfaces"][0]["Groups"].append({"GroupId": "sg-x"}),
    ),
    "peering is gone": (
        ("unknown_resource", "forward", "pcx-1", "UNKNOWN_RESOURCE"),
        World,
        lambda world: world.both("describe_vpc_peering_connections", {"VpcPeeringConnections": []}),
        lambda world: world[ENDPOINT, "describe_vpc_peering_connections"].clear(),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_blocks_when_broken_and_not_when_nearly_so(name):
    (reason, direction, subject, code), make, break_it, near_miss, *flow = CASES[name]
    flow = flow[0] if flow else FLOW
    broken, fine = make(), make()
    break_it(broken)
    near_miss(fine)

    blocked, passed = broken.reach(flow), fine.reach(flow)

    assert passed.reachable is True, passed
    assert blocked.reachable is False
    first = next(each for each in blocked.blockers if each.direction == direction)
    assert (first.reason, first.subject, first.code) == (reason, subject, code)
    assert {each.reason for each in blocked.blockers} == {reason}
    path = blocked.path if direction == "forward" else blocked.return_path
    assert first.hop <= len(path)
    assert first.detail


def test_another_protocol_than_tcp_is_not_taken_by_an_endpoint():
    world = World()
    ingress(world, {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]})

    by_udp = world.reach(Flow(src_eni="eni-c", dst_ip=TARGET, protocol="udp"))
    by_tcp = world.reach(Flow(src_eni="eni-c", dst_ip=TARGET, protocol="6"))

    assert [(each.reason, each.code) for each in by_udp.blockers] == [("protocol", "PROTOCOL_RESTRICTION")]
    assert by_tcp.reachable is True


def test_an_ipv6_destination_needs_a_caller_with_an_ipv6_address():
    world = World()
    flow = Flow(src_eni="eni-c", dst_ip="2001:db8:1::21")

    answer = world.reach(flow)

    assert [(each.reason, each.subject) for each in answer.blockers] == [("address_family", "eni-c")]
    assert world.reach().reachable is True


def test_every_reason_has_a_case_here():
    tested = {case[0][0] for case in CASES.values()} | {"protocol", "address_family"}

    assert tested == set(get_args(Reason))
