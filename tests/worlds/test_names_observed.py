"""What hosts saw of names: old addresses, captured domains, two families, browsers (faults.md section 3, DNS)."""

from typing import Any

import pytest
from worlds.build import (
    ADDRESSES,
    DEFAULT_NAME,
    ENDPOINT_NAME,
    ENI_E1,
    ENI_E2,
    ZONE_NAME,
    World,
)
from worlds.cases import Layout
from worlds.changes import private_dns
from worlds.judge import judge
from worlds.layouts import same_vpc
from worlds.looks import (
    FIRST,
    LINK_LOCAL,
    OUTSIDE,
    PUBLIC,
    VPC_PLUS_2,
    Looks,
    answered,
    asked,
    at_home,
    at_home_by_endpoint_name,
    check_look,
    fresh,
    in_vpc,
    in_vpc_alone,
    resolves,
    system,
    without_server,
)
from worlds.route53 import CORPORATE
from worlds.seen import dns, http, of, probed, tcp, tls, without

LOOKS = Looks()


# D17: an address of nobody in place of the answer.

NOT_TRIED = {"reason": "not connected to: an address of this host, of this link, or of no host"}


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::", "127.0.53.53", "169.254.1.1"])
@pytest.mark.parametrize("name", [DEFAULT_NAME, ENDPOINT_NAME])
def test_a_name_that_leads_to_no_other_host_is_a_fault_of_dns_and_nothing_was_tried(address, name, tmp_path):
    world = at_home() if name == DEFAULT_NAME else at_home_by_endpoint_name()
    world.accounts.clear()
    world.observations = [one for one in world.observations if one["kind"] == "host"]
    system(world, "answer", address, name=name)
    world.observations.append(tcp(address, "error") | NOT_TRIED)
    said = judge(world, tmp_path)

    assert said.faults == ["D17"], said.story()
    assert "no connection was tried" in said.story()


def test_an_error_that_is_told_is_a_reason_of_the_failure(tmp_path):
    world = at_home()
    world.accounts.clear()
    world.observations = [one for one in world.observations if one["kind"] == "host"]
    system(world, "answer", "10.1.4.21")
    world.observations.append(tcp("10.1.4.21", "error") | {"reason": "Operation not permitted"})
    said = judge(world, tmp_path)

    assert "A connection to 10.1.4.21:443 fails: Operation not permitted." in said.story()


# D08, N23: dead addresses.


@LOOKS.broken("N23", "D08", layout=at_home)
def the_hosts_file_has_an_old_address(world: World) -> None:
    of(world, "host")[0]["hosts_entries"] = {DEFAULT_NAME: ["10.1.4.99"]}
    system(world, "answer", "10.1.4.99")
    world.observations.append(tcp("10.1.4.99", "timeout"))


@LOOKS.broken("N23", "D08", layout=at_home_by_endpoint_name)
def the_hosts_file_has_an_old_address_for_the_endpoints_name(world: World) -> None:
    of(world, "host")[0]["hosts_entries"] = {ENDPOINT_NAME: ["10.1.4.99"]}
    system(world, "answer", "10.1.4.99", name=ENDPOINT_NAME)
    world.observations.append(tcp("10.1.4.99", "refused"))


@LOOKS.fine(at_home)
def the_hosts_file_has_an_address_of_the_endpoint(world: World) -> None:
    of(world, "host")[0]["hosts_entries"] = {DEFAULT_NAME: [FIRST]}
    system(world, "answer", FIRST)


@LOOKS.fine(at_home)
def the_hosts_file_has_another_name(world: World) -> None:
    of(world, "host")[0]["hosts_entries"] = {"www.corp.example": ["10.1.4.99"]}


@LOOKS.broken("D08", "N23", layout=at_home)
def the_resolvers_own_records_are_old(world: World) -> None:
    resolves(world, "answer", "10.1.4.99")
    fresh(world, CORPORATE, "answer", "10.1.4.99")
    world.observations.append(tcp("10.1.4.99", "timeout"))


# D11: a host in the VPC that asks somebody else.


@LOOKS.broken("D11", layout=in_vpc)
def the_host_asks_another_server_which_knows_no_such_name(world: World) -> None:
    world["dopt-0a"]["DhcpConfigurations"][0]["Values"] = [{"Value": CORPORATE}]
    of(world, "host")[0]["resolvers"] = [CORPORATE]
    resolves(world, "nxdomain")


@LOOKS.broken("D11", layout=in_vpc_alone)
def the_host_alone_asks_another_server(world: World) -> None:
    """VPC+2 answers right, the configured server does not."""
    of(world, "host")[0]["resolvers"] = [CORPORATE]
    resolves(world, "answer", *PUBLIC)


# D18: a public custom domain captured.

DOMAIN = "api.corp.example"


def chained(name: str, to: str, *addresses: str) -> list[dict[str, Any]]:
    """A CNAME to another name with these addresses."""
    records = [{"name": name, "type": "CNAME", "value": to, "ttl": 300}]
    return records + [{"name": to, "type": "A", "value": address, "ttl": 60} for address in addresses]


def through_domain(outcome: str = "name_mismatch", to: str = f"d-abc1234567.{ZONE_NAME}") -> Layout:
    """A host calls a custom domain, a CNAME of an execute-api name."""

    def captured_domain() -> World:
        world = same_vpc()
        world.target = f"https://{DOMAIN}/pets"
        probed(world)
        without(world, "http", "tls", "dns")
        seen = dns(DOMAIN)
        seen["chain"] = chained(DOMAIN, to, *ADDRESSES.values())
        world.observations.append(seen)
        names = [f"*.{ZONE_NAME}"] if outcome == "name_mismatch" else [DOMAIN]
        world.observations += [tls(address, DOMAIN, outcome, sans=names) for address in ADDRESSES.values()]
        answered(world, OUTSIDE, "outside", "answer", *PUBLIC, name=DOMAIN)
        return world

    return captured_domain


@LOOKS.broken("D18", layout=through_domain())
def a_public_custom_domain_is_captured(world: World) -> None:
    """Its Regional name is below the zone that private DNS claims."""


@LOOKS.broken("D18", layout=through_domain(to=DEFAULT_NAME))
def a_name_of_the_companys_is_an_alias_of_the_default_name(world: World) -> None:
    """The certificate is for ``*.execute-api…``."""


def test_a_private_custom_domain_is_not_captured(tmp_path):
    """It leads to the endpoint on purpose, and the certificate is its own."""
    world = through_domain("verified", ENDPOINT_NAME)()
    seen = dns(DOMAIN)
    seen["chain"] = chained(DOMAIN, ENDPOINT_NAME, *ADDRESSES.values())
    world.observations = [e for e in world.observations if e["kind"] != "dns"] + [seen]
    answered(world, OUTSIDE, "outside", "nxdomain", name=DOMAIN)
    world.observations.append(http(world, DOMAIN) | {"form": "custom-domain"})
    said = judge(world, tmp_path)
    assert not {"D18", "T02"} & set(said.faults), said.story()
    assert said.report["verdict"] != "broken", said.story()


# D19: too many questions, D20: two families, D23: browsers.


@LOOKS.broken("D19", layout=in_vpc)
def the_vpcs_resolver_fails_now_and_then(world: World) -> None:
    """Two of three questions in a row fail at 169.254.169.253; the other is answered."""
    of(world, "host")[0]["resolvers"] = [LINK_LOCAL]
    without_server(world, VPC_PLUS_2)
    for attempt, outcome in enumerate(("servfail", "answer", "servfail"), start=1):
        world.observations.append(asked(DEFAULT_NAME, LINK_LOCAL, "vpc", outcome, attempt=attempt))
    system(world, "servfail")


@LOOKS.fine(in_vpc)
def the_vpcs_resolver_answers_every_time(world: World) -> None:
    for attempt in (2, 3):
        world.observations.append(asked(DEFAULT_NAME, VPC_PLUS_2, "vpc", "answer", attempt=attempt))


V6 = "2001:db8:1:4::21"


def six(world: World, outcome: str, *, host_has_it: bool = True) -> None:
    """The name has an IPv6 address, and this became of a connection to it."""
    world.observations.append(dns(DEFAULT_NAME, "answer", V6) | {"type": "AAAA"})
    world.observations.append(tcp(V6, outcome))
    if host_has_it:
        of(world, "host")[0]["addresses"].append("2001:db8:20:1::10")
    for eni in (ENI_E1, ENI_E2):
        if eni in world.things:
            world[eni]["Ipv6Addresses"] = [{"Ipv6Address": V6}] if eni == ENI_E1 else []


@LOOKS.broken("D20", layout=at_home)
def ipv6_addresses_lead_nowhere(world: World) -> None:
    six(world, "timeout")


@LOOKS.fine(at_home)
def ipv6_addresses_are_reachable(world: World) -> None:
    six(world, "connected")
    world.observations.append(tls(V6, DEFAULT_NAME))


@LOOKS.unblamed(at_home)
def the_host_has_no_ipv6_at_all(world: World) -> None:
    """The kernel says so at once, and programs use the other addresses."""
    six(world, "no_route", host_has_it=False)


@LOOKS.fine(at_home)
def there_is_no_ipv6_address(world: World) -> None:
    world.observations.append(dns(DEFAULT_NAME, "nodata") | {"type": "AAAA"})


def over_https(world: World, *addresses: str, outcome: str = "answer") -> None:
    """What a public resolver says over HTTPS."""
    world.observations.append(asked(DEFAULT_NAME, OUTSIDE, "outside", outcome, *addresses, transport="doh"))


def test_browsers_that_ask_over_https_get_another_answer(tmp_path):
    world = at_home()
    over_https(world, *PUBLIC)
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "healthy", said.story()
    assert "D23" in {each["fault"] for each in said.of("warn")}, said.story()


def test_browsers_that_ask_over_https_get_the_same_answer(tmp_path):
    world = at_home_by_endpoint_name()
    world.observations.append(asked(ENDPOINT_NAME, OUTSIDE, "outside", "answer", transport="doh"))
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "healthy", said.story()
    assert "D23" not in {each["fault"] for each in said.of("warn") + said.of("fail")}, said.story()


# D01, D15, D22 as the host sees them.


@LOOKS.broken("D01", layout=in_vpc)
def private_dns_is_off_and_the_name_is_public(world: World) -> None:
    private_dns(world, on=False)
    answered(world, VPC_PLUS_2, "vpc", "answer", *PUBLIC)
    system(world, "answer", *PUBLIC)


@LOOKS.broken("D13", "D07", "D12", layout=in_vpc_alone)
def only_the_vpcs_resolver_knows_no_such_name(world: World) -> None:
    answered(world, VPC_PLUS_2, "vpc", "nxdomain")
    answered(world, OUTSIDE, "outside", "answer", *PUBLIC)
    system(world, "nxdomain")


@pytest.mark.parametrize(("layout", "change", "faults"), LOOKS.ill + LOOKS.well)
def test_what_the_host_saw_is_judged(layout, change, faults, tmp_path):
    check_look(layout, change, faults, tmp_path)


@pytest.mark.parametrize(("layout", "change", "faults"), LOOKS.open)
def test_what_hurts_some_calls_or_none_is_not_broken(layout, change, faults, tmp_path):
    world = layout()
    change(world)
    said = judge(world, tmp_path)
    assert said.report["verdict"] in ("healthy", "undecided"), said.story()
    assert said.faults == [], said.story()
