"""API Gateway refuses the test call: its text, type and status name the fault."""

import pytest
from worlds.build import (
    API,
    API_ACCOUNT,
    REGION,
    World,
)
from worlds.cases import Cases, check_case
from worlds.changes import set_methods
from worlds.judge import judge
from worlds.layouts import cross_account, same_vpc
from worlds.seen import identity, of, probed, refused, without

CASES = Cases()
METHOD_ARN = f"arn:aws:execute-api:{REGION}:********1111:{API}/prod/GET/pets"
ANONYMOUS = f"User: anonymous is not authorized to perform: execute-api:Invoke on resource: {METHOD_ARN}"
EXPIRED = (
    "Signature expired: 20261122T102206Z is now earlier than 20261122T103706Z (20261122T104206Z - 5 min.)"
)
NOBODY = '{"message":"Forbidden"}'


def iam() -> World:
    """A signed call in one VPC and account."""
    return same_vpc("AWS_IAM")


def message(text: str, key: str = "message") -> str:
    """The body of a refusal."""
    return f'{{"{key}":"{text}"}}'


def signed_by(who: str) -> str:
    """The beginning of a refusal that names the caller."""
    return ANONYMOUS.replace("anonymous", who)


@CASES.broken("A14", iam)
def signature_for_another_region(world: World) -> None:
    text = "Credential should be scoped to a valid region, not 'eu-west-1'. "
    refused(probed(world), "InvalidSignatureException", message(text))


@CASES.broken("A14", iam)
def signature_for_another_service(world: World) -> None:
    text = "Credential should be scoped to correct service: 'execute-api'. "
    refused(probed(world), "InvalidSignatureException", message(text))


@CASES.broken("A15", iam)
def signature_for_another_host(world: World) -> None:
    world.options = ["--sign-host", "vpce-other.example"]
    probed(world)
    of(world, "http")[0]["sent"]["signed-host"] = "vpce-other.example"
    text = "The request signature we calculated does not match the signature you provided."
    refused(world, "InvalidSignatureException", message(text))


@CASES.broken("A16", iam)
def signature_is_too_old_and_no_clock_was_measured(world: World) -> None:
    probed(world)
    for each in world.observations:
        if "clock_offset_ms" in each:
            each["clock_offset_ms"] = None
    of(world, "http")[0]["headers"].pop("date")
    text = (
        "Signature expired: 20261122T102206Z is now earlier than 20261122T103706Z (20261122T104206Z - 5 min.)"
    )
    refused(world, "InvalidSignatureException", message(text))


@CASES.broken("T07", iam)
def signature_is_too_old_and_the_servers_date_is_twenty_minutes_ahead(world: World) -> None:
    """A16 when only the server's text speaks of time, T07 when the offset was measured."""
    probed(world)
    of(world, "http")[0]["at"] = "2026-11-22T10:22:06Z"
    refused(world, "InvalidSignatureException", message(EXPIRED))


@CASES.broken("T07", iam)
def signature_is_too_old_and_sts_measured_the_clock(world: World) -> None:
    signature_is_too_old_and_no_clock_was_measured(world)
    of(world, "identity")[0]["clock_offset_ms"] = -1_200_000.0


@CASES.broken("A17", iam)
def session_token_is_invalid(world: World) -> None:
    text = "The security token included in the request is invalid."
    refused(probed(world), "UnrecognizedClientException", message(text))


@CASES.broken("A17", iam)
def credentials_are_expired(world: World) -> None:
    probed(world)
    without(world, "identity")
    world.observations.append(identity(world, "expired"))
    refused(world, "ExpiredTokenException", message("The security token included in the request is expired"))


@CASES.broken("A18", iam)
def method_asks_for_a_signature_and_the_call_had_none(world: World) -> None:
    world.principal = "anonymous"
    probed(world)
    refused(world, "MissingAuthenticationTokenException", message("Missing Authentication Token"))


@CASES.broken("A11", cross_account)
def body_names_the_identity_policy_that_nobody_may_read(world: World) -> None:
    denied = {"error": {"Code": "AccessDenied", "Message": "not authorized to perform: iam:GetRole"}}
    for operation in list(world.answers(world.caller_account, "global")):
        if "role" in operation:
            world.answers(world.caller_account, "global")[operation] = denied
    who = f"arn:aws:sts::{world.caller_account}:assumed-role/app/i-0c000000000000000"
    text = f"{signed_by(who)} because no identity-based policy allows the execute-api:Invoke action"
    refused(probed(world), "AccessDeniedException", message(text, "Message"))


@CASES.broken("A12", cross_account)
def body_names_a_service_control_policy(world: World) -> None:
    who = f"arn:aws:sts::{world.caller_account}:assumed-role/app/i-0c000000000000000"
    text = f"{signed_by(who)} with an explicit deny in a service control policy"
    refused(probed(world), "AccessDeniedException", message(text, "Message"))


@CASES.broken("A20", same_vpc)
def lambda_authorizer_denies(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "CUSTOM"}})
    text = "User is not authorized to access this resource with an explicit deny"
    refused(probed(world), "AccessDeniedException", message(text, "Message"))


@CASES.broken("A21", same_vpc)
def user_pool_refuses_the_token(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "COGNITO_USER_POOLS"}})
    refused(probed(world), "UnauthorizedException", message("Unauthorized"), status=401)


@CASES.healthy(same_vpc)
def lambda_authorizer_lets_the_call_pass(world: World) -> None:
    """The call went through, so the authorizer's answer is known."""
    set_methods(world, {"/pets": {"GET": "CUSTOM"}})
    probed(world)


@CASES.broken("H11", same_vpc)
def call_is_throttled(world: World) -> None:
    refused(probed(world), "TooManyRequestsException", message("Too Many Requests"), status=429)


@CASES.broken("H12", same_vpc)
def web_acl_on_the_stage_and_forbidden(world: World) -> None:
    arn = f"arn:aws:wafv2:{REGION}:{API_ACCOUNT}:regional/webacl/shop/0a"
    world["prod"]["webAclArn"] = arn
    refused(probed(world), "ForbiddenException", NOBODY)


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_observed_fault_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_the_echo_of_a_refused_signature_names_no_other_fault(tmp_path):
    world = iam()
    session_token_is_invalid(world)

    said = judge(world, tmp_path)

    assert {"A17"} == {result["fault"] for result in said.of("fail")}, said.story()
