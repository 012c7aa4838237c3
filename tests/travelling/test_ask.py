"""One question to real servers, well-meaning and hostile ones; every outcome is told apart and in time."""

import socket
import struct
import threading
import time
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from facts.servers import DAY, NOW, answering, dns_server, serving
from travelling.test_wire import LINES, NAME, reply

from apidoctor.travelling.ask import ask, instead, system

SOA = "amazonaws.com. 900 IN SOA ns.example. root.example. 1 7200 900 1209600 86400"


def answered(question, lines=LINES, rcode=dns.rcode.NOERROR, authority=()):
    """Return the answer to *question* with these records."""
    asked = question.question[0]
    return reply(str(asked.name), asked.rdtype, lines, authority, rcode, question.id)


@contextmanager
def datagrams(*talk):
    """Serve UDP on loopback: each function gets a question, the address of its sender and the socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)

        def serve():
            try:
                for one in talk:
                    data, there = sock.recvfrom(4096)
                    one(data, there, sock)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{sock.getsockname()[1]}"
        thread.join(5)


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_an_answer_tells_its_chain_and_addresses(transport):
    with dns_server(lambda question, _: answered(question)) as server:
        (seen,) = ask(NAME, "A", server, transport, 2, role="configured", attempt=2)

    assert (seen["kind"], seen["outcome"], seen["server"], seen["transport"]) == (
        "dns",
        "answer",
        server,
        transport,
    )
    assert (seen["role"], seen["attempt"], seen["edns"]) == ("configured", 2, 1232)
    assert seen["addresses"] == ["10.1.4.21", "10.1.5.21"]
    assert seen["chain"][0] == {"name": NAME, "type": "CNAME", "value": "Front.example", "ttl": 60}
    assert 0 < seen["elapsed_ms"] < 2000


@pytest.mark.parametrize(
    ("rcode", "outcome"),
    [
        (dns.rcode.NXDOMAIN, "nxdomain"),
        (dns.rcode.NOERROR, "nodata"),
        (dns.rcode.SERVFAIL, "servfail"),
        (dns.rcode.REFUSED, "refused"),
        (dns.rcode.NOTAUTH, "error"),
    ],
)
def test_negative_answers_are_told_apart_and_name_their_zone(rcode, outcome):
    with dns_server(lambda question, _: answered(question, (), rcode, (SOA,))) as server:
        (seen,) = ask(NAME, "A", server, "udp", 2)

    assert (seen["outcome"], seen["soa"]) == (outcome, "amazonaws.com")
    assert seen.get("reason") == ("NOTAUTH" if outcome == "error" else None)


def test_what_was_cut_off_is_asked_again_over_tcp():
    def answer(question, transport):
        message = answered(question, LINES if transport == "tcp" else LINES[:1])
        if transport == "udp":
            message.flags |= dns.flags.TC
        return message

    with dns_server(answer) as server:
        first, second = ask(NAME, "A", server, "udp", 2, role="vpc")

    assert (first["truncated"], first["outcome"], first["transport"]) == (True, "error", "udp")
    assert (second["outcome"], second["transport"], second["role"]) == ("answer", "tcp", "vpc")
    assert "truncated" not in second


@pytest.mark.parametrize("rcode", [dns.rcode.FORMERR, dns.rcode.NOTIMP])
def test_a_server_that_refuses_edns_is_asked_without(rcode):
    def answer(question, _):
        return answered(question, (), rcode) if question.edns >= 0 else answered(question)

    with dns_server(answer) as server:
        first, second = ask(NAME, "A", server, "udp", 2)

    assert (first["outcome"], first["edns"]) == ("error", 1232)
    assert "EDNS" in first["reason"]
    assert (second["outcome"], "edns" in second) == ("answer", False)


def test_a_silent_server_is_a_time_out_after_two_questions():
    asked = []
    with datagrams(*[lambda data, *_: asked.append(data)] * 2) as server:
        started = time.monotonic()
        (seen,) = ask(NAME, "A", server, "udp", 0.4)
        took = time.monotonic() - started

    assert (seen["outcome"], seen["reason"]) == ("timeout", "sent twice")
    assert 0.35 < took < 1
    assert len(asked) == 2
    assert asked[0] == asked[1]


def test_a_lost_datagram_says_nothing_of_a_server():
    def talk(data, there, sock):
        sock.sendto(answered(dns.message.from_wire(data)).to_wire(), there)

    with datagrams(lambda *_: None, talk) as server:
        (seen,) = ask(NAME, "A", server, "udp", 1)

    assert (seen["outcome"], seen["reason"]) == ("answer", "sent twice")


def test_datagrams_of_others_and_with_a_wrong_id_are_not_taken():
    def talk(data, there, sock):
        message = answered(dns.message.from_wire(data), ("x.example. 5 IN A 192.0.2.66",))
        message.id ^= 1
        sock.sendto(message.to_wire(), there)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 0))
            message.id ^= 1
            other.sendto(message.to_wire(), there)
        sock.sendto(answered(dns.message.from_wire(data)).to_wire(), there)

    with datagrams(talk) as server:
        (seen,) = ask(NAME, "A", server, "udp", 2)

    assert (seen["outcome"], seen["addresses"]) == ("answer", ["10.1.4.21", "10.1.5.21"])
    assert seen["reason"] == "datagrams with a wrong id were ignored: 1"


def test_an_endless_stream_of_wrong_datagrams_ends_when_time_is_up():
    stop = threading.Event()

    def flood(_, there, sock):
        while not stop.is_set():
            sock.sendto(b"\0" * 512, there)
            time.sleep(0.001)

    with datagrams(flood) as server:
        started = time.monotonic()
        (seen,) = ask(NAME, "A", server, "udp", 0.5)
        took = time.monotonic() - started
        stop.set()

    assert seen["outcome"] == "timeout"
    assert "wrong id" in seen["reason"]
    assert took < 1.5


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize(
    "rest", [b"\x80\0\0\1\0\1\0\0\0\0\xc0\x0c\0\1\0\1", b"\x80\0\0\0\xff\xff\0\0\0\0", b"", b"\x80"]
)
def test_loops_and_cut_off_answers_are_errors(transport, rest):
    with dns_server(lambda question, _: struct.pack("!H", question.id) + rest) as server:
        (seen,) = ask(NAME, "A", server, transport, 2)

    assert seen["outcome"] == "error"
    assert seen["reason"]


def test_another_question_s_answer_is_an_error():
    with dns_server(lambda question, _: reply("other.example", number=question.id)) as server:
        (seen,) = ask(NAME, "A", server, "udp", 2)

    assert (seen["outcome"], seen["reason"]) == ("error", "an answer to another question")


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_closed_port_is_an_error_and_no_refusal(transport):
    (seen,) = ask(NAME, "A", f"127.0.0.1:{closed_port()}", transport, 2)

    assert (seen["outcome"], seen["reason"]) == ("error", "connection refused")


def test_a_stream_that_trickles_ends_when_time_is_up():
    def talk(one):
        for byte in b"\x00\x50" + b"\0" * 78:
            one.send(bytes((byte,)))
            time.sleep(0.05)

    with serving(talk) as server:
        started = time.monotonic()
        (seen,) = ask(NAME, "A", f"127.0.0.1:{server.port}", "tcp", 0.5)

    assert seen["outcome"] == "timeout"
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("sent", "reason"), [(b"", "without an answer"), (b"\x00\x50abc", "within the answer")]
)
def test_a_stream_that_ends_early_is_an_error(sent, reason):
    def talk(one):
        one.connection.recv(4096)
        one.send(sent)

    with serving(talk) as server:
        (seen,) = ask(NAME, "A", f"127.0.0.1:{server.port}", "tcp", 2)

    assert seen["outcome"] == "error"
    assert reason in seen["reason"]


@pytest.mark.parametrize("server", ["dns.example", "1.2.3.4:x", "1.2.3.4:99999", "", "\0", "[::1"])
def test_what_is_no_server_is_an_error_with_its_reason(server):
    (seen,) = ask(NAME, "A", server, "udp", 1)

    assert seen["outcome"] == "error"
    assert seen["reason"]


def framed(one):
    """Answer one question over a stream."""
    size = struct.unpack("!H", one.connection.recv(2))[0]
    data = answered(dns.message.from_wire(one.connection.recv(size))).to_wire()
    one.send(struct.pack("!H", len(data)) + data)


def test_dns_over_tls_is_verified_by_the_name_that_was_given(authority):
    with serving(framed, authority.context("dns.test")) as server:
        there = f"127.0.0.1:{server.port}"
        (good,) = ask(NAME, "A", f"{there}#dns.test", "dot", 2, ca_file=str(authority.file))
        (other,) = ask(NAME, "A", f"{there}#other.test", "dot", 2, ca_file=str(authority.file))
        (unnamed,) = ask(NAME, "A", there, "dot", 2, ca_file=str(authority.file))
        (untrusted,) = ask(NAME, "A", f"{there}#dns.test", "dot", 2)

    assert (good["outcome"], good["addresses"]) == ("answer", ["10.1.4.21", "10.1.5.21"])
    for seen in (other, unnamed, untrusted):
        assert seen["outcome"] == "error"
        assert seen["reason"].startswith("untrusted certificate: ")


def test_dns_over_tls_to_an_expired_server_is_an_error(authority):
    context = authority.context("dns.test", start=NOW - 3 * DAY, end=NOW - DAY)
    with serving(framed, context) as server:
        (seen,) = ask(NAME, "A", f"127.0.0.1:{server.port}#dns.test", "dot", 2, ca_file=str(authority.file))

    assert (seen["outcome"], seen["reason"]) == ("error", "untrusted certificate: certificate has expired")


def doh(change=None, status="200 OK", kind="application/dns-message"):
    """Return a talk that answers one question over HTTPS."""

    def talk(one):
        head = one.head()
        body = head.partition("\r\n\r\n")[2].encode("latin-1")
        data = answered(dns.message.from_wire(body)).to_wire()
        answer = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(data)}", "", ""]
        one.send("\r\n".join(answer).encode() + (change(data) if change else data))

    return talk


def test_dns_over_https_posts_the_message(authority):
    with serving(doh(), authority.context("localhost")) as server:
        url = f"https://localhost:{server.port}/dns-query"
        (seen,) = ask(NAME, "A", url, "doh", 2, ca_file=str(authority.file), role="outside")
        sent = server.received[0].decode("latin-1")

    assert (seen["outcome"], seen["server"], seen["transport"]) == ("answer", url, "doh")
    assert seen["addresses"] == ["10.1.4.21", "10.1.5.21"]
    assert sent.startswith("POST /dns-query HTTP/1.1\r\n")
    assert "Content-Type: application/dns-message\r\n" in sent


@pytest.mark.parametrize(
    ("talk", "reason"),
    [
        (doh(status="403 Forbidden"), "HTTP status 403"),
        (doh(kind="text/html"), "no application/dns-message came back"),
        (answering(b"", "302 Found", "Location: https://elsewhere.example/"), "HTTP status 302"),
        (doh(lambda data: b""), "shorter than a header"),
        (lambda one: (one.head(), one.send(b"nonsense\r\n\r\n")), "nonsense"),
        (lambda one: (one.head(), one.send(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n")), "headers"),
    ],
)
def test_what_is_no_answer_over_https_is_an_error(authority, talk, reason):
    with serving(talk, authority.context("localhost")) as server:
        url = f"https://localhost:{server.port}/dns-query"
        (seen,) = ask(NAME, "A", url, "doh", 2, ca_file=str(authority.file))

    assert seen["outcome"] == "error"
    assert reason in seen["reason"]


def test_dns_over_https_that_trickles_ends_when_time_is_up(authority):
    def talk(one):
        one.head()
        while True:
            one.send(b"H")
            time.sleep(0.05)

    with serving(talk, authority.context("localhost")) as server:
        started = time.monotonic()
        url = f"https://localhost:{server.port}/dns-query"
        (seen,) = ask(NAME, "A", url, "doh", 0.5, ca_file=str(authority.file))

    assert seen["outcome"] == "timeout"
    assert time.monotonic() - started < 1.2


@pytest.mark.parametrize("url", ["http://localhost/dns-query", "https://user:pw@localhost/", "nonsense"])
def test_dns_over_https_wants_an_https_url(url):
    (seen,) = ask(NAME, "A", url, "doh", 1)

    assert (seen["outcome"], "https" in seen["reason"]) == ("error", True)


def test_servers_in_place_of_the_host_s_are_asked_one_after_the_other():
    with dns_server(lambda question, _: answered(question)) as good:
        (seen,) = instead(NAME, "A", [f"127.0.0.1:{closed_port()}", good], 2)

    assert (seen["outcome"], seen["server"], seen["transport"]) == ("answer", "system", "udp")


def test_the_first_server_that_says_no_is_believed():
    with (
        dns_server(lambda question, _: answered(question, (), dns.rcode.NXDOMAIN)) as first,
        dns_server(lambda question, _: answered(question)) as second,
    ):
        (seen,) = instead(NAME, "A", [first, second], 2)

    assert seen["outcome"] == "nxdomain"


def test_getaddrinfo_knows_this_host():
    seen = system("localhost", "A", 5)

    assert (seen["outcome"], seen["addresses"]) == ("answer", ["127.0.0.1"])
    assert (seen["server"], seen["transport"]) == ("system", "getaddrinfo")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "nxdomain"),
        (socket.gaierror(socket.EAI_NODATA, "No address associated with hostname"), "nodata"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), "servfail"),
        (socket.gaierror(socket.EAI_FAIL, "Non-recoverable failure"), "error"),
        (UnicodeError("label too long"), "error"),
        (ValueError("embedded null character"), "error"),
    ],
)
def test_errors_of_getaddrinfo_are_told_apart(monkeypatch, error, outcome):
    def fail(*_):
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    assert system(NAME, "A", 1)["outcome"] == outcome


def test_getaddrinfo_is_left_alone_when_time_is_up(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: time.sleep(3))
    started = time.monotonic()

    seen = system(NAME, "A", 0.2)

    assert seen["outcome"] == "timeout"
    assert time.monotonic() - started < 1


def test_an_alias_that_getaddrinfo_followed_is_told(monkeypatch):
    found = [(2, 1, 6, "front.example", ("10.1.4.21", 443)), (2, 1, 6, "", ("10.1.5.21", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: found)

    seen = system(NAME, "A", 1)

    assert seen["chain"][0] == {"name": NAME, "type": "CNAME", "value": "front.example"}
    assert seen["addresses"] == ["10.1.4.21", "10.1.5.21"]


def test_a_secret_in_a_url_is_not_kept():
    (seen,) = ask(NAME, "A", f"https://127.0.0.1:{closed_port()}/dns-query?token=hunter2", "doh", 1)

    assert seen["server"].endswith("/dns-query?token=***")
    assert seen["reason"] == "connection refused"
