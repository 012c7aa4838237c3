"""The looker of this host: which looks it takes, and that nothing the world does makes it raise."""

import socket

import pytest
from facts.servers import answering, dns_server, serving

from apidoctor.errors import UsageError
from apidoctor.facts.looker import Looker, Seen
from apidoctor.facts.probes.looker import ProbeLooker, Timeouts
from apidoctor.model.missing import Gap, Lookup, Probe
from apidoctor.model.request import Request

REQUEST = Request(target="x", name="api.example", region="us-east-1")
QUICK = Timeouts(dns=0.1, tcp=0.1, tls=0.1, http=0.1, metadata=0.1)
ODD = [
    "",
    "api.example",
    "192.0.2.1",
    "::1",
    "999.1.1.1",
    "a" * 300,
    "\x00",
    "\ud800",
    "https://[",
    "https://x/\r\n",
]


def test_it_is_a_looker():
    looker: Looker = ProbeLooker(REQUEST)

    assert looker.can(Probe("tcp"))


def test_it_takes_probes_but_identity_and_no_look_ups():
    looker = ProbeLooker(REQUEST)
    kinds = ["host", "identity", "dns", "tcp", "tls", "http", "other"]

    assert [kind for kind in kinds if looker.can(Probe(kind))] == ["host", "dns", "tcp", "tls", "http"]
    assert not looker.can(Lookup("describe_vpcs", "111111111111", "us-east-1"))
    assert not looker.can(Gap("fact: x"))
    assert looker.look(Probe("identity")) == Seen()


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("kind", ["host", "dns", "tcp", "tls", "http"])
def test_odd_probes_are_outcomes_and_never_exceptions(kind, odd):
    looker = ProbeLooker(REQUEST, timeouts=QUICK)
    for probe in (
        Probe(kind, name=odd, address="192.0.2.1", detail="A/udp"),
        Probe(kind, name="api.example", address=odd, detail="signed"),
        Probe(kind, name="api.example", address="192.0.2.1", port=0, detail=odd),
    ):
        assert looker.look(probe).observations


def test_every_observation_names_the_vantage_and_the_moment():
    looker = ProbeLooker(REQUEST, timeouts=QUICK, vantage="office")
    for kind in ("host", "dns", "tcp", "tls", "http"):
        for seen in looker.look(Probe(kind, name="https://api.example/", address="192.0.2.1")).observations:
            assert seen.vantage == "office"
            assert len(seen.at) == len("2026-11-22T10:42:07.123Z")


def test_options_that_cannot_be_read_are_told_at_once(tmp_path):
    with pytest.raises(UsageError):
        ProbeLooker(REQUEST, connect_to=["nonsense"])
    with pytest.raises(UsageError):
        ProbeLooker(REQUEST, ca_file=str(tmp_path / "missing.pem"))
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(UsageError, match=r"--ca-file .*empty\.pem"):
        ProbeLooker(REQUEST, ca_file=str(tmp_path / "empty.pem"))


def test_a_connection_is_told_with_its_source_and_segment_size(monkeypatch):
    monkeypatch.setattr("apidoctor.travelling.book.is_outside", lambda address: True)
    looker = ProbeLooker(REQUEST)
    with serving(lambda talk: talk.head()) as server:
        (seen,) = looker.look(Probe("tcp", address="127.0.0.1", port=server.port)).observations
    with socket.socket() as mute:  # bound, so that nobody else gets the port, and not listening
        mute.bind(("127.0.0.1", 0))
        port = mute.getsockname()[1]
        (closed,) = looker.look(Probe("tcp", address="127.0.0.1", port=port)).observations

    assert (seen.outcome, seen.source, seen.reason) == ("connected", "127.0.0.1", None)
    assert 0 < seen.source_port < 65536
    assert seen.mss > 500
    assert (closed.outcome, closed.reason) == ("refused", "Connection refused")
    assert b"".join(server.received) == b""


def test_this_host_is_not_probed_and_why_is_told():
    looker = ProbeLooker(REQUEST)
    with serving(lambda talk: talk.head()) as server:
        tcp, tls, mtu = (
            looker.look(Probe(kind, address="127.0.0.1", port=server.port)).observations[0]
            for kind in ("tcp", "tls", "path_mtu")
        )

    assert (tcp.outcome, tls.outcome, mtu.outcome) == ("error", "handshake_failure", "error")
    assert tcp.reason == mtu.reason
    assert tcp.reason.startswith("not connected to")
    assert server.received == []


def test_a_handshake_goes_where_the_book_says_and_trusts_only_the_given_authorities(authority):
    with serving(lambda talk: talk.head(), authority.context("api.example")) as server:
        to = [f"10.0.0.1:443=127.0.0.1:{server.port}"]
        for ca_file, outcome in ((str(authority.file), "verified"), (None, "untrusted")):
            looker = ProbeLooker(REQUEST, connect_to=to, ca_file=ca_file)
            (seen,) = looker.look(Probe("tls", name="api.example", address="10.0.0.1")).observations

            assert (seen.outcome, seen.issuer, seen.sans) == (outcome, "CN=Test Authority", ["api.example"])
            assert (seen.address, seen.port, seen.server_name) == ("10.0.0.1", 443, "api.example")


def test_each_dns_server_is_told_with_what_it_is_to_the_host(monkeypatch):
    found = {"resolvers": ["192.0.2.1"], "links": [{"device": "tun0", "resolvers": ["192.0.2.2"]}]}
    monkeypatch.setattr("apidoctor.facts.probes.looker.configured", lambda given: found)
    looker = ProbeLooker(REQUEST)
    roles = {
        server: looker._role(server) for server in ("192.0.2.1", "192.0.2.2", "169.254.169.253", "192.0.2.3")
    }

    assert list(roles.values()) == ["configured", "link", "vpc", ""]


def test_a_server_of_the_user_is_told_as_given():
    with dns_server(lambda question, _: None) as server:
        looker = ProbeLooker(REQUEST, resolvers=[server], timeouts=QUICK)
        (seen,) = looker.look(Probe("dns", name="api.example", address=server, detail="A/udp")).observations
        (instead,) = looker.look(Probe("dns", name="api.example", address="system")).observations

    assert (seen.role, seen.outcome, seen.server) == ("given", "timeout", server)
    assert (instead.role, instead.outcome, instead.server) == ("", "timeout", "system")


def test_many_looks_may_be_taken_at_once(authority):
    from concurrent.futures import ThreadPoolExecutor

    with serving(answering(b"ok"), authority.context("api.example")) as server:
        looker = ProbeLooker(
            REQUEST, connect_to=[f"10.0.0.1:443=127.0.0.1:{server.port}"], ca_file=str(authority.file)
        )
        probes = [Probe("http", "https://api.example/", "10.0.0.1", detail="unsigned")] * 24
        with ThreadPoolExecutor(8) as pool:
            statuses = {seen.observations[0].status for seen in pool.map(looker.look, probes)}

    assert statuses == {200}
