"""Condition operators: each with a key that matches, does not match, is absent, or is unknown."""

import pytest
from reasoning.iam.samples import call, policy, statement

from apidoctor.reasoning.iam import Policies, decide

# operator, listed value, a request value that matches it (as the positive operator sees it), one that does
# not
TYPED = [
    ("StringEquals", "Blue", "Blue", "blue"),
    ("StringEqualsIgnoreCase", "Blue", "bLUE", "green"),
    ("StringLike", "a*c", "a:b:c", "a:b:d"),
    ("ArnEquals", "arn:aws:s:*:1:x", "arn:aws:s:r:1:x", "arn:aws:s:r:2:1:x"),
    ("ArnLike", "arn:aws:s:*:1:x*", "arn:aws:s:r:1:x:y", "arn:aws:s:r:2:1:x"),
    ("NumericEquals", "10", "10.0", "11"),
    ("NumericLessThan", "10", "9", "10"),
    ("NumericLessThanEquals", "10", "10", "10.5"),
    ("NumericGreaterThan", "10", "11", "10"),
    ("NumericGreaterThanEquals", "10", "10", "9"),
    ("DateEquals", "2026-01-01T00:00:00Z", "1767225600", "2026-01-02T00:00:00Z"),
    ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z"),
    ("DateLessThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:01Z"),
    ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2026"),
    ("DateGreaterThanEquals", "2026-01-01T00:00:00Z", "2026-01-01", "2025-12-31"),
    ("Bool", "true", "true", "false"),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", "b3RoZXI="),
    ("IpAddress", "10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
    ("IpAddress", "10.0.0.1", "10.0.0.1", "10.0.0.2"),
    ("IpAddress", "2001:db8::/32", "2001:db8:1::5", "10.0.0.1"),
]
NEGATIONS = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
    "NumericEquals": "NumericNotEquals",
    "DateEquals": "DateNotEquals",
    "IpAddress": "NotIpAddress",
}
NEGATED = [(NEGATIONS[name], *rest) for name, *rest in TYPED if name in NEGATIONS]
STATES = ("match", "mismatch", "absent", "unknown")


def holds(condition: dict, unknown: tuple[str, ...] = (), version: str = "2012-10-17", **context) -> str:
    """What an Allow with the condition decides: allow, implicit_deny or indeterminate."""
    guarded = policy(statement(Condition=condition), version=version)
    request = call("arn:aws:iam::111111111111:user/bob", unknown=unknown, **context)
    return decide(request, Policies(identity=(guarded,))).decision


def in_state(operator: str, listed: str, good: str, bad: str, state: str) -> str:
    context = {"match": {"k__x": good}, "mismatch": {"k__x": bad}}.get(state, {})
    return holds({operator: {"k:x": listed}}, ("k:x",) if state == "unknown" else (), **context)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("operator", "listed", "good", "bad"), TYPED)
def test_a_positive_operator_holds_only_for_a_present_value_that_matches(operator, listed, good, bad, state):
    expected = {
        "match": "allow",
        "mismatch": "implicit_deny",
        "absent": "implicit_deny",
        "unknown": "indeterminate",
    }

    assert in_state(operator, listed, good, bad, state) == expected[state]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("operator", "listed", "good", "bad"), NEGATED)
def test_a_negated_operator_holds_for_another_value_and_for_an_absent_key(operator, listed, good, bad, state):
    expected = {"match": "implicit_deny", "mismatch": "allow", "absent": "allow", "unknown": "indeterminate"}

    assert in_state(operator, listed, good, bad, state) == expected[state]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("operator", "listed", "good", "bad"), TYPED + NEGATED)
def test_if_exists_holds_for_an_absent_key_and_else_is_the_operator(operator, listed, good, bad, state):
    plain = in_state(operator, listed, good, bad, state)

    expected = "allow" if state == "absent" else plain
    assert in_state(f"{operator}IfExists", listed, good, bad, state) == expected


@pytest.mark.parametrize(("operator", "listed", "good", "bad"), TYPED)
def test_for_all_values_needs_every_value_to_match_and_holds_for_none(operator, listed, good, bad):
    name = f"ForAllValues:{operator}"

    assert holds({name: {"k:x": listed}}, k__x=(good, good)) == "allow"
    assert holds({name: {"k:x": listed}}, k__x=(good, bad)) == "implicit_deny"
    assert holds({name: {"k:x": listed}}, k__x=(bad,)) == "implicit_deny"
    assert holds({name: {"k:x": listed}}) == "allow"
    assert holds({name: {"k:x": listed}}, k__x=()) == "allow"
    assert holds({name: {"k:x": listed}}, ("k:x",)) == "indeterminate"


@pytest.mark.parametrize(("operator", "listed", "good", "bad"), TYPED)
def test_for_any_value_needs_one_value_to_match(operator, listed, good, bad):
    name = f"ForAnyValue:{operator}"

    assert holds({name: {"k:x": listed}}, k__x=(bad, good)) == "allow"
    assert holds({name: {"k:x": listed}}, k__x=(bad, bad)) == "implicit_deny"
    assert holds({name: {"k:x": listed}}) == "implicit_deny"
    assert holds({name: {"k:x": listed}}, k__x=()) == "implicit_deny"
    assert holds({name: {"k:x": listed}}, ("k:x",)) == "indeterminate"


@pytest.mark.parametrize(("operator", "listed", "good", "bad"), NEGATED)
def test_a_negated_set_operator_asks_each_value_to_match_no_listed_one(operator, listed, good, bad):
    assert holds({f"ForAllValues:{operator}": {"k:x": listed}}, k__x=(bad, bad)) == "allow"
    assert holds({f"ForAllValues:{operator}": {"k:x": listed}}, k__x=(bad, good)) == "implicit_deny"
    assert holds({f"ForAnyValue:{operator}": {"k:x": listed}}, k__x=(bad, good)) == "allow"
    assert holds({f"ForAnyValue:{operator}": {"k:x": listed}}, k__x=(good, good)) == "implicit_deny"
    assert holds({f"ForAnyValue:{operator}": {"k:x": listed}}) == "implicit_deny"


def test_null_looks_at_the_presence_of_the_key():
    assert holds({"Null": {"k:x": "true"}}) == "allow"
    assert holds({"Null": {"k:x": "true"}}, k__x="v") == "implicit_deny"
    assert holds({"Null": {"k:x": "false"}}, k__x="v") == "allow"
    assert holds({"Null": {"k:x": "false"}}) == "implicit_deny"
    assert holds({"Null": {"k:x": True}}, k__x=()) == "allow"
    assert holds({"Null": {"k:x": "true"}}, ("k:x",)) == "indeterminate"


def test_values_of_a_key_are_alternatives_and_keys_and_operators_must_all_hold():
    both = {"StringEquals": {"k:x": ["a", "b"], "k:y": "c"}, "StringLike": {"k:z": "d*"}}

    assert holds(both, k__x="b", k__y="c", k__z="dd") == "allow"
    assert holds(both, k__x="b", k__y="c", k__z="e") == "implicit_deny"
    assert holds(both, k__x="b", k__z="dd") == "implicit_deny"


def test_the_list_of_a_negated_operator_must_match_none():
    condition = {"StringNotEquals": {"k:x": ["a", "b"]}}

    assert holds(condition, k__x="a") == "implicit_deny"
    assert holds(condition, k__x="c") == "allow"
    assert holds(condition, k__x=("c", "b")) == "implicit_deny"


def test_an_unknown_key_does_not_matter_where_another_condition_fails():
    condition = {"StringEquals": {"k:x": "a", "k:y": "b"}}

    assert holds(condition, ("k:x",), k__y="c") == "implicit_deny"
    assert holds(condition, ("k:x",), k__y="b") == "indeterminate"


def test_keys_and_operator_names_have_no_case():
    assert holds({"stringequals": {"AWS:SourceVPCE": "vpce-1"}}, aws__sourcevpce="vpce-1") == "allow"


def test_numbers_and_booleans_of_json_are_values_like_texts():
    assert holds({"NumericEquals": {"k:x": 5}}, k__x="5") == "allow"
    assert holds({"Bool": {"k:x": True}}, k__x="TRUE") == "allow"


@pytest.mark.parametrize("value", ["nonsense", "", "10.0.0.0/33", "1e3", "٣", "2026-13-40", "%%%"])
@pytest.mark.parametrize("operator", ["NumericEquals", "DateLessThan", "IpAddress", "BinaryEquals", "Bool"])
def test_a_value_of_the_wrong_type_never_matches(operator, value):
    assert holds({operator: {"k:x": value}}, k__x="3") == "implicit_deny"


def test_an_unknown_operator_never_holds_and_is_noted():
    condition = {"StringSomething": {"k:x": "a"}}
    noted = policy(statement(Condition=condition))

    assert holds(condition, k__x="a") == "implicit_deny"
    assert [problem.code for problem in noted.problems] == ["unknown_operator"]


# Policy variables


def test_a_variable_stands_for_the_value_of_its_key():
    condition = {"StringEquals": {"k:x": "${aws:username}-data"}}

    assert holds(condition, k__x="bob-data", aws__username="bob") == "allow"
    assert holds(condition, k__x="eve-data", aws__username="bob") == "implicit_deny"


def test_a_variable_without_value_fails_a_positive_operator_and_passes_a_negated_one():
    assert holds({"StringEquals": {"k:x": "${aws:username}"}}, k__x="bob") == "implicit_deny"
    assert holds({"StringNotEquals": {"k:x": "${aws:username}"}}, k__x="bob") == "allow"


def test_a_variable_may_carry_a_default():
    condition = {"StringEquals": {"k:x": "${aws:PrincipalTag/team, 'everyone'}"}}

    assert holds(condition, k__x="everyone") == "allow"
    assert holds(condition, k__x="red", **{"aws__PrincipalTag/team": "red"}) == "allow"


def test_a_variable_of_an_unknown_key_is_unknown_only_where_the_rest_fits():
    condition = {"StringLike": {"k:x": "home/${aws:username}/*"}}

    assert holds(condition, ("aws:username",), k__x="home/bob/a") == "indeterminate"
    assert holds(condition, ("aws:username",), k__x="elsewhere") == "implicit_deny"


def test_a_value_put_in_for_a_variable_has_no_wildcards():
    assert holds({"StringLike": {"k:x": "${k:y}"}}, k__x="abc", k__y="*") == "implicit_deny"


def test_escapes_stand_for_the_characters_themselves():
    assert holds({"StringLike": {"k:x": "a${*}${?}${$}"}}, k__x="a*?$") == "allow"
    assert holds({"StringLike": {"k:x": "a${*}"}}, k__x="abc") == "implicit_deny"


@pytest.mark.parametrize("key", ["k:many", "aws:TagKeys"])
def test_a_key_that_holds_a_set_gives_a_variable_no_value(key):
    values = ("a", "b") if key == "k:many" else ("a",)

    condition = {"StringEquals": {"k:x": "${" + key + "}"}}

    assert holds(condition, k__x="a", **{key.replace(":", "__"): values}) == "implicit_deny"


def test_in_version_2008_a_variable_is_plain_text():
    condition = {"StringEquals": {"k:x": "${aws:username}"}}

    assert holds(condition, version="2008-10-17", k__x="${aws:username}", aws__username="bob") == "allow"
    assert holds(condition, version="2008-10-17", k__x="bob", aws__username="bob") == "implicit_deny"


def test_variables_do_not_count_in_numbers_dates_and_addresses():
    assert holds({"NumericEquals": {"k:x": "${k:y}"}}, k__x="1", k__y="1") == "implicit_deny"
    assert holds({"IpAddress": {"k:x": "${k:y}"}}, k__x="10.0.0.1", k__y="10.0.0.1") == "implicit_deny"


def test_a_variable_may_hold_a_segment_of_an_arn():
    condition = {"ArnLike": {"k:x": "arn:aws:iam::${aws:PrincipalAccount}:role/*"}}

    assert holds(condition, k__x="arn:aws:iam::111:role/a", aws__PrincipalAccount="111") == "allow"
    assert holds(condition, k__x="arn:aws:iam::222:role/a", aws__PrincipalAccount="111") == "implicit_deny"
