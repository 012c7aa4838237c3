"""What a web ACL does to a request: decided where its rules allow it, open where they do not."""

import base64

import pytest

from apidoctor.reasoning.apigateway.web_acl import WebRequest, holds, ip_sets, outcome
from apidoctor.reasoning.apigateway.web_acl_answers import custom_answer

SET = "arn:aws:wafv2:us-east-1:111111111111:regional/ipset/office/1"
REQUEST = WebRequest(
    method="GET",
    path="/prod/pets",
    query="colour=black",
    headers={"user-agent": "apidoctor/0.1", "x-team": "Shop", "x-key": "***"},
    source="10.1.8.20",
)
SETS = {SET: ["10.1.8.0/24", "2001:db8::/32"]}


def match(text, field, constraint="CONTAINS", *transformations):
    """A comparison with a part of the request."""
    kinds = [{"Priority": at, "Type": kind} for at, kind in enumerate(transformations or ("NONE",))]
    body = {"SearchString": text, "FieldToMatch": field, "PositionalConstraint": constraint}
    return {"ByteMatchStatement": body | {"TextTransformations": kinds}}


def header(name):
    return {"SingleHeader": {"Name": name}}


def negated(statement):
    return {"NotStatement": {"Statement": statement}}


PATH, METHOD, QUERY = {"UriPath": {}}, {"Method": {}}, {"QueryString": {}}
OFFICE = {"IPSetReferenceStatement": {"ARN": SET}}
OPEN = {"GeoMatchStatement": {"CountryCodes": ["CH"]}}
YES, NO = match("pets", PATH), match("cats", PATH)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (match("/prod/pets", PATH, "EXACTLY"), True),
        (match("/pets", PATH, "EXACTLY"), False),
        (match("/prod", PATH, "STARTS_WITH"), True),
        (match("/pets", PATH, "ENDS_WITH"), True),
        (match("pet", PATH, "CONTAINS_WORD"), False),
        (match("pets", PATH, "CONTAINS_WORD"), True),
        (match("GET", METHOD, "EXACTLY"), True),
        (match("black", QUERY), True),
        (match("shop", header("X-Team")), False),
        (match("shop", header("X-Team"), "EXACTLY", "LOWERCASE"), True),
        (match("apidoctor", header("user-agent"), "STARTS_WITH"), True),
        (match("anything", header("x-origin-verify")), False),
        (match("anything", header("accept")), None),
        (match("anything", header("x-key")), None),
        (match("***", PATH), None),
        (match("pets", PATH, "CONTAINS", "CMD_LINE"), None),
        (match("pets", {"Body": {}}), None),
        (match(base64.b64encode(b"/prod/pets").decode(), PATH, "EXACTLY"), None),
        (match(base64.b64encode(b"/prod/cats").decode(), PATH, "EXACTLY"), False),
        (OFFICE, True),
        ({"IPSetReferenceStatement": {"ARN": SET + "2"}}, None),
        ({"IPSetReferenceStatement": {"ARN": SET, "IPSetForwardedIPConfig": {"HeaderName": "x"}}}, None),
        (negated(OFFICE), False),
        (negated(OPEN), None),
        ({"AndStatement": {"Statements": [YES, OFFICE]}}, True),
        ({"AndStatement": {"Statements": [OPEN, NO]}}, False),
        ({"AndStatement": {"Statements": [OPEN, YES]}}, None),
        ({"OrStatement": {"Statements": [OPEN, YES]}}, True),
        ({"OrStatement": {"Statements": [NO, NO]}}, False),
        ({"OrStatement": {"Statements": []}}, None),
        ({"RateBasedStatement": {"Limit": 100}}, None),
        ("hostile", None),
        ({}, None),
        ({"ByteMatchStatement": []}, None),
        ({"IPSetReferenceStatement": {"ARN": ["x"]}}, None),
    ],
)
def test_a_statement_holds_or_not_or_stays_open(statement, expected):
    assert holds(statement, REQUEST, SETS) is expected


def test_an_unknown_source_or_an_odd_set_leaves_the_set_open():
    assert holds(OFFICE, WebRequest(method="GET", path="/"), SETS) is None
    assert holds(OFFICE, REQUEST, {SET: ["nonsense"]}) is None


def test_statements_nested_without_end_stay_open():
    statement = YES
    for _ in range(2000):
        statement = negated(statement)

    assert holds(statement, REQUEST, SETS) is None
    assert ip_sets({"Rules": [{"Statement": statement}]}) == ()


def acl(*rules, default="Allow", **rest):
    """A web ACL; a rule is (action, statement), in the order of priority."""
    made = [
        {"Name": f"r{at}", "Priority": at, "Statement": statement, "Action": {action: {}}}
        for at, (action, statement) in enumerate(rules)
    ]
    return {"DefaultAction": {default: {}}, "Rules": made[::-1]} | rest


GROUP = {"Name": "managed", "Priority": -1, "Statement": {"ManagedRuleGroupStatement": {"Name": "Common"}}}


@pytest.mark.parametrize(
    ("given", "action", "rule"),
    [
        (acl(), "allow", None),
        (acl(default="Block"), "block", None),
        (acl(("Block", YES)), "block", "r0"),
        (acl(("Block", NO)), "allow", None),
        (acl(("Count", YES), ("Block", YES)), "block", "r1"),
        (acl(("Allow", OFFICE), ("Block", YES)), "allow", "r0"),
        (acl(("Allow", NO), default="Block"), "block", None),
        (acl(("Allow", OPEN), default="Block"), None, None),
        (acl(("Block", OPEN)), None, None),
        (acl(("Block", OPEN), default="Block"), "block", None),
        (acl(("Captcha", YES)), "challenge", "r0"),
        (acl(Rules=[GROUP | {"OverrideAction": {"None": {}}}]), None, None),
        (acl(Rules=[GROUP | {"OverrideAction": {"Count": {}}}]), "allow", None),
        (
            acl(PreProcessFirewallManagerRuleGroups=[{"Name": "x", "OverrideAction": {"None": {}}}]),
            None,
            None,
        ),
        (acl(Rules="hostile"), "allow", None),
        ({}, "allow", None),
    ],
)
def test_the_first_rule_that_matches_decides(given, action, rule):
    decided = outcome(given, REQUEST, SETS)

    assert (decided.action, decided.last.rule) == (action, rule)


def test_the_sets_of_all_rules_are_found():
    rules = acl(("Block", {"AndStatement": {"Statements": [negated(OFFICE), YES]}}), ("Allow", OFFICE))

    assert ip_sets(rules) == (SET,)


@pytest.mark.parametrize("key", [["x"], {"x": 1}, 7, True, None])
def test_an_odd_key_of_a_custom_body_is_no_defect(key):
    action = {"Block": {"CustomResponse": {"ResponseCode": 403, "CustomResponseBodyKey": key}}}
    found = custom_answer(action, {"x": {"Content": "no"}})

    assert found is None or found.body == ""
