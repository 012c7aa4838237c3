"""The smallest changes of a denied request that would have been allowed, and the trace of a decision."""

import json

import pytest

from apidoctor.reasoning.simulation import read_case
from apidoctor.reasoning.simulation.explained import explain_case

API = "arn:aws:execute-api:us-east-1:111111111111:abc1234567"
USER = "arn:aws:iam::222222222222:user/ann"
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
DENY = {**ALLOW, "Effect": "Deny"}
IDENTITY = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def explained(
    *statements, principal=None, authorization="NONE", path="prod/GET/pets", endpoint=None, **context
):
    request = {
        "action": "execute-api:Invoke",
        "resource": f"{API}/{path}",
        "principal_arn": principal,
        "context": {"aws:SourceVpce": "vpce-a", "aws:VpcSourceIp": "10.0.0.5", **context},
    }
    policies = {"resource": {"Version": "2012-10-17", "Statement": list(statements)}, "endpoint": endpoint}
    policies["identity"] = [IDENTITY] if principal else []
    line = {"request": request, "policies": policies, "authorization": authorization}
    return explain_case(read_case(json.dumps(line).encode()))


def when(statement=ALLOW, /, **condition):
    return {**statement, "Condition": condition}


def told(found):
    return [[(each.what, each.key, each.to) for each in change] for change in found.changes]


@pytest.mark.parametrize(
    ("statements", "change"),
    [
        ([when(StringEquals={"aws:SourceVpce": "vpce-b"})], ("context", "aws:SourceVpce", "vpce-b")),
        (
            [ALLOW, when(DENY, StringNotEquals={"aws:SourceVpce": "vpce-b"})],
            ("context", "aws:SourceVpce", "vpce-b"),
        ),
        ([when(StringLike={"aws:SourceVpc": "vpc-1*"})], ("context", "aws:SourceVpc", "vpc-1x")),
        ([when(IpAddress={"aws:VpcSourceIp": "10.9.0.0/16"})], ("context", "aws:VpcSourceIp", "10.9.0.0")),
        ([ALLOW, when(DENY, Null={"aws:Referer": "true"})], ("context", "aws:Referer", "x")),
        ([{**ALLOW, "Resource": "execute-api:/dev/*"}], ("resource", None, f"{API}/dev/GET/pets")),
        ([ALLOW, {**DENY, "Resource": "execute-api:/*/GET/*"}], ("resource", None, f"{API}/prod/POST/pets")),
    ],
)
def test_one_change_that_would_be_allowed_is_found(statements, change):
    found = explained(*statements)

    assert found.answer.decision != "allow"
    assert [change] in told(found)


def test_a_caller_of_another_account_may_be_what_is_missing():
    found = explained(
        {**ALLOW, "Principal": {"AWS": "333333333333"}}, principal=USER, authorization="AWS_IAM"
    )

    assert [("principal", None, "arn:aws:iam::333333333333:role/any")] in told(found)
    assert found.changes[0][0].pattern == "333333333333"


def test_two_changes_are_told_only_when_one_does_not_suffice():
    both = when(StringEquals={"aws:SourceVpce": "vpce-b", "aws:SourceVpc": "vpc-b"})

    assert sorted(told(explained(both))[0]) == [
        ("context", "aws:SourceVpc", "vpc-b"), ("context", "aws:SourceVpce", "vpce-b")
    ]  # fmt: skip
    assert all(
        len(each) == 1
        for each in told(explained(both, ALLOW, when(DENY, StringEquals={"aws:SourceVpce": "vpce-a"})))
    )


def test_nothing_is_told_when_no_change_of_the_request_helps():
    assert explained(DENY).changes == ()


def test_an_allowed_call_needs_no_change():
    assert explained(ALLOW).changes == ()


def test_the_trace_has_every_layer_and_what_of_a_statement_does_not_match():
    found = explained(
        when(StringEquals={"aws:SourceVpce": "vpce-b"}),
        {**DENY, "Resource": "execute-api:/dev/*"},
        endpoint={"Statement": ALLOW | {"Resource": "*"}},
    )
    resource, endpoint = found.layers

    assert [(each.layer, each.says) for each in found.layers] == [
        ("resource", "silent"),
        ("endpoint", "allows"),
    ]
    assert [(each.effect, each.applies) for each in resource.statements] == [
        ("Allow", False),
        ("Deny", False),
    ]
    assert [each.element for each in resource.statements[1].mismatches] == ["Resource"]
    assert endpoint.statements[0].mismatches == ()


def test_a_deny_that_applies_shows_the_conditions_by_which_it_does():
    found = explained(ALLOW, when(DENY, StringNotEquals={"aws:SourceVpce": "vpce-b"}))
    [condition] = found.layers[0].statements[1].conditions

    assert (condition.operator, condition.wanted, condition.got) == (
        "StringNotEquals",
        ("vpce-b",),
        ("vpce-a",),
    )


def test_a_statement_that_hangs_on_an_unknown_key_names_it():
    line = {
        "request": {"action": "execute-api:Invoke", "resource": f"{API}/prod/GET/pets"},
        "policies": {"resource": {"Statement": [when(StringEquals={"aws:SourceVpce": "vpce-b"})]}},
        "unknown_context": ["aws:SourceVpce"],
    }
    found = explain_case(read_case(json.dumps(line).encode()))

    assert found.layers[0].says == "open"
    assert found.layers[0].statements[0].unknown == ("aws:SourceVpce",)
