"""Known calls of one private API, and what API Gateway answers to each.

API abc1234567 of account 111111111111; endpoint vpce-aaa in vpc-a, vpce-bbb in vpc-b.
"""

from typing import Any

import pytest

from apidoctor.reasoning.apigateway.authorize import Call, Verdict, authorize, denial_text
from apidoctor.reasoning.iam import Kind, Policies, Policy, read_policy

OWNER, OTHER = "111111111111", "222222222222"
OWN_ROLE = f"arn:aws:iam::{OWNER}:role/app"
OWN_SESSION = f"arn:aws:sts::{OWNER}:assumed-role/app/worker"
OTHER_ROLE = f"arn:aws:iam::{OTHER}:role/app"
ENDPOINT_VPC = {"vpce-aaa": "vpc-a", "vpce-bbb": "vpc-b"}


def statement(effect: str = "Allow", principal: Any = "*", **elements: Any) -> dict[str, Any]:
    found = {
        "Effect": effect,
        "Principal": principal,
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
    }
    return {**found, **elements}


def read(*statements: dict[str, Any], kind: Kind = "resource") -> Policy:
    found = read_policy({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind)
    assert found.valid, found.problems
    return found


def when(operator: str, **keys: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key.replace("__", ":"): value for key, value in keys.items()}}}


DENY_OTHERS = read(
    statement(), statement("Deny", **when("StringNotEquals", aws__SourceVpce="vpce-aaa"))
)  # P1
ALLOW_ONE = read(statement(**when("StringEquals", aws__SourceVpce="vpce-aaa")))  # P2
NAMES_ROLE = read(statement(principal={"AWS": OTHER_ROLE}))  # P3
FULL_ENDPOINT = read_policy(
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}, kind="endpoint"
)
INVOKE = read({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}, kind="identity")


def endpoint_for(principal: str) -> Policy:
    return read(statement(principal={"AWS": principal}, Resource="*"), kind="endpoint")


def answer(
    authorization: str,
    via: str,
    resource: Policy | None,
    *,
    caller: str | None = None,
    identity: bool = False,
    endpoint: Policy = FULL_ENDPOINT,
    authorizer: Any = None,
    **layers: Any,
) -> Verdict:
    call = Call(
        "abc1234567",
        OWNER,
        "us-east-1",
        "prod",
        "GET",
        "/pets",
        authorization=authorization,
        principal_arn=caller,
        signed=caller is not None,
        endpoint=via,
        endpoint_vpc=ENDPOINT_VPC[via],
        source_ip="10.0.0.7",
        context={"aws:PrincipalArn": (OWN_ROLE,)} if caller == OWN_SESSION else {},
    )
    given = Policies(identity=(INVOKE,) if identity else (), resource=resource, endpoint=endpoint, **layers)
    return authorize(call, given, authorizer)


def seen(verdict: Verdict) -> tuple[str, str]:
    """Decision, and the layer that the caller sees."""
    return verdict.decision, str(verdict.symptom.layer) if verdict.symptom else ""


def test_01_the_named_endpoint_passes_a_deny_for_others():
    assert seen(answer("NONE", "vpce-aaa", DENY_OTHERS)) == ("allow", "")


def test_02_another_endpoint_is_denied_explicitly():
    verdict = answer("NONE", "vpce-bbb", DENY_OTHERS)

    assert seen(verdict) == ("explicit_deny", "resource")
    assert denial_text(verdict) == "with an explicit deny in a resource-based policy"


def test_03_another_endpoint_is_not_allowed_where_only_one_is():
    verdict = answer("NONE", "vpce-bbb", ALLOW_ONE)

    assert seen(verdict) == ("implicit_deny", "resource")
    assert denial_text(verdict) == "because no resource-based policy allows the execute-api:Invoke action"


def test_04_a_named_role_does_not_help_an_unsigned_caller():
    assert seen(answer("NONE", "vpce-aaa", NAMES_ROLE)) == ("implicit_deny", "resource")


@pytest.mark.parametrize("via", ["vpce-aaa", "vpce-bbb"])
@pytest.mark.parametrize(
    ("authorization", "caller", "authorizer"),
    [
        ("NONE", None, None),
        ("AWS_IAM", OWN_ROLE, None),
        ("CUSTOM", None, "allow"),
        ("COGNITO_USER_POOLS", None, "allow"),
    ],
)
def test_05_without_a_resource_policy_a_private_api_refuses_everyone(via, authorization, caller, authorizer):
    verdict = answer(authorization, via, None, caller=caller, identity=True, authorizer=authorizer)

    assert seen(verdict) == ("implicit_deny", "resource")


def test_06_an_identity_policy_lets_the_own_account_in_past_a_silent_resource_policy():
    assert seen(answer("AWS_IAM", "vpce-bbb", ALLOW_ONE, caller=OWN_ROLE, identity=True)) == ("allow", "")


def test_07_a_deny_stops_the_own_account_too():
    verdict = answer("AWS_IAM", "vpce-bbb", DENY_OTHERS, caller=OWN_ROLE, identity=True)

    assert seen(verdict) == ("explicit_deny", "resource")


def test_08_another_account_needs_both_sides_and_has_them():
    assert seen(answer("AWS_IAM", "vpce-aaa", ALLOW_ONE, caller=OTHER_ROLE, identity=True)) == ("allow", "")


def test_09_another_account_without_its_own_permission_is_denied_by_the_identity_layer():
    verdict = answer("AWS_IAM", "vpce-aaa", ALLOW_ONE, caller=OTHER_ROLE)

    assert seen(verdict) == ("implicit_deny", "identity")
    assert denial_text(verdict) == "because no identity-based policy allows the execute-api:Invoke action"


def test_10_another_account_that_the_api_does_not_allow_is_denied_by_the_resource_layer():
    verdict = answer("AWS_IAM", "vpce-bbb", ALLOW_ONE, caller=OTHER_ROLE, identity=True)

    assert seen(verdict) == ("implicit_deny", "resource")


def test_11_a_role_that_is_named_and_permitted_gets_in():
    assert seen(answer("AWS_IAM", "vpce-aaa", NAMES_ROLE, caller=OTHER_ROLE, identity=True)) == ("allow", "")


def test_12_an_unsigned_call_of_an_iam_method_lacks_its_authentication_token():
    verdict = answer("AWS_IAM", "vpce-aaa", DENY_OTHERS)

    assert verdict.decision == "implicit_deny"
    assert verdict.symptom is not None
    assert verdict.symptom.gate == "authentication"
    assert denial_text(verdict) == "Missing Authentication Token"


def test_13_an_endpoint_policy_for_another_role_denies():
    endpoint = endpoint_for(f"arn:aws:iam::{OTHER}:role/other")
    verdict = answer("AWS_IAM", "vpce-aaa", DENY_OTHERS, caller=OTHER_ROLE, identity=True, endpoint=endpoint)

    assert seen(verdict) == ("implicit_deny", "endpoint")
    assert denial_text(verdict) == "because no VPC endpoint policy allows the execute-api:Invoke action"


def test_14_an_endpoint_policy_for_a_user_denies_a_bearer_token():
    endpoint = endpoint_for(f"arn:aws:iam::{OTHER}:user/bob")

    assert seen(answer("NONE", "vpce-aaa", DENY_OTHERS, endpoint=endpoint)) == ("implicit_deny", "endpoint")


@pytest.mark.parametrize("via", ["vpce-aaa", "vpce-bbb"])
def test_15_and_16_an_authorizer_that_allows_suffices_past_a_silent_resource_policy(via):
    assert seen(answer("CUSTOM", via, ALLOW_ONE, authorizer="allow")) == ("allow", "")


@pytest.mark.parametrize("authorizer", ["allow", "explicit_deny", None])
def test_17_a_deny_of_the_resource_policy_comes_before_the_authorizer(authorizer):
    verdict = answer("CUSTOM", "vpce-bbb", DENY_OTHERS, authorizer=authorizer)

    assert seen(verdict) == ("explicit_deny", "resource")


def test_18_a_valid_user_pool_token_does_not_replace_the_resource_policy():
    assert seen(answer("COGNITO_USER_POOLS", "vpce-bbb", ALLOW_ONE, authorizer="allow")) == (
        "implicit_deny",
        "resource",
    )


def test_19_a_condition_on_the_source_address_fails_because_the_key_is_absent():
    policy = read(statement(**when("IpAddress", aws__SourceIp="10.0.0.0/8")))

    assert seen(answer("NONE", "vpce-aaa", policy)) == ("implicit_deny", "resource")


def test_20_a_negated_condition_on_the_source_address_denies_because_the_key_is_absent():
    policy = read(statement(), statement("Deny", **when("NotIpAddress", aws__SourceIp="203.0.113.0/24")))

    assert seen(answer("NONE", "vpce-aaa", policy)) == ("explicit_deny", "resource")


def test_21_the_policy_that_is_judged_is_the_one_given_not_a_better_draft():
    deployed = read(statement(), statement("Deny", **when("StringEquals", aws__SourceVpce="vpce-aaa")))

    assert seen(answer("NONE", "vpce-aaa", deployed)) == ("explicit_deny", "resource")
    assert seen(answer("NONE", "vpce-aaa", DENY_OTHERS)) == ("allow", "")


def test_22_a_guard_rail_that_forgets_execute_api_in_its_not_action_denies():
    everything = read({"Effect": "Allow", "Action": "*", "Resource": "*"}, kind="scp")
    forgets = read({"Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}, kind="scp")
    verdict = answer(
        "AWS_IAM",
        "vpce-aaa",
        DENY_OTHERS,
        caller=OTHER_ROLE,
        identity=True,
        scps=((everything, forgets), (everything,)),
    )

    assert seen(verdict) == ("explicit_deny", "scp")
    assert denial_text(verdict) == "with an explicit deny in a service control policy"


def test_23_a_boundary_limits_a_role_that_the_resource_policy_names():
    boundary = read({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, kind="boundary")
    policy = read(statement(principal={"AWS": OWN_ROLE}))
    verdict = answer("AWS_IAM", "vpce-aaa", policy, caller=OWN_SESSION, identity=True, boundary=boundary)

    assert seen(verdict) == ("implicit_deny", "boundary")


def test_24_a_boundary_does_not_limit_a_session_that_the_resource_policy_names():
    boundary = read({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, kind="boundary")
    policy = read(statement(principal={"AWS": OWN_SESSION}))

    assert seen(answer("AWS_IAM", "vpce-aaa", policy, caller=OWN_SESSION, boundary=boundary)) == ("allow", "")


def twice(vpc: str) -> Policy:
    """A policy whose condition repeats its operator: first the VPC, then the endpoint."""
    text = f"""{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": "*",
        "Action": "execute-api:Invoke", "Resource": "execute-api:/*", "Condition": {{
            "StringEquals": {{"aws:SourceVpc": "{vpc}"}}, "StringEquals": {{"aws:SourceVpce":
            "vpce-aaa"}}}}}}]}}"""
    return read_policy(text, kind="resource")


def test_25_a_repeated_operator_is_a_problem_also_where_every_reading_allows():
    verdict = answer("NONE", "vpce-aaa", twice("vpc-a"))

    assert seen(verdict) == ("allow", "")
    assert [problem.code for problem in verdict.problems] == ["duplicate_key"]
    assert verdict.problems[0].where == "resource[0].Statement[0].Condition.StringEquals"


def test_26_a_repeated_operator_leaves_open_what_its_readings_answer_differently():
    verdict = answer("NONE", "vpce-aaa", twice("vpc-z"))

    assert verdict.decision == "indeterminate"
    assert [problem.code for problem in verdict.problems] == ["duplicate_key"]


def test_27_one_deny_with_two_negated_keys_denies_only_where_both_differ():
    policy = read(
        statement(),
        statement("Deny", **when("StringNotEquals", aws__SourceVpc="vpc-a", aws__SourceVpce="vpce-bbb")),
    )

    assert seen(answer("NONE", "vpce-bbb", policy)) == ("allow", "")
    assert seen(answer("NONE", "vpce-aaa", policy)) == ("allow", "")
