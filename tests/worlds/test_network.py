"""Faults of the network path, each told from the inventory alone (VPC User Guide)."""

import pytest
from worlds.build import (
    ACL_C,
    ACL_E1,
    ACL_E2,
    API_ACCOUNT,
    ATTACHMENT_C,
    ATTACHMENT_E,
    ENDPOINT,
    GROUP_C,
    GROUP_E,
    PEERING,
    SUBNET_C,
    SUBNET_E1,
    SUBNET_E2,
    TABLE_C,
    TABLE_E,
    TGW_TABLE,
    VGW,
    VPC_C,
    World,
    an_id,
    entry,
    final_denies,
    route,
    rule,
)
from worlds.cases import Cases, check_case
from worlds.judge import judge
from worlds.layouts import cross_account, on_prem, peered, same_vpc, tgw_route, transit

CASES = Cases()
NAT = {"NatGatewayId": an_id("nat", "a")}


@CASES.broken("N01", same_vpc, peered, cross_account, transit)
def default_group_admits_only_its_members(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [rule(None, group=GROUP_E) | {"IpProtocol": "-1"}]


@CASES.broken("N01", same_vpc, peered, on_prem)
def group_has_no_rule(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = []


@CASES.broken("N01", same_vpc, on_prem)
def rule_is_for_another_port(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [rule("0.0.0.0/0", port=8443)]


@CASES.broken("N01", same_vpc, peered, cross_account, transit, on_prem)
def rule_is_for_another_network(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [rule("10.2.0.0/16")]


@CASES.broken("N01", same_vpc)
def rule_is_for_another_protocol(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [rule("0.0.0.0/0") | {"IpProtocol": "udp"}]


@CASES.broken("N01", same_vpc)
def rule_is_for_the_neighbours_address(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [rule("10.1.8.21/32")]


@CASES.broken("N01", same_vpc)
def prefix_list_lacks_the_caller(world: World) -> None:
    listed = an_id("pl", "a")
    world[GROUP_E]["IpPermissions"] = [rule(None, prefix_list=listed)]
    world.keyed(
        API_ACCOUNT, "get_managed_prefix_list_entries", listed, {"Entries": [{"Cidr": "10.9.0.0/16"}]}
    )


@CASES.broken("N02", same_vpc, peered, cross_account)
def caller_group_lets_nothing_out(world: World) -> None:
    world[GROUP_C]["IpPermissionsEgress"] = []


@CASES.broken("N02", same_vpc, transit)
def caller_group_lets_only_http_out(world: World) -> None:
    world[GROUP_C]["IpPermissionsEgress"] = [rule("0.0.0.0/0", port=80)]


@CASES.broken("N02", peered)
def caller_group_lets_out_to_its_own_network_only(world: World) -> None:
    world[GROUP_C]["IpPermissionsEgress"] = [rule("10.9.0.0/16")]


@CASES.broken("N03", transit)
def group_reference_over_a_transit_gateway_without_that_support(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [rule(None, group=GROUP_C)]


@CASES.broken("N04", same_vpc, peered, cross_account)
def caller_acl_lets_nothing_out(world: World) -> None:
    world[ACL_C]["Entries"] = [entry(100, "allow", egress=False), *final_denies()]


@CASES.broken("N04", same_vpc)
def caller_acl_lets_only_http_out(world: World) -> None:
    out = entry(100, "allow", egress=True, ports=(80, 80))
    world[ACL_C]["Entries"] = [out, entry(100, "allow", egress=False), *final_denies()]


@CASES.broken("N04", same_vpc, transit)
def caller_acl_lets_no_reply_in(world: World) -> None:
    replies = entry(100, "allow", egress=False, ports=(443, 443))
    world[ACL_C]["Entries"] = [entry(100, "allow", egress=True), replies, *final_denies()]


@CASES.broken("N04", peered)
def caller_acl_denies_before_it_allows(world: World) -> None:
    world[ACL_C]["Entries"].insert(0, entry(90, "deny", egress=True, ports=(443, 443), cidr="10.1.0.0/16"))


@CASES.broken("N05", same_vpc, peered, on_prem)
def one_of_two_endpoint_acls_denies(world: World) -> None:
    world[ACL_E1]["Entries"].append(entry(90, "deny", egress=False))


@CASES.broken("N05", same_vpc, transit, cross_account)
def both_endpoint_acls_deny(world: World) -> None:
    for acl in (ACL_E1, ACL_E2):
        world[acl]["Entries"] = final_denies()


@CASES.broken("N05", same_vpc, on_prem)
def endpoint_acl_lets_no_reply_out(world: World) -> None:
    out = entry(100, "allow", egress=True, ports=(443, 443))
    for acl in (ACL_E1, ACL_E2):
        world[acl]["Entries"] = [entry(100, "allow", egress=False), out, *final_denies()]


@CASES.broken("N06", peered, cross_account, transit)
def caller_has_no_route(world: World) -> None:
    world[TABLE_C]["Routes"].pop()


@CASES.broken("N06", peered, transit)
def caller_route_is_a_black_hole(world: World) -> None:
    world[TABLE_C]["Routes"][-1]["State"] = "blackhole"


@CASES.broken("N06", peered, transit)
def caller_has_a_longer_route_elsewhere(world: World) -> None:
    world[TABLE_C]["Routes"].append(route("10.1.4.0/23", **NAT))


@CASES.broken("N06", peered)
def caller_has_only_a_default_route_to_a_nat_gateway(world: World) -> None:
    world[TABLE_C]["Routes"][-1] = route("0.0.0.0/0", **NAT)


@CASES.broken("N07", peered, cross_account, transit)
def endpoint_subnets_have_no_route_back(world: World) -> None:
    world[TABLE_E]["Routes"].pop()


@CASES.broken("N07", on_prem)
def endpoint_subnets_have_no_route_to_the_data_centre(world: World) -> None:
    world[TABLE_E]["Routes"].pop()
    world[TABLE_E]["PropagatingVgws"] = []


@CASES.broken("N07", peered)
def route_back_is_a_black_hole(world: World) -> None:
    world[TABLE_E]["Routes"][-1]["State"] = "blackhole"


@CASES.broken("N07", peered)
def route_back_has_a_longer_rival(world: World) -> None:
    world[TABLE_E]["Routes"].append(route("10.9.8.0/24", **NAT))


def transit_routes(world: World) -> list[dict]:
    """The routes of the transit gateway's table."""
    return world.answers(API_ACCOUNT)["search_transit_gateway_routes"][TGW_TABLE]["Routes"]


@CASES.broken("N08", transit)
def transit_gateway_has_no_route_to_the_endpoint(world: World) -> None:
    del transit_routes(world)[0]


@CASES.broken("N08", transit)
def transit_gateway_has_no_route_back(world: World) -> None:
    del transit_routes(world)[1]


@CASES.broken("N08", transit)
def transit_gateway_has_a_black_hole(world: World) -> None:
    hole = {"DestinationCidrBlock": "10.1.4.0/23", "Type": "static", "State": "blackhole"}
    transit_routes(world).append(hole)


@CASES.broken("N08", transit)
def transit_gateway_leads_the_endpoint_range_back_to_the_caller(world: World) -> None:
    transit_routes(world)[0] = tgw_route("10.1.0.0/16", ATTACHMENT_C, VPC_C)


@CASES.broken("N08", transit)
def caller_attachment_is_not_associated(world: World) -> None:
    answers = world.answers(API_ACCOUNT)
    for attachment in answers["describe_transit_gateway_attachments"]["TransitGatewayAttachments"]:
        if attachment["TransitGatewayAttachmentId"] == ATTACHMENT_C:
            del attachment["Association"]
    answers["get_transit_gateway_route_table_associations"][TGW_TABLE]["Associations"].pop()


@CASES.broken("N08", transit)
def endpoint_attachment_is_failed(world: World) -> None:
    answers = world.answers(API_ACCOUNT)
    world[ATTACHMENT_E]["State"] = "failed"
    answers["describe_transit_gateway_attachments"]["TransitGatewayAttachments"][0]["State"] = "failed"


@CASES.broken("N08", transit)
def endpoint_attachment_lacks_the_zone_of_an_endpoint_interface(world: World) -> None:
    world[ATTACHMENT_E]["SubnetIds"].pop(0)


@CASES.broken("N05", transit)
def endpoint_acls_deny_where_the_attachment_shares_the_subnets(world: World) -> None:
    world[ATTACHMENT_E]["SubnetIds"] = [SUBNET_E1, SUBNET_E2]
    both_endpoint_acls_deny(world)


@CASES.healthy(transit)
def acl_does_not_count_between_an_attachment_and_a_caller_in_one_subnet(world: World) -> None:
    """The VPC User Guide on transit gateways: towards instances of the same subnet no rule is evaluated."""
    world[ATTACHMENT_C]["SubnetIds"] = [SUBNET_C]
    caller_acl_lets_no_reply_in(world)


@CASES.broken("N09", peered, cross_account)
def peering_was_never_accepted(world: World) -> None:
    world[PEERING]["Status"] = {"Code": "pending-acceptance", "Message": "Pending Acceptance"}


@CASES.broken("N09", peered)
def peering_was_rejected(world: World) -> None:
    world[PEERING]["Status"] = {"Code": "rejected", "Message": "Inactive"}


def _state(state: str):
    def change(world: World) -> None:
        world[ENDPOINT]["State"] = state
        world[ENDPOINT]["LastError"] = {"Code": "Other", "Message": "why"}

    change.__name__ = f"endpoint_is_{state}"
    return change


for each in (
    "pending",
    "pendingAcceptance",
    "failed",
    "deleting",
    "deleted",
    "rejected",
    "expired",
    "Failed",
):
    CASES.broken("N12", same_vpc)(_state(each))


@CASES.broken("N12", peered)
def endpoint_in_the_other_vpc_is_rejected(world: World) -> None:
    world[ENDPOINT]["State"] = "Rejected"


@CASES.broken("N07", on_prem)
def gateway_is_detached(world: World) -> None:
    world[VGW]["VpcAttachments"] = []
    world[TABLE_E]["Routes"][-1]["State"] = "blackhole"


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_network_fault_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_an_acl_that_stops_the_call_and_its_replies_is_one_cause_with_both_rules_to_add(tmp_path):
    world = same_vpc()
    world[ACL_E1]["Entries"] = []

    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert (cause["fault"], cause["subject"]) == ("N05", world[ACL_E1]["NetworkAclId"])
    assert "allow TCP 443 in from" in cause["fix"]
    assert "allow TCP 1024-65535 out to" in cause["fix"]
