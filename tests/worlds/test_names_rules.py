"""Resolver rules that take a name, and those that do not (aws.md A.7; Route 53 Developer Guide)."""

import pytest
from worlds.build import (
    ALIAS_URL,
    API,
    API_ACCOUNT,
    DEFAULT_NAME,
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
from worlds.layouts import cross_account, peered, same_vpc, transit
from worlds.route53 import (
    INBOUND,
    alias,
    any_of,
    inbound,
    only,
    profile,
    resolver_arn,
    resolver_rule,
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


# Resolver rules: the most specific name wins; against a zone of the same name the rule wins.


@CASES.broken("D12", same_vpc)
def a_rule_for_the_name_itself(world: World) -> None:
    resolver_rule(world, DEFAULT_NAME)


@CASES.broken("D12", peered, cross_account)
def a_rule_for_the_name_of_the_customers_zone(world: World) -> None:
    resolver_rule(world, ZONE_NAME, vpc=VPC_C)


@CASES.healthy(same_vpc)
def rules_for_every_shorter_name(world: World) -> None:
    for name in (".", "com", "amazonaws.com", f"{REGION}.amazonaws.com"):
        resolver_rule(world, name)


@CASES.healthy(peered, transit)
def a_rule_for_a_shorter_name_than_the_customers_zone(world: World) -> None:
    resolver_rule(world, "amazonaws.com", vpc=VPC_C)


@CASES.healthy(peered)
def a_zone_for_the_api_is_longer_than_the_rule(world: World) -> None:
    only(world, DEFAULT_NAME, alias(DEFAULT_NAME))
    resolver_rule(world, ZONE_NAME, vpc=VPC_C)


@CASES.broken("D12", peered)
def a_rule_is_longer_than_the_customers_short_zone(world: World) -> None:
    only(world, "amazonaws.com", alias(any_of(ZONE_NAME)))
    resolver_rule(world, f"{REGION}.amazonaws.com", vpc=VPC_C)


@CASES.healthy(same_vpc, by_endpoint_name)
def a_rule_for_another_name(world: World) -> None:
    resolver_rule(world, "corp.example")
    resolver_rule(world, f"zzz7654321.{ZONE_NAME}")
    resolver_rule(world, "execute-api.eu-west-1.amazonaws.com")


@CASES.healthy(same_vpc)
def a_rule_whose_name_only_ends_alike(world: World) -> None:
    resolver_rule(world, f"1234567.{ZONE_NAME}")


@CASES.healthy(same_vpc)
def a_rule_below_the_name(world: World) -> None:
    resolver_rule(world, f"www.{DEFAULT_NAME}")


@CASES.healthy(same_vpc)
def the_rule_of_another_vpc(world: World) -> None:
    resolver_rule(world, ZONE_NAME)
    links = world.answers(API_ACCOUNT)["list_resolver_rule_associations"]["ResolverRuleAssociations"]
    links[0]["VPCId"] = an_id("vpc", "f")


@CASES.healthy(same_vpc)
def a_rule_without_association(world: World) -> None:
    resolver_rule(world, ZONE_NAME, associated=False)


@CASES.healthy(same_vpc)
def an_association_that_failed(world: World) -> None:
    resolver_rule(world, ZONE_NAME, status="FAILED")


@CASES.healthy(same_vpc)
def the_rules_that_resolver_defines_itself(world: World) -> None:
    """The Internet resolver is a RECURSIVE rule for ``.`` that every VPC has."""
    resolver_rule(world, ".", kind="RECURSIVE")
    resolver_rule(world, "localhost", kind="RECURSIVE")


@CASES.healthy(same_vpc)
def a_system_rule_for_the_zone_under_a_rule_for_all(world: World) -> None:
    resolver_rule(world, "amazonaws.com")
    resolver_rule(world, ZONE_NAME, kind="SYSTEM")


@CASES.healthy(same_vpc)
def a_system_exception_for_the_api_below_the_rule(world: World) -> None:
    """The longer SYSTEM rule gives the name back to the VPC's own resolution."""
    resolver_rule(world, ZONE_NAME)
    resolver_rule(world, DEFAULT_NAME, kind="SYSTEM")


@CASES.broken("D12", same_vpc)
def a_system_exception_that_is_shorter_than_the_rule(world: World) -> None:
    resolver_rule(world, "amazonaws.com", kind="SYSTEM")
    resolver_rule(world, ZONE_NAME)


@CASES.broken("D06", nobody_sees_a_zone)
def a_system_exception_does_not_make_a_zone(world: World) -> None:
    resolver_rule(world, ".", vpc=VPC_C)
    resolver_rule(world, "amazonaws.com", kind="SYSTEM", vpc=VPC_C)


@CASES.broken("D01", same_vpc)
def private_dns_is_off_beside_a_rule_that_would_not_matter(world: World) -> None:
    """Once private DNS is on the zone is longer than the rule."""
    private_dns(world, on=False)
    resolver_rule(world, "corp.example")
    resolver_rule(world, f"{REGION}.amazonaws.com", kind="SYSTEM")


@CASES.broken("D12", peered)
def a_rule_of_a_profile(world: World) -> None:
    identity = resolver_rule(world, ZONE_NAME, vpc=VPC_C, associated=False)
    profile(world, resolver_arn("resolver-rule", identity))


@CASES.healthy(peered)
def a_shorter_rule_of_a_profile(world: World) -> None:
    identity = resolver_rule(world, "amazonaws.com", vpc=VPC_C, associated=False)
    profile(world, resolver_arn("resolver-rule", identity))


@CASES.healthy(peered, nobody_sees_a_zone)
def a_rule_to_an_inbound_endpoint_that_sees_the_zone(world: World) -> None:
    """Answered as if asked from the hub."""
    inbound(world, vpc=VPC_E, source="10.0.0.0/8")
    resolver_rule(world, ZONE_NAME, *INBOUND, vpc=VPC_C)


@CASES.healthy(nobody_sees_a_zone)
def a_rule_for_all_to_an_inbound_endpoint_that_sees_the_zone(world: World) -> None:
    inbound(world, vpc=VPC_E, source="10.0.0.0/8")
    resolver_rule(world, ".", *INBOUND, vpc=VPC_C)


@HIDDEN.by("naming/no-resolver-rule-takes-the-name", same_vpc, peered)
def rules_may_not_be_listed(world: World) -> None:
    resolver_rule(world, ZONE_NAME, vpc=VPC_C if VPC_C in world.things else VPC_E)
    refuse(world, "list_resolver_rules")


@HIDDEN.by("naming/no-resolver-rule-takes-the-name", same_vpc, peered)
def associations_of_rules_may_not_be_listed(world: World) -> None:
    refuse(world, "list_resolver_rule_associations")


@CASES.healthy(by_address)
def a_rule_for_a_name_that_is_not_asked_for(world: World) -> None:
    resolver_rule(world, ZONE_NAME)


@CASES.healthy(by_endpoint_name)
def a_rule_for_the_default_names_alone(world: World) -> None:
    resolver_rule(world, ZONE_NAME)


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
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


@pytest.mark.parametrize(("layout", "change", "check"), HIDDEN.params)
def test_what_may_not_be_read_is_unknown_and_blames_nobody(layout, change, check, tmp_path):
    check_hidden(layout, change, check, tmp_path)
