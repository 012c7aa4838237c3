"""Which labels a label match statement finds, after rules that matched, did not, or may have."""

import pytest

from apidoctor.reasoning.apigateway.web_acl import WebRequest, outcome
from apidoctor.reasoning.apigateway.web_acl_labels import Labels, prefix_of

OWN = "awswaf:111111111111:webacl:shop:"
ARN = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/shop/0a"
RULE = {"RuleLabels": [{"Name": "mine:bad"}]}
GROUP = {"Statement": {"NotStatement": {"Statement": {"ManagedRuleGroupStatement": {"Name": "Common"}}}}}
NESTED: dict = {}
for _ in range(2000):
    NESTED = {"NotStatement": {"Statement": NESTED}}
EMPTY = Labels(OWN)
SURE, MAYBE, OTHERS = EMPTY.after(RULE, True), EMPTY.after(RULE, None), EMPTY.after(GROUP, None)


@pytest.mark.parametrize(
    ("labels", "scope", "key", "expected"),
    [
        (SURE, "LABEL", "mine:bad", True),
        (SURE, "LABEL", f"{OWN}mine:bad", True),
        (SURE, "NAMESPACE", "mine:", True),
        (SURE, "NAMESPACE", OWN, True),
        (SURE, "LABEL", "mine:worse", False),
        (SURE, "LABEL", "mine:Bad", False),
        (SURE, "NAMESPACE", "min:", False),
        (SURE, "LABEL", "bad", None),
        (MAYBE, "LABEL", "mine:bad", None),
        (MAYBE, "LABEL", "mine:worse", False),
        (EMPTY.after(RULE, False), "LABEL", "mine:bad", False),
        (EMPTY, "LABEL", "awswaf:managed:aws:core-rule-set:NoUserAgent_Header", False),
        (OTHERS, "LABEL", "awswaf:managed:aws:core-rule-set:NoUserAgent_Header", None),
        (OTHERS, "LABEL", "mine:bad", False),
        (EMPTY, "LABEL", "awswaf:111111111111:webacl:other:x", None),
        (Labels(), "LABEL", "awswaf:111111111111:webacl:shop:x", None),
        (EMPTY.after({"Statement": NESTED}, None), "LABEL", "awswaf:clientip:geo:country:DE", None),
        (SURE, "OTHER", "mine:bad", None),
        (SURE, "LABEL", None, None),
    ],
)
def test_a_key_is_looked_for_among_the_labels(labels, scope, key, expected):
    assert labels.match({"Scope": scope, "Key": key}) is expected


@pytest.mark.parametrize(
    ("acl", "prefix"),
    [
        ({"ARN": ARN, "Name": "shop"}, OWN),
        (
            {"ARN": ARN, "Name": "shop", "LabelNamespace": "awswaf:222222222222:webacl:x:"},
            "awswaf:222222222222:webacl:x:",
        ),
        ({"ARN": "odd", "Name": "shop"}, ""),
        ({}, ""),
    ],
)
def test_the_prefix_is_the_web_acls(acl, prefix):
    assert prefix_of(acl) == prefix


def test_a_rule_that_ends_the_evaluation_leaves_no_label_for_later_ones():
    rules = [
        {"Name": "r0", "Priority": 0, "Action": {"Block": {}}, "Statement": {"RateBasedStatement": {}}}
        | RULE,
        {
            "Name": "r1",
            "Priority": 1,
            "Action": {"Block": {}},
            "Statement": {"LabelMatchStatement": {"Scope": "LABEL", "Key": "mine:bad"}},
        },
    ]
    decided = outcome({"Rules": rules, "ARN": ARN, "Name": "shop"}, WebRequest(method="GET", path="/"), {})

    assert [step.rule for step in decided.may] == ["r0"]
    assert decided.last.rule is None
