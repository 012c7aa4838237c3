"""Callers: an interface, an instance, any address of a subnet, an address outside AWS."""

import pytest
from reasoning.network.world import (
    CALLER,
    ENDPOINT,
    REGION,
    TARGET,
    World,
    attached,
    from_data_centre,
    interface,
    over_gateway,
    peering,
    permission,
    transit_route,
    vpn,
)

from apidoctor.model.inventory import Inventory
from apidoctor.model.missing import Gap
from apidoctor.reasoning.network import Flow, Topology, reach

OUTSIDE = "192.168.7.9"


def test_an_instance_calls_from_its_primary_interface():
    world = World()
    second = interface("eni-c0", "vpc-c", "subnet-c2", "10.2.2.10", "sg-none")
    second["Attachment"] = {"InstanceId": "i-c", "DeviceIndex": 1}
    world[CALLER, "describe_network_interfaces"].insert(0, second)

    answer = world.reach(Flow(src_instance="i-c", dst_ip=TARGET))

    assert answer.reachable is True
    assert answer.path[0].id == "eni-c"


def test_a_caller_in_a_subnet_gets_a_free_address_and_unknown_groups():
    world = World()
    taken = interface("eni-t", "vpc-c", "subnet-c1", "10.2.1.4", "sg-c")
    world[CALLER, "describe_network_interfaces"].append(taken)

    answer = world.reach(Flow(src_subnet="subnet-c1", dst_ip=TARGET))

    assert answer.reachable is True
    assert answer.assumptions == ("the caller has 10.2.1.5 in subnet-c1 and groups that let the flow out",)
    assert [hop.kind for hop in answer.path][:2] == ["subnet", "security-group"]


def test_a_caller_in_a_subnet_whose_admission_hangs_on_its_group_is_unknown():
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(group="sg-c")]

    answer = world.reach(Flow(src_subnet="subnet-c1", dst_ip=TARGET))

    assert answer.reachable is None
    assert answer.unknown == (Gap("fact: the security groups of 10.2.1.4"),)


def test_a_known_interface_with_the_callers_address_is_the_caller():
    answer = World().reach(Flow(src_ip="10.2.1.10", dst_ip=TARGET))

    assert answer.reachable is True
    assert answer.path[0].id == "eni-c"


@pytest.mark.parametrize("at", [None, "vgw-1"])
def test_a_data_centre_enters_by_the_gateway_that_replies_leave_by(at):
    answer = from_data_centre().reach(Flow(src_ip=OUTSIDE, dst_ip=TARGET, src_at=at))

    assert answer.reachable is True
    assert [hop.kind for hop in answer.path] == [
        "address",
        "vpn-gateway",
        "network-acl",
        "security-group",
        "eni",
    ]
    assert answer.assumptions == ("the network of 192.168.7.9 routes to 10.1.4.21 and lets the flow through",)


def test_without_a_return_route_a_data_centre_gets_no_reply():
    world = from_data_centre()
    del world[ENDPOINT, "describe_route_tables"][0]["Routes"][1]

    answer = world.reach(Flow(src_ip=OUTSIDE, dst_ip=TARGET))

    assert answer.reachable is False
    assert [(each.reason, each.direction) for each in answer.blockers] == [("no_route", "return")]


def test_a_group_reference_never_admits_an_address_outside():
    world = from_data_centre()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(group="sg-c")]

    answer = world.reach(Flow(src_ip=OUTSIDE, dst_ip=TARGET))

    assert [each.reason for each in answer.blockers] == ["security_group_ingress"]


def test_a_gateway_without_vpn_connections_is_taken_to_be_on_direct_connect():
    world = from_data_centre()
    world[ENDPOINT, "describe_vpn_connections"].clear()

    answer = world.reach(Flow(src_ip=OUTSIDE, dst_ip=TARGET))

    assert answer.reachable is True
    assert any("Direct Connect" in each for each in answer.assumptions)


def by_transit_gateway():
    """A data centre behind a VPN attachment of the transit gateway."""
    world = over_gateway()
    link = attached("v", ENDPOINT) | {"ResourceType": "vpn", "ResourceId": "vpn-1"}
    world[ENDPOINT, "describe_transit_gateway_attachments"].append(link)
    there = transit_route("192.168.0.0/16", "v")
    there["TransitGatewayAttachments"][0] |= {"ResourceType": "vpn", "ResourceId": "vpn-1"}
    tables = world[ENDPOINT, "search_transit_gateway_routes"]
    tables["tgw-rtb-e"]["Routes"].append(there)
    tables["tgw-rtb-v"] = {"Routes": [transit_route("10.1.0.0/16", "e")]}
    world[ENDPOINT, "describe_route_tables"][0]["Routes"][1]["DestinationCidrBlock"] = "192.168.0.0/16"
    world[ENDPOINT, "describe_vpn_connections"] = {"VpnConnections": [vpn("DOWN", "UP", VpnGatewayId="")]}
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission("192.168.0.0/16")]
    return world


@pytest.mark.parametrize("at", [None, "tgw-attach-v"])
def test_a_data_centre_behind_a_transit_gateway_is_walked_both_ways(at):
    answer = by_transit_gateway().reach(Flow(src_ip=OUTSIDE, dst_ip=TARGET, src_at=at))

    assert answer.reachable is True
    ids = [hop.id for hop in answer.path]
    assert ids[:4] == [OUTSIDE, "tgw-attach-v", "tgw-rtb-v", "tgw-attach-e"]
    assert [hop.id for hop in answer.return_path][-3:] == ["tgw-rtb-e", "tgw-attach-v", OUTSIDE]


def test_the_tables_of_both_attachments_are_asked_for_a_data_centre():
    world = by_transit_gateway()
    tables = world[ENDPOINT, "search_transit_gateway_routes"]
    tables["tgw-rtb-v"]["Routes"].clear()
    del tables["tgw-rtb-e"]["Routes"][1]

    answer = world.reach(Flow(src_ip=OUTSIDE, dst_ip=TARGET, src_at="tgw-attach-v"))

    assert [(each.reason, each.direction, each.subject) for each in answer.blockers] == [
        ("tgw_no_route", "forward", "tgw-rtb-v"),
        ("tgw_no_route", "return", "tgw-rtb-e"),
    ]


def test_a_vpn_attachment_whose_tunnels_are_all_down_carries_nothing():
    world = by_transit_gateway()
    world[ENDPOINT, "describe_vpn_connections"][:] = [vpn("DOWN", "DOWN")]

    answer = world.reach(Flow(src_ip=OUTSIDE, dst_ip=TARGET))

    assert {(each.reason, each.direction, each.code) for each in answer.blockers} == {
        ("vpn_down", "forward", "TGW_BAD_STATE_VPN"),
        ("vpn_down", "return", "TGW_BAD_STATE_VPN"),
    }


def test_an_outside_address_whose_replies_lead_into_a_vpc_is_an_interface_nobody_has():
    answer = World().reach(Flow(src_ip="10.2.1.77", dst_ip=TARGET))

    assert answer.reachable is False
    assert ("no_source", "10.2.1.77") in [(each.reason, each.subject) for each in answer.blockers]


def test_an_entry_that_leads_to_another_vpc_is_detached_here():
    world = from_data_centre()
    gateway = world[ENDPOINT, "describe_vpn_gateways"][0]
    gateway["VpcAttachments"] = [{"VpcId": "vpc-x", "State": "attached"}]

    answer = world.reach(Flow(src_ip=OUTSIDE, dst_ip=TARGET, src_at="vgw-1"))

    assert {each.reason for each in answer.blockers} == {"vgw_detached"}
    assert "it is at vpc-x" in answer.blockers[0].detail


def test_of_two_vpn_attachments_over_which_a_route_is_spread_one_that_works_is_enough():
    world = by_transit_gateway()
    spread = world[ENDPOINT, "search_transit_gateway_routes"]["tgw-rtb-e"]["Routes"][1]
    down = {"TransitGatewayAttachmentId": "tgw-attach-w", "ResourceId": "vpn-2", "ResourceType": "vpn"}
    spread["TransitGatewayAttachments"].insert(0, down)
    world[ENDPOINT, "describe_vpn_connections"].append(vpn("DOWN", VpnConnectionId="vpn-2", VpnGatewayId=""))

    answer = world.reach(Flow(src_ip=OUTSIDE, dst_ip=TARGET, src_at="tgw-attach-v"))

    assert answer.reachable is True
    assert "tgw-attach-v" in [hop.id for hop in answer.return_path]


def test_a_caller_in_another_region_is_found_there():
    world = World()
    for account in (CALLER, ENDPOINT):
        world[account, "describe_vpc_peering_connections"][:] = [peering("eu-west-1")]
    world.accounts[CALLER] = {"eu-west-1": world.accounts[CALLER][REGION]}
    inventory = Inventory(world.accounts)

    assert (
        reach(Topology(inventory, REGION, ["eu-west-1"]), Flow(src_eni="eni-c", dst_ip=TARGET)).reachable
        is True
    )
    assert reach(Topology(inventory, REGION), Flow(src_eni="eni-c", dst_ip=TARGET)).reachable is None


def test_a_function_calls_from_a_subnet_with_the_groups_of_its_configuration():
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(group="sg-c")]
    flow = Flow(src_subnet="subnet-c1", src_groups=("sg-c",), dst_ip=TARGET)
    assert world.reach(flow).reachable is True

    world[CALLER, "describe_security_groups"][0]["IpPermissionsEgress"] = []
    assert [each.reason for each in world.reach(flow).blockers] == ["security_group_egress"]
