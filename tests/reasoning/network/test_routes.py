"""Routes: which one is used, and where it leads."""

import pytest
from reasoning.network.world import (
    CALLER,
    ENDPOINT,
    FLOW,
    World,
    interface,
    over_gateway,
    peering,
    route,
    table,
    transit_route,
)

LOCAL = route("10.2.0.0/16", "local")
PROPAGATED = {"Origin": "EnableVgwRoutePropagation"}


def blockers(world):
    return [(each.reason, each.direction, each.subject, each.code) for each in world.reach(FLOW).blockers]


def with_routes(*routes, make=World):
    world = make()
    world[CALLER, "describe_route_tables"][:] = [table("rtb-c", "vpc-c", LOCAL, *routes)]
    return world


def test_of_two_routes_to_one_destination_the_static_one_wins_over_the_propagated_one():
    propagated = route("10.1.0.0/16", "vgw-1", **PROPAGATED)
    assert with_routes(propagated, route("10.1.0.0/16", "pcx-1")).reach().reachable is True

    learnt = route("10.1.0.0/16", "pcx-1", **PROPAGATED)
    world = with_routes(learnt, route("10.1.0.0/16", "igw-1"))
    assert blockers(world) == [("wrong_target", "forward", "rtb-c", "HIGHER_PRIORITY_ROUTE")]


def test_a_prefix_list_route_has_the_length_of_its_entries():
    world = with_routes(route("pl-1", "pcx-1"), route("10.1.0.0/16", "igw-1"))
    world[CALLER, "get_managed_prefix_list_entries"] = {"pl-1": {"Entries": [{"Cidr": "10.1.4.0/24"}]}}
    assert world.reach().reachable is True

    world[CALLER, "get_managed_prefix_list_entries"] = {"pl-1": {"Entries": [{"Cidr": "10.1.5.0/24"}]}}
    assert blockers(world)[0][:3] == ("wrong_target", "forward", "rtb-c")


def test_a_prefix_list_that_was_not_read_leaves_the_route_unknown():
    answer = with_routes(route("pl-1", "pcx-1"), route("10.1.0.0/16", "pcx-1")).reach()

    assert answer.reachable is None
    assert [each.operation for each in answer.unknown] == ["get_managed_prefix_list_entries"]


def test_the_prefix_list_of_a_gateway_endpoint_need_not_be_read():
    world = with_routes(route("pl-s3", "vpce-s3"), route("10.1.0.0/16", "pcx-1"))

    assert world.reach().reachable is True


@pytest.mark.parametrize("state", ["filtered", "blackhole"])
def test_a_filtered_route_captures_nothing_a_blackhole_does(state):
    world = with_routes(route("10.1.4.0/24", "pcx-9", State=state), route("10.1.0.0/16", "pcx-1"))

    assert world.reach().reachable is (state == "filtered")


def test_an_overlapping_block_of_the_callers_own_vpc_keeps_the_packet_there():
    world = with_routes(route("10.1.0.0/17", "local"), route("10.1.0.0/16", "pcx-1"))

    answer = world.reach()

    assert [each.reason for each in answer.blockers] == ["wrong_target"]
    assert "10.1.0.0/16 -> pcx-1" in answer.blockers[0].detail


def test_peering_is_not_transitive():
    """The endpoint's VPC peers with a middle VPC, the caller's too, and both route through the middle."""
    world = with_routes(route("10.1.0.0/16", "pcx-m"))
    world[ENDPOINT, "describe_route_tables"][0]["Routes"][1]["VpcPeeringConnectionId"] = "pcx-n"
    middle = {"VpcId": "vpc-m", "CidrBlock": "10.5.0.0/16", "OwnerId": CALLER}
    one, two = peering(), peering()
    one |= {"VpcPeeringConnectionId": "pcx-m", "AccepterVpcInfo": middle}
    two |= {"VpcPeeringConnectionId": "pcx-n", "RequesterVpcInfo": middle}
    world.both("describe_vpc_peering_connections", {"VpcPeeringConnections": [one, two]})

    assert [each[:3] for each in blockers(world)] == [
        ("peering_cidr", "forward", "pcx-m"),
        ("peering_cidr", "return", "pcx-n"),
    ]


def test_a_listing_without_any_local_route_is_completed():
    world = World()
    near = dict(world[ENDPOINT, "describe_network_interfaces"][0])
    near |= {"NetworkInterfaceId": "eni-n", "SubnetId": "subnet-e2", "PrivateIpAddress": "10.1.5.7"}
    near["InterfaceType"] = "interface"
    near["PrivateIpAddresses"] = [{"PrivateIpAddress": "10.1.5.7"}]
    world[ENDPOINT, "describe_network_interfaces"].append(near)
    world[ENDPOINT, "describe_route_tables"][:] = [table("rtb-e", "vpc-e", route("0.0.0.0/0", "igw-1"))]
    rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-e"}]}
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [rule]

    answer = world.reach(type(FLOW)(src_eni="eni-n", dst_ip=FLOW.dst_ip))

    assert answer.reachable is True


def test_a_shorter_route_of_the_gateway_that_would_lead_there_is_named():
    world = over_gateway()
    away = transit_route("10.1.4.0/24", "c")
    right = transit_route("10.1.0.0/16", "e")
    world[ENDPOINT, "search_transit_gateway_routes"]["tgw-rtb-c"]["Routes"] = [right, away]

    assert blockers(world) == [("wrong_target", "forward", "tgw-rtb-c", "TGW_RTB_MORE_SPECIFIC_ROUTE")]
    assert "10.1.0.0/16 -> tgw-attach-e" in world.reach().blockers[0].detail


def test_a_shorter_route_of_the_subnet_past_a_gateway_that_knows_nothing_is_named():
    world = with_routes(route("10.1.4.0/24", "tgw-1"), route("10.1.0.0/16", "pcx-1"), make=over_gateway)
    world[ENDPOINT, "search_transit_gateway_routes"]["tgw-rtb-c"]["Routes"] = []

    assert blockers(world) == [("wrong_target", "forward", "rtb-c", "MORE_SPECIFIC_ROUTE")]


def test_a_reply_that_has_no_route_to_the_gateway_says_so():
    world = over_gateway()
    del world[ENDPOINT, "describe_route_tables"][0]["Routes"][1]

    assert blockers(world) == [
        ("no_route", "return", "rtb-e", "RESPONSE_RTB_HAS_NO_ROUTE_TO_TRANSIT_GATEWAY")
    ]


def test_a_gateway_table_that_aws_cut_off_is_unknown():
    world = over_gateway()
    world[ENDPOINT, "search_transit_gateway_routes"]["tgw-rtb-c"]["AdditionalRoutesAvailable"] = True

    answer = world.reach()

    assert answer.reachable is None
    assert [each.what for each in answer.unknown] == [
        "fact: all routes of tgw-rtb-c; AWS gives only the first thousand"
    ]


def test_an_inspection_vpc_behind_the_gateway_is_unknown():
    world = over_gateway()
    world[ENDPOINT, "search_transit_gateway_routes"]["tgw-rtb-c"]["Routes"] = [
        transit_route("0.0.0.0/0", "i")
    ]
    attachment = {
        "TransitGatewayAttachmentId": "tgw-attach-i",
        "TransitGatewayId": "tgw-1",
        "VpcId": "vpc-i",
        "State": "available",
        "SubnetIds": ["subnet-i1"],
    }
    world[ENDPOINT, "describe_transit_gateway_vpc_attachments"].append(attachment)
    world[ENDPOINT, "describe_route_tables"].append(
        table("rtb-i", "vpc-i", route("10.7.0.0/16", "local"), route("0.0.0.0/0", "vpce-firewall"))
    )

    answer = world.reach()

    assert answer.reachable is None
    assert any("vpce-firewall" in getattr(each, "what", "") for each in answer.unknown)


def nat_in(world, subnet):
    """A NAT gateway of the caller's VPC, which is known by its interface."""
    name = "Interface for NAT Gateway nat-1"
    nat = interface("eni-nat", "vpc-c", subnet, "10.2.2.9", "sg-c", Description=name)
    world[CALLER, "describe_network_interfaces"].append(nat)


@pytest.mark.parametrize(("subnet", "reachable"), [("subnet-c2", None), ("subnet-c1", False)])
def test_a_nat_gateway_leads_on_only_if_the_table_of_its_own_subnet_does(subnet, reachable):
    world = with_routes(route("0.0.0.0/0", "nat-1"))
    leads_on = table("rtb-n", "vpc-c", LOCAL, route("10.1.0.0/16", "pcx-1"), subnets=("subnet-c2",))
    world[CALLER, "describe_route_tables"].append(leads_on)
    nat_in(world, subnet)

    assert world.reach().reachable is reachable


def test_replies_never_pass_a_nat_gateway():
    """The caller would get them from another address than the one it called."""
    world = World()
    own, away = route("10.1.0.0/16", "local"), route("0.0.0.0/0", "nat-1")
    back = table("rtb-p", "vpc-e", own, route("10.2.0.0/16", "pcx-1"), subnets=("subnet-e2",))
    world[ENDPOINT, "describe_route_tables"][:] = [table("rtb-e", "vpc-e", own, away), back]

    assert blockers(world) == [("no_route", "return", "rtb-e", "NO_ROUTE_TO_DESTINATION")]
