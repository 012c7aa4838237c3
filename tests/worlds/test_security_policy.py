"""Handshakes that end for want of a TLS version: a security policy that was read tells which side asks for more."""

import pytest
from worlds.build import ADDRESSES, API, DEFAULT_NAME, World
from worlds.domain import DOMAIN, with_domain
from worlds.judge import Verdict, judge
from worlds.layouts import same_vpc
from worlds.seen import probed, tls, without

NEWEST = "SecurityPolicy_TLS13_1_3_2025_09"


def ended(world: World, name: str, outcome: str = "protocol_version", reason: str | None = None) -> None:
    """Every handshake ends so."""
    probed(world)
    without(world, "tls", "http")
    shown = {"issuer": None, "subject": None, "sans": [], "version": None, "reason": reason}
    world.observations += [tls(each, name, outcome, **shown) for each in ADDRESSES.values()]


def told(said: Verdict) -> list[tuple[str, str]]:
    """The candidates of the only cause."""
    (cause,) = said.report["root_causes"]
    assert cause["check"] == "invoke/tls-is-trusted", said.story()
    return [(each["fault"], each["confidence"]) for each in cause["candidates"]]


@pytest.mark.parametrize("policy", [NEWEST, "SecurityPolicy_TLS13_1_3_FIPS_2025_09"])
def test_a_policy_of_the_api_that_takes_the_newest_version_alone_is_the_likely_one(policy, tmp_path):
    world = same_vpc()
    world[API].update(securityPolicy=policy, endpointAccessMode="BASIC")
    ended(world, DEFAULT_NAME, reason="TLS: TLSV1_ALERT_PROTOCOL_VERSION")
    said = judge(world, tmp_path)

    assert told(said) == [("T05", "likely"), ("T01", "possible")], said.story()
    because = said.report["root_causes"][0]["candidates"][0]["because"]
    assert f"{policy} of API {API} takes TLS 1.3 alone" in because


def test_a_policy_of_the_custom_domain_does_it_too(tmp_path):
    world = with_domain()
    world[DOMAIN].update(securityPolicy=NEWEST, endpointAccessMode="BASIC")
    ended(world, DOMAIN)
    said = judge(world, tmp_path)

    assert told(said) == [("T05", "likely"), ("T01", "possible")], said.story()


@pytest.mark.parametrize("policy", [None, "TLS_1_2", "SecurityPolicy_TLS13_1_2_PQ_2025_09"])
def test_without_such_a_policy_both_sides_are_possible(policy, tmp_path):
    world = same_vpc()
    world[API].update({"securityPolicy": policy, "endpointAccessMode": "BASIC"} if policy else {})
    ended(world, DEFAULT_NAME)
    said = judge(world, tmp_path)

    assert told(said) == [("T01", "possible"), ("T05", "possible")], said.story()


def test_a_server_that_speaks_an_older_version_than_the_client_obeys_no_such_policy(tmp_path):
    world = same_vpc()
    world[API].update(securityPolicy=NEWEST, endpointAccessMode="BASIC")
    ended(world, DEFAULT_NAME, reason="TLS: UNSUPPORTED_PROTOCOL")
    said = judge(world, tmp_path)

    assert told(said)[0] == ("T01", "possible"), said.story()


def test_a_policy_that_nobody_can_read_is_not_guessed(tmp_path):
    world = same_vpc()
    for operation in ("get_rest_apis", "get_rest_api"):
        denied = {"error": {"Code": "AccessDeniedException", "Message": "no"}}
        world.answers(world.api_account)[operation] = denied
    ended(world, DEFAULT_NAME)
    said = judge(world, tmp_path)

    assert told(said)[0] == ("T01", "possible"), said.story()
