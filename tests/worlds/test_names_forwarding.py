"""What hosts of a data centre saw of forwarding: D03, D04, D05, D16, D17 (faults.md section 3, DNS)."""

import pytest
from worlds.build import (
    ADDRESSES,
    API,
    DEFAULT_NAME,
    ENDPOINT_NAME,
    ON_PREM,
    World,
)
from worlds.judge import judge
from worlds.looks import (
    LINK_LOCAL,
    OUTSIDE,
    PUBLIC,
    VPC_PLUS_2,
    Looks,
    answered,
    at_home,
    at_home_alone,
    at_home_by_endpoint_name,
    check_look,
    fresh,
    in_vpc,
    resolves,
    system,
    without_server,
)
from worlds.route53 import CORPORATE, INBOUND
from worlds.seen import COMMON, of

LOOKS = Looks()


# D03: the forwarder is missing.


@LOOKS.broken("D03", layout=at_home)
def the_resolver_gives_the_internets_answer(world: World) -> None:
    resolves(world, "answer", *PUBLIC)
    fresh(world, CORPORATE, "answer", *PUBLIC)


@LOOKS.broken("D03", layout=at_home)
def the_resolver_knows_no_such_name(world: World) -> None:
    resolves(world, "nxdomain")
    fresh(world, CORPORATE, "nxdomain")


@LOOKS.broken("D03", layout=at_home)
def the_resolver_has_no_address(world: World) -> None:
    resolves(world, "nodata")
    fresh(world, CORPORATE, "nodata")
    answered(world, OUTSIDE, "outside", "nxdomain")


@LOOKS.broken("D03", layout=at_home_alone)
def the_resolver_alone_gives_the_internets_answer(world: World) -> None:
    resolves(world, "answer", *PUBLIC)
    fresh(world, CORPORATE, "answer", *PUBLIC)


@LOOKS.fine(at_home, at_home_alone)
def the_resolver_forwards(world: World) -> None:
    """As it should be."""


@LOOKS.fine(at_home_by_endpoint_name)
def the_default_name_is_public_and_not_called(world: World) -> None:
    answered(world, CORPORATE, "configured", "answer", *PUBLIC, name=DEFAULT_NAME)


@LOOKS.fine(at_home)
def the_internet_answers_otherwise(world: World) -> None:
    """It must."""
    answered(world, OUTSIDE, "outside", "answer", *PUBLIC)


@LOOKS.fine(at_home)
def the_internet_knows_no_such_name(world: World) -> None:
    answered(world, OUTSIDE, "outside", "nxdomain")


@LOOKS.fine(at_home)
def only_this_name_is_forwarded(world: World) -> None:
    fresh(world, CORPORATE, "answer", *PUBLIC)


@LOOKS.fine(at_home)
def the_host_may_not_ask_the_inbound_endpoint_itself(world: World) -> None:
    for server in INBOUND:
        answered(world, server, "inbound", "timeout")


# D04: forwarders that point at the VPC's own resolver.


@LOOKS.broken("D04", layout=at_home)
def the_resolver_fails_for_this_name_and_answers_others(world: World) -> None:
    """It waits for a server that does not answer it."""
    resolves(world, "servfail")
    fresh(world, CORPORATE, "servfail")
    slowly(world)


@LOOKS.broken("D04", "D17", "D03", layout=at_home)
def the_resolver_fails_at_once_for_this_name(world: World) -> None:
    """Nobody was waited for: an answer was dropped, or asking is refused."""
    resolves(world, "servfail")


def slowly(world: World) -> None:
    """Failures took their time."""
    for each in of(world, "dns"):
        if each["outcome"] == "servfail":
            each["elapsed_ms"] = 2400.0


@LOOKS.broken("D04", layout=at_home)
def the_host_itself_asks_the_vpcs_resolver(world: World) -> None:
    of(world, "host")[0]["resolvers"] = [VPC_PLUS_2]
    without_server(world, CORPORATE)
    answered(world, VPC_PLUS_2, "configured", "timeout")
    system(world, "timeout")


@LOOKS.broken("D04", layout=at_home)
def the_host_itself_asks_the_link_local_resolver(world: World) -> None:
    of(world, "host")[0]["resolvers"] = [LINK_LOCAL]
    without_server(world, CORPORATE)
    answered(world, LINK_LOCAL, "configured", "timeout")
    system(world, "servfail")


@LOOKS.broken("D04", layout=at_home_alone)
def the_host_alone_asks_the_link_local_resolver(world: World) -> None:
    the_host_itself_asks_the_link_local_resolver(world)


@LOOKS.fine(in_vpc)
def a_host_in_the_vpc_asks_the_link_local_resolver(world: World) -> None:
    of(world, "host")[0]["resolvers"] = [LINK_LOCAL]
    answered(world, LINK_LOCAL, "vpc", "answer")


@LOOKS.broken("D04", "D03", "D05", layout=at_home)
def the_resolver_fails_for_every_name(world: World) -> None:
    """The root is not answered either: the resolver itself is broken."""
    resolves(world, "timeout")
    for each in of(world, "dns"):
        if each["name"] == ".":
            each["outcome"] = "timeout"


# D05: the inbound endpoint is not reachable.


@LOOKS.broken("D05", layout=at_home)
def the_inbound_endpoint_is_silent_to_all(world: World) -> None:
    resolves(world, "servfail")
    for server in INBOUND:
        answered(world, server, "inbound", "timeout")


@LOOKS.unblamed(at_home)
def one_address_of_the_inbound_endpoint_is_silent(world: World) -> None:
    answered(world, INBOUND[0], "inbound", "timeout")


@LOOKS.unblamed(at_home)
def the_inbound_endpoint_is_silent_over_tcp(world: World) -> None:
    for each in of(world, "dns"):
        if each.get("role") == "inbound" and each["transport"] == "tcp":
            each.update(outcome="timeout", addresses=[], chain=[])


@LOOKS.unblamed(at_home)
def the_second_resolver_does_not_forward(world: World) -> None:
    of(world, "host")[0]["resolvers"].append("192.168.0.54")
    answered(world, "192.168.0.54", "configured", "answer", *PUBLIC)


@LOOKS.unblamed(at_home)
def the_first_resolver_is_dead_and_the_second_forwards(world: World) -> None:
    of(world, "host")[0]["resolvers"].insert(0, "192.168.0.54")
    answered(world, "192.168.0.54", "configured", "timeout")


# D16: an old answer.


@LOOKS.broken("D16", layout=at_home)
def the_resolver_remembers_that_there_was_no_such_name(world: World) -> None:
    resolves(world, "nxdomain")
    fresh(world, CORPORATE, "answer", *ADDRESSES.values())


@LOOKS.broken("D16", layout=at_home)
def the_resolver_remembers_the_internets_answer(world: World) -> None:
    resolves(world, "answer", *PUBLIC)
    fresh(world, CORPORATE, "answer", *ADDRESSES.values())


@LOOKS.broken("D03", layout=at_home)
def the_resolver_never_forwarded(world: World) -> None:
    """The fresh label leads to the Internet also: nothing old is remembered."""
    resolves(world, "nxdomain")
    fresh(world, CORPORATE, "answer", *PUBLIC)


# D17: private addresses are taken out.


@LOOKS.broken("D17", layout=at_home_by_endpoint_name)
def the_resolver_takes_private_addresses_out(world: World) -> None:
    resolves(world, "nodata", name=ENDPOINT_NAME)


@LOOKS.broken("D17", layout=at_home_by_endpoint_name)
def the_resolver_says_that_there_is_no_such_name(world: World) -> None:
    resolves(world, "nxdomain", name=ENDPOINT_NAME)


@LOOKS.broken("D17", layout=at_home_by_endpoint_name)
def the_resolver_gives_a_null_address(world: World) -> None:
    resolves(world, "answer", "0.0.0.0", name=ENDPOINT_NAME)


@LOOKS.broken("D03", "D17", layout=at_home)
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
