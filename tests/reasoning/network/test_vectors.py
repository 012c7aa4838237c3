"""The network vectors of the AWS reference: the cases that every analyser of these paths gets asked first."""

import pytest
from reasoning.network.world import (
    CALLER,
    ENDPOINT,
    FLOW,
    TARGET,
    World,
    acl,
    entry,
    group,
    interface,
    over_gateway,
    peering,
    permission,
    route,
    table,
    transit_route,
)

from apidoctor.reasoning.network import Flow


def reasons(answer):
    return [(each.reason, each.direction, each.subject) for each in answer.blockers]


def test_a_healthy_world_is_reachable_in_both_directions_and_shows_its_path():
    answer = World().reach()

    assert answer.reachable is True
    assert answer.unknown == answer.blockers == answer.assumptions == ()
    assert [(hop.kind, hop.id) for hop in answer.path] == [
        ("eni", "eni-c"),
        ("security-group", "sg-c"),
        ("network-acl", "acl-c"),
        ("route-table", "rtb-c"),
        ("vpc-peering-connection", "pcx-1"),
        ("network-acl", "acl-e"),
        ("security-group", "sg-e"),
        ("eni", "eni-e"),
    ]
    assert [hop.id for hop in answer.return_path] == ["eni-e", "acl-e", "rtb-e", "pcx-1", "acl-c", "eni-c"]
    assert [hop.hop for hop in answer.path] == list(range(1, 9))


def test_the_default_group_of_the_endpoint_admits_only_its_own_members():
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [
        {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-e", "UserId": ENDPOINT}]}
    ]

    answer = world.reach()

    assert reasons(answer) == [("security_group_ingress", "forward", "sg-e")]
    assert answer.blockers[0].code == "ENI_SG_RULES_MISMATCH"
    assert answer.blockers[0].hop == 7
    assert answer.path[6].id == "sg-e"


def test_replies_to_a_linux_client_pass_partly_when_only_windows_ports_are_open():
    world = World()
    world[ENDPOINT, "describe_network_acls"].append(
        acl(
            "acl-e1",
            "vpc-e",
            entry(100, "allow", False, "0.0.0.0/0"),
            entry(100, "allow", True, "0.0.0.0/0", (49152, 65535)),
            subnets=("subnet-e1",),
        )
    )

    answer = world.reach()

    assert answer.reachable is False
    assert reasons(answer) == [("nacl_egress", "return", "acl-e1")]
    assert answer.blockers[0].partial == pytest.approx(11848 / 28232)
    assert "11848 of 28232 ports" in answer.blockers[0].detail
    assert answer.assumptions == ("the caller's ports are 32768-60999",)


def test_a_peering_without_a_return_route_is_no_path():
    world = World()
    del world[ENDPOINT, "describe_route_tables"][0]["Routes"][1]

    assert reasons(world.reach()) == [("no_route", "return", "rtb-e")]


def test_a_blackhole_in_the_transit_gateway_table_of_the_source_attachment_blocks():
    world = over_gateway()
    hole = transit_route("10.1.0.0/16", "e", State="blackhole", TransitGatewayAttachments=[])
    world[ENDPOINT, "search_transit_gateway_routes"]["tgw-rtb-c"]["Routes"] = [hole]

    answer = world.reach()

    assert reasons(answer) == [("tgw_blackhole", "forward", "tgw-rtb-c")]
    assert answer.blockers[0].code == "TGW_RTB_BAD_STATE_ROUTE"


def test_within_one_subnet_a_deny_all_acl_is_not_asked():
    world = World()
    world[ENDPOINT, "describe_network_interfaces"].append(
        interface("eni-near", "vpc-e", "subnet-e1", "10.1.4.9", "sg-near")
    )
    world[ENDPOINT, "describe_security_groups"].append(group("sg-near", "vpc-e", []))
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(group="sg-near")]
    deny = [entry(1, "deny", way, "0.0.0.0/0") for way in (True, False)]
    world[ENDPOINT, "describe_network_acls"][:] = [acl("acl-e", "vpc-e", *deny)]

    assert world.reach(Flow(src_eni="eni-near", dst_ip=TARGET)).reachable is True


@pytest.mark.parametrize(("region", "reachable"), [("eu-west-1", False), ("us-east-1", True)])
def test_a_group_reference_is_lost_over_inter_region_peering_only(region, reachable):
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(group="sg-c")]
    world.both("describe_vpc_peering_connections", {"VpcPeeringConnections": [peering(region)]})

    answer = world.reach()

    assert answer.reachable is reachable
    if not reachable:
        assert reasons(answer) == [("security_group_ingress", "forward", "sg-e")]
        assert answer.blockers[0].code == "SG_REFERENCES_NOT_PRESERVED"


def test_a_subnet_without_association_uses_the_main_route_table():
    world = World()
    elsewhere = table("rtb-x", "vpc-c", route("10.2.0.0/16", "local"), subnets=("subnet-c2",))
    world[CALLER, "describe_route_tables"].insert(0, elsewhere)
    assert world.reach().reachable is True

    elsewhere["Associations"][0]["SubnetId"] = "subnet-c1"
    assert reasons(world.reach()) == [("no_route", "forward", "rtb-x")]


def test_every_blocker_of_both_directions_is_listed_in_the_order_of_the_path():
    world = World()
    world[CALLER, "describe_security_groups"][0]["IpPermissionsEgress"] = []
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = []
    world[CALLER, "describe_network_acls"][:] = [acl("acl-c", "vpc-c", entry(1, "deny", False, "0.0.0.0/0"))]
    world[ENDPOINT, "describe_network_acls"][:] = [acl("acl-e", "vpc-e", entry(1, "deny", True, "0.0.0.0/0"))]
    world.both("describe_vpc_peering_connections", {"VpcPeeringConnections": [peering(state="expired")]})

    answer = world.reach(FLOW)

    assert reasons(answer) == [
        ("security_group_egress", "forward", "sg-c"),
        ("nacl_egress", "forward", "acl-c"),
        ("peering_state", "forward", "pcx-1"),
        ("nacl_ingress", "forward", "acl-e"),
        ("security_group_ingress", "forward", "sg-e"),
        ("nacl_egress", "return", "acl-e"),
        ("peering_state", "return", "pcx-1"),
        ("nacl_ingress", "return", "acl-c"),
    ]
    assert {each.code for each in answer.blockers if each.reason.startswith("security_group")} == {
        "SG_HAS_NO_RULES"
    }


def test_a_group_without_outbound_rules_at_the_endpoint_is_harmless():
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissionsEgress"] = []

    assert world.reach().reachable is True
