"""Reading policy documents: every wrapping AWS uses, repeated keys, bounds, and what is not a policy."""

import json
from urllib.parse import quote

import pytest
from reasoning.iam.samples import call, decision, document, statement

from apidoctor.reasoning.iam import Policies, decide, read_policy

USER = "arn:aws:iam::111111111111:user/bob"
DOCUMENT = document(statement(Resource="arn:aws:execute-api:*:*:*/pets"))
TEXT = json.dumps(DOCUMENT)


@pytest.mark.parametrize(
    "given",
    [
        DOCUMENT,
        TEXT,
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        f"\n  {TEXT} \n",
        TEXT.replace('"', '\\"'),
        json.dumps(TEXT),
        quote(TEXT),
        quote(TEXT, safe=""),
    ],
    ids=["object", "text", "bytes", "byte order mark", "spaces", "escaped", "quoted", "url", "url, all"],
)
def test_a_document_is_read_in_every_form_that_aws_hands_out(given):
    found = read_policy(given, kind="identity")

    assert found.problems == ()
    assert [each.as_written() for each in found.statements] == DOCUMENT["Statement"]
    assert decision(call(USER), identity=(found,)) == "allow"


def test_one_statement_may_stand_without_a_list():
    found = read_policy({"Statement": statement()}, kind="identity")

    assert decision(call(USER), identity=(found,)) == "allow"


INVALID = [
    ("", ""),
    ("not json", ""),
    ("null", ""),
    ("[]", ""),
    ('"text"', ""),
    ("{}", "Statement"),
    ('{"Statement": NaN}', ""),
    (b"\xff\xfe", ""),
    ("[" * 100_000, ""),
    ('{"Statement":' * 70 + "1" + "}" * 70, ""),
    ({"Statement": 5}, "Statement[0]"),
    ({"Statement": [statement(), "x"]}, "Statement[1]"),
    ({"Statement": {**statement(), "Effect": "allow"}}, "Statement[0].Effect"),
    ({"Statement": statement(Action=None)}, "Statement[0].Action"),
    ({"Statement": {**statement(), "NotAction": "x:y"}}, "Statement[0].Action"),
    ({"Statement": statement(Action=[])}, "Statement[0].Action"),
    ({"Statement": statement(Action=[1])}, "Statement[0].Action"),
    ({"Statement": statement(Resource=None)}, "Statement[0].Resource"),
    ({"Statement": statement(Principal="*")}, "Statement[0].Principal"),
    ({"Statement": statement(Condition=[])}, "Statement[0].Condition"),
    ({"Statement": statement(Condition={"Bool": "x"})}, "Statement[0].Condition.Bool"),
    ({"Statement": statement(Condition={"Bool": {"k": {}}})}, "Statement[0].Condition.Bool.k"),
    ({"Statement": statement(Sid=7)}, "Statement[0].Sid"),
    ({"Statement": statement(Conditions={})}, "Statement[0].Conditions"),
    ({"Version": "2012", "Statement": []}, "Version"),
    ({"Statement": [], "Name": "x"}, "Name"),
    ({"Statement": [object()]}, ""),
    ({1: 2}, ""),
]


@pytest.mark.parametrize(("given", "where"), INVALID)
def test_what_is_not_a_policy_is_invalid_and_says_where(given, where):
    found = read_policy(given, kind="identity")

    assert not found.valid
    assert where in {each.where for each in found.problems if each.severity == "invalid"}
    assert decide(call(USER), Policies(identity=(found,))).decision == "invalid"


@pytest.mark.parametrize(
    ("elements", "kind", "where"),
    [
        ({}, "resource", "Statement[0].Principal"),
        ({}, "endpoint", "Statement[0].Principal"),
        ({"Principal": "bob"}, "resource", "Statement[0].Principal"),
        ({"Principal": {"User": "x"}}, "resource", "Statement[0].Principal.User"),
        ({"Principal": "*", "NotPrincipal": "*"}, "resource", "Statement[0].Principal"),
        ({"NotPrincipal": {"AWS": "*"}}, "trust", "Statement[0].NotPrincipal"),
        ({"Principal": "*", "Resource": None}, "endpoint", "Statement[0].Resource"),
    ],
)
def test_each_kind_of_policy_has_its_own_grammar(elements, kind, where):
    found = read_policy({"Statement": statement(**elements)}, kind=kind)

    assert where in {each.where for each in found.problems if each.severity == "invalid"}


def test_an_invalid_document_is_found_in_every_layer_with_its_place():
    broken = read_policy("{}", kind="scp")
    found = decide(call(USER), Policies(scps=((), (broken,))))

    assert found.decision == "invalid"
    assert [each.where for each in found.problems] == ["scp[1][0].Statement"]


def test_a_document_beyond_two_mebibytes_is_refused():
    found = read_policy(TEXT + " " * (2 << 20), kind="identity")

    assert not found.valid


def test_an_object_that_contains_itself_is_refused():
    loop: dict = {"Statement": []}
    loop["Statement"].append(loop)

    assert not read_policy(loop, kind="identity").valid


# Repeated keys


def twice(first: str, second: str) -> str:
    inner = f'"StringEquals": {{"k:x": "{first}"}}, "StringEquals": {{"k:x": "{second}"}}'
    return f'{{"Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {{{inner}}}}}}}'


def test_a_repeated_key_is_noted_and_keeps_all_readings():
    found = read_policy(twice("a", "b"), kind="identity")

    assert found.valid
    assert [(each.code, each.where) for each in found.problems] == [
        ("duplicate_key", "Statement.Condition.StringEquals")
    ]
    assert [len(reading.statements[0].clauses) for reading in found.readings] == [1, 1, 2]


@pytest.mark.parametrize(
    ("first", "second", "sent", "expected"),
    [
        ("a", "a", "a", "allow"),
        ("a", "b", "a", "indeterminate"),
        ("a", "b", "b", "indeterminate"),
        ("a", "b", "c", "implicit_deny"),
    ],
)
def test_a_repeated_key_is_definite_only_where_all_readings_agree(first, second, sent, expected):
    found = read_policy(twice(first, second), kind="identity")

    assert decision(call(USER, k__x=sent), identity=(found,)) == expected


def test_a_repeated_statement_element_is_read_one_other_and_together():
    allow, deny = json.dumps(statement()), json.dumps(statement("Deny"))
    found = read_policy(f'{{"Statement": {deny}, "Statement": {allow}}}', kind="identity")

    assert [[each.allow for each in reading.statements] for reading in found.readings] == [
        [True],
        [False],
        [False, True],
    ]
    assert decision(call(USER), identity=(found,)) == "indeterminate"


def test_a_condition_key_repeated_with_other_capitals_must_hold_twice_and_is_noted():
    condition = {"StringEquals": {"k:x": "a", "K:X": "b"}}
    found = read_policy({"Statement": statement(Condition=condition)}, kind="identity")

    assert [each.code for each in found.problems] == ["duplicate_key_with_different_case"]
    assert decision(call(USER, k__x="a"), identity=(found,)) == "implicit_deny"


def test_a_repeated_sid_and_a_plain_text_variable_are_warnings():
    same = statement(Sid="A", Condition={"StringEquals": {"k:x": "${k:y}"}})
    found = read_policy({"Statement": [same, same]}, kind="identity")

    assert {(each.code, each.severity) for each in found.problems} == {
        ("repeated_sid", "warning"),
        ("variable_needs_version_2012", "warning"),
    }
