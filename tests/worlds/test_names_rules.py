"""Resolver rules, DNS Firewall, DHCP options and attributes of a VPC (aws.md A.6, A.7; Route 53 Developer Guide)."""

from collections.abc import Callable

import pytest
from worlds.build import (
    ALIAS_URL,
    API,
    API_ACCOUNT,
    DEFAULT_NAME,
    ENDPOINT_NAME,
    ENDPOINT_URL,
    REGION,
    VPC_C,
    VPC_E,
    ZONE_NAME,
    World,
    an_id,
)
from worlds.cases import Cases, Change, Layout, check_case
from worlds.changes import private_dns, zones_of
from worlds.judge import judge
from worlds.layouts import cross_account, peered, same_vpc, transit
from worlds.route53 import (
    CORPORATE,
    INBOUND,
    alert,
    alias,
    allow,
    any_of,
    block,
    firewall,
    inbound,
    only,
    plain,
    profile,
    resolver_arn,
    resolver_rule,
    servers_by_dhcp,
)
from worlds.test_unknown import refuse

RULES, WALLS, SERVERS = Cases(), Cases(), Cases()
HIDDEN: list = []


def hidden(check: str, *layouts: Layout) -> Callable[[Change], Change]:
    """An answer that this check reads was refused: it is unknown, nobody is blamed, and the permission is named."""

    def register(change: Change) -> Change:
        for layout in layouts:
            name = f"{layout.__name__}, {change.__name__}".replace("_", " ")
            HIDDEN.append(pytest.param(layout, change, check, id=name))
        return change

    return register


def by_endpoint_name() -> World:
    """The call by the endpoint's name, from the endpoint's own VPC."""
    world = same_vpc()
    world.target, world.options = ENDPOINT_URL, ["-H", f"x-apigw-api-id:{API}"]
    return world


def by_address() -> World:
    """The call straight to an address of the endpoint."""
    world = same_vpc()
    world.target, world.options = "https://10.1.4.21/prod/pets", ["-H", f"Host:{DEFAULT_NAME}"]
    return world


def nobody_sees_a_zone() -> World:
    """Two VPCs; the endpoint's own zone is the only one, and the caller's VPC does not see it."""
    world = peered()
    private_dns(world, on=True)
    zones_of(world, world.caller_account, VPC_C, [])
    del world.answers(world.endpoint_account, "global")["list_resource_record_sets"]
    return world


# Resolver rules: the most specific name wins; against a zone of the same name the rule wins.


@RULES.broken("D12", same_vpc)
def a_rule_for_the_name_itself(world: World) -> None:
    resolver_rule(world, DEFAULT_NAME)


@RULES.broken("D12", peered, cross_account)
def a_rule_for_the_name_of_the_customers_zone(world: World) -> None:
    resolver_rule(world, ZONE_NAME, vpc=VPC_C)


@RULES.healthy(same_vpc)
def rules_for_every_shorter_name(world: World) -> None:
    for name in (".", "com", "amazonaws.com", f"{REGION}.amazonaws.com"):
        resolver_rule(world, name)


@RULES.healthy(peered, transit)
def a_rule_for_a_shorter_name_than_the_customers_zone(world: World) -> None:
    resolver_rule(world, "amazonaws.com", vpc=VPC_C)


@RULES.healthy(peered)
def a_zone_for_the_api_is_longer_than_the_rule(world: World) -> None:
    only(world, DEFAULT_NAME, alias(DEFAULT_NAME))
    resolver_rule(world, ZONE_NAME, vpc=VPC_C)


@RULES.broken("D12", peered)
def a_rule_is_longer_than_the_customers_short_zone(world: World) -> None:
    only(world, "amazonaws.com", alias(any_of(ZONE_NAME)))
    resolver_rule(world, f"{REGION}.amazonaws.com", vpc=VPC_C)


@RULES.healthy(same_vpc, by_endpoint_name)
def a_rule_for_another_name(world: World) -> None:
    resolver_rule(world, "corp.example")
    resolver_rule(world, f"zzz7654321.{ZONE_NAME}")
    resolver_rule(world, "execute-api.eu-west-1.amazonaws.com")


@RULES.healthy(same_vpc)
def a_rule_whose_name_only_ends_alike(world: World) -> None:
    resolver_rule(world, f"1234567.{ZONE_NAME}")


@RULES.healthy(same_vpc)
def a_rule_below_the_name(world: World) -> None:
    resolver_rule(world, f"www.{DEFAULT_NAME}")


@RULES.healthy(same_vpc)
def the_rule_of_another_vpc(world: World) -> None:
    resolver_rule(world, ZONE_NAME)
    links = world.answers(API_ACCOUNT)["list_resolver_rule_associations"]["ResolverRuleAssociations"]
    links[0]["VPCId"] = an_id("vpc", "f")


@RULES.healthy(same_vpc)
def a_rule_without_association(world: World) -> None:
    resolver_rule(world, ZONE_NAME, associated=False)


@RULES.healthy(same_vpc)
def an_association_that_failed(world: World) -> None:
    resolver_rule(world, ZONE_NAME, status="FAILED")


@RULES.healthy(same_vpc)
def the_rules_that_resolver_defines_itself(world: World) -> None:
    """The Internet resolver is a RECURSIVE rule for ``.`` that every VPC has."""
    resolver_rule(world, ".", kind="RECURSIVE")
    resolver_rule(world, "localhost", kind="RECURSIVE")


@RULES.healthy(same_vpc)
def a_system_rule_for_the_zone_under_a_rule_for_all(world: World) -> None:
    resolver_rule(world, "amazonaws.com")
    resolver_rule(world, ZONE_NAME, kind="SYSTEM")


@RULES.healthy(same_vpc)
def a_system_exception_for_the_api_below_the_rule(world: World) -> None:
    """The longer SYSTEM rule gives the name back to the VPC's own resolution."""
    resolver_rule(world, ZONE_NAME)
    resolver_rule(world, DEFAULT_NAME, kind="SYSTEM")


@RULES.broken("D12", same_vpc)
def a_system_exception_that_is_shorter_than_the_rule(world: World) -> None:
    resolver_rule(world, "amazonaws.com", kind="SYSTEM")
    resolver_rule(world, ZONE_NAME)


@RULES.broken("D06", nobody_sees_a_zone)
def a_system_exception_does_not_make_a_zone(world: World) -> None:
    resolver_rule(world, ".", vpc=VPC_C)
    resolver_rule(world, "amazonaws.com", kind="SYSTEM", vpc=VPC_C)


@RULES.broken("D01", same_vpc)
def private_dns_is_off_beside_a_rule_that_would_not_matter(world: World) -> None:
    """Once private DNS is on the zone is longer than the rule."""
    private_dns(world, on=False)
    resolver_rule(world, "corp.example")
    resolver_rule(world, f"{REGION}.amazonaws.com", kind="SYSTEM")


@RULES.broken("D12", peered)
def a_rule_of_a_profile(world: World) -> None:
    identity = resolver_rule(world, ZONE_NAME, vpc=VPC_C, associated=False)
    profile(world, resolver_arn("resolver-rule", identity))


@RULES.healthy(peered)
def a_shorter_rule_of_a_profile(world: World) -> None:
    identity = resolver_rule(world, "amazonaws.com", vpc=VPC_C, associated=False)
    profile(world, resolver_arn("resolver-rule", identity))


@RULES.healthy(peered, nobody_sees_a_zone)
def a_rule_to_an_inbound_endpoint_that_sees_the_zone(world: World) -> None:
    """Answered as if asked from the hub."""
    inbound(world, vpc=VPC_E, source="10.0.0.0/8")
    resolver_rule(world, ZONE_NAME, *INBOUND, vpc=VPC_C)


@RULES.healthy(nobody_sees_a_zone)
def a_rule_for_all_to_an_inbound_endpoint_that_sees_the_zone(world: World) -> None:
    inbound(world, vpc=VPC_E, source="10.0.0.0/8")
    resolver_rule(world, ".", *INBOUND, vpc=VPC_C)


@hidden("naming/no-resolver-rule-takes-the-name", same_vpc, peered)
def rules_may_not_be_listed(world: World) -> None:
    resolver_rule(world, ZONE_NAME, vpc=VPC_C if VPC_C in world.things else VPC_E)
    refuse(world, "list_resolver_rules")


@hidden("naming/no-resolver-rule-takes-the-name", same_vpc, peered)
def associations_of_rules_may_not_be_listed(world: World) -> None:
    refuse(world, "list_resolver_rule_associations")


@RULES.healthy(by_address)
def a_rule_for_a_name_that_is_not_asked_for(world: World) -> None:
    resolver_rule(world, ZONE_NAME)


@RULES.healthy(by_endpoint_name)
def a_rule_for_the_default_names_alone(world: World) -> None:
    resolver_rule(world, ZONE_NAME)


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), RULES.params)
def test_the_rule_that_takes_the_name_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


@pytest.mark.parametrize("name", [".", "amazonaws.com", ZONE_NAME])
def test_a_rule_to_an_inbound_endpoint_that_sees_no_zone_is_broken(name, tmp_path):
    """The hub answers with the Internet's addresses: either the rule or the hub's zones is to blame."""
    world = nobody_sees_a_zone()
    inbound(world, *("10.9.8.53", "10.9.8.54"), vpc=VPC_C)
    resolver_rule(world, name, "10.9.8.53", "10.9.8.54", vpc=VPC_C)
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "broken", said.story()
    assert set(said.faults) <= {"D06", "D09", "D12"}, said.story()


@pytest.mark.parametrize("name", [".", "amazonaws.com"])
def test_a_short_rule_where_no_zone_is_seen_is_no_all_clear(name, tmp_path):
    """What the data centre's servers answer is for a probe to say; nothing here makes the name private."""
    world = nobody_sees_a_zone()
    resolver_rule(world, name, vpc=VPC_C)
    said = judge(world, tmp_path)
    assert said.report["verdict"] in ("broken", "undecided"), said.story()
    assert set(said.faults) <= {"D06", "D12"}, said.story()


@pytest.mark.parametrize("name", [".", "amazonaws.com"])
def test_private_dns_that_is_off_comes_before_a_short_rule(name, tmp_path):
    """Switched on, the endpoint's zone is longer than the rule: the rule is no cause of its own."""
    world = same_vpc()
    private_dns(world, on=False)
    resolver_rule(world, name)
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "broken", said.story()
    assert said.faults[0] == "D01", said.story()


@pytest.mark.parametrize("status", ["DELETING", "CREATING"])
def test_an_association_in_motion_is_never_certain(status, tmp_path):
    world = same_vpc()
    resolver_rule(world, ZONE_NAME, status=status)
    said = judge(world, tmp_path)
    causes = [(cause["fault"], cause["confidence"]) for cause in said.report["root_causes"]]
    assert set(causes) <= {("D12", "likely"), ("D12", "possible")}, said.story()


def test_an_association_that_a_longer_lived_one_overrides_does_not_count(tmp_path):
    """OVERRIDDEN: another association of the VPC counts instead."""
    world = same_vpc()
    resolver_rule(world, ZONE_NAME, status="OVERRIDDEN")
    resolver_rule(world, ZONE_NAME, kind="SYSTEM")
    assert judge(world, tmp_path).report["verdict"] == "healthy"


@pytest.mark.parametrize("name", ["amazonaws.com", "vpce.amazonaws.com", "."])
def test_a_rule_for_public_names_is_not_blamed_for_certain(name, tmp_path):
    """Endpoint names are public: the data centre's servers may well answer them."""
    world = by_endpoint_name()
    resolver_rule(world, name)
    said = judge(world, tmp_path)
    assert said.report["verdict"] in ("healthy", "undecided"), said.story()


def test_an_alias_that_a_rule_sends_away_is_not_blamed_for_certain(tmp_path):
    """The alias is a public name of private addresses."""
    world = same_vpc()
    world.target = ALIAS_URL
    resolver_rule(world, ZONE_NAME)
    said = judge(world, tmp_path)
    assert said.report["verdict"] in ("healthy", "undecided"), said.story()


# DNS Firewall: groups by priority, rules by priority, the first that fits decides.


@WALLS.broken("D13", same_vpc, by_endpoint_name)
def all_is_blocked(world: World) -> None:
    firewall(world, block("*"))


@WALLS.broken("D13", same_vpc)
def the_very_name_is_blocked(world: World) -> None:
    firewall(world, block("corp.example", DEFAULT_NAME))


@WALLS.broken("D13", same_vpc)
def every_name_of_the_zone_is_blocked(world: World) -> None:
    firewall(world, block(f"*.{ZONE_NAME}", BlockResponse="NODATA"))


@WALLS.broken("D13", same_vpc)
def the_name_is_overridden(world: World) -> None:
    more = {
        "BlockOverrideDomain": "sinkhole.corp.example.",
        "BlockOverrideDnsType": "CNAME",
        "BlockOverrideTtl": 5,
    }
    firewall(world, block("*.amazonaws.com", BlockResponse="OVERRIDE", **more))


@WALLS.healthy(same_vpc)
def only_the_name_above_is_blocked(world: World) -> None:
    """A name without ``*`` stands for itself."""
    firewall(world, block(ZONE_NAME, "amazonaws.com"))


@WALLS.healthy(same_vpc)
def only_names_below_are_blocked(world: World) -> None:
    firewall(world, block(f"*.{DEFAULT_NAME}", f"zzz7654321.{ZONE_NAME}", "*.corp.example"))


@WALLS.healthy(same_vpc)
def a_blocked_name_only_ends_alike(world: World) -> None:
    firewall(world, block(f"*.api.{REGION}.amazonaws.com", f"*.{REGION}.vpce.amazonaws.com"))


@WALLS.healthy(by_endpoint_name, by_address)
def only_default_names_are_blocked(world: World) -> None:
    firewall(world, block(f"*.{ZONE_NAME}", DEFAULT_NAME))


@WALLS.broken("D13", by_endpoint_name)
def endpoint_names_are_blocked(world: World) -> None:
    firewall(world, block("*.vpce.amazonaws.com"))


@WALLS.healthy(by_address)
def all_is_blocked_and_no_name_is_asked(world: World) -> None:
    firewall(world, block("*"))


@WALLS.healthy(same_vpc, by_endpoint_name)
def an_allow_list_has_the_name(world: World) -> None:
    firewall(world, allow("*.amazonaws.com", "*.corp.example"), block("*"))


@WALLS.broken("D13", same_vpc)
def an_allow_list_lacks_the_name(world: World) -> None:
    firewall(world, allow(f"zzz7654321.{ZONE_NAME}", ZONE_NAME, "*.vpce.amazonaws.com"), block("*"))


@WALLS.healthy(same_vpc)
def the_name_is_only_reported(world: World) -> None:
    firewall(world, alert("*"))


@WALLS.healthy(same_vpc)
def the_name_is_reported_before_it_would_be_blocked(world: World) -> None:
    """The first rule that fits decides, and ALERT lets pass."""
    firewall(world, alert("*.amazonaws.com"), block("*"))


@WALLS.broken("D13", same_vpc)
def the_name_is_blocked_before_it_would_be_allowed(world: World) -> None:
    firewall(world, block("*"), allow("*.amazonaws.com"))


@WALLS.healthy(same_vpc)
def the_first_group_allows_what_the_second_blocks(world: World) -> None:
    firewall(world, block("*"), priority=200)
    firewall(world, allow(DEFAULT_NAME), priority=102)


@WALLS.broken("D13", same_vpc)
def the_second_group_allows_what_the_first_blocks(world: World) -> None:
    firewall(world, allow("*"), priority=200)
    firewall(world, block("*"), priority=102)


@WALLS.healthy(same_vpc)
def only_other_types_of_question_are_blocked(world: World) -> None:
    firewall(world, block("*", Qtype="TXT"), block("*", Qtype="MX"))


@WALLS.broken("D13", same_vpc)
def addresses_alone_are_blocked(world: World) -> None:
    firewall(world, allow("*", Qtype="TXT"), block("*", Qtype="A"))


@WALLS.healthy(same_vpc)
def the_group_of_another_vpc(world: World) -> None:
    firewall(world, block("*"))
    links = world.answers(API_ACCOUNT)["list_firewall_rule_group_associations"][
        "FirewallRuleGroupAssociations"
    ]
    links[0]["VpcId"] = an_id("vpc", "f")


@WALLS.healthy(same_vpc)
def a_group_without_association(world: World) -> None:
    firewall(world, block("*"), associated=False)


@WALLS.healthy(same_vpc)
def a_group_without_rules(world: World) -> None:
    firewall(world)


@WALLS.broken("D13", peered)
def the_group_of_a_profile(world: World) -> None:
    identity = firewall(world, block("*.amazonaws.com"), vpc=VPC_C, associated=False)
    profile(world, resolver_arn("firewall-rule-group", identity), ResourceProperties='{"priority":102}')


@WALLS.healthy(peered)
def the_group_of_a_profile_comes_after_the_vpcs_own(world: World) -> None:
    identity = firewall(world, block("*.amazonaws.com"), vpc=VPC_C, priority=101, associated=False)
    firewall(world, allow("*.amazonaws.com"), vpc=VPC_C, priority=150)
    profile(world, resolver_arn("firewall-rule-group", identity), ResourceProperties='{"priority":200}')


@WALLS.broken("D13", peered, cross_account)
def the_group_of_the_callers_vpc(world: World) -> None:
    firewall(world, block("*"), vpc=VPC_C)


@WALLS.healthy(peered, cross_account)
def the_group_of_the_endpoints_vpc_where_nobody_asks(world: World) -> None:
    firewall(world, block("*"), vpc=VPC_E)


@hidden("naming/dns-firewall-lets-the-name-pass", same_vpc)
def groups_may_not_be_listed(world: World) -> None:
    firewall(world, block("*"))
    refuse(world, "list_firewall_rule_group_associations")


@hidden("naming/dns-firewall-lets-the-name-pass", same_vpc)
def rules_of_the_group_may_not_be_listed(world: World) -> None:
    firewall(world, block("*"))
    refuse(world, "list_firewall_rules")


@hidden("naming/dns-firewall-lets-the-name-pass", same_vpc)
def domains_may_not_be_listed(world: World) -> None:
    firewall(world, block("*"))
    refuse(world, "list_firewall_domains")


@WALLS.healthy(same_vpc)
def domains_that_come_after_the_decision_may_not_be_listed(world: World) -> None:
    firewall(world, allow("*.amazonaws.com"), block("*"))
    answers = world.answers(API_ACCOUNT)["list_firewall_domains"]
    answers["rslvr-fdl-0652"] = {"error": {"Code": "AccessDeniedException", "Message": "managed"}}


@hidden("naming/dns-firewall-lets-the-name-pass", same_vpc)
def an_allow_list_before_the_block_may_not_be_listed(world: World) -> None:
    firewall(world, allow("*.amazonaws.com"), block("*"))
    answers = world.answers(API_ACCOUNT)["list_firewall_domains"]
    answers["rslvr-fdl-0651"] = {"error": {"Code": "AccessDeniedException", "Message": "managed"}}


@WALLS.healthy(same_vpc)
def a_list_that_may_not_be_read_only_reports(world: World) -> None:
    """Whether it fits or not, the name passes."""
    firewall(world, alert("*.amazonaws.com"))
    refuse(world, "list_firewall_domains")


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), WALLS.params)
def test_the_firewall_that_stops_the_name_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_a_rule_of_the_advanced_kind_is_never_blamed_for_certain(tmp_path):
    """DNS Firewall Advanced looks for tunnels and generated names; it has no list of domains."""
    world = same_vpc()
    firewall(world)
    advanced = {
        "FirewallRuleGroupId": "rslvr-frg-065", "FirewallThreatProtectionId": "rslvr-ftp-0a", "Name": "dga",
        "DnsThreatProtection": "DGA", "ConfidenceThreshold": "HIGH", "Priority": 1, "Action": "BLOCK",
        "BlockResponse": "NODATA",
    }  # fmt: skip
    answers = world.answers(API_ACCOUNT)["list_firewall_rules"]
    answers["rslvr-frg-065"] = {"FirewallRules": [advanced]}
    said = judge(world, tmp_path)
    assert said.report["verdict"] in ("healthy", "undecided"), said.story()


# What the VPC's hosts ask: DHCP options and the VPC's attributes.


def switch(world: World, vpc: str, attribute: str, value: bool) -> None:
    """Set an attribute of a VPC."""
    owner = world.endpoint_account if vpc == VPC_E else world.caller_account
    answer = world.answers(owner)["describe_vpc_attribute"][f"{vpc}/{attribute}"]
    answer[attribute[0].upper() + attribute[1:]]["Value"] = value


@SERVERS.healthy(same_vpc)
def dhcp_names_the_vpcs_own_resolver_by_address(world: World) -> None:
    servers_by_dhcp(world, "10.1.0.2")


@SERVERS.healthy(same_vpc, peered)
def dhcp_names_the_link_local_resolver(world: World) -> None:
    servers_by_dhcp(world, "169.254.169.253")


@SERVERS.healthy(same_vpc)
def dhcp_names_both_addresses_of_the_resolver(world: World) -> None:
    servers_by_dhcp(world, "10.1.0.2", "169.254.169.253")


@SERVERS.healthy(same_vpc)
def dhcp_sets_a_search_domain(world: World) -> None:
    """It is a suffix, it makes no name resolvable and none unresolvable."""
    servers_by_dhcp(world, "AmazonProvidedDNS", domain_name=f"{REGION}.vpce.amazonaws.com")


@SERVERS.broken("D01", same_vpc)
def a_search_domain_does_not_take_the_place_of_private_dns(world: World) -> None:
    private_dns(world, on=False)
    servers_by_dhcp(world, "AmazonProvidedDNS", domain_name=f"{REGION}.vpce.amazonaws.com")


@SERVERS.healthy(same_vpc)
def dhcp_names_the_inbound_endpoints_addresses(world: World) -> None:
    inbound(world, source="10.1.0.0/16")
    servers_by_dhcp(world, *INBOUND)


@SERVERS.healthy(peered, nobody_sees_a_zone)
def dhcp_names_the_hubs_inbound_endpoint(world: World) -> None:
    inbound(world, source="10.9.0.0/16")
    servers_by_dhcp(world, *INBOUND)


@SERVERS.healthy(by_address)
def dhcp_names_anybody_and_no_name_is_asked(world: World) -> None:
    servers_by_dhcp(world, CORPORATE)


@hidden("naming/vpc-asks-its-own-resolver", peered, same_vpc)
def dhcp_options_may_not_be_read(world: World) -> None:
    refuse(world, "describe_dhcp_options")


@SERVERS.undecided(peered)
def dhcp_names_servers_of_the_data_centre(world: World) -> None:
    servers_by_dhcp(world, CORPORATE, "192.168.0.54")


@SERVERS.broken("D10", same_vpc, by_endpoint_name)
def the_vpc_has_no_resolver_at_all(world: World) -> None:
    switch(world, VPC_E, "enableDnsSupport", False)


@SERVERS.healthy(by_endpoint_name)
def the_vpc_has_no_host_names_and_the_name_is_public(world: World) -> None:
    """enableDnsHostnames matters to private zones; endpoint names are public."""
    switch(world, VPC_E, "enableDnsHostnames", False)


@SERVERS.healthy(by_address)
def the_vpc_has_no_resolver_and_no_name_is_asked(world: World) -> None:
    switch(world, VPC_E, "enableDnsSupport", False)
    switch(world, VPC_E, "enableDnsHostnames", False)


@SERVERS.healthy(peered, cross_account)
def the_endpoints_vpc_has_no_host_names_where_nobody_asks(world: World) -> None:
    """Private DNS is off there; the caller asks its own VPC's resolver."""
    switch(world, VPC_E, "enableDnsHostnames", False)


@SERVERS.undecided(same_vpc)
def one_attribute_may_not_be_read(world: World) -> None:
    answers = world.answers(world.endpoint_account)["describe_vpc_attribute"]
    answers[f"{VPC_E}/enableDnsHostnames"] = {"error": {"Code": "UnauthorizedOperation", "Message": "no"}}


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), SERVERS.params)
def test_the_servers_that_hosts_ask_are_judged(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


@pytest.mark.parametrize("servers", [("AmazonProvidedDNS", CORPORATE), (CORPORATE, "AmazonProvidedDNS")])
def test_a_second_server_beside_amazons_is_no_certain_fault(servers, tmp_path):
    """Which one a host asks is the host's own business."""
    world = same_vpc()
    servers_by_dhcp(world, *servers)
    said = judge(world, tmp_path)
    assert said.report["verdict"] in ("healthy", "undecided"), said.story()


def test_the_data_centres_server_first_is_no_all_clear(tmp_path):
    world = same_vpc()
    servers_by_dhcp(world, CORPORATE, "AmazonProvidedDNS")
    assert judge(world, tmp_path).report["verdict"] == "undecided"


def test_an_inbound_endpoint_in_a_vpc_without_the_zone_is_no_all_clear(tmp_path):
    """DHCP options that name it give the Internet's answer."""
    world = nobody_sees_a_zone()
    inbound(world, "10.9.8.53", vpc=VPC_C, source="10.9.0.0/16")
    servers_by_dhcp(world, "10.9.8.53")
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "broken", said.story()
    assert set(said.faults) <= {"D06", "D09", "D11"}, said.story()


def test_the_resolver_of_another_vpc_is_no_all_clear(tmp_path):
    """VPC+2 of a peered VPC does not answer from here."""
    world = same_vpc()
    servers_by_dhcp(world, "10.9.0.2")
    said = judge(world, tmp_path)
    assert said.report["verdict"] != "healthy", said.story()


def test_a_chain_that_leads_to_a_blocked_name_is_told(tmp_path):
    """The firewall looks at every name of a chain of CNAMEs unless it trusts redirections."""
    world = peered()
    only(world, ZONE_NAME, plain(any_of(ZONE_NAME), "CNAME", f"{ENDPOINT_NAME}."))
    firewall(world, block("*.vpce.amazonaws.com"), vpc=VPC_C)
    said = judge(world, tmp_path)
    assert said.report["verdict"] in ("broken", "undecided"), said.story()
    assert set(said.faults) <= {"D13"}, said.story()


def test_a_chain_through_a_trusted_redirection_passes(tmp_path):
    """An ALLOW rule that trusts redirections lets the rest of the chain pass also."""
    world = peered()
    only(world, ZONE_NAME, plain(any_of(ZONE_NAME), "CNAME", f"{ENDPOINT_NAME}."))
    trusted = {"FirewallDomainRedirectionAction": "TRUST_REDIRECTION_DOMAIN"}
    firewall(world, allow(f"*.{ZONE_NAME}", **trusted), block("*.vpce.amazonaws.com"), vpc=VPC_C)
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "healthy", said.story()


@pytest.mark.parametrize(("layout", "change", "check"), HIDDEN)
def test_what_may_not_be_read_is_unknown_and_blames_nobody(layout, change, check, tmp_path):
    world = layout()
    change(world)
    said = judge(world, tmp_path)
    result = next(each for each in said.report["results"] if each["check"] == check)
    assert said.faults == [], said.story()
    assert result["status"] == "unknown", said.story()
    assert "permission: " in " ".join(result["missing"]), said.story()
