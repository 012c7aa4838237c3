"""Corners where a certain answer needs more than one account, Region or list to agree."""

from copy import deepcopy

import pytest

from apidoctor.model.inventory import Inventory
from apidoctor.reasoning.network import Flow, Topology, reach

from .world import (
    CALLER,
    ENDPOINT,
    REGION,
    TARGET,
    World,
    attached,
    from_data_centre,
    interface,
    over_gateway,
    permission,
    route,
    subnet,
    table,
    transit_route,
    vpn,
)

FROM_OUTSIDE = Flow(src_ip="192.168.7.9", dst_ip=TARGET, src_at="vgw-1")


def told(found) -> list[tuple]:
    return [(each.reason, each.direction, each.subject) for each in found.blockers]


# Who may say that something is not there


def shared_subnet() -> World:
    """The caller's account uses a subnet that an account which was not looked at owns."""
    world = World()
    world[CALLER, "describe_subnets"][0]["OwnerId"] = "999999999999"
    return world


def test_a_participant_in_a_shared_subnet_cannot_say_that_an_address_is_unused():
    found = shared_subnet().reach(Flow(src_eni="eni-c", dst_ip="10.2.1.77"))
    assert found.reachable is None
    assert any("999999999999" in each.what for each in found.unknown)


def test_the_owner_can():
    found = World().reach(Flow(src_eni="eni-c", dst_ip="10.2.1.77"))
    assert ("no_destination", "forward", "10.2.1.77") in told(found)


def test_an_unused_address_of_a_known_subnet_is_no_outside_caller():
    assert told(World().reach(Flow(src_ip="10.2.1.77", dst_ip=TARGET))) == [
        ("no_source", "forward", "10.2.1.77")
    ]
    assert shared_subnet().reach(Flow(src_ip="10.2.1.77", dst_ip=TARGET)).reachable is None


def test_from_a_data_centre_to_an_address_that_nobody_has():
    found = from_data_centre().reach(Flow(src_ip="192.168.7.9", dst_ip="10.1.9.9", src_at="vgw-1"))
    assert told(found) == [("no_destination", "forward", "10.1.9.9")]


# The endpoint's own state


def test_an_endpoint_that_was_not_looked_at_leaves_its_state_open():
    world = World()
    world.drop(ENDPOINT, "describe_vpc_endpoints")
    found = world.reach()
    assert found.reachable is None
    assert [each.operation for each in found.unknown] == ["describe_vpc_endpoints"]


@pytest.mark.parametrize(("state", "verdict"), [("partial", True), ("Available", True), ("deleting", False)])
def test_the_state_of_an_endpoint_counts(state, verdict):
    world = World()
    world[ENDPOINT, "describe_vpc_endpoints"][0]["State"] = state
    assert world.reach().reachable is verdict


# Routes


def routed(*routes) -> World:
    world = from_data_centre()
    world[ENDPOINT, "describe_route_tables"][:] = [
        table("rtb-e", "vpc-e", route("10.1.0.0/16", "local"), route("192.168.0.0/16", "vgw-1"), *routes)
    ]
    near = interface("eni-n", "vpc-e", "subnet-e2", "10.1.5.7", "sg-n", OwnerId=ENDPOINT)
    world[ENDPOINT, "describe_network_interfaces"].append(near)
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission("10.1.0.0/16")]
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    group = {"GroupId": "sg-n", "VpcId": "vpc-e", "IpPermissions": [], "IpPermissionsEgress": everything}
    world[ENDPOINT, "describe_security_groups"].append(group)
    return world


def test_the_local_route_is_preferred_over_a_propagated_one_with_a_longer_prefix():
    learnt = route("10.1.4.0/24", "vgw-1", Origin="EnableVgwRoutePropagation")
    assert routed(learnt).reach(Flow(src_eni="eni-n", dst_ip=TARGET)).reachable is True


def test_but_not_over_one_that_somebody_wrote():
    found = routed(route("10.1.4.0/24", "vgw-1")).reach(Flow(src_eni="eni-n", dst_ip=TARGET))
    assert ("wrong_target", "forward", "rtb-e") in told(found)


def test_a_table_that_a_partial_list_shows_for_the_subnet_is_enough():
    world = World()
    own = table(
        "rtb-c", "vpc-c", route("10.2.0.0/16", "local"), route("10.1.0.0/16", "pcx-1"), subnets=("subnet-c1",)
    )
    world[CALLER, "describe_route_tables"] = {"RouteTables": [own], "partial": True}
    assert world.reach().reachable is True
    other = deepcopy(own)
    other["Associations"][0]["SubnetId"] = "subnet-c2"
    world[CALLER, "describe_route_tables"] = {"RouteTables": [other], "partial": True}
    assert world.reach().reachable is None


# Data centres


@pytest.mark.parametrize("state", ["pending", "deleting"])
def test_a_vpn_that_is_not_available_carries_nothing_whatever_its_tunnels_say(state):
    world = from_data_centre()
    world[ENDPOINT, "describe_vpn_connections"] = {"VpnConnections": [vpn("UP", "UP", State=state)]}
    found = world.reach(FROM_OUTSIDE)
    if state == "pending":
        assert set(told(found)) == {("vpn_down", "forward", "vpn-1"), ("vpn_down", "return", "vpn-1")}
    else:  # one that is being deleted is none any more: what is left can only be Direct Connect
        assert any("Direct Connect" in each for each in found.assumptions)


def test_a_static_route_steers_replies_only():
    world = from_data_centre()
    narrow = vpn(
        "UP", Options={"StaticRoutesOnly": True}, Routes=[{"DestinationCidrBlock": "192.168.8.0/24"}]
    )
    world[ENDPOINT, "describe_vpn_connections"] = {"VpnConnections": [narrow]}
    assert told(world.reach(FROM_OUTSIDE)) == [("vgw_no_route", "return", "vgw-1")]


def two_ways() -> World:
    """The data centre's VPN also ends at a transit gateway; replies go by the virtual private gateway."""
    world = from_data_centre()
    over = over_gateway()
    for name in ("transit_gateways", "transit_gateway_vpc_attachments"):
        world[ENDPOINT, f"describe_{name}"] = over.accounts[ENDPOINT][REGION][f"describe_{name}"]
    line = attached("v", ENDPOINT) | {"ResourceType": "vpn", "ResourceId": "vpn-2"}
    ends = [attached("e", ENDPOINT), line]
    world[ENDPOINT, "describe_transit_gateway_attachments"] = {"TransitGatewayAttachments": ends}
    world[ENDPOINT, "search_transit_gateway_routes"] = {
        "tgw-rtb-v": {"Routes": [transit_route("10.1.0.0/16", "e")]}
    }
    second = vpn("UP") | {"VpnConnectionId": "vpn-2", "VpnGatewayId": "", "TransitGatewayId": "tgw-1"}
    world[ENDPOINT, "describe_vpn_connections"].append(second)
    return world


def test_replies_that_leave_by_another_gateway_are_named_at_the_table_that_sends_them_there():
    found = two_ways().reach(Flow(src_ip="192.168.7.9", dst_ip=TARGET, src_at="tgw-attach-v"))
    assert told(found) == [("wrong_target", "return", "rtb-e")]
    assert "though the caller enters by tgw-attach-v" in found.blockers[0].detail


def test_and_are_fine_when_both_are_the_same():
    assert two_ways().reach(FROM_OUTSIDE).reachable is True


def test_of_two_vpcs_with_one_address_the_entry_tells_which_is_meant():
    world = from_data_centre()
    twin = deepcopy(world[ENDPOINT, "describe_network_interfaces"][0])
    twin |= {"NetworkInterfaceId": "eni-twin", "VpcId": "vpc-x", "SubnetId": "subnet-x"}
    world[ENDPOINT, "describe_network_interfaces"].append(twin)
    world[ENDPOINT, "describe_subnets"].append(subnet("subnet-x", "vpc-x", ENDPOINT, "10.1.4.0/24", "1"))
    found = world.reach(FROM_OUTSIDE)
    assert found.reachable is True
    assert found.path[-1].id == "eni-e"
    assert world.reach(Flow(src_ip="192.168.7.9", dst_ip=TARGET)).reachable is None


# Transit gateways


def test_two_peered_gateways_of_one_region_have_one_attachment_each_with_the_same_id():
    world = over_gateway()
    near = attached("e", ENDPOINT)
    near |= {"TransitGatewayId": "tgw-2", "Association": {"TransitGatewayRouteTableId": "tgw-rtb-e"}}
    sides = []
    for gateway, other, rtb in (("tgw-1", "tgw-2", "tgw-rtb-p1"), ("tgw-2", "tgw-1", "tgw-rtb-p2")):
        side = attached("p", ENDPOINT) | {"TransitGatewayId": gateway, "ResourceType": "peering"}
        side |= {
            "ResourceId": other,
            "Association": {"TransitGatewayRouteTableId": rtb, "State": "associated"},
        }
        sides.append(side)
    listed = {"TransitGatewayAttachments": [attached("c", ENDPOINT), near, *sides]}
    world[ENDPOINT, "describe_transit_gateway_attachments"] = listed
    for attachment in world[ENDPOINT, "describe_transit_gateway_vpc_attachments"]:
        attachment["TransitGatewayId"] = "tgw-2"
    world[ENDPOINT, "describe_route_tables"][0]["Routes"][1]["TransitGatewayId"] = "tgw-2"
    info = [{"TransitGatewayId": each, "OwnerId": ENDPOINT, "Region": REGION} for each in ("tgw-1", "tgw-2")]
    link = {"TransitGatewayAttachmentId": "tgw-attach-p", "State": "available"}
    link |= {"RequesterTgwInfo": info[0], "AccepterTgwInfo": info[1]}
    world[ENDPOINT, "describe_transit_gateway_peering_attachments"] = {
        "TransitGatewayPeeringAttachments": [link]
    }
    over_peering = {"TransitGatewayAttachmentId": "tgw-attach-p", "ResourceType": "peering"}
    routes = world[ENDPOINT, "search_transit_gateway_routes"]
    to_peer = {"Type": "static", "TransitGatewayAttachments": [over_peering]}
    routes["tgw-rtb-c"] = {"Routes": [transit_route("10.1.0.0/16", "p", **to_peer)]}
    routes["tgw-rtb-e"] = {"Routes": [transit_route("10.2.0.0/16", "p", **to_peer)]}
    routes["tgw-rtb-p2"] = {"Routes": [transit_route("10.1.0.0/16", "e")]}
    routes["tgw-rtb-p1"] = {"Routes": [transit_route("10.2.0.0/16", "c")]}
    assert world.reach().reachable is True, world.reach()


def test_an_attachment_that_only_the_gateways_list_shows_is_walked_as_far_as_it_goes():
    world = over_gateway()
    world.drop(CALLER, "describe_transit_gateway_vpc_attachments")
    listed = world[ENDPOINT, "describe_transit_gateway_attachments"]
    listed[0]["Association"] = {}
    assert ("tgw_no_association", "forward", "tgw-attach-c") in told(world.reach())
    listed[0]["Association"] = attached("c", ENDPOINT)["Association"]
    found = world.reach()
    assert (found.reachable, found.blockers) == (None, ())


def test_in_appliance_mode_any_subnet_of_the_attachment_may_hand_over():
    world = over_gateway()
    acl_shut = {"NetworkAclId": "acl-shut", "VpcId": "vpc-e", "IsDefault": False, "Entries": []}
    acl_shut["Associations"] = [{"SubnetId": "subnet-e2"}]
    world[ENDPOINT, "describe_network_acls"].append(acl_shut)
    assert world.reach().reachable is True  # the caller's zone is that of subnet-e1
    for attachment in world[ENDPOINT, "describe_transit_gateway_vpc_attachments"]:
        attachment["Options"]["ApplianceModeSupport"] = "enable"
    assert world.reach().reachable is None


def test_a_gateway_that_routes_round_in_a_circle_is_named():
    world = over_gateway()
    world[ENDPOINT, "search_transit_gateway_routes"]["tgw-rtb-c"] = {
        "Routes": [transit_route("10.1.0.0/16", "c")]
    }
    assert ("wrong_target", "forward", "tgw-rtb-c") in told(world.reach())


# Families


def test_a_subnet_that_is_known_to_have_no_ipv6_cannot_call_an_ipv6_address():
    world = World()
    world[ENDPOINT, "describe_network_interfaces"][0]["Ipv6Addresses"] = [{"Ipv6Address": "2001:db8:1::21"}]
    asked = Flow(src_subnet="subnet-c1", dst_ip="2001:db8:1::21")
    assert world.reach(asked).reachable is None
    world[CALLER, "describe_subnets"][0]["Ipv6CidrBlockAssociationSet"] = []
    assert told(world.reach(asked)) == [("address_family", "forward", "subnet-c1")]


def test_an_entry_by_an_attachment_of_another_region_is_found():
    """A transit gateway in eu-west-1 with the VPN, peered with one at the endpoint."""
    world = from_data_centre()
    far = attached("far", ENDPOINT) | {"TransitGatewayAttachmentId": "tgw-attach-far", "ResourceType": "vpn"}
    accounts = deepcopy(world.accounts)
    accounts[ENDPOINT]["eu-west-1"] = {
        "describe_transit_gateway_attachments": {"TransitGatewayAttachments": [far]}
    }
    topology = Topology(Inventory(accounts), REGION, ["eu-west-1"])
    found = reach(topology, Flow(src_ip="192.168.7.9", dst_ip=TARGET, src_at="tgw-attach-far"))
    assert any(hop.id == "tgw-attach-far" for hop in found.path)


def test_a_prefix_list_of_which_a_page_is_missing_is_not_known():
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(prefix_list="pl-1")]
    entries = {"Entries": [{"Cidr": "10.9.0.0/16"}]}
    world[ENDPOINT, "get_managed_prefix_list_entries"] = {"pl-1": entries}
    assert world.reach().reachable is False
    world[ENDPOINT, "get_managed_prefix_list_entries"] = {"pl-1": entries | {"partial": True}}
    assert world.reach().reachable is None


# Where a transit gateway lands, and what is behind a NAT


@pytest.mark.parametrize(
    ("more", "blocker"),
    [
        (route("10.1.4.0/24", "nat-1"), ("wrong_target", "forward", "rtb-e")),
        (route("10.1.4.0/24", "eni-gone", State="blackhole"), ("blackhole", "forward", "rtb-e")),
        (route("10.1.5.0/24", "nat-1"), None),
    ],
    ids=["into a NAT that leads nowhere", "into a blackhole", "another subnet's route"],
)
def test_the_table_of_the_subnet_in_which_a_transit_gateway_lands_is_asked(more, blocker):
    world = over_gateway()
    world[ENDPOINT, "describe_route_tables"][0]["Routes"].append(more)
    found = world.reach()
    assert found.reachable is (blocker is None), found
    assert blocker is None or blocker in told(found)


def behind_nat(onward: str) -> World:
    """The caller's subnet routes to a NAT in subnet-c2, which is routed to *onward*; the target admits the NAT."""
    world = World()
    own = table(
        "rtb-1", "vpc-c", route("10.2.0.0/16", "local"), route("10.1.0.0/16", "nat-1"), subnets=("subnet-c1",)
    )
    its = table(
        "rtb-2", "vpc-c", route("10.2.0.0/16", "local"), route("10.1.0.0/16", onward), subnets=("subnet-c2",)
    )
    world[CALLER, "describe_route_tables"] = {"RouteTables": [own, its]}
    gateway = {"NatGatewayId": "nat-1", "SubnetId": "subnet-c2", "VpcId": "vpc-c"}
    world[CALLER, "describe_nat_gateways"] = {"NatGateways": [gateway]}
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission("10.2.2.7/32")]
    return world


def test_behind_a_nat_that_leads_on_nobody_is_judged_by_the_callers_own_address():
    found = behind_nat("pcx-1").reach()
    assert (found.reachable, found.blockers) == (None, ())
    assert any("nat-1" in each.what for each in found.unknown)


def test_a_nat_that_leads_to_the_internet_only_is_no_way():
    assert ("wrong_target", "forward", "rtb-1") in told(behind_nat("igw-1").reach())


def test_the_gateways_account_cannot_say_how_another_accounts_vpc_is_attached():
    world = over_gateway()
    del world.accounts[CALLER]
    listed = world[ENDPOINT, "describe_transit_gateway_attachments"]
    listed[0].pop("ResourceOwnerId")
    del world[ENDPOINT, "describe_transit_gateway_vpc_attachments"][0]["Options"]
    found = world.reach(Flow(src_subnet="subnet-e2", dst_ip="10.2.1.10"))
    assert found.reachable is None
    assert not any(each.reason == "tgw_no_attachment" for each in found.blockers)


def test_a_partial_list_that_shows_a_working_connection_is_enough():
    world = from_data_centre()
    world.accounts[ENDPOINT][REGION]["describe_vpn_connections"]["partial"] = True
    assert world.reach(FROM_OUTSIDE).reachable is True
    world[ENDPOINT, "describe_vpn_connections"][0]["VgwTelemetry"] = [{"Status": "DOWN"}]
    assert world.reach(FROM_OUTSIDE).reachable is None


def test_a_partial_list_that_shows_the_attachment_is_enough():
    world = over_gateway()
    for account in (CALLER, ENDPOINT):
        world.accounts[account][REGION]["describe_transit_gateway_vpc_attachments"]["partial"] = True
    assert world.reach().reachable is True


def test_a_peering_of_two_regions_is_found_whatever_was_asked_before():
    world = World()
    link = deepcopy(world[CALLER, "describe_vpc_peering_connections"][0])
    link["RequesterVpcInfo"]["Region"] = "eu-west-1"
    here = world.accounts[CALLER].pop(REGION)
    here.pop("describe_vpc_peering_connections")
    world.accounts[CALLER]["eu-west-1"] = here
    world[ENDPOINT, "describe_vpc_peering_connections"] = {"VpcPeeringConnections": [link]}
    topology = Topology(Inventory(world.accounts), REGION, ["eu-west-1"])
    first = reach(topology, Flow(src_eni="eni-c", dst_ip=TARGET))
    assert first.reachable is True, first
    assert reach(topology, Flow(src_eni="eni-c", dst_ip=TARGET)) == first
