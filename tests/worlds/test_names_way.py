"""What hosts saw of the way: overlap, firewalls, packet sizes, proxies, interception, clocks (faults.md N, T)."""

from typing import Any

import pytest
from worlds.build import (
    ADDRESSES,
    API,
    DEFAULT_NAME,
    ENDPOINT_NAME,
    ENI_E1,
    ENI_E2,
    GROUP_E,
    REGION,
    TABLE_E,
    URL,
    VGW,
    ZONE_NAME,
    World,
    route,
    rule,
)
from worlds.cases import Cases, check_case
from worlds.judge import judge
from worlds.layouts import on_prem, peered, same_vpc
from worlds.seen import COMMON, dns, of, probed, refused, tcp, times_out, tls, without

CASES = Cases()
FIRST, SECOND = ADDRESSES[ENI_E1], ADDRESSES[ENI_E2]
PROXY = "http://proxy.corp.example:3128"


def at_home() -> World:
    """A host in a data centre calls the endpoint's name, and all is well."""
    return probed(on_prem())


def at_home_by_name() -> World:
    """A host in a data centre calls the default name, and all is well."""
    world = on_prem()
    world.target, world.options = URL, []
    return probed(world)


def in_vpc() -> World:
    """A host in the endpoint's VPC."""
    return probed(same_vpc())


def alone() -> World:
    """A host in a data centre without any inventory."""
    world = at_home()
    world.accounts.clear()
    return world


def host(world: World) -> dict[str, Any]:
    """The host."""
    return of(world, "host")[0]


def route_of(
    destination: str, device: str, via: str | None = None, source: str | None = None
) -> dict[str, Any]:
    """A route of the host's kernel."""
    return {"destination": destination, "via": via, "device": device, "source": source, "mtu": 1500}


# N10: overlap.


@CASES.broken("N10", at_home, alone)
def the_hosts_own_containers_use_the_endpoints_network(world: World) -> None:
    """Docker's bridge owns 10.1.0.0/16 here: packets for the endpoint never leave the host."""
    host(world)["routes"].append(route_of("10.1.0.0/16", "docker0", source="10.1.0.1"))
    host(world)["addresses"].append("10.1.0.1")
    host(world)["links"] = [{"device": "docker0", "mtu": 1500, "addresses": ["10.1.0.1/16"]}]
    for each in of(world, "tcp"):
        each.update(source="10.1.0.1")
    times_out(world)
    for each in of(world, "tcp"):
        each["outcome"] = "no_route"


@CASES.healthy(at_home, alone)
def the_way_leads_through_a_tunnel(world: World) -> None:
    """A VPN client's route for the VPC is how it should be."""
    host(world)["routes"].append(route_of("10.1.0.0/16", "tun0", source="10.250.0.7"))
    host(world)["addresses"].append("10.250.0.7")
    if TABLE_E in world.things:
        world[GROUP_E]["IpPermissions"].append(rule("10.250.0.0/16"))
        world[TABLE_E]["Routes"].append(route("10.250.0.0/16", GatewayId=VGW))


@CASES.healthy(at_home)
def containers_use_another_network(world: World) -> None:
    host(world)["routes"].append(route_of("172.17.0.0/16", "docker0", source="172.17.0.1"))
    host(world)["addresses"].append("172.17.0.1")


@CASES.healthy(in_vpc)
def the_hosts_own_subnet_is_on_its_link(world: World) -> None:
    """In the VPC itself the local network is the endpoint's network, rightly."""
    host(world)["routes"].append(route_of("10.1.8.0/24", "eth0", source="10.1.8.20"))


@CASES.healthy(at_home)
def the_network_of_containers_is_longer_elsewhere(world: World) -> None:
    """10.1.200.0/24 lies in the VPC's range and holds no interface of the endpoint."""
    host(world)["routes"].append(route_of("10.1.200.0/24", "docker0", source="10.1.200.1"))
    host(world)["addresses"].append("10.1.200.1")


# N11: the data centre's own side.


@CASES.broken("N11", at_home)
def connections_time_out_on_an_open_path(world: World) -> None:
    times_out(world)


@CASES.broken("N11", at_home)
def the_kernel_hears_that_there_is_no_route(world: World) -> None:
    times_out(world)
    for each in of(world, "tcp"):
        each.update(outcome="no_route", reason="No route to host")


# N15: packet sizes.


def path_mtu(world: World, outcome: str, **rest: Any) -> None:
    """What became of large packets."""
    for address in ADDRESSES.values():
        seen = {"kind": "path_mtu", "address": address, "outcome": outcome, "link_mtu": 1500, "reason": None}
        world.observations.append(COMMON | seen | rest)


@CASES.broken("N15", at_home, alone)
def large_packets_vanish(world: World) -> None:
    path_mtu(world, "black_hole", mtu=1300)
    without(world, "http")


@CASES.healthy(at_home, alone)
def the_path_is_narrow_and_says_so(world: World) -> None:
    path_mtu(world, "smaller", mtu=1300)


@CASES.healthy(at_home)
def large_packets_get_through(world: World) -> None:
    path_mtu(world, "ok", mtu=1500)


@CASES.healthy(at_home)
def packet_sizes_could_not_be_measured(world: World) -> None:
    path_mtu(world, "error", reason="no connection")


# N16: an inspecting firewall.


@CASES.broken("N16", at_home, alone)
def the_handshake_is_reset(world: World) -> None:
    without(world, "tls", "http")
    name = ENDPOINT_NAME
    world.observations += [
        tls(a, name, "reset", sans=[], subject=None, issuer=None) for a in ADDRESSES.values()
    ]


@CASES.broken("N16", at_home)
def the_answer_is_not_api_gateways(world: World) -> None:
    """A page of the firewall's, behind a certificate that the host trusts."""
    seen = of(world, "http")[0]
    seen.update(
        status=403, headers={"content-type": "text/html", "server": "block"}, body="<html>Blocked</html>"
    )
    for each in of(world, "tls"):
        each["issuer"] = "CN=Corp Inspection CA,O=Corp"


# N18: idle connections.


@CASES.healthy(at_home)
def an_idle_connection_lives(world: World) -> None:
    of(world, "tcp")[0].update(idle_s=400.0, idle_outcome="alive")


@pytest.mark.parametrize("outcome", ["reset", "dead"])
def test_an_idle_connection_that_dies_is_told(outcome, tmp_path):
    """The catalogue knows it only by hearsay: never certain, and a call now is not broken by it."""
    world = at_home()
    of(world, "tcp")[0].update(idle_s=400.0, idle_outcome=outcome)
    said = judge(world, tmp_path)
    assert {each["fault"] for each in said.of("warn") + said.of("fail")} == {"N18"}, said.story()
    assert "certain" not in {cause["confidence"] for cause in said.report["root_causes"]}, said.story()


# N19: proxies.


def behind_proxy(world: World, no_proxy: str | None, outcome: str = "proxy_error") -> None:
    """The environment names a proxy, and the call went through it."""
    host(world)["proxies"] = {"https_proxy": PROXY, "no_proxy": no_proxy}
    if outcome:
        headers = {"via": "1.1 proxy.corp.example"}
        of(world, "http")[0].update(outcome=outcome, status=403, headers=headers, body="")


@CASES.broken("N19", at_home, alone)
def the_proxy_refuses(world: World) -> None:
    behind_proxy(world, None)


@CASES.broken("N19", at_home)
def the_exception_is_a_network_in_cidr_form(world: World) -> None:
    """Most clients compare names: 10.0.0.0/8 does not except a name."""
    behind_proxy(world, "localhost,10.0.0.0/8,169.254.169.254")


@CASES.broken("N19", at_home)
def the_exception_is_for_another_name(world: World) -> None:
    behind_proxy(world, f".{ZONE_NAME}")


@CASES.healthy(at_home, alone)
def the_name_is_excepted(world: World) -> None:
    behind_proxy(world, "localhost,.amazonaws.com", outcome="")


@CASES.healthy(at_home_by_name)
def the_default_name_is_excepted(world: World) -> None:
    behind_proxy(world, f"execute-api.{REGION}.amazonaws.com", outcome="")


@CASES.healthy(same_vpc)
def another_url_was_called_too_and_a_proxy_refused_the_call(world: World) -> None:
    """The direct answer counts, wherever else something was called directly."""
    probed(world)
    (call,) = of(world, "http")
    other = call | {"url": f"{call['url']}/other", "address": SECOND}
    headers = {"via": "1.1 proxy.corp.example"}
    world.observations += [other, call | {"address": None, "status": 403, "headers": headers, "body": ""}]


@CASES.healthy(at_home)
def all_names_are_excepted(world: World) -> None:
    behind_proxy(world, "*", outcome="")


# T02, T03, T07.


@CASES.broken("T02", at_home)
def the_certificate_is_for_another_name(world: World) -> None:
    without(world, "tls", "http")
    names = ["internal-lb.corp.example"]
    world.observations += [
        tls(
            a,
            ENDPOINT_NAME,
            "name_mismatch",
            sans=names,
            issuer="CN=DigiCert TLS RSA SHA256 2020 CA1,O=DigiCert Inc,C=US",
        )
        for a in ADDRESSES.values()
    ]


@CASES.broken("T02", same_vpc)
def a_vanity_name_leads_to_the_endpoint(world: World) -> None:
    """A CNAME to the endpoint's own name; no private custom domain, so the certificate is the service's."""
    vanity = "pets.corp.example"
    world.target = f"https://{vanity}/prod/pets"
    probed(world)
    without(world, "dns", "tls", "http")
    seen = dns(vanity)
    chain = [{"name": vanity, "type": "CNAME", "value": ENDPOINT_NAME, "ttl": 300}]
    seen["chain"] = chain + [
        {"name": ENDPOINT_NAME, "type": "A", "value": a, "ttl": 60} for a in ADDRESSES.values()
    ]
    world.observations.append(seen)
    names = [f"*.execute-api.{REGION}.vpce.amazonaws.com"]
    world.observations += [tls(a, vanity, "name_mismatch", sans=names) for a in ADDRESSES.values()]


@CASES.broken("T03", at_home, alone, in_vpc)
def the_certificate_is_by_the_company(world: World) -> None:
    without(world, "tls", "http")
    name = dict(world.snapshot())["observations"][1]["name"]
    issuer = "CN=Corp Inspection CA,O=Corp"
    world.observations += [tls(a, name, "untrusted", issuer=issuer) for a in ADDRESSES.values()]


@CASES.healthy(at_home)
def the_certificate_is_by_another_authority_of_amazons(world: World) -> None:
    for each in of(world, "tls"):
        each["issuer"] = "CN=Amazon ECDSA 256 M02,O=Amazon,C=US"


@CASES.broken("T07", at_home, alone)
def the_clock_is_a_year_behind(world: World) -> None:
    host(world)["clock_offset_ms"] = 31_536_000_000.0
    without(world, "tls", "http")
    world.observations += [tls(a, ENDPOINT_NAME, "not_yet_valid") for a in ADDRESSES.values()]


@CASES.broken("T07", in_vpc)
def the_clock_is_a_year_ahead(world: World) -> None:
    host(world)["clock_offset_ms"] = -31_536_000_000.0
    without(world, "tls", "http")
    world.observations += [tls(a, DEFAULT_NAME, "expired") for a in ADDRESSES.values()]


@CASES.healthy(at_home, in_vpc)
def the_clock_is_two_minutes_off(world: World) -> None:
    host(world)["clock_offset_ms"] = -120_000.0


@pytest.mark.parametrize(
    ("at", "offset"), [("2026-11-22T10:32:06Z", 600.0), ("2026-11-22T10:52:06Z", -600.0)]
)
def test_a_clock_that_spoils_signatures_is_told(at, offset, tmp_path):
    """Ten minutes: signatures are refused, in both directions; the certificate is still valid."""
    world = probed(same_vpc("AWS_IAM"))
    host(world)["clock_offset_ms"] = of(world, "identity")[0]["clock_offset_ms"] = offset * 1000
    for each in world.observations:
        each["at"] = at
    words = (
        "Signature expired: 20261122T103206Z is now earlier than 20261122T103706Z (20261122T104206Z - 5 min.)"
    )
    refused(world, "InvalidSignatureException", f'{{"message":"{words}"}}')
    said = judge(world, tmp_path)
    assert (said.report["verdict"], said.faults) == ("broken", ["T07"]), said.story()


# N23: where the addresses of yesterday still stand.


@CASES.healthy(at_home)
def one_of_the_addresses_was_not_tried(world: World) -> None:
    world.observations = [e for e in world.observations if e.get("address") != SECOND]


@CASES.broken("N01", peered)
def a_reset_of_one_attempt_does_not_hide_the_group(world: World) -> None:
    """The inventory explains the time-outs."""
    world[GROUP_E]["IpPermissions"] = []
    times_out(probed(world))


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_fault_of_the_way_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_a_refused_connection_at_an_address_of_the_endpoint_is_not_certain(tmp_path):
    """An endpoint never refuses on 443: a firewall does, or the address is somebody else's by now."""
    world = at_home()
    without(world, "tls", "http", "tcp")
    world.observations += [tcp(address, "refused") for address in ADDRESSES.values()]
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "broken", said.story()
    assert set(said.faults) <= {"N16", "N11", "N23"}, said.story()


def test_a_timeout_in_the_handshake_alone_is_no_certain_cause(tmp_path):
    """Silence after the ClientHello: packet sizes or an inspecting firewall."""
    world = at_home()
    without(world, "tls", "http")
    world.observations += [
        tls(a, ENDPOINT_NAME, "timeout", sans=[], subject=None, issuer=None) for a in ADDRESSES.values()
    ]
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "broken", said.story()
    assert set(said.faults) <= {"N15", "N16"}, said.story()
    assert "certain" not in {cause["confidence"] for cause in said.report["root_causes"]}, said.story()


def test_the_layouts_call_what_they_say():
    assert at_home().target.startswith(f"https://{ENDPOINT_NAME}/")
    assert API in " ".join(at_home().options)
    assert at_home_by_name().target == URL


def test_a_proxy_that_lets_the_call_through_is_a_warning_and_no_fault(tmp_path):
    world = at_home()
    behind_proxy(world, None, outcome="")
    (direct,) = [each for each in of(world, "http") if each["address"]][:1]
    world.observations.append({**direct, "address": None, "sent": {"through": PROXY}})

    said = judge(world, tmp_path)

    assert (said.code, {each["fault"] for each in said.of("warn")}) == (0, {"N19"}), said.story()
    assert not any("not tried" in each["summary"] for each in said.of("warn"))


def test_a_proxy_that_was_not_tried_is_said_to_be_so(tmp_path):
    world = at_home()
    behind_proxy(world, None, outcome="")

    said = judge(world, tmp_path)

    assert [each["fault"] for each in said.of("warn")] == ["N19"], said.story()
    assert "that way was not tried" in said.of("warn")[0]["summary"]
