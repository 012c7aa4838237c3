"""What is told of the host itself."""

import socket

import pytest

from apidoctor.facts.probes.host import (
    environment_proxies,
    probe_host,
    read_hosts,
    read_resolv_conf,
    without_user,
)
from apidoctor.facts.probes.routes import local_addresses, parse_routes, probe_routes, source_to

ROUTE = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0102000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0002000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t9001\t0\t0
tun0\t0000C80A\t00000000\t0000\t0\t0\t0\t0000FFFF\t0\t0\t0
"""


def test_resolvers_and_search_domains_are_read_as_the_c_library_reads_them():
    text = "# x\nnameserver 10.0.0.2 # VPC\nnameserver 10.0.0.3\nsearch a.example\ndomain b.example\n"

    assert read_resolv_conf(text) == (["10.0.0.2", "10.0.0.3"], ["b.example"])


def test_only_hosts_entries_of_the_names_in_question_are_kept():
    text = "127.0.0.1 localhost\n10.0.0.9 API.example. other # api.example\n10.0.0.8 x api.example\n\nbad\n"

    assert read_hosts(text, ["api.example", "none.example", ""]) == {"api.example": ["10.0.0.9", "10.0.0.8"]}


def test_proxies_are_told_without_user_and_password(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://user:pa55@proxy.corp:3128/x")
    monkeypatch.setenv("no_proxy", "10.0.0.0/8,.amazonaws.com")

    assert environment_proxies() == {
        "https_proxy": "http://proxy.corp:3128",
        "no_proxy": "10.0.0.0/8,.amazonaws.com",
    }


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (None, None),
        ("", None),
        ("proxy:3128", "http://proxy:3128"),
        ("http://[2001:db8::1]:80", "http://[2001:db8::1]:80"),
        ("http://x:port", "unreadable"),
    ],
)
def test_every_spelling_of_a_proxy_is_shown_or_called_unreadable(url, shown):
    assert without_user(url) == shown


def test_the_kernel_s_routes_are_read_from_its_own_table():
    default, local = parse_routes(ROUTE)

    assert (default.destination, default.via, default.device) == ("0.0.0.0/0", "10.0.2.1", "eth0")
    assert (local.destination, local.via, local.mtu) == ("10.0.2.0/24", None, 9001)


def test_a_route_is_told_for_one_address(monkeypatch):
    monkeypatch.setattr("apidoctor.facts.probes.routes._read", lambda name: ROUTE if name == "route" else "")
    (near,) = probe_routes("10.0.2.7")
    (far,) = probe_routes("10.9.9.9")

    assert (near.destination, far.destination) == ("10.0.2.0/24", "0.0.0.0/0")


def test_odd_addresses_have_no_route_and_no_source():
    assert source_to("no address") is None
    assert isinstance(probe_routes("no address"), list)
    assert isinstance(probe_routes("2001:db8::1"), list)


def test_the_host_is_told_as_it_is():
    seen = probe_host(["api.example"], resolvers=["10.0.0.2:53"])

    assert seen.hostname == socket.gethostname()
    assert seen.resolvers == ["10.0.0.2:53"]
    assert seen.addresses == local_addresses()
    assert "127.0.0.1" not in seen.addresses
    assert seen.platform
    assert seen.cloud is None
