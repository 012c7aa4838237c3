"""Links and routes of this host, as far as no privilege is needed; routers stand in ``test_namespaces.py``."""

import json
import shutil
import socket
import subprocess
import sys

import pytest
from msgspec import convert

from apidoctor.model.observation import Hop, Link, PathMtuSeen, Route
from apidoctor.travelling import hops, mtu, routes, tcp

PROC = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0102000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0002000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t9001\t0\t0
tun0\t0000C80A\t00000000\t0000\t0\t0\t0\t0000FFFF\t0\t0\t0
bad line
eth0\tzz\t00000000\t0001\t0\t0\t0\t00FFFFFF\t9001\t0\t0
"""
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="netlink is Linux's")


def test_the_table_of_proc_is_read():
    default, near = routes.parse_proc(PROC)

    assert (default["destination"], default["via"], default["device"]) == ("0.0.0.0/0", "10.0.2.1", "eth0")
    assert near == {"destination": "10.0.2.0/24", "via": None, "device": "eth0", "source": None, "mtu": 9001}


@linux
def test_links_and_routes_fit_the_observation():
    assert all(convert(link, Link, strict=True) for link in routes.links())
    assert all(convert(route, Route, strict=True) for route in routes.table(8))
    assert len(routes.table(1)) <= 1
    assert not {"127.0.0.1", "::1"} & set(routes.addresses())


@linux
@pytest.mark.skipif(shutil.which("ip") is None, reason="iproute2 is not installed")
@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.9", "192.0.2.77", "::1"])
def test_a_route_is_what_ip_route_get_tells(address):
    done = subprocess.run(["ip", "-j", "route", "get", address], capture_output=True, text=True)
    told = json.loads(done.stdout)[0] if done.returncode == 0 else {}
    seen = routes.route_to(address)

    assert (seen["device"], seen["via"], seen["source"]) == (
        told.get("dev"),
        told.get("gateway"),
        told.get("prefsrc"),
    )


@pytest.mark.parametrize("text", ["", "x", "10.0.0.0/8", "1.2.3", "::g"])
def test_what_is_no_address_has_no_route(text):
    assert routes.route_to(text)["source"] is None


@linux
def test_loopback_carries_the_longest_question_and_is_one_hop(unused_server):
    seen = mtu.path_mtu("127.0.0.1", unused_server.port, 3, server_name="a.example")
    (hop,) = hops.hops("127.0.0.1", unused_server.port, 2)

    assert convert(seen, PathMtuSeen, strict=True).outcome == "ok"
    assert 9200 < seen["mtu"] < seen["link_mtu"]
    assert convert(hop, Hop, strict=True).said == "connected"


def test_other_systems_see_less_and_nothing_breaks(unused_server, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(socket, "AF_NETLINK", None, raising=False)
    monkeypatch.delattr(socket, "TCP_MAXSEG", raising=False)
    port = unused_server.port

    assert tcp.connect("127.0.0.1", port, 2)["outcome"] == "connected"
    assert hops.hops("127.0.0.1", port, 2) == []
    assert mtu.path_mtu("127.0.0.1", port, 2)["outcome"] == "ok"
    assert routes.route_to("127.0.0.1")["source"] == "127.0.0.1"
    assert routes.links() == []


@pytest.fixture
def unused_server():
    """A server that hangs up when it was asked something."""
    from facts.servers import serving

    with serving(lambda talk: talk.connection.recv(65536)) as server:
        yield server
