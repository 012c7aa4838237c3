"""DNS Firewall: groups by priority, rules by priority, the first that fits decides (Route 53 Developer Guide)."""

import pytest
from worlds.build import (
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
from worlds.cases import Cases, check_case
from worlds.changes import private_dns, zones_of
from worlds.hidden import Hidden, check_hidden
from worlds.judge import judge
from worlds.layouts import cross_account, peered, same_vpc
from worlds.route53 import (
    alert,
    allow,
    any_of,
    block,
    firewall,
    only,
    plain,
    profile,
    resolver_arn,
)
from worlds.test_unknown import refuse

CASES, HIDDEN = Cases(), Hidden()


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


@CASES.broken("D13", same_vpc, by_endpoint_name)
def all_is_blocked(world: World) -> None:
    firewall(world, block("*"))


@CASES.broken("D13", same_vpc)
def the_very_name_is_blocked(world: World) -> None:
    firewall(world, block("corp.example", DEFAULT_NAME))


@CASES.broken("D13", same_vpc)
def every_name_of_the_zone_is_blocked(world: World) -> None:
    firewall(world, block(f"*.{ZONE_NAME}", BlockResponse="NODATA"))


@CASES.broken("D13", same_vpc)
def the_name_is_overridden(world: World) -> None:
    more = {
        "BlockOverrideDomain": "sinkhole.corp.example.",
        "BlockOverrideDnsType": "CNAME",
        "BlockOverrideTtl": 5,
    }
    firewall(world, block("*.amazonaws.com", BlockResponse="OVERRIDE", **more))


@CASES.healthy(same_vpc)
def only_the_name_above_is_blocked(world: World) -> None:
    """A name without ``*`` stands for itself."""
    firewall(world, block(ZONE_NAME, "amazonaws.com"))


@CASES.healthy(same_vpc)
def only_names_below_are_blocked(world: World) -> None:
    firewall(world, block(f"*.{DEFAULT_NAME}", f"zzz7654321.{ZONE_NAME}", "*.corp.example"))


@CASES.healthy(same_vpc)
def a_blocked_name_only_ends_alike(world: World) -> None:
    firewall(world, block(f"*.api.{REGION}.amazonaws.com", f"*.{REGION}.vpce.amazonaws.com"))


@CASES.healthy(by_endpoint_name, by_address)
def only_default_names_are_blocked(world: World) -> None:
    firewall(world, block(f"*.{ZONE_NAME}", DEFAULT_NAME))


@CASES.broken("D13", by_endpoint_name)
def endpoint_names_are_blocked(world: World) -> None:
    firewall(world, block("*.vpce.amazonaws.com"))


@CASES.healthy(by_address)
def all_is_blocked_and_no_name_is_asked(world: World) -> None:
    firewall(world, block("*"))


@CASES.healthy(same_vpc, by_endpoint_name)
def an_allow_list_has_the_name(world: World) -> None:
    firewall(world, allow("*.amazonaws.com", "*.corp.example"), block("*"))


@CASES.broken("D13", same_vpc)
def an_allow_list_lacks_the_name(world: World) -> None:
    firewall(world, allow(f"zzz7654321.{ZONE_NAME}", ZONE_NAME, "*.vpce.amazonaws.com"), block("*"))


@CASES.healthy(same_vpc)
def the_name_is_only_reported(world: World) -> None:
    firewall(world, alert("*"))


@CASES.healthy(same_vpc)
def the_name_is_reported_before_it_would_be_blocked(world: World) -> None:
    """The first rule that fits decides, and ALERT lets pass."""
    firewall(world, alert("*.amazonaws.com"), block("*"))


@CASES.broken("D13", same_vpc)
def the_name_is_blocked_before_it_would_be_allowed(world: World) -> None:
    firewall(world, block("*"), allow("*.amazonaws.com"))


@CASES.healthy(same_vpc)
def the_first_group_allows_what_the_second_blocks(world: World) -> None:
    firewall(world, block("*"), priority=200)
    firewall(world, allow(DEFAULT_NAME), priority=102)


@CASES.broken("D13", same_vpc)
def the_second_group_allows_what_the_first_blocks(world: World) -> None:
    firewall(world, allow("*"), priority=200)
    firewall(world, block("*"), priority=102)


@CASES.healthy(same_vpc)
def only_other_types_of_question_are_blocked(world: World) -> None:
    firewall(world, block("*", Qtype="TXT"), block("*", Qtype="MX"))


@CASES.broken("D13", same_vpc)
def addresses_alone_are_blocked(world: World) -> None:
    firewall(world, allow("*", Qtype="TXT"), block("*", Qtype="A"))


@CASES.healthy(same_vpc)
def the_group_of_another_vpc(world: World) -> None:
    firewall(world, block("*"))
    links = world.answers(API_ACCOUNT)["list_firewall_rule_group_associations"][
        "FirewallRuleGroupAssociations"
    ]
    links[0]["VpcId"] = an_id("vpc", "f")


@CASES.healthy(same_vpc)
def a_group_without_association(world: World) -> None:
    firewall(world, block("*"), associated=False)


@CASES.healthy(same_vpc)
def a_group_without_rules(world: World) -> None:
    firewall(world)


@CASES.broken("D13", peered)
def the_group_of_a_profile(world: World) -> None:
    identity = firewall(world, block("*.amazonaws.com"), vpc=VPC_C, associated=False)
    profile(world, resolver_arn("firewall-rule-group", identity), ResourceProperties='{"priority":102}')


@CASES.healthy(peered)
def the_group_of_a_profile_comes_after_the_vpcs_own(world: World) -> None:
    identity = firewall(world, block("*.amazonaws.com"), vpc=VPC_C, priority=101, associated=False)
    firewall(world, allow("*.amazonaws.com"), vpc=VPC_C, priority=150)
    profile(world, resolver_arn("firewall-rule-group", identity), ResourceProperties='{"priority":200}')


@CASES.broken("D13", peered, cross_account)
def the_group_of_the_callers_vpc(world: World) -> None:
    firewall(world, block("*"), vpc=VPC_C)


@CASES.healthy(peered, cross_account)
def the_group_of_the_endpoints_vpc_where_nobody_asks(world: World) -> None:
    firewall(world, block("*"), vpc=VPC_E)


@HIDDEN.by("naming/dns-firewall-lets-the-name-pass", same_vpc)
def groups_may_not_be_listed(world: World) -> None:
    firewall(world, block("*"))
    refuse(world, "list_firewall_rule_group_associations")


@HIDDEN.by("naming/dns-firewall-lets-the-name-pass", same_vpc)
def rules_of_the_group_may_not_be_listed(world: World) -> None:
    firewall(world, block("*"))
    refuse(world, "list_firewall_rules")


@HIDDEN.by("naming/dns-firewall-lets-the-name-pass", same_vpc)
def domains_may_not_be_listed(world: World) -> None:
    firewall(world, block("*"))
    refuse(world, "list_firewall_domains")


@CASES.healthy(same_vpc)
def domains_that_come_after_the_decision_may_not_be_listed(world: World) -> None:
    firewall(world, allow("*.amazonaws.com"), block("*"))
    answers = world.answers(API_ACCOUNT)["list_firewall_domains"]
    answers["rslvr-fdl-0652"] = {"error": {"Code": "AccessDeniedException", "Message": "managed"}}


@HIDDEN.by("naming/dns-firewall-lets-the-name-pass", same_vpc)
def an_allow_list_before_the_block_may_not_be_listed(world: World) -> None:
    firewall(world, allow("*.amazonaws.com"), block("*"))
    answers = world.answers(API_ACCOUNT)["list_firewall_domains"]
    answers["rslvr-fdl-0651"] = {"error": {"Code": "AccessDeniedException", "Message": "managed"}}


@CASES.healthy(same_vpc)
def a_list_that_may_not_be_read_only_reports(world: World) -> None:
    """Whether it fits or not, the name passes."""
    firewall(world, alert("*.amazonaws.com"))
    refuse(world, "list_firewall_domains")


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
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


@pytest.mark.parametrize(("layout", "change", "check"), HIDDEN.params)
def test_what_may_not_be_read_is_unknown_and_blames_nobody(layout, change, check, tmp_path):
    check_hidden(layout, change, check, tmp_path)
