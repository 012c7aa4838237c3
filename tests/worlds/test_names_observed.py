"""What hosts saw of names: resolvers that differ, old answers, names led elsewhere (faults.md section 3, DNS)."""

from collections.abc import Callable
from typing import Any

import pytest
from worlds.build import (
    ADDRESSES,
    API,
    DEFAULT_NAME,
    ENDPOINT_NAME,
    ENI_E1,
    ENI_E2,
    ON_PREM,
    URL,
    ZONE_NAME,
    World,
)
from worlds.cases import Layout
from worlds.changes import private_dns
from worlds.judge import EXIT, Verdict, judge
from worlds.layouts import on_prem, same_vpc
from worlds.route53 import CORPORATE, INBOUND, inbound
from worlds.seen import COMMON, dns, http, of, probed, tcp, tls, without

PUBLIC = ("3.218.10.11", "52.20.30.41")
OUTSIDE = "198.51.100.53"
VPC_PLUS_2 = "10.1.0.2"
LINK_LOCAL = "169.254.169.253"
FRESH = f"apidoctor-0a1b2c3d.{ZONE_NAME}"
FIRST, SECOND = ADDRESSES[ENI_E1], ADDRESSES[ENI_E2]
Change = Callable[[World], None]
BROKEN: list[Any] = []
FINE: list[Any] = []
OPEN: list[Any] = []


def broken(*faults: str, layout: Layout) -> Callable[[Change], Change]:
    """The first root cause is one of these, and no other fault is a root cause."""
    return lambda change: keep(BROKEN, change, layout, faults)


def fine(*layouts: Layout) -> Callable[[Change], Change]:
    """All is well."""

    def register(change: Change) -> Change:
        for layout in layouts:
            keep(FINE, change, layout)
        return change

    return register


def unblamed(layout: Layout) -> Callable[[Change], Change]:
    """Nobody is to blame for what was seen; warnings are welcome."""
    return lambda change: keep(OPEN, change, layout)


def keep(cases: list[Any], change: Change, layout: Layout, faults: tuple[str, ...] = ()) -> Change:
    """Add a case."""
    name = f"{'/'.join(faults) or 'none'}: {layout.__name__}, {change.__name__}".replace("_", " ")
    cases.append(pytest.param(layout, change, faults, id=name))
    return change


# The hosts.


def at_home() -> World:
    """A host in a data centre asks for the default name; its resolver forwards, and all is well."""
    world = on_prem()
    world.target, world.options = URL, []
    inbound(world)
    probed(world)
    for server, role in ((CORPORATE, "configured"), (INBOUND[0], "inbound"), (INBOUND[1], "inbound")):
        answered(world, server, role, "answer")
    world.observations.append(asked(".", CORPORATE, "configured", "answer", type="NS"))
    return world


def at_home_alone() -> World:
    """The same host without any inventory."""
    world = at_home()
    world.accounts.clear()
    return world


def at_home_by_endpoint_name() -> World:
    """The same host calls the endpoint's own name."""
    world = on_prem()
    inbound(world)
    probed(world)
    answered(world, CORPORATE, "configured", "answer", name=ENDPOINT_NAME)
    answered(world, OUTSIDE, "outside", "answer", name=ENDPOINT_NAME)
    return world


def in_vpc() -> World:
    """A host in the endpoint's VPC, private DNS on."""
    world = probed(same_vpc())
    answered(world, VPC_PLUS_2, "vpc", "answer")
    return world


def in_vpc_alone() -> World:
    """The same host without any inventory."""
    world = in_vpc()
    world.accounts.clear()
    return world


# What they saw.


def asked(name: str, server: str, role: str, outcome: str, *addresses: str, **rest: Any) -> dict[str, Any]:
    """One question to one server."""
    seen = dns(name, outcome, *addresses)
    if rest.get("type") == "NS":
        seen.update(addresses=[], chain=[])
    return seen | {"server": server, "transport": "udp", "role": role, "edns": 1232} | rest


def answered(
    world: World, server: str, role: str, outcome: str, *addresses: str, name: str = DEFAULT_NAME
) -> None:
    """A server answers over UDP and TCP, in place of what it answered before."""
    world.observations = [
        each
        for each in world.observations
        if not (each["kind"] == "dns" and each["server"] == server and each["name"] == name)
    ]
    for transport in ("udp", "tcp"):
        world.observations.append(asked(name, server, role, outcome, *addresses, transport=transport))


def system(world: World, outcome: str, *addresses: str, name: str = DEFAULT_NAME) -> None:
    """What getaddrinfo says; where it leads nowhere nothing more was seen of the way."""
    kept = [e for e in world.observations if not (e["kind"] == "dns" and e["server"] == "system")]
    world.observations = [*kept, dns(name, outcome, *addresses)]
    if not set(addresses) & set(ADDRESSES.values()) and (addresses or outcome != "answer"):
        without(world, "tcp", "tls", "http")


def resolves(world: World, outcome: str, *addresses: str, name: str = DEFAULT_NAME) -> None:
    """The host's resolver, and so the host, gets this answer."""
    answered(world, CORPORATE, "configured", outcome, *addresses, name=name)
    system(world, outcome, *addresses, name=name)


def fresh(world: World, server: str, outcome: str, *addresses: str, role: str = "configured") -> None:
    """A label that nobody ever asked for."""
    world.observations.append(asked(FRESH, server, role, outcome, *addresses))


# D03: the forwarder is missing.


@broken("D03", layout=at_home)
def the_resolver_gives_the_internets_answer(world: World) -> None:
    resolves(world, "answer", *PUBLIC)
    fresh(world, CORPORATE, "answer", *PUBLIC)


@broken("D03", layout=at_home)
def the_resolver_knows_no_such_name(world: World) -> None:
    resolves(world, "nxdomain")
    fresh(world, CORPORATE, "nxdomain")


@broken("D03", layout=at_home)
def the_resolver_has_no_address(world: World) -> None:
    resolves(world, "nodata")
    fresh(world, CORPORATE, "nodata")
    answered(world, OUTSIDE, "outside", "nxdomain")


@broken("D03", layout=at_home_alone)
def the_resolver_alone_gives_the_internets_answer(world: World) -> None:
    resolves(world, "answer", *PUBLIC)
    fresh(world, CORPORATE, "answer", *PUBLIC)


@fine(at_home, at_home_alone)
def the_resolver_forwards(world: World) -> None:
    """As it should be."""


@fine(at_home_by_endpoint_name)
def the_default_name_is_public_and_not_called(world: World) -> None:
    answered(world, CORPORATE, "configured", "answer", *PUBLIC, name=DEFAULT_NAME)


@fine(at_home)
def the_internet_answers_otherwise(world: World) -> None:
    """It must."""
    answered(world, OUTSIDE, "outside", "answer", *PUBLIC)


@fine(at_home)
def the_internet_knows_no_such_name(world: World) -> None:
    answered(world, OUTSIDE, "outside", "nxdomain")


@fine(at_home)
def only_this_name_is_forwarded(world: World) -> None:
    fresh(world, CORPORATE, "answer", *PUBLIC)


@fine(at_home)
def the_host_may_not_ask_the_inbound_endpoint_itself(world: World) -> None:
    for server in INBOUND:
        answered(world, server, "inbound", "timeout")


# D04: forwarders that point at the VPC's own resolver.


@broken("D04", layout=at_home)
def the_resolver_fails_for_this_name_and_answers_others(world: World) -> None:
    """It waits for a server that does not answer it."""
    resolves(world, "servfail")
    fresh(world, CORPORATE, "servfail")
    slowly(world)


@broken("D04", "D17", "D03", layout=at_home)
def the_resolver_fails_at_once_for_this_name(world: World) -> None:
    """Nobody was waited for: an answer was dropped, or asking is refused."""
    resolves(world, "servfail")


def slowly(world: World) -> None:
    """Failures took their time."""
    for each in of(world, "dns"):
        if each["outcome"] == "servfail":
            each["elapsed_ms"] = 2400.0


@broken("D04", layout=at_home)
def the_host_itself_asks_the_vpcs_resolver(world: World) -> None:
    of(world, "host")[0]["resolvers"] = [VPC_PLUS_2]
    without_server(world, CORPORATE)
    answered(world, VPC_PLUS_2, "configured", "timeout")
    system(world, "timeout")


@broken("D04", layout=at_home)
def the_host_itself_asks_the_link_local_resolver(world: World) -> None:
    of(world, "host")[0]["resolvers"] = [LINK_LOCAL]
    without_server(world, CORPORATE)
    answered(world, LINK_LOCAL, "configured", "timeout")
    system(world, "servfail")


@broken("D04", layout=at_home_alone)
def the_host_alone_asks_the_link_local_resolver(world: World) -> None:
    the_host_itself_asks_the_link_local_resolver(world)


@fine(in_vpc)
def a_host_in_the_vpc_asks_the_link_local_resolver(world: World) -> None:
    of(world, "host")[0]["resolvers"] = [LINK_LOCAL]
    answered(world, LINK_LOCAL, "vpc", "answer")


def without_server(world: World, server: str) -> None:
    """Nobody asked this server."""
    world.observations = [each for each in world.observations if each.get("server") != server]


@broken("D04", "D03", "D05", layout=at_home)
def the_resolver_fails_for_every_name(world: World) -> None:
    """The root is not answered either: the resolver itself is broken."""
    resolves(world, "timeout")
    for each in of(world, "dns"):
        if each["name"] == ".":
            each["outcome"] = "timeout"


# D05: the inbound endpoint is not reachable.


@broken("D05", layout=at_home)
def the_inbound_endpoint_is_silent_to_all(world: World) -> None:
    resolves(world, "servfail")
    for server in INBOUND:
        answered(world, server, "inbound", "timeout")


@unblamed(at_home)
def one_address_of_the_inbound_endpoint_is_silent(world: World) -> None:
    answered(world, INBOUND[0], "inbound", "timeout")


@unblamed(at_home)
def the_inbound_endpoint_is_silent_over_tcp(world: World) -> None:
    for each in of(world, "dns"):
        if each.get("role") == "inbound" and each["transport"] == "tcp":
            each.update(outcome="timeout", addresses=[], chain=[])


@unblamed(at_home)
def the_second_resolver_does_not_forward(world: World) -> None:
    of(world, "host")[0]["resolvers"].append("192.168.0.54")
    answered(world, "192.168.0.54", "configured", "answer", *PUBLIC)


@unblamed(at_home)
def the_first_resolver_is_dead_and_the_second_forwards(world: World) -> None:
    of(world, "host")[0]["resolvers"].insert(0, "192.168.0.54")
    answered(world, "192.168.0.54", "configured", "timeout")


# D16: an old answer.


@broken("D16", layout=at_home)
def the_resolver_remembers_that_there_was_no_such_name(world: World) -> None:
    resolves(world, "nxdomain")
    fresh(world, CORPORATE, "answer", *ADDRESSES.values())


@broken("D16", layout=at_home)
def the_resolver_remembers_the_internets_answer(world: World) -> None:
    resolves(world, "answer", *PUBLIC)
    fresh(world, CORPORATE, "answer", *ADDRESSES.values())


@broken("D03", layout=at_home)
def the_resolver_never_forwarded(world: World) -> None:
    """The fresh label leads to the Internet also: nothing old is remembered."""
    resolves(world, "nxdomain")
    fresh(world, CORPORATE, "answer", *PUBLIC)


# D17: private addresses are taken out.


@broken("D17", layout=at_home_by_endpoint_name)
def the_resolver_takes_private_addresses_out(world: World) -> None:
    resolves(world, "nodata", name=ENDPOINT_NAME)


@broken("D17", layout=at_home_by_endpoint_name)
def the_resolver_says_that_there_is_no_such_name(world: World) -> None:
    resolves(world, "nxdomain", name=ENDPOINT_NAME)


@broken("D17", layout=at_home_by_endpoint_name)
def the_resolver_gives_a_null_address(world: World) -> None:
    resolves(world, "answer", "0.0.0.0", name=ENDPOINT_NAME)


@broken("D03", "D17", layout=at_home)
def private_addresses_may_be_taken_out_of_forwarded_answers(world: World) -> None:
    resolves(world, "nodata")


def test_a_misspelt_endpoint_name_is_not_blamed_on_protection(tmp_path):
    """The Internet does not know it either."""
    world = at_home_by_endpoint_name()
    resolves(world, "nxdomain", name=ENDPOINT_NAME)
    answered(world, OUTSIDE, "outside", "nxdomain", name=ENDPOINT_NAME)
    said = judge(world, tmp_path)
    assert "D17" not in said.faults, said.story()
    assert said.report["verdict"] != "healthy"


# D08, N23: dead addresses.


@broken("N23", "D08", layout=at_home)
def the_hosts_file_has_an_old_address(world: World) -> None:
    of(world, "host")[0]["hosts_entries"] = {DEFAULT_NAME: ["10.1.4.99"]}
    system(world, "answer", "10.1.4.99")
    world.observations.append(tcp("10.1.4.99", "timeout"))


@broken("N23", "D08", layout=at_home_by_endpoint_name)
def the_hosts_file_has_an_old_address_for_the_endpoints_name(world: World) -> None:
    of(world, "host")[0]["hosts_entries"] = {ENDPOINT_NAME: ["10.1.4.99"]}
    system(world, "answer", "10.1.4.99", name=ENDPOINT_NAME)
    world.observations.append(tcp("10.1.4.99", "refused"))


@fine(at_home)
def the_hosts_file_has_an_address_of_the_endpoint(world: World) -> None:
    of(world, "host")[0]["hosts_entries"] = {DEFAULT_NAME: [FIRST]}
    system(world, "answer", FIRST)


@fine(at_home)
def the_hosts_file_has_another_name(world: World) -> None:
    of(world, "host")[0]["hosts_entries"] = {"www.corp.example": ["10.1.4.99"]}


@broken("D08", "N23", layout=at_home)
def the_resolvers_own_records_are_old(world: World) -> None:
    resolves(world, "answer", "10.1.4.99")
    fresh(world, CORPORATE, "answer", "10.1.4.99")
    world.observations.append(tcp("10.1.4.99", "timeout"))


# D11: a host in the VPC that asks somebody else.


@broken("D11", layout=in_vpc)
def the_host_asks_another_server_which_knows_no_such_name(world: World) -> None:
    world["dopt-0a"]["DhcpConfigurations"][0]["Values"] = [{"Value": CORPORATE}]
    of(world, "host")[0]["resolvers"] = [CORPORATE]
    resolves(world, "nxdomain")


@broken("D11", layout=in_vpc_alone)
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


@broken("D18", layout=through_domain())
def a_public_custom_domain_is_captured(world: World) -> None:
    """Its Regional name is below the zone that private DNS claims."""


@broken("D18", layout=through_domain(to=DEFAULT_NAME))
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


@broken("D19", layout=in_vpc)
def the_vpcs_resolver_fails_now_and_then(world: World) -> None:
    """Two of three questions in a row fail at 169.254.169.253; the other is answered."""
    of(world, "host")[0]["resolvers"] = [LINK_LOCAL]
    without_server(world, VPC_PLUS_2)
    for attempt, outcome in enumerate(("servfail", "answer", "servfail"), start=1):
        world.observations.append(asked(DEFAULT_NAME, LINK_LOCAL, "vpc", outcome, attempt=attempt))
    system(world, "servfail")


@fine(in_vpc)
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


@broken("D20", layout=at_home)
def ipv6_addresses_lead_nowhere(world: World) -> None:
    six(world, "timeout")


@fine(at_home)
def ipv6_addresses_are_reachable(world: World) -> None:
    six(world, "connected")
    world.observations.append(tls(V6, DEFAULT_NAME))


@unblamed(at_home)
def the_host_has_no_ipv6_at_all(world: World) -> None:
    """The kernel says so at once, and programs use the other addresses."""
    six(world, "no_route", host_has_it=False)


@fine(at_home)
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


@broken("D01", layout=in_vpc)
def private_dns_is_off_and_the_name_is_public(world: World) -> None:
    private_dns(world, on=False)
    answered(world, VPC_PLUS_2, "vpc", "answer", *PUBLIC)
    system(world, "answer", *PUBLIC)


@broken("D13", "D07", "D12", layout=in_vpc_alone)
def only_the_vpcs_resolver_knows_no_such_name(world: World) -> None:
    answered(world, VPC_PLUS_2, "vpc", "nxdomain")
    answered(world, OUTSIDE, "outside", "answer", *PUBLIC)
    system(world, "nxdomain")


def story(said: Verdict) -> tuple[str, int]:
    """Verdict and exit code."""
    return said.report["verdict"], said.code


@pytest.mark.parametrize(("layout", "change", "faults"), BROKEN)
def test_the_fault_that_the_host_saw_is_named(layout, change, faults, tmp_path):
    world = layout()
    change(world)
    said = judge(world, tmp_path)
    assert story(said) == ("broken", EXIT["broken"]), said.story()
    assert said.faults, said.story()
    assert set(said.faults) <= set(faults), said.story()
    assert not said.of("error"), said.story()


@pytest.mark.parametrize(("layout", "change", "faults"), FINE)
def test_what_only_looks_odd_is_not_blamed(layout, change, faults, tmp_path):
    world = layout()
    change(world)
    said = judge(world, tmp_path)
    assert story(said) == ("healthy", EXIT["healthy"]), said.story()
    assert not said.of("error"), said.story()


@pytest.mark.parametrize(("layout", "change", "faults"), OPEN)
def test_what_hurts_some_calls_or_none_is_not_broken(layout, change, faults, tmp_path):
    world = layout()
    change(world)
    said = judge(world, tmp_path)
    assert said.report["verdict"] in ("healthy", "undecided"), said.story()
    assert said.faults == [], said.story()


def silent_over_tcp(world: World) -> None:
    the_inbound_endpoint_is_silent_over_tcp(world)


def silent_at_one_address(world: World) -> None:
    one_address_of_the_inbound_endpoint_is_silent(world)


@pytest.mark.parametrize("change", [silent_over_tcp, silent_at_one_address])
def test_half_an_inbound_endpoint_is_told(change, tmp_path):
    """Large answers, or some of them, will fail."""
    world = at_home()
    change(world)
    assert "D05" in {each["fault"] for each in judge(world, tmp_path).of("warn")}


def test_the_layouts_are_what_they_say():
    assert {each["server"] for each in of(at_home(), "dns")} == {"system", CORPORATE, *INBOUND}
    assert of(at_home(), "host")[0]["addresses"] == [ON_PREM]
    assert COMMON["vantage"] == "app-1"
    assert API in DEFAULT_NAME
