"""Faults that probes saw: they agree with the inventory, or tell what no inventory shows."""

import pytest
from worlds.build import (
    ACL_E1,
    ADDRESSES,
    API,
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
from worlds.seen import dns, of, probed, refused, times_out, tls, without

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


def test_a_name_that_does_not_exist_has_one_cause_where_the_configuration_was_read(tmp_path):
    world = peered()
    the_customers_zone_has_no_record_and_the_name_does_not_exist(world)
    said = judge(world, tmp_path)

    assert said.faults == ["D07"], said.story()
    assert not any(cause.get("candidates") for cause in said.report["root_causes"])


@CASES.broken("D11", same_vpc)
def dhcp_options_name_servers_that_do_not_forward(world: World) -> None:
    world["dopt-0a"]["DhcpConfigurations"][0]["Values"] = [{"Value": "192.168.0.53"}]
    probed(world)
    without(world, "dns", "tcp", "tls", "http")
    of(world, "host")[0]["resolvers"] = ["192.168.0.53"]
    world.observations.append(dns(DEFAULT_NAME, "nxdomain"))


@CASES.healthy(same_vpc)
def dhcp_options_name_servers_that_forward(world: World) -> None:
    world["dopt-0a"]["DhcpConfigurations"][0]["Values"] = [{"Value": "192.168.0.53"}]
    probed(world)


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


@CASES.broken("O05", same_vpc)
def what_answers_shows_a_chain_that_no_client_takes(world: World) -> None:
    probed(world)
    without(world, "tls", "http")
    shown = {"issuer": None, "sans": [], "reason": "TLS: EXCESSIVE_MESSAGE_SIZE"}
    world.observations += [tls(a, DEFAULT_NAME, "handshake_failure", **shown) for a in ADDRESSES.values()]


@CASES.broken("T05", same_vpc)
def handshake_fails_for_a_reason_that_tells_nothing_of_who_answers(world: World) -> None:
    probed(world)
    without(world, "tls", "http")
    shown = {"issuer": None, "sans": [], "reason": "TLS: SSLV3_ALERT_HANDSHAKE_FAILURE"}
    world.observations += [tls(a, DEFAULT_NAME, "handshake_failure", **shown) for a in ADDRESSES.values()]


@CASES.broken("T07", same_vpc)
def certificate_is_not_yet_valid_for_a_clock_that_is_a_year_behind(world: World) -> None:
    probed(world)
    without(world, "tls", "http")
    of(world, "host")[0]["clock_offset_ms"] = -31_536_000_000.0
    world.observations += [tls(a, DEFAULT_NAME, "not_yet_valid") for a in ADDRESSES.values()]


@CASES.healthy(same_vpc)
def a_clock_that_is_an_hour_off_spoils_no_unsigned_call(world: World) -> None:
    probed(world)
    of(world, "http")[0]["at"] = "2026-11-22T09:42:06Z"


@CASES.broken("A20", lambda: same_vpc("CUSTOM"))
def a_clock_that_is_an_hour_off_is_not_why_an_authorizer_refuses(world: World) -> None:
    text = "User is not authorized to access this resource with an explicit deny"
    refused(probed(world), "AccessDeniedException", message(text, "Message"))
    of(world, "http")[0]["at"] = "2026-11-22T09:42:06Z"


@CASES.healthy(same_vpc)
def the_date_of_an_answer_from_a_cache_is_no_clock(world: World) -> None:
    probed(world)
    of(world, "http")[0]["at"] = "2026-11-22T10:52:06Z"
    of(world, "http")[0]["headers"]["age"] = "600"


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


@pytest.mark.parametrize(
    ("outcome", "addresses", "faults"),
    [
        ("timeout", list(ADDRESSES.values()), ["N01", "N02", "N04", "N05", "N06", "N07", "N11"]),
        ("timeout", [ADDRESSES[ENI_E1]], ["N05", "N07", "N13"]),
        ("no_route", list(ADDRESSES.values()), ["N06", "N11"]),
        ("refused", list(ADDRESSES.values()), ["N16", "N23"]),
    ],
)
def test_without_configuration_every_fault_that_fits_is_listed(outcome, addresses, faults, tmp_path):
    """A group is the same for all interfaces: where one of them connects, it is not the group."""
    world = probed(same_vpc())
    times_out(world, *addresses)
    for each in of(world, "tcp"):
        if each["address"] in addresses:
            each["outcome"] = outcome
    world.accounts.clear()

    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert (cause["fault"], cause["confidence"]) == (faults[0], "possible")
    assert [each["fault"] for each in cause["candidates"]] == faults
    assert all(each["because"] and each["separate"] for each in cause["candidates"])
