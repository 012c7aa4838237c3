"""Faults of names and hosted zones, each told from the inventory alone (Route 53 Developer Guide)."""

import pytest
from worlds.build import (
    ALIAS_URL,
    API,
    DEFAULT_NAME,
    ENDPOINT,
    ENDPOINT_NAME,
    HOSTED_ZONE,
    REGION,
    VPC_C,
    VPC_E,
    ZONE_NAME,
    World,
)
from worlds.cases import Cases, check_case
from worlds.changes import customer_zone, private_dns, zones_of
from worlds.layouts import cross_account, on_prem, peered, same_vpc, transit

CASES = Cases()


@CASES.broken("D01", same_vpc)
def private_dns_is_off(world: World) -> None:
    private_dns(world, on=False)


@CASES.broken("D02", same_vpc)
def private_dns_captures_the_name_of_a_regional_api(world: World) -> None:
    world[API]["endpointConfiguration"] = {"types": ["REGIONAL"], "ipAddressType": "ipv4"}


@CASES.broken("D02", same_vpc)
def private_dns_captures_the_name_of_an_edge_api(world: World) -> None:
    world[API]["endpointConfiguration"] = {"types": ["EDGE"]}


@CASES.broken("D06", peered, transit, cross_account)
def only_the_endpoints_own_vpc_has_a_zone(world: World) -> None:
    private_dns(world, on=True)
    zones_of(world, world.caller_account, VPC_C, [])
    del world.answers(world.endpoint_account, "global")["list_resource_record_sets"]


@CASES.broken("D09", peered, transit)
def the_customers_zone_is_not_associated_with_the_callers_vpc(world: World) -> None:
    zones_of(world, world.caller_account, VPC_C, [])


@CASES.broken("D07", peered, cross_account)
def the_customers_zone_knows_only_another_api(world: World) -> None:
    customer_zone(world, ZONE_NAME, f"zzz7654321.{ZONE_NAME}")


@CASES.broken("D07", peered)
def the_customers_zone_has_only_its_apex(world: World) -> None:
    customer_zone(world, ZONE_NAME)


@CASES.broken("D08", peered)
def the_customers_zone_holds_an_address_that_is_gone(world: World) -> None:
    records = world.answers(world.endpoint_account, "global")["list_resource_record_sets"][HOSTED_ZONE]
    old = {"Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.1.4.99"}]}
    records["ResourceRecordSets"] = [{"Name": f"\\052.{ZONE_NAME}."} | old]


@CASES.undecided(peered)
def the_customers_zone_leads_to_an_endpoint_nobody_saw(world: World) -> None:
    """It may be gone, it may be another account's."""
    answer = world.answers(world.endpoint_account, "global")["list_resource_record_sets"][HOSTED_ZONE]
    for record in answer["ResourceRecordSets"][1:]:
        gone = ENDPOINT_NAME.replace(ENDPOINT, "vpce-0dead000000000000")
        record["AliasTarget"] = record["AliasTarget"] | {"DNSName": f"{gone}."}


@CASES.broken("D10", same_vpc)
def vpc_has_no_dns_support(world: World) -> None:
    attributes = world.answers(world.endpoint_account)["describe_vpc_attribute"]
    attributes[f"{VPC_E}/enableDnsSupport"]["EnableDnsSupport"]["Value"] = False


@CASES.broken("D10", same_vpc)
def vpc_has_no_dns_hostnames(world: World) -> None:
    attributes = world.answers(world.endpoint_account)["describe_vpc_attribute"]
    attributes[f"{VPC_E}/enableDnsHostnames"]["EnableDnsHostnames"]["Value"] = False


@CASES.broken("D10", peered, cross_account)
def callers_vpc_has_no_dns_hostnames(world: World) -> None:
    attributes = world.answers(world.caller_account)["describe_vpc_attribute"]
    attributes[f"{VPC_C}/enableDnsHostnames"]["EnableDnsHostnames"]["Value"] = False


@CASES.broken("D15", on_prem)
def alias_of_an_endpoint_that_is_not_associated(world: World) -> None:
    world.target, world.options = ALIAS_URL, []
    world[API]["endpointConfiguration"]["vpcEndpointIds"] = []


@CASES.broken("D15", on_prem)
def alias_where_another_endpoint_is_associated(world: World) -> None:
    world.target, world.options = ALIAS_URL, []
    world[API]["endpointConfiguration"]["vpcEndpointIds"] = ["vpce-0b000000000000000"]


@CASES.healthy(on_prem)
def alias_of_an_associated_endpoint(world: World) -> None:
    world.target, world.options = ALIAS_URL, []


@CASES.healthy(same_vpc)
def alias_where_private_dns_is_off(world: World) -> None:
    private_dns(world, on=False)
    world.target = ALIAS_URL


@CASES.healthy(peered)
def a_zone_of_one_api_only(world: World) -> None:
    """A zone for each API leaves public APIs reachable; its apex record is the API's name."""
    customer_zone(world, DEFAULT_NAME)
    for account, vpc in ((world.endpoint_account, VPC_E), (world.caller_account, VPC_C)):
        zone = {"HostedZoneId": HOSTED_ZONE, "Name": f"{DEFAULT_NAME}.", "Owner": {"OwningAccount": account}}
        zones_of(world, account, vpc, [zone])


@CASES.healthy(peered)
def a_zone_with_a_record_for_this_api_and_no_wildcard(world: World) -> None:
    customer_zone(world, ZONE_NAME, DEFAULT_NAME)


@CASES.healthy(peered)
def a_zone_with_the_endpoints_addresses(world: World) -> None:
    records = world.answers(world.endpoint_account, "global")["list_resource_record_sets"][HOSTED_ZONE]
    addresses = {"Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.1.4.21"}, {"Value": "10.1.5.21"}]}
    records["ResourceRecordSets"] = [{"Name": f"*.{ZONE_NAME}."} | addresses]


@CASES.healthy(peered)
def a_zone_of_somebody_else(world: World) -> None:
    """A zone for another name in the same VPC matters to nobody."""
    seen = world.answers(world.caller_account, "global")["list_hosted_zones_by_vpc"][f"{VPC_C}/{REGION}"]
    other = {
        "HostedZoneId": "Z0OTHER",
        "Name": "corp.example.",
        "Owner": {"OwningAccount": world.caller_account},
    }
    seen["HostedZoneSummaries"].insert(0, other)


@CASES.healthy(same_vpc)
def the_name_in_capitals_and_with_a_final_dot(world: World) -> None:
    """RFC 4343: names compare without case; a final dot only says that the name is complete."""
    world.target = f"https://{DEFAULT_NAME.upper()}/prod/pets"


def forward_rule(world: World, name: str) -> None:
    """A Resolver rule that the caller's VPC is associated with."""
    rule = {
        "Id": "rslvr-rr-0a", "DomainName": name, "RuleType": "FORWARD", "Status": "COMPLETE",
        "TargetIps": [{"Ip": "192.168.0.53", "Port": 53}],
    }  # fmt: skip
    world.add(world.caller_account, "list_resolver_rules", rule)
    association = {
        "Id": "rslvr-rrassoc-0a",
        "ResolverRuleId": "rslvr-rr-0a",
        "VPCId": VPC_E,
        "Status": "COMPLETE",
    }
    world.add(world.caller_account, "list_resolver_rule_associations", association)


@CASES.broken("D12", same_vpc)
def a_forward_rule_for_the_very_zone(world: World) -> None:
    """Same name in a Resolver rule and a private zone: the rule wins (Route 53, private zone considerations)."""
    forward_rule(world, f"{ZONE_NAME}.")


@CASES.healthy(same_vpc)
def a_forward_rule_for_a_shorter_name(world: World) -> None:
    """The endpoint's zone is longer than the rule's name, so the rule does not count."""
    forward_rule(world, "amazonaws.com.")


@CASES.undecided(same_vpc)
def dhcp_options_name_the_data_centres_servers(world: World) -> None:
    """Whether those servers forward to AWS is for a probe or a person to say."""
    world["dopt-0a"]["DhcpConfigurations"][0]["Values"] = [{"Value": "192.168.0.53"}]


@CASES.broken("D13", same_vpc)
def dns_firewall_blocks_the_name(world: World) -> None:
    group, domains, owner = "rslvr-frg-0a", "rslvr-fdl-0a", world.caller_account
    association = {"Id": "rslvr-frgassoc-0a", "FirewallRuleGroupId": group, "VpcId": VPC_E, "Priority": 101}
    world.add(owner, "list_firewall_rule_group_associations", association | {"Status": "COMPLETE"})
    block = {"FirewallRuleGroupId": group, "FirewallDomainListId": domains, "Priority": 1, "Action": "BLOCK"}
    world.keyed(
        owner, "list_firewall_rules", group, {"FirewallRules": [block | {"BlockResponse": "NXDOMAIN"}]}
    )
    world.keyed(owner, "list_firewall_domains", domains, {"Domains": ["*.amazonaws.com."]})


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_naming_fault_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)
