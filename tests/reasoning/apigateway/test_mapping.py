"""Routing rules and base path mappings as pure functions (API Gateway Developer Guide, examples of routing rules)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidoctor.reasoning.apigateway.mapping import (
    base_path_of,
    bases_to,
    by_mappings,
    by_rules,
    uses_mappings,
    uses_rules,
)


def rule(priority, api, *conditions, strip=False):
    """A routing rule as ListRoutingRules prints it."""
    action = {"InvokeApi": {"ApiId": api, "Stage": "prod", "StripBasePath": strip}}
    return {"Priority": priority, "RoutingRuleId": api, "Conditions": list(conditions), "Actions": [action]}


def header(*pairs):
    """A condition on headers: any of the pairs."""
    return {"MatchHeaders": {"AnyOf": [{"Header": name, "ValueGlob": glob} for name, glob in pairs]}}


def paths(*bases):
    """A condition on base paths: any of them."""
    return {"MatchBasePaths": {"AnyOf": list(bases)}}


# The guide's own example of routing rules only.
GUIDE = [
    rule(100, "target3"),
    rule(10, "target1", header(("Hello", "World"))),
    rule(50, "target2", header(("Accept", "image/webp")), header(("Pet", "Dog-*")), paths("PetStoreShopper")),
]


@pytest.mark.parametrize(
    ("path", "headers", "wanted"),
    [
        ("/", [("Hello", "World")], "target1"),
        (
            "/PetStoreShopper",
            [("Hello", "World"), ("Pet", "Dog-Bella"), ("Accept", "image/webp")],
            "target1",
        ),
        ("/PetStoreShopper", [("Pet", "Dog-Bella"), ("Accept", "image/webp")], "target2"),
        ("/", [("Pet", "Dog-Bella")], "target3"),
        ("/PetStoreShopper", [("Pet", "dog-Bella"), ("Accept", "image/webp")], "target3"),
    ],
)
def test_the_examples_of_the_guide(path, headers, wanted):
    assert by_rules(path, headers, GUIDE).api == wanted


@pytest.mark.parametrize(
    ("glob", "value", "fits"),
    [
        ("a*", "alpha", True),
        ("a*", "beta", False),
        ("*a", "beta", True),
        ("*a", "alphas", False),
        ("*v*", "dev1", True),
        ("*v*", "test", False),
        ("*", "", True),
        ("**", "anything", True),
        ("a.c", "abc", False),
    ],
)
def test_a_value_has_wildcards_at_its_ends(glob, value, fits):
    found = by_rules("/", [("x-version", value)], [rule(1, "api", header(("X-Version", glob)))])

    assert (found is not None) == fits


@pytest.mark.parametrize(
    ("path", "strip", "seen"),
    [
        ("/shop/v1/pets", True, "/pets"),
        ("/shop/v1", True, "/"),
        ("/shop/v1/", True, "/"),
        ("/shop/v1/pets", False, "/shop/v1/pets"),
    ],
)
def test_the_base_path_is_stripped_when_the_rule_says_so(path, strip, seen):
    found = by_rules(path, [], [rule(1, "api", paths("shop", "shop/v1"), strip=strip)])

    assert (found.path, found.base_path) == (seen, "shop/v1")


def test_the_longest_base_path_wins_and_none_is_the_last_resort():
    listed = [
        {"basePath": "(none)", "restApiId": "rest", "stage": "prod"},
        {"basePath": "shop", "restApiId": "shop", "stage": "prod"},
        {"basePath": "shop/v1", "restApiId": "deep", "stage": "prod"},
    ]

    assert by_mappings("/shop/v1/pets", listed, levels=None).api == "deep"
    assert by_mappings("/shop/v1/pets", listed, levels=1).api == "shop"
    assert by_mappings("/shopping", listed, levels=1).api == "rest"
    assert by_mappings("/shop/v1/pets", listed, levels=1).path == "/v1/pets"


@pytest.mark.parametrize("stage", ["(none)", "", None])
def test_a_mapping_without_a_stage_leaves_it_to_the_caller(stage):
    found = by_mappings("/shop/prod/pets", [{"basePath": "shop", "restApiId": "a", "stage": stage}], levels=1)

    assert (found.stage, found.path, found.stage_in_path) == ("prod", "/pets", True)
    assert by_mappings("/shop", [{"basePath": "shop", "restApiId": "a"}], levels=1).stage is None


@pytest.mark.parametrize(
    ("mode", "rules", "listed"),
    [
        (None, False, True),
        ("BASE_PATH_MAPPING_ONLY", False, True),
        ("API_MAPPING_ONLY", False, True),
        ("ROUTING_RULE_ONLY", True, False),
        ("ROUTING_RULE_THEN_BASE_PATH_MAPPING", True, True),
        ("ROUTING_RULE_THEN_API_MAPPING", True, True),
    ],
)
def test_every_spelling_of_a_mode_is_understood(mode, rules, listed):
    assert (uses_rules(mode), uses_mappings(mode)) == (rules, listed)


def test_base_paths_that_lead_to_an_api():
    assert bases_to(rule(1, "a", paths("x", "y")), "a") == ["x", "y"]
    assert bases_to(rule(1, "a"), "a") == [""]
    assert bases_to(rule(1, "a"), "b") == []
    assert [base_path_of({"basePath": each}) for each in ("(none)", "", None, "/a/")] == ["", "", "", "a"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["Conditions", "Actions", "InvokeApi", "MatchHeaders", "AnyOf", "Priority", "basePath"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["Conditions", "Actions", "Priority", "basePath"]), JSON), max_size=3
    )
)
def test_no_shape_of_an_answer_raises(items):
    by_rules("/a/b", [("x", "y")], items)
    by_mappings("/a/b", items, levels=1)
    for item in items:
        bases_to(item, "api")
