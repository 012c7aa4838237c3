"""Faults that probes saw: they agree with the inventory, or tell what no inventory shows (faults.md 1)."""

import pytest
from worlds.build import (
    ACL_E1,
    ADDRESSES,
    API,
    API_ACCOUNT,
    DEFAULT_NAME,
    ENI_E1,
    GROUP_E,
    REGION,
    TABLE_C,
    TABLE_E,
    URL,
    World,
    entry,
    statement,
)
from worlds.cases import Cases, check_case
from worlds.changes import private_dns, set_endpoint_policy, set_methods, set_policy
from worlds.judge import judge
from worlds.layouts import cross_account, on_prem, peered, same_vpc
from worlds.seen import dns, identity, of, probed, refused, times_out, tls, without

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


# Both kinds of evidence agree.


@CASES.broken("N01", same_vpc, peered)
def group_admits_nobody_and_connections_time_out(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = []
    times_out(probed(world))


@CASES.broken("N05", same_vpc, peered)
def one_acl_denies_and_one_address_times_out(world: World) -> None:
    world[ACL_E1]["Entries"].append(entry(90, "deny", egress=False))
    times_out(probed(world), ADDRESSES[ENI_E1])


@CASES.broken("N06", peered)
def no_route_and_connections_time_out(world: World) -> None:
    world[TABLE_C]["Routes"].pop()
    times_out(probed(world))


@CASES.broken("N07", peered, cross_account)
def no_route_back_and_connections_time_out(world: World) -> None:
    world[TABLE_E]["Routes"].pop()
    times_out(probed(world))


@CASES.broken("D01", same_vpc)
def private_dns_is_off_and_the_name_leads_outside(world: World) -> None:
    private_dns(world, on=False)
    probed(world)
    without(world, "dns", "tcp", "tls", "http")
    world.observations.append(dns(DEFAULT_NAME, "answer", "3.218.10.11", "52.20.30.41"))


@CASES.broken("D07", peered)
def the_customers_zone_has_no_record_and_the_name_does_not_exist(world: World) -> None:
    zone = world.answers(world.endpoint_account, "global")["list_resource_record_sets"]
    for answer in zone.values():
        answer["ResourceRecordSets"] = answer["ResourceRecordSets"][:2]
    probed(world)
    without(world, "dns", "tcp", "tls", "http")
    world.observations.append(dns(DEFAULT_NAME, "nxdomain"))


@CASES.broken("D02", same_vpc)
def name_of_a_public_api_is_captured_and_forbidden(world: World) -> None:
    world[API]["endpointConfiguration"] = {"types": ["REGIONAL"]}
    refused(probed(world), "ForbiddenException", NOBODY)


@CASES.broken("H01", on_prem)
def endpoint_name_alone_is_forbidden(world: World) -> None:
    world.options = []
    refused(probed(world), "ForbiddenException", NOBODY)


@CASES.broken("H05", same_vpc)
def switched_off_default_name_is_forbidden(world: World) -> None:
    world[API]["disableExecuteApiEndpoint"] = True
    refused(probed(world), "ForbiddenException", NOBODY)


@CASES.broken("H10", same_vpc)
def missing_key_is_forbidden(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "NONE"}}, key=True)
    refused(probed(world), "ForbiddenException", NOBODY)


@CASES.broken("H02", same_vpc)
def missing_path_is_told_as_a_missing_token(world: World) -> None:
    world.target = URL.replace("/pets", "/cats")
    probed(world)
    refused(world, "MissingAuthenticationTokenException", message("Missing Authentication Token"))


@CASES.broken("A03", same_vpc)
def policy_denies_this_endpoint_and_the_body_says_so(world: World) -> None:
    condition = {"StringNotEquals": {"aws:SourceVpce": "vpce-0b000000000000000"}}
    set_policy(world, statement(), statement("Deny", Condition=condition))
    text = f"{ANONYMOUS} with an explicit deny in a resource-based policy"
    refused(probed(world), "AccessDeniedException", message(text, "Message"))


@CASES.broken("A08", same_vpc)
def endpoint_policy_allows_nothing_and_the_body_says_so(world: World) -> None:
    set_endpoint_policy(world, statement(resource="other/*"))
    text = f"{ANONYMOUS} because no VPC endpoint policy allows the execute-api:Invoke action"
    refused(probed(world), "AccessDeniedException", message(text, "Message"))


# Only the host could see it.


@CASES.broken("D03", on_prem)
def the_data_centres_resolver_does_not_forward(world: World) -> None:
    world.target, world.options = URL, []
    probed(world)
    without(world, "dns", "tcp", "tls", "http")
    world.observations.append(dns(DEFAULT_NAME, "answer", "3.218.10.11", "52.20.30.41"))


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
    """faults.md 7: A16 when only the server's text speaks of time, T07 when the offset was measured."""
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


@CASES.broken("T02", same_vpc)
def certificate_is_for_another_name(world: World) -> None:
    probed(world)
    without(world, "tls", "http")
    names = ["*.elb.example.net"]
    world.observations += [tls(a, DEFAULT_NAME, "name_mismatch", sans=names) for a in ADDRESSES.values()]


@CASES.broken("T03", same_vpc)
def certificate_is_by_the_corporate_proxy(world: World) -> None:
    probed(world)
    without(world, "tls", "http")
    issuer = "CN=Example Corp TLS Inspection CA,O=Example Corp"
    world.observations += [tls(a, DEFAULT_NAME, "untrusted", issuer=issuer) for a in ADDRESSES.values()]


@CASES.broken("T07", same_vpc)
def certificate_is_not_yet_valid_for_a_clock_that_is_a_year_behind(world: World) -> None:
    probed(world)
    without(world, "tls", "http")
    of(world, "host")[0]["clock_offset_ms"] = -31_536_000_000.0
    world.observations += [tls(a, DEFAULT_NAME, "not_yet_valid") for a in ADDRESSES.values()]


@CASES.broken("N19", same_vpc)
def a_proxy_takes_the_call(world: World) -> None:
    probed(world)
    of(world, "host")[0]["proxies"] = {"https_proxy": "http://proxy.example:3128", "no_proxy": "localhost"}
    of(world, "http")[0].update(outcome="proxy_error", status=403, headers={"via": "1.1 proxy"}, body="")


@CASES.broken("B04", same_vpc)
def backend_does_not_answer(world: World) -> None:
    text = message("Endpoint request timed out")
    refused(probed(world), "InternalServerErrorException", text, status=504)


# Nothing but a host: no inventory at all.


def bare() -> World:
    """What `probe` brings from a host without AWS credentials."""
    world = probed(same_vpc())
    world.accounts.clear()
    return world


LAYERS = {
    "because no VPC endpoint policy allows the execute-api:Invoke action": "A08",
    "with an explicit deny in a VPC endpoint policy": "A09",
    "because no resource-based policy allows the execute-api:Invoke action": "A02",
    "with an explicit deny in a resource-based policy": "A03",
    "with an explicit deny in a service control policy": "A12",
    "because no permissions boundary allows the execute-api:Invoke action": "A12",
    "because no identity-based policy allows the execute-api:Invoke action": "A11",
}


@pytest.mark.parametrize("tail", LAYERS)
def test_without_inventory_the_body_of_a_refusal_names_the_layer(tail, tmp_path):
    def refuse(world: World) -> None:
        refused(world, "AccessDeniedException", message(f"{ANONYMOUS} {tail}", "Message"))

    said = check_case(bare, refuse, {LAYERS[tail]}, "broken", tmp_path)

    assert said.report["root_causes"][0]["confidence"] != "certain" or LAYERS[tail] in (
        "A08",
        "A09",
        "A11",
        "A12",
    )


@CASES.healthy(bare)
def a_host_alone_that_gets_a_good_answer(world: World) -> None:
    """The call itself was answered by API Gateway and its backend: every gate let it pass."""


@CASES.broken("T03", bare)
def a_host_alone_sees_the_corporate_certificate(world: World) -> None:
    certificate_is_by_the_corporate_proxy(world)


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_observed_fault_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_a_timeout_on_an_open_path_is_a_finding_of_its_own(tmp_path):
    """Configuration says open, the connect times out: something is on the path that was not read."""
    world = probed(peered())
    times_out(world)

    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.code) == ("broken", 1), said.story()
    assert {"certain"}.isdisjoint(cause["confidence"] for cause in said.report["root_causes"]), said.story()


def test_the_echo_of_a_refused_signature_names_no_other_fault(tmp_path):
    world = iam()
    session_token_is_invalid(world)

    said = judge(world, tmp_path)

    assert {"A17"} == {result["fault"] for result in said.of("fail")}, said.story()
