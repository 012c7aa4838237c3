"""API Gateway refuses the test call: its text, type and status name the fault."""

import copy

import pytest
from worlds.build import (
    API,
    API_ACCOUNT,
    DEFAULT_NAME,
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


@CASES.broken("A19", iam)
def a_token_and_no_credentials_where_a_signature_is_asked_for(world: World) -> None:
    """What stands in Authorization is wrong; that there is no signature is the same once more."""
    world.principal = "anonymous"
    world.options = ["--header", "Authorization: Bearer s3cr3t-bearer-t0ken"]
    probed(world)
    text = (
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 …): 'x='."
    )
    refused(world, "IncompleteSignatureException", message(text))


def speaks(world: World, body: str = NOBODY, status: int = 403) -> None:
    """The backend answers in API Gateway's words; of a path that no API has API Gateway itself says them."""
    probed(world)
    refused(world, "", body, status)
    first = of(world, "http")[0]
    del first["headers"]["x-amzn-errortype"]
    other = copy.deepcopy(first)
    other.update(url=f"https://{DEFAULT_NAME}/prod/apidoctor-0a1b2c3d4e5f", rung="impossible")
    other["headers"]["x-amzn-errortype"] = "MissingAuthenticationTokenException"
    other["body"] = message("Missing Authentication Token")
    world.observations.append(other)


@CASES.healthy(same_vpc)
def a_backend_says_forbidden(world: World) -> None:
    speaks(world)


@CASES.healthy(same_vpc)
def a_backend_that_is_an_api_says_missing_authentication_token(world: World) -> None:
    speaks(world, message("Missing Authentication Token"))


@CASES.healthy(same_vpc)
def a_backend_says_unauthorized(world: World) -> None:
    speaks(world, message("Unauthorized"), 401)


@CASES.broken("H10", same_vpc)
def forbidden_without_its_type_where_a_key_is_asked_for(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "NONE"}}, key=True)
    speaks(world)


@CASES.broken("H12", same_vpc)
def forbidden_without_its_type_where_a_web_acl_stands(world: World) -> None:
    world["prod"]["webAclArn"] = f"arn:aws:wafv2:{REGION}:{API_ACCOUNT}:regional/webacl/shop/0a"
    speaks(world)


@CASES.broken("A21", same_vpc)
def unauthorized_without_its_type_where_a_user_pool_is_asked(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "COGNITO_USER_POOLS"}})
    speaks(world, message("Unauthorized"), 401)


@CASES.broken("O05", same_vpc)
def a_load_balancer_answers_at_the_endpoints_own_address(world: World) -> None:
    probed(world)
    seen = of(world, "http")[0]
    seen.update(status=503, body="<html>503</html>")
    seen["headers"] = {"server": "awselb/2.0", "content-type": "text/html"}


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
