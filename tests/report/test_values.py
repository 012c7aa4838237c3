"""Evidence as a person reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report import samples

from apidoctor.report.evidence import evidence
from apidoctor.report.glyphs import UNICODE
from apidoctor.report.page import Page
from apidoctor.report.values import facts, inline, origin

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "none"),
        ([], "none"),
        ({}, "none"),
        (True, "true"),
        (443, "443"),
        (["a", "b"], "a, b"),
        ({"FromPort": 443, "Cidr": ["10.0.0.0/8"]}, "FromPort=443 Cidr=10.0.0.0/8"),
        ([{"a": 1, "b": 2}, {"c": 3}], "(a=1 b=2), c=3"),
        (list(range(10)), "0, 1, 2, 3, 4, 5, 6, 7, … 2 more"),
    ],
)
def test_a_value_is_one_line(value, text):
    assert inline(value) == text


def test_a_value_that_is_nested_too_deep_is_cut():
    assert inline([0, [1, [2, [3, [4, [5, 6]]]]]]) == "0, (1, (2, (3, (…))))"


def test_asked_got_wanted_come_first_and_where_and_when_last():
    value = {"at": "t", "vantage": "vm", "wanted": 3, "via": "x", "got": 2, "asked": 1}

    assert [key for key, _ in facts(value)] == ["asked", "got", "wanted", "via", "vantage", "at"]


def test_many_facts_are_cut_and_said_to_be():
    assert facts(dict.fromkeys("abcdefgh", 1), most=3) == [("a", "1"), ("b", "1"), ("", "… and 6 more")]


@given(JSON)
def test_any_value_can_be_shown_and_is_short(value):
    assert len(inline(value)) <= 400
    assert len(facts(value)) <= 6


def test_the_origin_names_operation_subject_account_and_region():
    item = samples.ec2("describe_subnets", "subnet-0a", {})

    assert origin(item) == "ec2.describe_subnets subnet-0a (222222222222, us-east-1)"


def shown(value) -> list[str]:
    page = Page(UNICODE, 60)
    evidence(page, samples.ec2("x", "y", value), indent=0)
    return ["".join(span.text for span in line) for line in page.lines]


def test_a_short_value_stands_beside_its_origin():
    assert shown({"a": 1}) == ["seen     ec2.x y (222222222222, us-east-1)  a: 1"]


def test_short_values_share_a_line_and_long_ones_have_their_own():
    assert shown({"a": 1, "long": "word " * 10, "b": 2}) == [
        "seen     ec2.x y (222222222222, us-east-1)",
        "         a: 1, b: 2",
        "         long: word word word word word word word word word",
        "           word",
    ]
