"""Networks that look broken and are not: each rule's neighbour that must not be blamed (VPC User Guide)."""

import pytest
from worlds.build import (
    ACL_C,
    ACL_E1,
    ACL_E2,
    ALL_TRAFFIC,
    API_ACCOUNT,
    ATTACHMENT_C,
    ENDPOINT,
    ENI_C,
    ENI_E1,
    ENI_E2,
    GROUP_C,
    GROUP_E,
    MAIN_TABLE_C,
    PEERING,
    REGION,
    SUBNET_C,
    SUBNET_E1,
    SUBNET_E2,
    TABLE_C,
    TABLE_E,
    TGW,
    World,
    an_id,
    entry,
    final_denies,
    route,
    rule,
)
from worlds.cases import Cases, check_case
from worlds.layouts import cross_account, group, on_prem, peered, same_vpc, transit

CASES = Cases()
PREFIX_LIST = an_id("pl", "a")
NAT = {"NatGatewayId": an_id("nat", "a")}


def listed(world: World, *cidrs: str) -> None:
    """A customer's prefix list with these entries."""
    entries = {"Entries": [{"Cidr": cidr} for cidr in cidrs]}
    world.keyed(world.endpoint_account, "get_managed_prefix_list_entries", PREFIX_LIST, entries)


@CASES.healthy(same_vpc, peered)
def rule_by_group_reference(world: World) -> None:
    """A reference counts in one VPC and over a peering in one Region."""
    world[GROUP_E]["IpPermissions"] = [rule(None, group=GROUP_C)]


@CASES.healthy(cross_account)
def rule_by_reference_to_a_group_of_another_account(world: World) -> None:
    pair = {"GroupId": GROUP_C, "UserId": world.caller_account, "VpcPeeringConnectionId": PEERING}
    world[GROUP_E]["IpPermissions"] = [
        rule(None) | {"UserIdGroupPairs": [pair | {"PeeringStatus": "active"}]}
    ]


@CASES.broken("N03", transit)
def rule_by_group_reference_over_a_transit_gateway_that_supports_it(world: World) -> None:
    """That support is not for the interfaces of endpoints (VPC User Guide, transit gateways)."""
    world[GROUP_E]["IpPermissions"] = [rule(None, group=GROUP_C)]
    world[TGW]["Options"]["SecurityGroupReferencingSupport"] = "enable"
    for attachment in (ATTACHMENT_C, ATTACHMENT_C.replace("0c", "0e")):
        world[attachment]["Options"]["SecurityGroupReferencingSupport"] = "enable"


@CASES.healthy(same_vpc, on_prem)
def rule_by_prefix_list(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [rule(None, prefix_list=PREFIX_LIST)]
    listed(world, "172.16.0.0/12", "10.1.8.0/22", "192.168.7.0/24")


@CASES.healthy(same_vpc)
def rule_for_the_callers_address_alone(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [rule("10.1.8.20/32")]


@CASES.healthy(same_vpc, on_prem)
def rule_for_all_traffic(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [ALL_TRAFFIC]


@CASES.healthy(same_vpc)
def rule_by_protocol_number_and_range(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [rule("0.0.0.0/0") | {"IpProtocol": "6", "FromPort": 1, "ToPort": 1023}]


@CASES.healthy(same_vpc)
def second_group_of_the_endpoint_admits(world: World) -> None:
    """The groups of an interface count together."""
    second = an_id("sg", "e2")
    world[GROUP_E]["IpPermissions"] = []
    group(world, world.endpoint_account, second, world[GROUP_E]["VpcId"], [rule("10.1.8.0/24")])
    for thing in (ENDPOINT, ENI_E1, ENI_E2):
        world[thing]["Groups"].append({"GroupId": second, "GroupName": second})


@CASES.healthy(same_vpc)
def endpoint_group_lets_nothing_out(world: World) -> None:
    """Groups are stateful, and the endpoint starts no connection."""
    world[GROUP_E]["IpPermissionsEgress"] = []


@CASES.healthy(same_vpc)
def caller_group_lets_out_to_the_endpoints_group(world: World) -> None:
    world[GROUP_C]["IpPermissionsEgress"] = [rule(None, group=GROUP_E)]


@CASES.healthy(same_vpc, transit)
def acl_denies_after_it_allows(world: World) -> None:
    for acl in (ACL_C, ACL_E1, ACL_E2):
        world[acl]["Entries"] += [entry(200, "deny", egress) for egress in (True, False)]


@CASES.healthy(peered)
def acl_entries_are_in_no_order(world: World) -> None:
    world[ACL_C]["Entries"] = [entry(200, "deny", egress=True), *reversed(world[ACL_C]["Entries"])]


@CASES.healthy(peered, on_prem)
def acls_allow_just_what_is_needed(world: World) -> None:
    """443 in one direction, 1024-65535 in the other."""
    towards = [entry(10, "allow", egress=False, ports=(443, 443)), entry(10, "allow", True, (1024, 65535))]
    for acl in (ACL_E1, ACL_E2):
        world[acl]["Entries"] = [*towards, *final_denies()]
    if ACL_C in world.things:
        away = [entry(10, "allow", True, (443, 443)), entry(10, "allow", False, (1024, 65535))]
        world[ACL_C]["Entries"] = [*away, *final_denies()]


@CASES.healthy(same_vpc)
def acl_of_a_subnet_that_both_share_denies_all(world: World) -> None:
    """A network ACL stands at the border of the subnet; inside it there is none."""
    for eni in (ENI_E1, ENI_E2):
        world[eni]["SubnetId"] = SUBNET_C
    world[ENI_E1]["PrivateIpAddresses"] = [{"Primary": True, "PrivateIpAddress": "10.1.8.31"}]
    world[ENI_E1]["PrivateIpAddress"] = "10.1.8.31"
    world[ENDPOINT]["SubnetIds"], world[ENDPOINT]["NetworkInterfaceIds"] = [SUBNET_C], [ENI_E1]
    answers = world.answers(world.endpoint_account)["describe_network_interfaces"]
    answers["NetworkInterfaces"] = [
        each for each in answers["NetworkInterfaces"] if each is not world[ENI_E2]
    ]
    world[ACL_C]["Entries"] = final_denies()


@CASES.healthy(peered)
def caller_subnet_uses_the_main_table(world: World) -> None:
    world[TABLE_C]["Associations"] = []
    world[MAIN_TABLE_C]["Routes"].append(route("10.1.0.0/16", VpcPeeringConnectionId=PEERING))


@CASES.healthy(peered)
def a_wide_route_elsewhere_and_a_longer_one_to_the_peering(world: World) -> None:
    world[TABLE_C]["Routes"].insert(0, route("10.0.0.0/8", TransitGatewayId="tgw-0f"))
    world[TABLE_C]["Routes"].append(route("0.0.0.0/0", **NAT))


@CASES.healthy(same_vpc)
def a_wide_route_and_the_local_one(world: World) -> None:
    world[TABLE_E]["Routes"].insert(0, route("10.0.0.0/8", TransitGatewayId="tgw-0f"))


@CASES.healthy(peered)
def a_black_hole_elsewhere(world: World) -> None:
    world[TABLE_C]["Routes"].append(route("10.77.0.0/16", state="blackhole", **NAT))


@CASES.healthy(peered)
def route_to_a_prefix_list(world: World) -> None:
    entries = {"Entries": [{"Cidr": "10.1.0.0/16"}]}
    world.keyed(world.caller_account, "get_managed_prefix_list_entries", PREFIX_LIST, entries)
    to = {"DestinationPrefixListId": PREFIX_LIST, "VpcPeeringConnectionId": PEERING}
    world[TABLE_C]["Routes"][-1] = {"Origin": "CreateRoute", "State": "active"} | to


@CASES.healthy(peered)
def an_old_peering_beside_the_active_one(world: World) -> None:
    old = world[PEERING] | {"VpcPeeringConnectionId": an_id("pcx", "b"), "Status": {"Code": "deleted"}}
    world.answers(API_ACCOUNT)["describe_vpc_peering_connections"]["VpcPeeringConnections"].insert(0, old)


@CASES.healthy(same_vpc, peered)
def endpoint_state_in_capitals(world: World) -> None:
    """The model says TitleCase, the wire lower case: both are met."""
    world[ENDPOINT]["State"] = "Available"


@CASES.healthy(same_vpc)
def another_endpoint_in_the_vpc_is_broken(world: World) -> None:
    other = world[ENDPOINT] | {
        "VpcEndpointId": an_id("vpce", "b"),
        "ServiceName": f"com.amazonaws.{REGION}.sqs",
        "State": "failed",
        "DnsEntries": [],
        "NetworkInterfaceIds": [],
    }
    world.answers(world.endpoint_account)["describe_vpc_endpoints"]["VpcEndpoints"].insert(0, other)


@CASES.healthy(same_vpc)
def caller_stands_in_a_zone_without_an_endpoint_interface(world: World) -> None:
    """The endpoint's name leads to another zone, which costs money and works."""
    for thing in (SUBNET_C, ENI_C):
        world[thing]["AvailabilityZone"] = f"{REGION}c"
    world[SUBNET_C]["AvailabilityZoneId"] = "use1-az3"


@CASES.healthy(same_vpc)
def other_accounts_answer_is_empty(world: World) -> None:
    """A second account that owns nothing of this neither helps nor hurts."""
    answers = world.answers("999999999999")
    assert answers["describe_vpc_endpoints"] == {"VpcEndpoints": []}


@CASES.healthy(same_vpc)
def a_rule_with_capitals_in_its_source(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [
        rule(None) | {"Ipv6Ranges": [{"CidrIpv6": "2600:1F13::/36"}]},
        rule("10.1.8.0/24"),
    ]


@CASES.healthy(peered)
def subnets_of_both_sides_have_other_neighbours(world: World) -> None:
    """Two endpoint subnets, each with its own table, both with a way back."""
    second = an_id("rtb", "e2")
    copy = world[TABLE_E] | {"RouteTableId": second, "Associations": [{"SubnetId": SUBNET_E2, "Main": False}]}
    world[TABLE_E]["Associations"] = [{"SubnetId": SUBNET_E1, "Main": False}]
    world.add(world.endpoint_account, "describe_route_tables", copy)


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_a_healthy_oddity_is_not_blamed(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_an_acl_that_admits_part_of_the_reply_ports_is_told(tmp_path):
    """Replies to 49152-65535 only: a Linux client (32768-60999) times out now and then."""

    def part_of_the_ports(world: World) -> None:
        for acl in (ACL_E1, ACL_E2):
            replies = entry(100, "allow", egress=True, ports=(49152, 65535))
            world[acl]["Entries"] = [entry(100, "allow", egress=False), replies, *final_denies()]

    check_case(peered, part_of_the_ports, {"N05"}, "broken", tmp_path)
