"""Policies that look odd and are right, and what a policy asks and the snapshot does not tell."""

import json

import pytest
from worlds.build import (
    API,
    CALLER_ACCOUNT,
    ENDPOINT,
    REGION,
    VPC_E,
    World,
    document,
    role_arn,
    statement,
)
from worlds.cases import Cases, check_case
from worlds.changes import export, identity_policy, set_endpoint_policy, set_methods, set_policy
from worlds.layouts import cross_account, on_prem, peered, same_vpc

CASES = Cases()
OTHER_ENDPOINT = "vpce-0b000000000000000"
OTHER_VPC = "vpc-0b000000000000000"


def iam_same_account() -> World:
    """Caller and endpoint in one VPC and account, the method asks for a signature."""
    return same_vpc("AWS_IAM")


def only_from(**condition: dict) -> dict:
    """An Allow under one condition."""
    return statement(Condition=condition)


@CASES.healthy(same_vpc)
def policy_with_a_pattern(world: World) -> None:
    set_policy(world, only_from(StringLike={"aws:SourceVpce": "vpce-0e*"}))


@CASES.healthy(same_vpc)
def policy_without_version(world: World) -> None:
    bare = {"Statement": statement()}
    set_policy(world)
    world[API]["policy"] = json.dumps(bare)
    export(world)["x-amazon-apigateway-policy"] = bare


@CASES.healthy(same_vpc)
def policy_with_lists_everywhere(world: World) -> None:
    one = statement() | {"Action": ["execute-api:invoke"], "Principal": {"AWS": ["*"]}}
    set_policy(world, one | {"Resource": [one["Resource"]]})


@CASES.healthy(same_vpc)
def policy_with_several_statements_of_which_one_fits(world: World) -> None:
    set_policy(
        world,
        only_from(StringEquals={"aws:SourceVpce": OTHER_ENDPOINT}),
        statement(resource="test/*"),
        only_from(StringEquals={"aws:SourceVpce": [OTHER_ENDPOINT, ENDPOINT]}),
        statement("Deny", resource="prod/DELETE/*"),
    )


@CASES.healthy(peered, same_vpc, cross_account)
def policy_names_the_endpoints_vpc(world: World) -> None:
    condition = {"StringNotEquals": {"aws:SourceVpc": VPC_E}}
    set_policy(world, statement(), statement("Deny", Condition=condition))


@CASES.healthy(same_vpc, on_prem)
def policy_denies_all_but_the_callers_private_addresses(world: World) -> None:
    condition = {"NotIpAddress": {"aws:VpcSourceIp": ["10.1.8.0/24", "192.168.7.0/24"]}}
    set_policy(world, statement(), statement("Deny", Condition=condition))


@CASES.healthy(same_vpc)
def two_negated_keys_of_which_one_is_right(world: World) -> None:
    """Keys of one operator are ANDed: the Deny would need both to differ."""
    condition = {"StringNotEquals": {"aws:SourceVpc": OTHER_VPC, "aws:SourceVpce": ENDPOINT}}
    set_policy(world, statement(), statement("Deny", Condition=condition))


@CASES.healthy(same_vpc)
def condition_key_in_other_capitals(world: World) -> None:
    set_policy(world, only_from(StringEquals={"AWS:sourcevpce": ENDPOINT}))


@CASES.healthy(iam_same_account)
def same_account_with_only_the_identity_allow(world: World) -> None:
    """API Gateway's table A, row 2: the resource policy's silence is fine for a caller of the account."""
    set_policy(world, only_from(StringEquals={"aws:SourceVpce": OTHER_ENDPOINT}))


@CASES.healthy(iam_same_account)
def same_account_with_only_the_resource_allow(world: World) -> None:
    """API Gateway's table A, row 4."""
    identity_policy(world)


@CASES.healthy(cross_account)
def policy_names_the_callers_role(world: World) -> None:
    set_policy(world, statement() | {"Principal": {"AWS": role_arn(CALLER_ACCOUNT)}})


@CASES.healthy(cross_account)
def policy_names_the_callers_account(world: World) -> None:
    set_policy(world, statement() | {"Principal": {"AWS": f"arn:aws:iam::{CALLER_ACCOUNT}:root"}})


@CASES.healthy(cross_account)
def caller_is_a_session_of_the_role(world: World) -> None:
    world.principal = f"arn:aws:sts::{CALLER_ACCOUNT}:assumed-role/app/session-1"
    set_policy(world, statement() | {"Principal": {"AWS": role_arn(CALLER_ACCOUNT)}})


@CASES.healthy(cross_account)
def boundary_that_includes_the_call(world: World) -> None:
    identity_policy(
        world, statement(), boundary=document({"Effect": "Allow", "Action": "*", "Resource": "*"})
    )


@CASES.healthy(same_vpc)
def deployed_policy_with_its_keys_in_another_order(world: World) -> None:
    saved = [statement(), statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpce": [ENDPOINT]}})]
    turned = {"Statement": [dict(reversed(s.items())) for s in saved], "Version": "2012-10-17"}
    set_policy(world, *saved, deployed=turned)


@CASES.healthy(same_vpc)
def deployed_policy_with_a_scalar_where_the_saved_has_a_list(world: World) -> None:
    one = statement()
    set_policy(
        world, one | {"Resource": [one["Resource"]], "Action": ["execute-api:Invoke"]}, deployed=document(one)
    )


@CASES.healthy(same_vpc)
def export_is_text_as_aws_prints_it(world: World) -> None:
    answer = world.answers(world.api_account)["get_export"][f"{API}/prod/oas30"]
    answer["body"] = json.dumps(answer["body"])


@CASES.healthy(same_vpc, cross_account)
def endpoint_policy_of_one_api(world: World) -> None:
    set_endpoint_policy(world, statement())


@CASES.healthy(cross_account)
def endpoint_policy_names_the_callers_role(world: World) -> None:
    set_endpoint_policy(world, statement() | {"Principal": {"AWS": [role_arn(CALLER_ACCOUNT)]}})


@CASES.healthy(same_vpc)
def endpoint_policy_that_denies_other_apis(world: World) -> None:
    arn = f"arn:aws:execute-api:{REGION}:{world.api_account}:zzz7654321/*"
    every = statement() | {"Resource": "*"}
    set_endpoint_policy(world, every, statement("Deny") | {"Resource": arn})


@CASES.healthy(same_vpc)
def deny_that_asks_for_a_key_nobody_sends(world: World) -> None:
    set_policy(
        world, statement(), statement("Deny", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a"}})
    )


# Three values: what a policy asks and the snapshot does not tell.


@CASES.undecided(cross_account)
def policy_wants_an_organization_and_nobody_knows_the_callers(world: World) -> None:
    set_policy(world, only_from(StringEquals={"aws:PrincipalOrgID": "o-abcdefghij"}))


@CASES.undecided(same_vpc)
def a_lambda_authorizer_decides(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "CUSTOM"}})


@CASES.undecided(same_vpc)
def a_user_pool_decides(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "COGNITO_USER_POOLS"}})


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_an_odd_policy_is_judged_right(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)
