"""Where a private custom domain leads: mappings, routing rules, stages (API Gateway Developer Guide)."""

import pytest
from worlds.build import API, API_ACCOUNT, REGION, World
from worlds.cases import Cases, check_case
from worlds.changes import set_methods
from worlds.domain import (
    DOMAIN,
    KEY,
    by_endpoint_name,
    rule,
    set_mappings,
    set_rules,
    with_domain,
)
from worlds.judge import judge

CASES = Cases()
OTHER = "zzz1234567"


def mapped(base: str, stage: str | None = "prod", api: str = API) -> dict[str, str]:
    """One base path mapping."""
    return {"basePath": base, "restApiId": api} | ({"stage": stage} if stage else {})


def call(world: World, path: str, *headers: str) -> None:
    """Call another path of the domain, with more headers."""
    world.target = world.target.rpartition("/")[0] + path
    world.options += [word for each in headers for word in ("-H", each)]


@CASES.broken("H07", with_domain, by_endpoint_name)
def nothing_is_mapped(world: World) -> None:
    set_mappings(world)


@CASES.broken("H07", with_domain)
def another_base_path_is_mapped(world: World) -> None:
    set_mappings(world, mapped("orders"))


@CASES.broken("H07", with_domain)
def the_base_path_in_other_capitals(world: World) -> None:
    set_mappings(world, mapped("shop"))
    call(world, "/Shop/pets")


@CASES.broken("H07", with_domain)
def a_path_that_only_begins_with_the_same_letters(world: World) -> None:
    set_mappings(world, mapped("shop"))
    call(world, "/shopping/pets")


@CASES.healthy(with_domain, by_endpoint_name)
def a_base_path(world: World) -> None:
    set_mappings(world, mapped("shop"), mapped("(none)", api=OTHER))
    call(world, "/shop/pets")


@CASES.healthy(with_domain)
def an_empty_base_path(world: World) -> None:
    set_mappings(world, mapped(""))


@CASES.broken("H07", with_domain)
def a_mapping_with_several_segments(world: World) -> None:
    """Private domains have none: it needs a routing rule."""
    set_mappings(world, mapped("shop/v1"))
    call(world, "/shop/v1/pets")


@CASES.broken("H02", with_domain)
def the_stage_is_in_the_url(world: World) -> None:
    call(world, "/prod/pets")


@CASES.broken("H02", with_domain)
def the_stage_follows_the_base_path(world: World) -> None:
    set_mappings(world, mapped("shop"))
    call(world, "/shop/prod/pets")


@CASES.broken("H07", with_domain)
def the_stage_is_in_the_url_and_only_a_base_path_is_mapped(world: World) -> None:
    set_mappings(world, mapped("shop"))
    call(world, "/prod/pets")


@CASES.healthy(with_domain)
def the_mapping_leaves_the_stage_to_the_caller(world: World) -> None:
    set_mappings(world, mapped("shop", stage=None))
    call(world, "/shop/prod/pets")


@CASES.healthy(with_domain)
def the_mapping_says_so_in_words(world: World) -> None:
    set_mappings(world, mapped("(none)", stage="(none)"))
    call(world, "/prod/pets")


@CASES.broken("H02", with_domain)
def the_caller_has_to_name_the_stage_and_names_another(world: World) -> None:
    set_mappings(world, mapped("(none)", stage=None))


@CASES.broken("H02", with_domain)
def the_mapping_names_a_stage_that_is_gone(world: World) -> None:
    set_mappings(world, mapped("(none)", stage="old"))


@CASES.broken("H07", with_domain)
def the_mapping_names_an_api_that_is_gone(world: World) -> None:
    set_mappings(world, mapped("(none)", api=OTHER))


@CASES.broken("H07", with_domain)
def the_mapping_names_an_api_of_another_region(world: World) -> None:
    set_mappings(world, mapped("(none)", api=OTHER))
    world.answers(API_ACCOUNT, "eu-west-1")["get_rest_apis"]["items"].append({"id": OTHER, "name": "other"})
    world.options += ["--region", REGION]


# Routing rules


@CASES.healthy(with_domain, by_endpoint_name)
def a_rule_with_several_segments(world: World) -> None:
    set_mappings(world)
    set_rules(world, rule(10, "shop/v1"))
    call(world, "/shop/v1/pets")


@CASES.broken("H02", with_domain)
def a_rule_that_does_not_strip(world: World) -> None:
    set_rules(world, rule(10, "shop", strip=False))
    call(world, "/shop/pets")


@CASES.healthy(with_domain)
def a_rule_that_does_not_strip_and_an_api_with_the_whole_path(world: World) -> None:
    set_rules(world, rule(10, "shop", strip=False))
    set_methods(world, {"/shop/pets": {"GET": "NONE"}})
    call(world, "/shop/pets")


@CASES.healthy(with_domain)
def the_lowest_priority_number_comes_first(world: World) -> None:
    set_rules(world, rule(200, api=OTHER), rule(10))


@CASES.broken("H07", with_domain)
def a_rule_for_everything_stands_before(world: World) -> None:
    set_rules(world, rule(200), rule(10, api=OTHER))


@CASES.healthy(with_domain)
def a_rule_by_header(world: World) -> None:
    set_rules(world, rule(10, api=OTHER, headers=(("x-version", "alpha*"),)), rule(20))
    call(world, "/pets", "X-Version: beta")


@CASES.healthy(with_domain)
def all_headers_of_a_rule_match(world: World) -> None:
    set_rules(world, rule(10, headers=(("X-Version", "*ta"), ("tenant", "*or*"))))
    call(world, "/pets", "x-version: beta", "Tenant: corp")


@CASES.broken("H07", with_domain)
def one_header_of_a_rule_is_missing(world: World) -> None:
    set_rules(world, rule(10, headers=(("x-version", "beta"), ("tenant", "corp"))))
    call(world, "/pets", "x-version: beta")


@CASES.broken("H07", with_domain)
def header_values_keep_their_capitals(world: World) -> None:
    set_rules(world, rule(10, headers=(("x-version", "Beta"),)))
    call(world, "/pets", "x-version: beta")


@CASES.healthy(with_domain)
def no_rule_fits_and_a_mapping_does(world: World) -> None:
    set_rules(world, rule(10, "shop", api=OTHER), mode="ROUTING_RULE_THEN_BASE_PATH_MAPPING")


@CASES.healthy(with_domain)
def the_mode_as_another_page_spells_it(world: World) -> None:
    set_rules(world, rule(10, "shop", api=OTHER), mode="ROUTING_RULE_THEN_API_MAPPING")


@CASES.broken("H07", with_domain)
def a_rule_fits_before_a_mapping(world: World) -> None:
    set_rules(world, rule(10, api=OTHER), mode="ROUTING_RULE_THEN_BASE_PATH_MAPPING")


@CASES.broken("H07", with_domain)
def a_mapping_that_the_mode_leaves_out(world: World) -> None:
    set_rules(world)


@CASES.healthy(with_domain)
def a_rule_that_the_mode_leaves_out(world: World) -> None:
    set_rules(world, rule(10, api=OTHER), mode="API_MAPPING_ONLY")


@CASES.undecided(with_domain)
def nobody_may_read_the_rules(world: World) -> None:
    set_rules(world, rule(10), mode="ROUTING_RULE_THEN_BASE_PATH_MAPPING")
    error = {"error": {"Code": "AccessDeniedException", "Message": "not authorized"}}
    world.answers(API_ACCOUNT)["apigatewayv2.list_routing_rules"] = error


@CASES.undecided(with_domain)
def nobody_asked_for_the_mappings(world: World) -> None:
    del world.answers(API_ACCOUNT)["get_base_path_mappings"]


@CASES.undecided(with_domain)
def the_rules_have_an_odd_shape(world: World) -> None:
    set_rules(world, mode="ROUTING_RULE_ONLY")
    world.keyed(API_ACCOUNT, "apigatewayv2.list_routing_rules", KEY, {"RoutingRules": {"a": 1}})


@CASES.broken("H07", with_domain)
def rules_whose_parts_are_odd_lead_nowhere(world: World) -> None:
    odd = [{"Priority": "first"}, {"Actions": 7}, {"Actions": [{"InvokeApi": []}], "Conditions": "x"}]
    set_rules(world, *odd, {"Actions": [{"InvokeApi": {"ApiId": API}}], "Priority": None})


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_world_gets_its_verdict(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_the_hint_says_that_the_stage_does_not_belong_into_the_url(tmp_path):
    world = with_domain()
    call(world, "/prod/pets")
    said = judge(world, tmp_path)

    assert "leave /prod out of the URL" in said.report["root_causes"][0]["title"]


def test_the_report_names_the_rule_that_led_to_the_api(tmp_path):
    world = with_domain()
    set_rules(world, rule(10, "shop", api=OTHER), rule(20))
    said = judge(world, tmp_path)
    mapped_by = next(r for r in said.report["results"] if r["check"] == "domain/path-is-mapped")

    assert "routing rule rule000020" in mapped_by["summary"]
    assert DOMAIN in said.report["target"]["url"]


ONE = (("x-version", "beta*"),)


@pytest.mark.parametrize(
    ("rules", "sent", "told"),
    [
        ([rule(10, headers=ONE)], (), "Routing rule rule000010"),
        ([rule(10, "pets", headers=ONE)], ("x-version:alpha",), "only with its value of x-version;"),
        ([rule(10, headers=(("x-a", "1"), ("x-b", "2")))], ("x-a:1",), "only with its value of x-b;"),
        ([rule(5, "shop", headers=(("x-a", "1"),)), rule(9, headers=ONE)], (), "Routing rule rule000009"),
    ],
)
def test_the_header_is_named_that_alone_keeps_a_rule_from_taking_the_call(rules, sent, told, tmp_path):
    world = with_domain()
    set_rules(world, *rules)
    call(world, "/pets", *sent)
    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert (cause["fault"], cause["check"]) == ("H07", "domain/path-is-mapped")
    assert told in cause["title"]


def test_no_header_is_named_of_a_rule_for_another_path(tmp_path):
    world = with_domain()
    set_rules(world, rule(10, "shop", headers=ONE))
    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert cause["fault"] == "H07"
    assert "x-version" not in cause["title"]
