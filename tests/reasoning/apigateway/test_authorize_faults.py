"""Which fault of the catalogue a denied call stands for."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apidoctor.reasoning.apigateway.authorize import Call, authorize, classify_denial, denial_text
from apidoctor.reasoning.iam import Kind, Policies, Policy, read_policy

OWNER = "111111111111"
ROLE = f"arn:aws:iam::{OWNER}:role/app"


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    found = {"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*", **elements}
    return {name: value for name, value in found.items() if value is not None}


def read(*statements: dict[str, Any], kind: Kind = "resource") -> Policy:
    found = read_policy({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind)
    assert found.valid, found.problems
    return found


def when(operator: str, key: str, *values: str, effect: str = "Allow") -> dict[str, Any]:
    return statement(effect, Condition={operator: {key: list(values)}})


def call(authorization: str = "NONE", principal: str | None = None, **changes: Any) -> Call:
    base = {
        "api_id": "abc1234567",
        "account": OWNER,
        "region": "us-east-1",
        "stage": "prod",
        "method": "GET",
        "path": "/pets",
        "authorization": authorization,
        "principal_arn": principal,
        "signed": principal is not None,
        "endpoint": "vpce-aaa",
        "endpoint_vpc": "vpc-a",
        "source_ip": "10.0.0.7",
    }
    return Call(**{**base, **changes})


def fault(
    resource: Policy | None,
    made: Call | None = None,
    *,
    live: Any = None,
    authorizer: Any = None,
    **layers: Any,
):
    made = made or call()
    policies = Policies(resource=resource, **layers)
    return classify_denial(authorize(made, policies, authorizer), made, policies, live)


OPEN = read(statement())
RESOURCE_FAULTS = [
    ("A01", None),
    ("A02", read()),
    ("A02", read(statement("Deny", Action="execute-api:ManageConnections"))),
    ("A02", read(statement(Principal={"AWS": ROLE}))),
    ("A02", read(statement(), statement("Deny"))),
    ("A02", read(when("Bool", "aws:SecureTransport", "false"))),
    ("A03", read(when("StringEquals", "aws:SourceVpce", "vpce-gone"))),
    ("A03", read(statement(), when("StringNotEquals", "aws:SourceVpce", "vpce-gone", effect="Deny"))),
    ("A04", read(when("StringEquals", "aws:SourceVpc", "vpc-z"))),
    ("A04", read(when("StringEquals", "aws:SourceVpce", "vpc-a"))),
    ("A04", read(when("StringEquals", "aws:SourceVpc", "vpce-aaa"))),
    (
        "A04",
        read(statement(Condition={"StringEquals": {"aws:SourceVpc": "vpc-z", "aws:SourceVpce": "vpce-z"}})),
    ),
    ("A04", read(statement(), when("StringNotEquals", "aws:SourceVpc", "vpc-z", effect="Deny"))),
    ("A05", read(when("IpAddress", "aws:SourceIp", "10.0.0.0/8"))),
    ("A05", read(statement(), when("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", effect="Deny"))),
    ("A06", read(statement(Resource="execute-api:/dev/*"))),
    (
        "A06",
        read(
            statement(Resource="execute-api:/prod/POST/*"), statement(Principal={"AWS": ROLE}, Action="s3:*")
        ),
    ),
    ("A13", read(when("StringEquals", "aws:PrincipalOrgID", "o-1"))),
    ("A13", read(when("StringLike", "aws:PrincipalTag/team", "red"))),
    ("A13", read(statement(), when("StringNotEquals", "aws:PrincipalOrgID", "o-1", effect="Deny"))),
]


@pytest.mark.parametrize(("expected", "resource"), RESOURCE_FAULTS)
def test_the_resource_policy_shows_its_fault_by_what_keeps_the_caller_out(expected, resource):
    assert fault(resource) == expected


def test_endpoint_ids_that_exist_are_not_stale():
    policy = read(when("StringEquals", "aws:SourceVpce", "vpce-bbb"))

    assert fault(policy, live=frozenset({"vpce-aaa", "vpce-bbb"})) == "A02"
    assert fault(policy, live=frozenset({"vpce-aaa"})) == "A03"
    assert fault(policy, live=None) == "A03"


def test_the_statement_that_came_nearest_is_the_one_that_counts():
    far = statement(Resource="execute-api:/dev/*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})

    assert fault(read(far, when("StringEquals", "aws:SourceVpce", "vpce-gone"))) == "A03"


def test_an_iam_only_key_is_no_fault_of_an_iam_method():
    made = call("AWS_IAM", "arn:aws:iam::222222222222:role/app", context={"aws:PrincipalOrgID": ("o-2",)})
    permitted = read(statement(Principal=None), kind="identity")

    assert (
        fault(read(when("StringEquals", "aws:PrincipalOrgID", "o-1")), made, identity=(permitted,)) == "A02"
    )


def endpoint(*statements: dict[str, Any]) -> Policy:
    return read(*statements, kind="endpoint")


def test_an_endpoint_policy_that_lacks_the_api_is_told_from_one_that_names_principals():
    assert fault(OPEN, endpoint=endpoint(statement(Resource="arn:aws:execute-api:*:*:other/*"))) == "A08"
    assert fault(OPEN, endpoint=endpoint(statement("Deny"), statement())) == "A09"
    assert fault(OPEN, endpoint=endpoint(statement(Principal={"AWS": ROLE}))) == "A10"
    assert (
        fault(OPEN, call("AWS_IAM", ROLE), endpoint=endpoint(statement(Principal={"AWS": ROLE + "x"})))
        == "A08"
    )


def test_the_callers_own_side_and_the_guard_rails_have_their_faults():
    permit = read(statement(Principal=None), kind="identity")
    other = read(statement(Principal=None, Action="s3:*"), kind="boundary")
    deny = read(statement("Deny", Principal=None), kind="identity")
    made = call("AWS_IAM", ROLE)
    silent = read(statement(Principal={"AWS": ROLE + "x"}))

    assert fault(silent, made) == "A11"
    assert fault(silent, made, identity=(permit,), boundary=other) == "A12"
    assert fault(silent, made, identity=(permit,), session=other) == "A12"
    assert fault(silent, made, identity=(permit,), scps=((other,),)) == "A12"
    assert fault(silent, made, identity=(permit, deny)) == "A12"


def test_what_is_no_policy_has_its_own_fault():
    assert fault(OPEN, call("AWS_IAM")) == "A18"
    assert fault(OPEN, call("CUSTOM"), authorizer="explicit_deny") == "A20"
    assert fault(OPEN, call("COGNITO_USER_POOLS"), authorizer="explicit_deny") == "A21"


def test_a_call_that_is_allowed_or_open_has_no_fault():
    assert fault(OPEN) is None
    assert fault(read(when("StringEquals", "aws:SourceVpce", "x")), call(endpoint=None)) is None


KEYS = st.sampled_from(
    ["aws:SourceVpce", "aws:SourceVpc", "aws:SourceIp", "aws:PrincipalArn", "aws:UserAgent"]
)
CONDITIONS = st.dictionaries(
    st.sampled_from(["StringEquals", "StringNotEquals", "IpAddress"]),
    st.dictionaries(KEYS, st.sampled_from(["vpce-aaa", "vpce-bbb", "vpc-a", "10.0.0.0/8", ROLE]), min_size=1),
    max_size=2,
)
STATEMENTS = st.builds(
    statement,
    st.sampled_from(["Allow", "Deny"]),
    Principal=st.sampled_from(["*", {"AWS": ROLE}, {"AWS": OWNER}]),
    Resource=st.sampled_from(["*", "arn:aws:execute-api:*:*:*/prod/*", "arn:aws:execute-api:*:*:*/dev/*"]),
    Condition=CONDITIONS,
)
POLICIES = st.lists(STATEMENTS, max_size=3)


@settings(max_examples=200, deadline=None)
@given(
    st.none() | POLICIES,
    st.none() | POLICIES,
    st.sampled_from(["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS", None]),
    st.sampled_from(
        [None, ROLE, f"arn:aws:sts::{OWNER}:assumed-role/app/s", "arn:aws:iam::222222222222:user/x"]
    ),
    st.sampled_from(["allow", "explicit_deny", "implicit_deny", None]),
    st.sampled_from([None, "vpce-aaa"]),
)
def test_every_denied_call_has_a_fault_a_text_and_a_layer_and_no_other_has(
    resource, at_endpoint, authorization, principal, authorizer, via
):
    made = call(authorization, principal, endpoint=via)
    policies = Policies(
        resource=None if resource is None else read(*resource),
        endpoint=None if at_endpoint is None else read(*at_endpoint, kind="endpoint"),
    )

    verdict = authorize(made, policies, authorizer)
    found = classify_denial(verdict, made, policies)

    assert (found is not None) == (verdict.denied is True)
    assert (denial_text(verdict) != "") == (verdict.denied is True)
    assert (verdict.decision in ("explicit_deny", "implicit_deny")) <= (verdict.denied is True)
    assert (verdict.decision == "allow") == (verdict.denied is False)
    assert (verdict.decision == "indeterminate") == bool(verdict.unknown)
