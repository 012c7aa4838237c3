"""Security groups: what a rule matches, and when naming a group works."""

import pytest
from reasoning.network.world import (
    CALLER,
    ENDPOINT,
    TARGET,
    World,
    group,
    interface,
    over_gateway,
    permission,
)

from apidoctor.reasoning.network import Flow

EVERYWHERE = [{"CidrIp": "0.0.0.0/0"}]


def admitted(rule):
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [rule]
    return world.reach().reachable


@pytest.mark.parametrize(
    ("rule", "open_"),
    [
        ({"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "IpRanges": EVERYWHERE}, True),
        ({"IpProtocol": "6", "FromPort": 440, "ToPort": 443, "IpRanges": EVERYWHERE}, True),
        ({"IpProtocol": "tcp", "FromPort": 444, "ToPort": 500, "IpRanges": EVERYWHERE}, False),
        ({"IpProtocol": "udp", "FromPort": 443, "ToPort": 443, "IpRanges": EVERYWHERE}, False),
        ({"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": EVERYWHERE}, False),
        ({"IpProtocol": "-1", "IpRanges": EVERYWHERE}, True),
        ({"IpProtocol": "-1", "FromPort": 22, "ToPort": 22, "IpRanges": EVERYWHERE}, True),
        ({"IpProtocol": "-1", "IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}, False),
        (permission("10.2.1.10/32"), True),
        (permission("10.2.1.11/32"), False),
        (permission(), False),
    ],
)
def test_a_rule_matches_by_protocol_port_and_block(rule, open_):
    assert admitted(rule) is open_


@pytest.mark.parametrize(("cidr", "open_"), [("10.2.0.0/16", True), ("10.3.0.0/16", False)])
def test_a_prefix_list_stands_for_its_entries(cidr, open_):
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(prefix_list="pl-1")]
    world[ENDPOINT, "get_managed_prefix_list_entries"] = {"pl-1": {"Entries": [{"Cidr": cidr}]}}

    assert world.reach().reachable is open_


def test_one_of_several_groups_is_enough():
    world = World()
    world[CALLER, "describe_network_interfaces"][0]["Groups"].insert(0, {"GroupId": "sg-shut"})
    world[CALLER, "describe_security_groups"].append(group("sg-shut", "vpc-c", [], []))

    answer = world.reach()

    assert answer.reachable is True
    assert answer.path[1].id == "sg-c"


def test_naming_the_group_of_the_caller_works_over_a_peering_in_one_region():
    assert admitted(permission(group="sg-c")) is True
    assert admitted(permission(group="sg-other")) is False


def test_a_rule_over_a_peering_that_is_gone_matches_nothing():
    rule = permission(group="sg-c")
    rule["UserIdGroupPairs"][0]["PeeringStatus"] = "deleted"

    assert admitted(rule) is False


def test_over_a_transit_gateway_naming_a_group_never_works_for_an_endpoint():
    world = over_gateway()
    world[ENDPOINT, "describe_transit_gateways"][0]["Options"] = {"SecurityGroupReferencingSupport": "enable"}
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(group="sg-c")]

    answer = world.reach()

    assert [(each.reason, each.code) for each in answer.blockers] == [
        ("security_group_ingress", "SG_REFERENCES_NOT_PRESERVED")
    ]


@pytest.mark.parametrize(
    ("option", "attachment", "open_"),
    [("enable", "enable", True), ("enable", "disable", False), ("disable", "enable", False)],
)
def test_over_a_transit_gateway_naming_a_group_needs_the_option_everywhere(option, attachment, open_):
    world = over_gateway()
    world[ENDPOINT, "describe_network_interfaces"][0]["InterfaceType"] = "interface"
    gateway = world[ENDPOINT, "describe_transit_gateways"][0]
    gateway["Options"] = {"SecurityGroupReferencingSupport": option}
    [of_caller] = world[CALLER, "describe_transit_gateway_vpc_attachments"]
    of_caller["Options"] = {"SecurityGroupReferencingSupport": attachment}
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(group="sg-c")]

    answer = world.reach()

    assert answer.reachable is open_
    assert {each.code for each in answer.blockers} == (set() if open_ else {"SG_REFERENCING_SUPPORT"})


def test_over_a_transit_gateway_an_outbound_rule_cannot_name_a_group():
    world = over_gateway()
    world[CALLER, "describe_security_groups"][0]["IpPermissionsEgress"] = [permission(group="sg-e")]

    assert [each.reason for each in world.reach().blockers] == ["security_group_egress"]


def test_whether_a_reference_works_is_unknown_while_the_gateway_was_not_looked_at():
    world = over_gateway()
    world[ENDPOINT, "describe_network_interfaces"][0]["InterfaceType"] = "interface"
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(group="sg-c")]
    world.drop(ENDPOINT, "describe_transit_gateways")

    answer = world.reach()

    assert answer.reachable is None
    assert {each.operation for each in answer.unknown} == {"describe_transit_gateways"}


def test_ipv6_rules_judge_ipv6_traffic():
    world = World()
    caller, target = "2001:db8:2::10", "2001:db8:1::21"
    world[CALLER, "describe_network_interfaces"][0]["Ipv6Addresses"] = [{"Ipv6Address": caller}]
    world[ENDPOINT, "describe_network_interfaces"][0]["Ipv6Addresses"] = [{"Ipv6Address": target}]
    for account, far in ((CALLER, "2001:db8:1::/56"), (ENDPOINT, "2001:db8:2::/56")):
        table = world[account, "describe_route_tables"][0]
        table["Routes"].append({"DestinationIpv6CidrBlock": far, "VpcPeeringConnectionId": "pcx-1"})
        rules = world[account, "describe_network_acls"][0]["Entries"]
        rules += [
            {
                "RuleNumber": 101,
                "RuleAction": "allow",
                "Egress": way,
                "Ipv6CidrBlock": "::/0",
                "Protocol": "-1",
            }
            for way in (True, False)
        ]
        group_ = world[account, "describe_security_groups"][0]
        group_["IpPermissionsEgress"] = [{"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]
    rule = permission()
    rule["Ipv6Ranges"] = [{"CidrIpv6": "2001:db8:2::/56"}]
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [rule]

    answer = world.reach(Flow(src_eni="eni-c", dst_ip="2001:DB8:1:0::21"))

    assert answer.reachable is True
    assert answer.path[0].decided_by == "sends from 2001:db8:2::10"


def test_the_explanation_quotes_the_rules_with_their_descriptions():
    world = World()
    rule = permission("10.9.0.0/16")
    rule["IpRanges"][0]["Description"] = "old office"
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [rule]

    [blocker] = world.reach().blockers

    assert blocker.detail == (
        "no rule of sg-e lets tcp 443 in from 10.2.1.10 (rules: tcp 443 from 10.9.0.0/16 (old office))"
    )


def test_two_callers_of_one_vpc_are_told_apart_by_their_groups():
    world = World()
    other = interface("eni-o", "vpc-c", "subnet-c1", "10.2.1.11", "sg-o")
    world[CALLER, "describe_network_interfaces"].append(other)
    world[CALLER, "describe_security_groups"].append(group("sg-o", "vpc-c", []))
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(group="sg-o")]

    assert world.reach(Flow(src_eni="eni-o", dst_ip=TARGET)).reachable is True
    assert world.reach(Flow(src_eni="eni-c", dst_ip=TARGET)).reachable is False


def test_a_group_that_does_not_exist_is_named_beside_those_that_refuse():
    world = World()
    world[ENDPOINT, "describe_network_interfaces"][0]["Groups"].append({"GroupId": "sg-gone"})
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = []

    [blocker] = world.reach().blockers

    assert blocker.reason == "security_group_ingress"
    assert "sg-gone does not exist" in blocker.detail


def test_a_rule_is_named_by_its_id_where_the_rules_were_looked_at():
    world = World()
    shown = {"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-e", "IsEgress": False, "IpProtocol": "tcp"}
    shown |= {"FromPort": 443, "ToPort": 443, "CidrIpv4": "10.2.0.0/16"}
    other = shown | {"SecurityGroupRuleId": "sgr-2", "IsEgress": True}
    world[ENDPOINT, "describe_security_group_rules"] = {"SecurityGroupRules": [other, shown]}
    [decided] = [hop.decided_by for hop in world.reach().path if hop.id == "sg-e"]
    assert decided == "sgr-1 tcp 443 from 10.2.0.0/16"


def test_an_interface_of_an_endpoint_starts_no_connections():
    found = World().reach(Flow(src_eni="eni-e", dst_ip="10.2.1.10"))
    assert [(each.reason, each.code) for each in found.blockers] == [("no_source", "VPCE_INTRA_VPC_TRAFFIC")]
    assert found.reachable is False
