"""What a live check is told of the host itself: as much as the probe tells."""

import ipaddress
import socket

import pytest
from facts.servers import serving
from travelling.test_cloud import VALUES, metadata

from apidoctor.facts.probes.looker import ProbeLooker, Timeouts
from apidoctor.model.missing import Probe
from apidoctor.model.observation import Cloud
from apidoctor.model.request import Request
from apidoctor.travelling import resolvers, routes

REQUEST = Request(target="x", name="api.example", region="us-east-1")
HOST = Probe("host")
FILES = {
    "/etc/resolv.conf": "nameserver 127.0.0.53\nnameserver 10.0.0.2\nsearch corp.example\noptions ndots:5 rotate\n",
    "/run/systemd/resolve/resolv.conf": "nameserver 10.0.0.3\n",
    "/etc/nsswitch.conf": "hosts: files resolve [!UNAVAIL=return] dns\n",
    "/etc/hosts": "10.0.0.9 API.example. other\n10.0.0.8 third.example\n",
}


@pytest.fixture
def look(monkeypatch, tmp_path):
    """Look at a host with these files; return its observation."""
    monkeypatch.setattr(resolvers, "read_text", lambda path: FILES.get(path, ""))
    monkeypatch.setenv("PATH", str(tmp_path))  # no resolvectl, no gsettings

    def look(probe=HOST, **options):
        looker = ProbeLooker(REQUEST, timeouts=Timeouts(metadata=2.0), **options)
        (seen,) = looker.look(probe).observations
        return seen

    return look


def test_its_resolvers_are_told_with_where_they_were_read(look):
    seen = look()

    assert seen.resolvers == ["127.0.0.53", "10.0.0.2", "10.0.0.3"]
    assert (seen.resolver_source, seen.search) == ("systemd-resolved", ["corp.example"])
    assert (seen.resolver_options, seen.nsswitch) == (["ndots:5", "rotate"], ["files", "resolve", "dns"])
    assert seen.hosts_entries == {"api.example": ["10.0.0.9"]}


def test_given_servers_stand_for_its_own_and_say_so(look):
    seen = look(resolvers=["192.0.2.53:5353"])

    assert (seen.resolvers, seen.resolver_source) == (["192.0.2.53:5353"], "option")
    assert seen.nsswitch == ["files", "resolve", "dns"]


def test_it_is_told_as_it_is(look):
    seen = look()

    assert (seen.hostname, seen.cloud) == (socket.gethostname(), None)
    assert seen.platform
    assert seen.addresses == routes.addresses()
    assert [link.device for link in seen.links] == [link["device"] for link in routes.links()]
    assert all(link.mtu for link in seen.links)


def test_a_link_is_told_with_its_servers(look, tmp_path):
    device = routes.links()[0]["device"]
    command = tmp_path / "resolvectl"
    command.write_text(
        f'#!/bin/sh\n[ "$2" = dns ] && echo "Link 2 ({device}): 10.0.0.7" || echo "Link 2 ({device}): ~corp"\n'
    )
    command.chmod(0o755)
    (link,) = [link for link in look().links if link.device == device]

    assert (link.resolvers, link.domains) == (["10.0.0.7"], ["~corp"])
    assert link.mtu == routes.links()[0]["mtu"]


def test_proxies_and_scripts_are_told_without_user_and_password(look, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://user:pa55@proxy.corp:3128/x")
    monkeypatch.setenv("auto_proxy", "http://user:pa55@wpad.corp/a.pac?k=v")

    assert look().proxies == {"https_proxy": "http://proxy.corp:3128", "pac": "http://wpad.corp/a.pac"}


def test_an_instance_is_told_with_its_vpc_s_networks(look, monkeypatch):
    with serving(metadata(VALUES)) as server:
        monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"http://127.0.0.1:{server.port}")
        seen = look()

    assert seen.cloud == Cloud(
        instance_id=VALUES["instance-id"],
        eni=VALUES["interface-id"],
        subnet=VALUES["subnet-id"],
        vpc=VALUES["vpc-id"],
        account=VALUES["owner-id"],
        region=VALUES["region"],
        vpc_cidrs=["10.1.0.0/16", "10.2.0.0/16"],
    )


def test_every_route_that_leads_somewhere_is_told_with_the_address_it_is_taken_from(look):
    seen = look()

    assert [route.destination for route in seen.routes] == [route["destination"] for route in routes.table()]
    for route in seen.routes:
        if route.device and ipaddress.ip_network(route.destination).prefixlen == 0:
            family = ipaddress.ip_network(route.destination).version
            assert route.source == routes.source_to({4: "192.0.2.1", 6: "2001:db8::1"}[family])


def test_the_route_to_one_address_is_told_alone(look):
    (route,) = look(Probe("host", address="192.0.2.77")).routes

    assert (route.device, route.via, route.source) == tuple(
        routes.route_to("192.0.2.77")[key] for key in ("device", "via", "source")
    )
