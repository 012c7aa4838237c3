"""API Gateway's two tables, cell by cell: what identity (or authorizer) and resource policy give together."""

from typing import Any

import pytest

from apidoctor.reasoning.apigateway.authorize import Call, authorize
from apidoctor.reasoning.iam import Kind, Policies, Policy, read_policy

ANSWERS = ("Allow", "neither", "Deny")

SAME_ACCOUNT = {
    ("Allow", "Allow"): "allow",
    ("Allow", "neither"): "allow",
    ("Allow", "Deny"): "explicit_deny",
    ("neither", "Allow"): "allow",
    ("neither", "neither"): "implicit_deny",
    ("neither", "Deny"): "explicit_deny",
    ("Deny", "Allow"): "explicit_deny",
    ("Deny", "neither"): "explicit_deny",
    ("Deny", "Deny"): "explicit_deny",
}
OTHER_ACCOUNT = {**SAME_ACCOUNT, ("Allow", "neither"): "implicit_deny", ("neither", "Allow"): "implicit_deny"}


def says(answer: str, kind: Kind) -> Policy:
    """A policy that allows, denies, or speaks of something else."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
    if answer == "Deny":
        statement["Effect"] = "Deny"
    if answer == "neither":
        statement["Action"] = "execute-api:ManageConnections"
    if kind == "resource":
        statement["Principal"] = "*"
    return read_policy({"Version": "2012-10-17", "Statement": statement}, kind=kind)


def decided(authorization: str, principal: str | None, policies: Policies, authorizer: Any = None) -> str:
    call = Call(
        "abc1234567",
        "111111111111",
        "us-east-1",
        "prod",
        "GET",
        authorization=authorization,
        principal_arn=principal,
        signed=principal is not None,
        endpoint="vpce-aaa",
    )
    return authorize(call, policies, authorizer).decision


@pytest.mark.parametrize("resource", ANSWERS)
@pytest.mark.parametrize("identity", ANSWERS)
@pytest.mark.parametrize(
    ("account", "table"), [("111111111111", SAME_ACCOUNT), ("222222222222", OTHER_ACCOUNT)]
)
def test_an_iam_caller_is_judged_by_the_table_of_its_account(account, table, identity, resource):
    policies = Policies(identity=(says(identity, "identity"),), resource=says(resource, "resource"))

    assert decided("AWS_IAM", f"arn:aws:iam::{account}:user/bob", policies) == table[identity, resource]


@pytest.mark.parametrize("resource", ANSWERS)
@pytest.mark.parametrize("authorizer", ANSWERS)
def test_a_lambda_authorizer_is_judged_by_the_table_of_one_account(authorizer, resource):
    policies = Policies(resource=says(resource, "resource"))

    answer = decided("CUSTOM", None, policies, says(authorizer, "identity"))

    assert answer == SAME_ACCOUNT[authorizer, resource]


@pytest.mark.parametrize("resource", ANSWERS)
@pytest.mark.parametrize(
    ("answer", "cell"), [("allow", "Allow"), ("implicit_deny", "neither"), ("explicit_deny", "Deny")]
)
def test_a_user_pool_is_judged_by_the_table_of_two_accounts(answer, cell, resource):
    policies = Policies(resource=says(resource, "resource"))

    assert decided("COGNITO_USER_POOLS", None, policies, answer) == OTHER_ACCOUNT[cell, resource]


@pytest.mark.parametrize(
    ("resource", "expected"), [("Allow", "allow"), ("neither", "implicit_deny"), ("Deny", "explicit_deny")]
)
def test_without_authorization_the_resource_policy_decides_alone(resource, expected):
    assert decided("NONE", None, Policies(resource=says(resource, "resource"))) == expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [("Allow", "indeterminate"), ("neither", "indeterminate"), ("Deny", "explicit_deny")],
)
def test_an_authorizer_whose_answer_is_not_known_decides_unless_the_resource_policy_denies(
    resource, expected
):
    assert decided("CUSTOM", None, Policies(resource=says(resource, "resource"))) == expected


def test_the_account_of_the_endpoint_plays_no_part():
    """An endpoint of any account: only its policy counts, and the caller's account chooses the table."""
    endpoint = read_policy(
        {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}, kind="endpoint"
    )
    policies = Policies(
        identity=(says("Allow", "identity"),), resource=says("neither", "resource"), endpoint=endpoint
    )

    assert decided("AWS_IAM", "arn:aws:iam::111111111111:role/a", policies) == "allow"
    assert decided("AWS_IAM", "arn:aws:iam::222222222222:role/a", policies) == "implicit_deny"
