"""Faults of policies, each told from the inventory alone (API Gateway authorization flow)."""

import pytest
from worlds.build import (
    API,
    CALLER_ACCOUNT,
    ENDPOINT,
    REGION,
    VPC_C,
    VPC_E,
    World,
    document,
    role_arn,
    statement,
)
from worlds.cases import Cases, check_case
from worlds.changes import export, identity_policy, set_endpoint_policy, set_methods, set_policy
from worlds.layouts import cross_account, on_prem, peered, same_vpc, transit

CASES = Cases()
OTHER_ENDPOINT = "vpce-0b000000000000000"
OTHER_VPC = "vpc-0b000000000000000"


def iam_same_account() -> World:
    """Caller and endpoint in one VPC and account, the method asks for a signature."""
    return same_vpc("AWS_IAM")


def only_from(**condition: dict) -> dict:
    """An Allow under one condition."""
    return statement(Condition=condition)


@CASES.broken("A01", same_vpc, peered)
def api_has_no_policy(world: World) -> None:
    del world[API]["policy"], export(world)["x-amazon-apigateway-policy"]


@CASES.broken("A02", same_vpc, transit)
def policy_only_denies_others(world: World) -> None:
    set_policy(world, statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpce": ENDPOINT}}))


@CASES.broken("A02", cross_account)
def policy_only_denies_others_and_the_caller_is_of_another_account(world: World) -> None:
    """API Gateway's table B: neither Allow nor Deny in the resource policy is an implicit deny."""
    policy_only_denies_others(world)


@CASES.broken("A03", same_vpc, peered, cross_account, on_prem)
def policy_denies_all_but_an_endpoint_that_is_gone(world: World) -> None:
    condition = {"StringNotEquals": {"aws:SourceVpce": OTHER_ENDPOINT}}
    set_policy(world, statement(), statement("Deny", Condition=condition))


@CASES.broken("A03", same_vpc, cross_account)
def policy_allows_only_an_endpoint_that_is_gone(world: World) -> None:
    set_policy(world, only_from(StringEquals={"aws:SourceVpce": [OTHER_ENDPOINT]}))


@CASES.broken("A03", same_vpc)
def a_lambda_authorizer_is_not_even_asked(world: World) -> None:
    """API Gateway checks the resource policy for an explicit Deny before the authorizer runs."""
    set_methods(world, {"/pets": {"GET": "CUSTOM"}})
    policy_denies_all_but_an_endpoint_that_is_gone(world)


@CASES.broken("A04", peered, cross_account, transit)
def policy_allows_the_callers_vpc_instead_of_the_endpoints(world: World) -> None:
    """The VPC endpoint's VPC counts, not the caller's (API Gateway, condition keys)."""
    set_policy(world, only_from(StringEquals={"aws:SourceVpc": VPC_C}))


@CASES.broken("A04", peered, same_vpc)
def policy_denies_all_but_another_vpc(world: World) -> None:
    condition = {"StringNotEquals": {"aws:SourceVpc": [OTHER_VPC]}}
    set_policy(world, statement(), statement("Deny", Condition=condition))


@CASES.broken("A04", same_vpc)
def policy_wants_endpoint_and_vpc_and_the_vpc_is_wrong(world: World) -> None:
    set_policy(world, only_from(StringEquals={"aws:SourceVpce": ENDPOINT, "aws:SourceVpc": OTHER_VPC}))


@CASES.broken("A04", same_vpc)
def policy_has_the_vpc_under_the_endpoints_key(world: World) -> None:
    set_policy(world, only_from(StringEquals={"aws:SourceVpce": VPC_E}))


@CASES.broken("A05", same_vpc, on_prem)
def policy_allows_private_source_addresses(world: World) -> None:
    set_policy(world, only_from(IpAddress={"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}))


@CASES.broken("A05", same_vpc)
def policy_denies_all_but_source_addresses(world: World) -> None:
    """An absent key makes a negated condition true."""
    condition = {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    set_policy(world, statement(), statement("Deny", Condition=condition))


@CASES.broken("A06", same_vpc)
def policy_covers_another_method(world: World) -> None:
    set_policy(world, statement(resource="prod/POST/pets"))


@CASES.broken("A06", same_vpc, peered)
def policy_covers_another_stage(world: World) -> None:
    set_policy(world, statement(resource="test/*"))


@CASES.broken("A06", same_vpc)
def policy_covers_another_path(world: World) -> None:
    set_policy(world, statement(resource="prod/GET/Pets"))


@CASES.broken("A06", same_vpc, cross_account)
def policy_names_the_api_it_was_copied_from(world: World) -> None:
    old = f"arn:aws:execute-api:{REGION}:{world.api_account}:zzz7654321/*"
    set_policy(world, statement() | {"Resource": old})


@CASES.broken("A07", same_vpc, peered)
def the_mended_policy_is_not_deployed(world: World) -> None:
    """A change has no effect until a deployment reaches the stage."""
    old = document(
        statement(), statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-0b"}})
    )
    set_policy(world, statement(), deployed=old)


@CASES.broken("A08", same_vpc, peered, on_prem, cross_account)
def endpoint_policy_allows_another_api(world: World) -> None:
    arn = f"arn:aws:execute-api:{REGION}:{world.api_account}:zzz7654321/*"
    set_endpoint_policy(world, statement() | {"Resource": arn})


@CASES.broken("A08", same_vpc)
def endpoint_policy_allows_another_action(world: World) -> None:
    set_endpoint_policy(world, statement() | {"Action": "execute-api:ManageConnections", "Resource": "*"})


@CASES.broken("A09", same_vpc, transit, cross_account)
def endpoint_policy_denies_this_api(world: World) -> None:
    set_endpoint_policy(world, statement() | {"Resource": "*"}, statement("Deny"))


@CASES.broken("A10", same_vpc, peered)
def endpoint_policy_names_a_role_and_the_call_is_unsigned(world: World) -> None:
    set_endpoint_policy(world, statement() | {"Principal": {"AWS": role_arn(CALLER_ACCOUNT)}})


@CASES.broken("A10", same_vpc)
def endpoint_policy_asks_for_the_principals_account(world: World) -> None:
    set_endpoint_policy(world, only_from(StringEquals={"aws:PrincipalAccount": world.caller_account}))


@CASES.broken("A08", cross_account)
def endpoint_policy_names_another_role_than_the_caller(world: World) -> None:
    set_endpoint_policy(world, statement() | {"Principal": {"AWS": role_arn(CALLER_ACCOUNT, "other")}})


@CASES.broken("A11", cross_account)
def role_has_no_policy_at_all(world: World) -> None:
    identity_policy(world)


@CASES.broken("A11", cross_account)
def role_may_call_another_api_only(world: World) -> None:
    arn = f"arn:aws:execute-api:{REGION}:{world.api_account}:zzz7654321/*"
    identity_policy(world, statement() | {"Resource": arn})


@CASES.broken("A11", cross_account)
def role_may_call_in_its_own_account_only(world: World) -> None:
    arn = f"arn:aws:execute-api:{REGION}:{CALLER_ACCOUNT}:{API}/*"
    identity_policy(world, statement() | {"Resource": arn})


@CASES.broken("A11", iam_same_account)
def neither_side_allows_in_one_account(world: World) -> None:
    """One side is enough there, and AWS names the caller's: no second cause."""
    policy_only_denies_others(world)
    identity_policy(world)


@CASES.broken("A12", cross_account)
def boundary_leaves_execute_api_out(world: World) -> None:
    limit = {"Effect": "Allow", "Action": ["s3:*", "sqs:*"], "Resource": "*"}
    identity_policy(world, statement(), boundary=document(limit))


@CASES.broken("A12", cross_account, iam_same_account)
def boundary_denies_the_call(world: World) -> None:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    never = {"Effect": "Deny", "Action": "execute-api:*", "Resource": "*"}
    identity_policy(world, statement(), boundary=document(everything, never))


@CASES.broken("A12", cross_account, iam_same_account)
def role_policy_denies_the_call(world: World) -> None:
    identity_policy(world, statement(), statement("Deny", resource="prod/GET/*"))


@CASES.broken("A13", same_vpc, peered)
def policy_wants_the_callers_organization_and_the_call_is_unsigned(world: World) -> None:
    set_policy(world, only_from(StringEquals={"aws:PrincipalOrgID": "o-abcdefghij"}))


@CASES.broken("A13", same_vpc)
def policy_wants_the_callers_arn_and_the_call_is_unsigned(world: World) -> None:
    set_policy(world, only_from(ArnLike={"aws:PrincipalArn": role_arn(CALLER_ACCOUNT, "*")}))


@CASES.broken("A18", iam_same_account, cross_account)
def an_unsigned_call_of_a_method_that_asks_for_a_signature(world: World) -> None:
    world.principal = "anonymous"


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_policy_fault_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_across_accounts_both_sides_that_are_silent_have_to_be_mended(tmp_path):
    def change(world: World) -> None:
        policy_only_denies_others(world)
        identity_policy(world)

    check_case(cross_account, change, {"A02", "A11"}, "broken", tmp_path)
