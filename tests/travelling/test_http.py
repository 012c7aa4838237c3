"""HTTP with real TLS servers and proxies on loopback: good, bad and hostile ones."""

import email.utils
import socket
import threading
import time

import pytest
from facts.servers import Authority, answering, serving

import apidoctor
from apidoctor.travelling import http, stamp

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
WORLD = "10.1.4.21"
URL = f"https://{NAME}/prod/pets?b=2&a=1"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def ask(authority):
    """Ask a server that *talk* plays; return the observation and the server."""

    def ask(talk, url=URL, timeout=2.0, context=None, **options):
        with serving(talk, context or authority.context(NAME)) as server:
            where = ("127.0.0.1", server.port)
            seen = http.get(url, WORLD, timeout, where=where, ca_file=str(authority.file), **options)
        return seen, server

    return ask


def head_of(server):
    line, *rest = server.received[0].decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    return line, {name.lower(): value for name, _, value in (one.partition(": ") for one in rest)}


def test_name_sni_and_host_stay_true_while_the_connection_goes_elsewhere(ask):
    seen, server = ask(answering(b'{"message":"ok"}', "200 OK", "X-Amzn-RequestId: r-1"))
    line, headers = head_of(server)

    assert (seen["kind"], seen["outcome"], seen["status"]) == ("http", "response", 200)
    assert (seen["body"], seen["headers"]["x-amzn-requestid"]) == ('{"message":"ok"}', "r-1")
    assert (seen["url"], seen["address"], seen["server_name"], seen["host"]) == (URL, WORLD, NAME, NAME)
    assert (seen["form"], seen["signed"], seen["method"]) == ("private-dns", False, "GET")
    assert set(seen["elapsed_ms"]) == {"connect", "tls", "first_byte", "total"}
    assert line == "GET /prod/pets?b=2&a=1 HTTP/1.1"
    assert headers["host"] == NAME
    assert headers["user-agent"] == f"apidoctor-probe/{stamp.VERSION}"
    assert headers["x-amzn-requestid"] == seen["sent"]["x-amzn-requestid"]
    assert server.names == [NAME]


def test_the_version_is_that_of_the_package():
    assert apidoctor.__version__ == stamp.VERSION


def test_host_sni_and_headers_of_the_user_are_used_and_not_told(ask, authority):
    headers = [
        ("Host", "api.corp.example"),
        ("x-apigw-api-id", "abc1234567"),
        ("X-Api-Key", "s3cret-key-of-theirs"),
        ("Connection", "upgrade"),
    ]
    talk = answering(
        b"key s3cret-key-of-theirs is not known", "403 Forbidden", "X-Echo: s3cret-key-of-theirs"
    )
    seen, server = ask(
        talk,
        context=authority.context("vpce.example"),
        headers=headers,
        server_name="vpce.example",
        form="endpoint-host",
    )
    _, sent = head_of(server)

    assert (sent["host"], sent["x-api-key"], sent["connection"]) == (
        "api.corp.example",
        "s3cret-key-of-theirs",
        "close",
    )
    assert (seen["host"], seen["server_name"], seen["form"]) == (
        "api.corp.example",
        "vpce.example",
        "endpoint-host",
    )
    assert seen["sent"]["x-apigw-api-id"] == "abc1234567"
    assert "s3cret" not in repr(seen)
    assert seen["body"] == "key *** is not known"


def test_a_header_given_twice_is_a_list_and_host_is_one(ask):
    twice = (
        ("X-Tag", "a"),
        ("x-tag", "b"),
        ("Host", "first.example"),
        ("Host", NAME),
        ("Accept", "text/html"),
    )
    headers = head_of(ask(answering(b"{}"), headers=twice)[1])[1]

    assert (headers["x-tag"], headers["host"], headers["accept"]) == ("a,b", NAME, "text/html")


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("http://a.example/", {}),
        ("https:///x", {}),
        ("https://é.example/", {}),
        ("https://a.example:port/", {}),
        ("https://a.example/\r\nx: y", {}),
        ("https://[x/", {}),
        (URL, {"method": "DELETE"}),
        (URL, {"method": "GET /\r\n"}),
        (URL, {"headers": [("a b", "c")]}),
        (URL, {"headers": [("a", "c\r\nd: e")]}),
        (URL, {"headers": [("a", "é")]}),
    ],
)
def test_what_must_not_be_sent_is_not(ask, url, options):
    seen, server = ask(answering(b""), url=url, **options)

    assert (seen["outcome"], set(seen["sent"])) == ("error", {"not-sent"})
    assert server.received == []


def test_an_odd_path_is_encoded_and_cannot_break_the_request(ask):
    seen, server = ask(answering(b""), url=f'https://{NAME}/a%20b/é"<>?q=ü%41')

    assert seen["outcome"] == "response"
    assert head_of(server)[0] == "GET /a%20b/%C3%A9%22%3C%3E?q=%C3%BC%41 HTTP/1.1"


def test_nothing_is_sent_to_a_server_that_is_not_trusted(ask, authority):
    seen, server = ask(answering(b""), context=authority.context("other.example"))

    assert seen["outcome"] == "error"
    assert seen["sent"]["failed"].startswith("certificate not trusted: Hostname mismatch")
    assert b"".join(server.received) == b""


def test_a_redirect_is_shown_and_not_followed(ask):
    seen, server = ask(answering(b"", "302 Found", "Location: https://user:pa55@other.example/"))

    assert (seen["status"], len(server.received)) == (302, 1)
    assert seen["headers"]["location"] == "https://***@other.example/"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_other_safe_methods_are_sent(ask, method):
    seen, server = ask(answering(b"x" * 10 if method == "OPTIONS" else b""), method=method)

    assert (seen["outcome"], seen["method"]) == ("response", method)
    assert head_of(server)[0].startswith(f"{method} ")


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_def",
        "Authorization: Bearer abcdefgh12345678",
        '"x-api-key": "abcdefgh12345678"',
        "X-Amz-Security-Token=IQoJb3JpZ2luX2VjEJr8abcdefgh12345678",
        "X-Amz-Signature=0123456789abcdefgh12345678",
        "Set-Cookie: session=abcdefgh12345678",
        "SecretAccessKey=abcdefgh12345678",
        "https://user:abcdefgh12345678@host/",
        "-----BEGIN RSA PRIVATE KEY-----\nabcdefgh12345678",
        "'abcdefgh12345678' not a valid key=value pair",
    ],
)
def test_secrets_of_others_are_masked_too(ask, secret):
    seen, _ = ask(answering(f"first {secret}".encode(), "200 OK", "Set-Cookie: a=abcdefgh12345678"))

    assert seen["body"].startswith("first ")
    assert "***" in seen["body"]
    assert seen["headers"]["set-cookie"] == "***"
    for part in ("abcdefgh12345678", "AKIAIOSFODNN7EXAMPLE", "eyJ", "IQoJ"):
        assert part not in repr(seen)


def test_plain_answers_of_api_gateway_stay_as_they_are(ask):
    text = (
        '{"message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
        'arn:aws:execute-api:us-east-1:********1111:abc1234567/prod/GET/pets"}'
    )
    seen, _ = ask(answering(text.encode(), "403 Forbidden", "x-amzn-ErrorType: AccessDeniedException"))

    assert seen["body"] == text
    assert seen["headers"]["x-amzn-errortype"] == "AccessDeniedException"


def chunked(talk):
    talk.head()
    talk.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    talk.send(b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n")


def test_chunks_and_interim_answers_are_read(ask):
    assert ask(chunked)[0]["body"] == "hello world"


def endless_body(talk):
    talk.head()
    talk.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        talk.send(b"x" * 16384)


def endless_chunk(talk):
    talk.head()
    talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzzz\r\n")


def broken_off(talk):
    talk.head()
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello")


@pytest.mark.parametrize(
    ("talk", "body"), [(endless_body, "x" * 2048), (endless_chunk, "hello"), (broken_off, "hello")]
)
def test_bodies_without_end_or_with_an_early_one_are_shown_as_far_as_they_came(ask, talk, body):
    seen, _ = ask(talk)

    assert (seen["outcome"], seen["body"]) == ("response", body)


def sending(data, *, again=False, pause=0.0):
    def talk(one):
        one.head()
        one.send(data)
        while again:
            time.sleep(pause)
            one.send(data)

    return talk


@pytest.mark.parametrize(
    ("talk", "outcomes"),
    [
        (sending(b"no HTTP at all\r\n\r\n"), {"error"}),
        (sending(b"\x00\xff\xfe" * 100), {"error"}),
        (sending(b"HTTP/1.1 2x0 OK\r\n\r\n"), {"error"}),
        (sending(b""), {"reset"}),
        (lambda talk: talk.head() and talk.reset(), {"reset"}),
        (sending(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500), {"error"}),
        (sending(b"HTTP/1.1 200 OK\r\na: " + b"b" * 70000), {"error"}),
        (sending(b"a: b\r\n", again=True), {"error"}),
        (sending(b"HTTP/1.1 100 Continue\r\n\r\n", again=True), {"timeout"}),
        (sending(b"H", again=True, pause=0.05), {"timeout", "error"}),
        (sending(b"HTTP/1.1 200 OK\r\na:", again=False), {"response", "error", "reset"}),
        (lambda talk: time.sleep(3), {"timeout"}),
    ],
)
def test_hostile_servers_are_an_outcome_in_time(ask, talk, outcomes):
    started = time.monotonic()
    seen, _ = ask(talk, timeout=0.8)

    assert seen["outcome"] in outcomes
    assert time.monotonic() - started < 2.0


def test_a_body_that_drips_ends_with_the_time(ask):
    def drip(talk):
        talk.head()
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            talk.send(b"x")
            time.sleep(0.05)

    started = time.monotonic()
    seen, _ = ask(drip, timeout=0.8)

    assert (seen["outcome"], seen["body"][:1]) == ("response", "x")
    assert time.monotonic() - started < 1.6


def test_many_and_long_headers_are_cut(ask):
    headers = [f"h{number}: {'v' * 3000}" for number in range(90)]
    seen, _ = ask(answering(b"", "200 OK", *headers))

    assert len(seen["headers"]) == 64
    assert {len(value) for name, value in seen["headers"].items() if name.startswith("h")} == {2048}


def test_a_closed_port_is_an_error():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        seen = http.get(URL, WORLD, 1, where=taken.getsockname())

    assert (seen["outcome"], seen["sent"]["failed"]) == ("error", "the connection failed: Connection refused")


def test_a_proxy_that_others_would_use_is_told(ask, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://user:pa55@proxy.corp:3128")
    seen, _ = ask(answering(b""))

    assert seen["sent"]["proxy-bypassed"] == "http://proxy.corp:3128"


def test_the_server_s_clock_is_measured_by_its_date(ask):
    began = time.time()
    seen, _ = ask(answering(b"", "200 OK", f"Date: {email.utils.formatdate(time.time() + 600, usegmt=True)}"))
    offset = http.date_offset_ms(seen["headers"], began, time.time())

    assert abs(offset - 600_000) < 1500


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Nov 2026 10:00:00 GMT", "9" * 5000])
def test_a_date_that_is_none_measures_nothing(date):
    assert http.date_offset_ms({"date": date}, 0, 0) is None
    assert http.date_offset_ms({}, 0, 0) is None


class TestThroughProxy:
    @pytest.fixture
    def proxied(self, authority):
        """Ask through a proxy that answers CONNECT with *status*, and leads to a server that *talk* plays."""

        def proxied(talk, status="200 Connection established", user="", names=(NAME,), **options):
            with serving(talk, authority.context(*names)) as server:

                def tunnel(one):
                    one.head()
                    one.send(f"HTTP/1.1 {status}\r\nProxy-Authenticate: Basic\r\n\r\n".encode())
                    if status.startswith("2"):
                        with socket.create_connection(("127.0.0.1", server.port)) as far:
                            threading.Thread(target=pump, args=(one.connection, far), daemon=True).start()
                            pump(far, one.connection)

                with serving(tunnel) as proxy:
                    address = f"http://{user}127.0.0.1:{proxy.port}"
                    seen = http.through_proxy(URL, address, 2.0, ca_file=str(authority.file), **options)
            return seen, proxy, server

        return proxied

    def test_the_tunnel_leads_to_the_server_by_its_name(self, proxied):
        seen, proxy, server = proxied(answering(b"ok"), method="OPTIONS")

        assert (seen["outcome"], seen["status"], seen["body"], seen["address"]) == (
            "response",
            200,
            "ok",
            None,
        )
        assert seen["sent"]["proxy"].startswith("http://127.0.0.1:")
        assert head_of(proxy)[0] == f"CONNECT {NAME}:443 HTTP/1.1"
        assert head_of(server)[0] == "OPTIONS /prod/pets?b=2&a=1 HTTP/1.1"

    def test_a_proxy_that_refuses_is_a_proxy_error_with_its_status(self, proxied):
        seen, _, server = proxied(answering(b""), status="407 Proxy Authentication Required")

        assert (seen["outcome"], seen["status"]) == ("proxy_error", 407)
        assert seen["headers"]["proxy-authenticate"] == "Basic"
        assert seen["sent"]["failed"] == "the proxy refuses the tunnel"
        assert server.received == []

    def test_credentials_go_to_the_proxy_alone_and_are_not_told(self, proxied):
        seen, proxy, server = proxied(answering(b"ok"), user="me:pa55word%21@")

        assert head_of(proxy)[1]["proxy-authorization"] == "Basic bWU6cGE1NXdvcmQh"
        assert "proxy-authorization" not in head_of(server)[1]
        assert seen["outcome"] == "response"
        assert "pa55" not in repr(seen)
        assert "bWU6" not in repr(seen)

    def test_an_intercepting_proxy_is_not_trusted(self, proxied):
        seen, _, server = proxied(answering(b"ok"), names=("intercepted.example",))

        assert (seen["outcome"], b"".join(server.received)) == ("error", b"")
        assert "certificate not trusted" in seen["sent"]["failed"]

    @pytest.mark.parametrize(
        "talk", [lambda talk: None, sending(b"junk\r\n\r\n"), lambda talk: time.sleep(2)]
    )
    def test_a_proxy_that_does_not_answer_is_a_proxy_error(self, talk):
        with serving(talk) as proxy:
            assert http.through_proxy(URL, f"127.0.0.1:{proxy.port}", 0.5)["outcome"] == "proxy_error"

    @pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "http://:1", "http://x:port", "http://[x"])
    def test_other_proxies_are_not_used(self, proxy):
        seen = http.through_proxy(URL, proxy, 0.5)

        assert (seen["outcome"], set(seen["sent"])) == ("error", {"not-sent"})


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return
