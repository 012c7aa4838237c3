"""HTTP through the whole looker, with real TLS servers: good, bad and hostile ones."""

import email.utils
import gzip
import socket
import ssl
import time

import pytest
from facts import sigv4
from facts.servers import answering, serving

from apidoctor.facts.probes.looker import ProbeLooker, Timeouts
from apidoctor.facts.probes.sign import SigningCredentials
from apidoctor.model.missing import Probe
from apidoctor.model.request import Request
from apidoctor.travelling import tls

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
WORLD = "10.1.4.21"
URL = f"https://{NAME}/prod/pets?b=2&a=1"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEYS = SigningCredentials("ASIAIOSFODNN7EXAMPLE", SECRET, "IQoJb3JpZ2luX2VjEJr-the-token")


@pytest.fixture
def ask(authority):
    """Ask a server that *talk* plays; return the observation and the server."""

    def ask(talk, detail="unsigned", url=URL, context=None, timeout=2.0, **fields):
        request = Request(
            **{"target": "x", "name": NAME, "api_id": "abc1234567", "region": "us-east-1", "stage": "prod"}
            | fields
        )
        with serving(talk, context or authority.context(NAME)) as server:
            looker = ProbeLooker(
                request,
                connect_to=[f"{WORLD}:443=127.0.0.1:{server.port}"],
                ca_file=str(authority.file),
                timeouts=Timeouts(http=timeout, answer=timeout),
                credentials=lambda: KEYS,
                vantage="here",
            )
            (seen,) = looker.look(Probe("http", name=url, address=WORLD, detail=detail)).observations
        return seen, server

    return ask


def head_of(server):
    """Return the request line and the headers (lower-case names) that a server received."""
    line, *rest = server.received[0].decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    return line, {name.lower(): value for name, _, value in (one.partition(": ") for one in rest)}


def test_name_sni_and_host_stay_true_while_the_connection_goes_elsewhere(ask):
    seen, server = ask(answering(b'{"message":"ok"}', "200 OK", "X-Amzn-RequestId: r-1", "Date: now"))
    line, headers = head_of(server)

    assert (seen.outcome, seen.status, seen.body) == ("response", 200, '{"message":"ok"}')
    assert (seen.url, seen.address, seen.server_name, seen.host) == (URL, WORLD, NAME, NAME)
    assert (seen.vantage, seen.signed, seen.method) == ("here", False, "GET")
    assert seen.headers["x-amzn-requestid"] == "r-1"
    assert seen.headers["date"] == "now"
    assert set(seen.elapsed_ms) == {"connect", "tls", "first_byte", "total"}
    assert line == "GET /prod/pets?b=2&a=1 HTTP/1.1"
    assert headers["host"] == NAME
    assert server.names == [NAME]


def test_a_signed_request_is_signed_by_the_published_rule_and_shows_no_secret(ask):
    seen, server = ask(answering(b"ok"), "signed")
    line, headers = head_of(server)
    expected = sigv4.signature(SECRET, "GET", line.split()[1], headers)

    assert sigv4.given(headers["authorization"]) == expected
    assert headers["x-amz-security-token"] == KEYS.token
    assert seen.signed
    assert not any(secret in repr(seen) for secret in (KEYS.access_key, SECRET, KEYS.token, expected))


def test_a_client_that_signs_for_another_host_can_be_played(ask):
    seen, server = ask(answering(b"no", "403 Forbidden"), "signed", sign_host="vpce.example")
    _, headers = head_of(server)

    assert headers["host"] == NAME
    signed = sigv4.signature(SECRET, "GET", "/prod/pets?b=2&a=1", {**headers, "host": "vpce.example"})
    assert sigv4.given(headers["authorization"]) == signed
    assert (seen.sent["host"], seen.sent["signed-host"]) == (NAME, "vpce.example")


def test_what_a_server_echoes_of_the_secrets_is_masked(ask):
    def echo(talk):
        head = talk.head()
        body = head.encode() + head.replace("\r\n", "\\n").encode()
        lines = f"HTTP/1.1 403 Forbidden\r\nX-Echo: {KEYS.token}\r\nSet-Cookie: a=b\r\n"
        talk.send(f"{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    seen, _ = ask(echo, "signed", headers=(("x-api-key", "k3y-of-the-user"),))
    shown = repr(seen)

    assert seen.status == 403
    for secret in (KEYS.access_key, KEYS.token, "k3y-of-the-user", "a=b"):
        assert secret not in shown


def test_a_mismatch_stays_readable_though_the_token_in_it_is_masked(ask):
    def mismatch(talk):
        sent = dict(line.split(": ", 1) for line in talk.head().split("\r\n")[1:] if ": " in line)
        canonical = (
            f"'GET\\n/prod/pets\\n\\nhost:{NAME}\\nx-amz-date:{sent['x-amz-date']}"
            f"\\nx-amz-security-token:{sent['x-amz-security-token']}\\n\\nhost;x-amz-date;x-amz-security-token"
            f"\\ne3b0c442' 'AWS4-HMAC-SHA256\\n{sent['x-amz-date']}'"
        )
        body = f'{{"message": "The Canonical String should have been {canonical}"}}'
        talk.send(f"HTTP/1.1 403 Forbidden\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())

    seen, _ = ask(mismatch, "signed")

    assert KEYS.token not in seen.body
    assert f"host:{NAME}" in seen.body
    assert "x-amz-security-token:***" in seen.body
    assert "host;x-amz-date;x-amz-security-token" in seen.body
    assert "AWS4-HMAC-SHA256" in seen.body


def test_an_untrusted_server_gets_no_byte_of_the_request(ask, authority):
    seen, server = ask(answering(b"ok"), "signed", context=authority.context(NAME, self_signed=True))

    assert (seen.outcome, seen.status) == ("error", None)
    assert "not trusted" in seen.sent["failed"]
    assert b"".join(server.received) == b""  # a second handshake only reads whose certificate it is


def test_a_redirect_is_shown_and_not_followed(ask):
    seen, server = ask(answering(b"", "302 Found", f"Location: https://{NAME}/elsewhere"))

    assert seen.status == 302
    assert seen.headers["location"] == f"https://{NAME}/elsewhere"
    assert len(server.received) == 1


def test_a_method_that_changes_data_is_not_sent(ask):
    seen, server = ask(answering(b"ok"), method="DELETE")

    assert (seen.outcome, seen.method) == ("error", "DELETE")
    assert "can change data" in seen.sent["not-sent"]
    assert server.received == []


def test_the_impossible_request_is_found_again_by_its_path(ask):
    seen, server = ask(
        answering(b'{"message":"Missing Authentication Token"}', "403 Forbidden"), "impossible"
    )

    assert seen.url.startswith(f"https://{NAME}/prod/apidoctor-")
    assert head_of(server)[0].split()[1] == seen.url.removeprefix(f"https://{NAME}")


def test_this_host_is_not_called():
    looker = ProbeLooker(Request(target="x", name=NAME))
    (seen,) = looker.look(Probe("http", name=URL, address="127.0.0.1", detail="impossible")).observations

    assert seen.outcome == "error"
    assert "127.0.0.1" in seen.sent["not-sent"]
    assert "/apidoctor-" in seen.url


def test_silence_is_a_time_out(ask):
    seen, _ = ask(lambda talk: (talk.head(), talk.connection.recv(1)), timeout=0.3)

    assert seen.outcome == "timeout"


def test_a_call_leaves_the_run_time_and_a_refusal_after_silence_needs_little(authority):
    """API Gateway refuses a path that no API has by itself: no backend is waited for."""
    took, outcomes = [], []
    with serving(lambda talk: (talk.head(), talk.connection.recv(1)), authority.context(NAME)) as server:
        looker = ProbeLooker(
            Request(target="x", name=NAME, stage="prod"),
            connect_to=[f"{WORLD}:443=127.0.0.1:{server.port}"],
            ca_file=str(authority.file),
            timeouts=Timeouts(refusal=0.3),
            seconds=4.0,
        )
        for detail in ("unsigned", "impossible"):
            started = time.monotonic()
            (seen,) = looker.look(Probe("http", name=URL, address=WORLD, detail=detail)).observations
            took.append(time.monotonic() - started)
            outcomes.append(seen.outcome)

    assert outcomes == ["timeout", "timeout"]
    assert 3.0 <= took[0] < 4.0  # three quarters of the run
    assert 0.3 <= took[1] < took[0]


def test_a_backend_may_take_as_long_as_api_gateway_gives_it():
    """29 s unless told otherwise (aws.md E.2, I4); a run of the usual length has room for that."""
    assert 29 < Timeouts().answer < 60 * 0.75


def test_a_server_that_drips_its_answer_cannot_hold_the_run(ask):
    def drip(talk):
        talk.head()
        for _ in range(100):
            talk.send(b"X")
            time.sleep(0.02)

    started = time.monotonic()
    seen, _ = ask(drip, timeout=0.3)

    assert seen.outcome == "timeout"
    assert time.monotonic() - started < 1.5


def test_a_reset_and_a_hang_up_are_resets(ask):
    reset, _ = ask(lambda talk: (talk.head(), talk.reset()))
    hung_up, _ = ask(lambda talk: talk.head())

    assert (reset.outcome, hung_up.outcome) == ("reset", "reset")


def test_what_is_not_http_is_an_error(ask):
    seen, _ = ask(lambda talk: (talk.head(), talk.send(b"\x00\x01\x02 no http\r\n\r\n")))

    assert (seen.outcome, seen.status) == ("error", None)


def test_a_refused_connection_is_an_error_with_its_reason(authority):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    looker = ProbeLooker(Request(target="x", name=NAME), connect_to=[f"{NAME}:443=127.0.0.1:{port}"])
    (seen,) = looker.look(Probe("http", name=URL, address=WORLD, detail="unsigned")).observations

    assert seen.outcome == "error"
    assert "refused" in seen.sent["failed"].lower()


def test_an_endless_body_is_read_to_its_bound(ask):
    sent = []

    def pour(talk):
        talk.head()
        talk.send(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            talk.send(b"x" * 65536)
            sent.append(1)

    seen, _ = ask(pour)

    assert (seen.outcome, len(seen.body)) == ("response", 2048)
    assert len(sent) < 500


def test_a_gzip_bomb_is_unpacked_to_its_bound(ask):
    bomb = gzip.compress(bytes(50_000_000))
    seen, _ = ask(answering(bomb, "200 OK", "Content-Encoding: gzip"))

    assert len(bomb) < 60_000
    assert seen.body == "\x00" * 2048


def test_a_compressed_body_is_readable_though_nobody_asked_for_it(ask):
    seen, _ = ask(
        answering(gzip.compress(b'{"message":"Forbidden"}'), "403 Forbidden", "Content-Encoding: gzip")
    )

    assert seen.body == '{"message":"Forbidden"}'


def test_a_body_that_breaks_off_is_shown_as_far_as_it_came(ask):
    def half(talk):
        talk.head()
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    seen, _ = ask(half)

    assert (seen.outcome, seen.status, seen.body) == ("response", 200, "half")


def test_a_huge_header_is_an_error_and_many_headers_are_cut(ask):
    huge, _ = ask(answering(b"", "200 OK", "X-Huge: " + "x" * 500_000))
    many, _ = ask(answering(b"", "200 OK", *(f"X-{number}: {'v' * 300}" for number in range(200))))

    assert huge.outcome == "error"
    assert (many.outcome, len(many.headers)) == ("response", 64)


def test_control_characters_in_an_answer_stay_data(ask):
    seen, _ = ask(answering(b"\x1b]0;title\x07 \xff\xfe", "200 OK", "X-Odd: \x80\x9b"))

    assert seen.outcome == "response"
    assert seen.body == "\x1b]0;title\x07 \ufffd\ufffd"


def test_the_date_of_the_answer_and_the_moment_it_came_give_the_clock_offset(ask):
    def late(talk):
        talk.head()
        date = email.utils.formatdate(time.time() + 1200, usegmt=True)
        talk.send(f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n".encode())

    seen, _ = ask(late)
    there = email.utils.parsedate_to_datetime(seen.headers["date"])
    here = email.utils.parsedate_to_datetime(email.utils.formatdate(time.time(), usegmt=True))

    assert 1190 <= (there - here).total_seconds() <= 1201
    assert seen.at.endswith("Z")


def test_a_call_through_the_environment_s_proxy_is_sent_once_and_shows_no_password(monkeypatch):
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    with serving(lambda one: (one.head(), one.send(refusal))) as proxy:
        monkeypatch.setenv("https_proxy", f"http://user:pa55word@127.0.0.1:{proxy.port}")
        (seen,) = (
            ProbeLooker(Request(target="x", name=NAME))
            .look(Probe("http", name=URL, detail="proxied"))
            .observations
        )

    assert (seen.outcome, seen.status, seen.address) == ("proxy_error", 403, None)
    assert seen.sent["through"] == f"http://127.0.0.1:{proxy.port}"
    assert proxy.received[0].startswith(b"CONNECT ")
    assert len(proxy.received) == 1
    assert "pa55word" not in str(seen)


def test_without_a_proxy_for_the_name_nothing_is_sent_through_one(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", ".amazonaws.com")
    (seen,) = (
        ProbeLooker(Request(target="x", name=NAME))
        .look(Probe("http", name=URL, detail="proxied"))
        .observations
    )

    assert seen.sent == {"not-sent": "the environment names no proxy for it"}


def test_a_context_that_threads_share_is_not_changed_by_a_call(ask, authority, monkeypatch):
    """Changing one while another thread shakes hands with it ends the process (CPython issue 141012)."""
    shared = tls.verifying(str(authority.file), "http/1.1")
    change, changed = ssl.SSLContext.set_alpn_protocols, []

    def watched(context, protocols):
        changed.append(context)
        change(context, protocols)

    monkeypatch.setattr(ssl.SSLContext, "set_alpn_protocols", watched)
    seen, _ = ask(answering(b"{}"))

    assert (seen.status, seen.peer.trusted) == (200, True)
    assert changed
    assert shared not in changed
