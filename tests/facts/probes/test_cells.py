"""Cells of the matrix with real servers: each phase, SNI apart from Host, servers that are not trusted, all at once."""

import datetime
import socket
import ssl
import threading
import time

import pytest
from facts import sigv4
from facts.servers import DAY, NOW, answering, serving

from apidoctor.facts.probes.cells import Cell, Means, look, look_at_all
from apidoctor.facts.probes.sign import SigningCredentials
from apidoctor.model.observation import DnsSeen, HttpSeen, TcpSeen, TlsSeen
from apidoctor.model.request import Request
from apidoctor.travelling.book import AddressBook

API = "abc1234567.execute-api.us-east-1.amazonaws.com"
VPCE = "vpce-0aaa-bbbb.execute-api.us-east-1.vpce.amazonaws.com"
WORLD = "10.1.4.21"
SECRETS = ("k3y-of-the-user", "t0ken-of-the-user", "c00kie-of-the-user", "my-own-secret-header")
HEADERS = (
    ("Host", API),
    ("x-api-key", SECRETS[0]),
    ("Authorization", f"Bearer {SECRETS[1]}"),
    ("Cookie", SECRETS[2]),
    ("X-Mine", SECRETS[3]),
)
KEYS = SigningCredentials(
    "ASIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "the-session-token"
)


def request(**fields) -> Request:
    common = {"target": "x", "form": "endpoint-host", "name": VPCE, "host": API, "headers": (("Host", API),)}
    return Request(
        **{**common, "api_id": "abc1234567", "region": "us-east-1", "stage": "prod", "path": "/pets"} | fields
    )


def means(authority, port, **fields) -> Means:
    book = AddressBook.parse([f"{WORLD}:443=127.0.0.1:{port}"])
    return Means(**{"book": book, "ca_file": str(authority.file), "connect": 1.0, "whole": 2.0} | fields)


@pytest.fixture
def ask(authority):
    """Look at one cell at a server that *talk* plays; return the observations by kind, and the server."""

    def ask(talk, context=None, *, sni=VPCE, detail="unsigned", fields=None, **options):
        with serving(talk, context or authority.context(VPCE)) as server:
            cell = Cell(request(**(fields or {})), WORLD, sni, detail)
            seen = look(cell, means(authority, server.port, **options))
        return {type(one): one for one in seen}, server

    return ask


def received(server) -> str:
    return b"".join(server.received).decode("latin-1")


def test_one_connection_tells_every_phase_with_its_time(ask):
    seen, server = ask(answering(b"{}", "200 OK", "X-Amzn-RequestId: r-1"))
    tcp, tls, http = seen[TcpSeen], seen[TlsSeen], seen[HttpSeen]

    assert (tcp.outcome, tls.outcome, http.outcome, http.status) == ("connected", "verified", "response", 200)
    assert tcp.elapsed_ms > 0
    assert tls.elapsed_ms > 0
    assert http.elapsed_ms["first_byte"] > 0
    assert (tls.subject, tls.issuer, tls.sans) == (f"CN={VPCE}", "CN=Test Authority", [VPCE])
    assert (tls.version, tls.alpn) == ("TLSv1.3", "http/1.1")
    assert (http.peer.version, http.peer.subject, http.peer.trusted) == ("TLSv1.3", f"CN={VPCE}", True)
    assert len(server.received) == len(server.names) == 1


def test_sni_host_and_address_are_three_things(ask, authority):
    seen, server = ask(answering(b"{}"), authority.context("sni.example"), sni="sni.example")
    head = received(server)

    assert server.names == ["sni.example"]
    assert f"host: {API}\r\n" in head
    assert head.startswith("GET /prod/pets HTTP/1.1")
    assert {(one.form, one.server_name, one.host, one.address) for one in seen.values()} == {
        ("endpoint-host", "sni.example", API, WORLD)
    }
    assert seen[HttpSeen].url == f"https://{VPCE}/prod/pets"


def test_a_bare_address_is_asked_with_sni_and_host_of_the_name(ask, authority):
    bare = {"form": "direct-ip", "name": WORLD}
    seen, server = ask(answering(b"{}"), authority.context(API), sni=API, fields=bare)

    assert seen[HttpSeen].status == 200
    assert server.names == [API]
    assert f"host: {API}\r\n" in received(server)


def past(authority):
    return authority.context(VPCE, start=NOW - 3 * DAY, end=NOW - DAY)


def future(authority):
    return authority.context(VPCE, start=NOW + DAY, end=NOW + datetime.timedelta(days=3))


@pytest.mark.parametrize(
    ("context", "outcome"),
    [
        (lambda authority: authority.context(VPCE, self_signed=True), "untrusted"),
        (lambda authority: authority.context("other.example"), "name_mismatch"),
        (past, "expired"),
        (future, "not_yet_valid"),
    ],
)
def test_a_certificate_that_is_not_trusted_is_read_and_gets_no_byte(ask, authority, context, outcome):
    seen, server = ask(answering(b"{}"), context(authority), fields={"headers": HEADERS})

    assert seen[TcpSeen].outcome == "connected"
    assert seen[TlsSeen].outcome == outcome
    assert seen[TlsSeen].subject.startswith("CN=")
    assert HttpSeen not in seen
    assert received(server) == ""


def test_allow_untrusted_sends_the_call_without_anything_secret(ask, authority):
    self_signed = authority.context(VPCE, self_signed=True)
    private = {
        "headers": HEADERS,
        "query": "X-Amz-Signature=0123456789abcdef0123456789abcdef0123456789abcdef",
    }
    seen, server = ask(
        answering(b"{}"),
        self_signed,
        detail="signed",
        fields=private,
        allow_untrusted=True,
        credentials=lambda: KEYS,
    )
    head = received(server)
    http = seen[HttpSeen]

    assert (seen[TlsSeen].outcome, http.status, http.signed) == ("untrusted", 200, False)
    assert (http.peer.trusted, http.peer.issuer) == (False, f"CN={VPCE}")
    assert f"host: {API}\r\n" in head
    for secret in (*SECRETS, KEYS.access_key, KEYS.token, "AWS4-HMAC", "Signature", "x-amz-date"):
        assert secret.lower() not in head.lower()


def test_allow_untrusted_changes_nothing_where_the_server_is_trusted(ask):
    seen, server = ask(answering(b"{}"), fields={"headers": HEADERS}, allow_untrusted=True)

    assert seen[HttpSeen].peer.trusted
    assert SECRETS[0] in received(server)


def test_a_signed_cell_is_signed_for_the_host_it_sends(ask):
    seen, server = ask(answering(b"{}"), detail="signed", credentials=lambda: KEYS)
    line, *rest = received(server).split("\r\n\r\n")[0].split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in rest)}

    assert headers["host"] == API
    assert sigv4.given(headers["authorization"]) == sigv4.signature(
        KEYS.secret_key, "GET", line.split()[1], headers
    )
    assert seen[HttpSeen].signed
    assert KEYS.token not in repr(seen)


def test_without_invoke_tcp_and_tls_are_seen_and_nothing_is_sent(ask):
    seen, server = ask(answering(b"{}"), detail="")

    assert (seen[TcpSeen].outcome, seen[TlsSeen].outcome) == ("connected", "verified")
    assert HttpSeen not in seen
    assert received(server) == ""


def test_a_method_that_changes_data_is_not_sent_and_says_so(ask):
    seen, server = ask(answering(b"{}"), fields={"method": "DELETE"})

    assert "can change data" in seen[HttpSeen].sent["not-sent"]
    assert seen[TlsSeen].outcome == "verified"
    assert received(server) == ""


def test_a_closed_port_fails_at_tcp(authority):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    (seen,) = look(Cell(request(), WORLD, VPCE), means(authority, port))

    assert (type(seen), seen.outcome) == (TcpSeen, "refused")


def test_silence_at_tcp_costs_its_own_time_out_and_not_the_whole(authority):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for one in fillers:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        started = time.monotonic()
        (seen,) = look(Cell(request(), WORLD, VPCE), means(authority, port, connect=0.3, whole=5.0))
        took = time.monotonic() - started
        for one in fillers:
            one.close()

    assert (type(seen), seen.outcome) == (TcpSeen, "timeout")
    assert took < 2.0


def test_what_is_no_tls_fails_at_tls(authority):
    def talk(one):
        one.connection.recv(65536)
        one.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(talk) as server:
        tcp, tls = look(Cell(request(), WORLD, VPCE), means(authority, server.port))

    assert (tcp.outcome, tls.outcome) == ("connected", "handshake_failure")


def test_an_old_protocol_and_a_reset_fail_at_tls(authority):
    old = authority.context(VPCE)
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with serving(answering(b""), old) as server:
        *_, tls = look(Cell(request(), WORLD, VPCE), means(authority, server.port))
    with serving(lambda one: (one.connection.recv(1), one.reset())) as server:
        *_, reset = look(Cell(request(), WORLD, VPCE), means(authority, server.port))

    assert tls.outcome in ("protocol_version", "handshake_failure")
    assert (type(reset), reset.outcome) == (TlsSeen, "reset")


def test_silence_after_the_handshake_fails_at_http(ask):
    seen, _ = ask(lambda one: (one.head(), one.connection.recv(1)), whole=0.5)

    assert (seen[HttpSeen].outcome, seen[HttpSeen].failed_at) == ("timeout", "http")


def test_who_answers_late_in_a_cell_is_heard(ask):
    def late(one):
        one.head()
        time.sleep(1.8)
        one.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    seen, _ = ask(late, whole=1.5, answer=8.0)

    assert (seen[HttpSeen].outcome, seen[HttpSeen].body) == ("response", "hi")


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "not-an-address", "::1"])
def test_addresses_of_this_host_and_link_are_not_connected_to(authority, address):
    (seen,) = look(Cell(request(), address, VPCE), means(authority, 1))

    assert (type(seen), seen.outcome) == (TcpSeen, "error")
    assert "not connected to" in seen.reason


@pytest.mark.parametrize("sni", [".leading.dot", "x" * 300, "bad\0name", "snowman☃.example"])
def test_a_server_name_that_cannot_be_sent_is_an_outcome(ask, sni):
    seen, server = ask(answering(b"{}"), sni=sni)

    assert seen[TcpSeen].outcome == "connected"
    assert seen[TlsSeen].outcome != "verified"
    assert received(server) == ""


def test_all_cells_wait_at_the_same_time_and_a_name_adds_more(authority):
    def slowly(one):
        one.head()
        time.sleep(0.3)
        one.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    cells = [Cell(request(path=f"/{number}"), WORLD, VPCE) for number in range(12)]
    extra = Cell(request(path="/extra"), WORLD, VPCE)
    threads = threading.active_count()
    with serving(slowly, authority.context(VPCE)) as server:
        started = time.monotonic()
        seen = look_at_all(
            [VPCE, VPCE],
            cells,
            lambda name, found: [extra, cells[0]] if found[0].addresses == [WORLD] else [],
            lambda name: [DnsSeen(name=name, outcome="answer", addresses=[WORLD])],
            means(authority, server.port, whole=5.0),
            10.0,
        )
        took = time.monotonic() - started

    assert sum(isinstance(one, HttpSeen) and one.status == 200 for one in seen) == 13
    assert sum(isinstance(one, DnsSeen) for one in seen) == 1
    assert took < 13 * 0.3 / 2
    assert threading.active_count() <= threads + 14


def test_what_takes_too_long_is_left_out(authority):
    with serving(lambda one: (one.head(), time.sleep(1.0)), authority.context(VPCE)) as server:
        started = time.monotonic()
        options = means(authority, server.port, whole=5.0)
        seen = look_at_all([], [Cell(request(), WORLD, VPCE)], lambda *_: [], lambda _: [], options, 0.2)

    assert seen == []
    assert time.monotonic() - started < 0.9


def test_a_look_that_breaks_is_a_defect_that_is_told(authority):
    def resolve(name):
        raise ZeroDivisionError

    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        look_at_all(["a.example"], [], lambda *_: [], resolve, means(authority, 1), 5.0)
