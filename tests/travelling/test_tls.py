"""TLS outcomes are told apart, and an untrusted certificate is shown all the same."""

import socket
import ssl
import time

import pytest
from facts.servers import DAY, NOW, Authority, serving

from apidoctor.travelling import tls

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
WILDCARD = "*.execute-api.us-east-1.amazonaws.com"
WORLD = "10.1.4.21"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def handshake(port, authority, name=NAME, timeout=2.0):
    ca_file = str(authority.file) if authority else None
    return tls.handshake(WORLD, 443, name, timeout, where=("127.0.0.1", port), ca_file=ca_file)


def quiet(talk):
    talk.head()


def test_a_good_certificate_is_verified_and_described(authority):
    with serving(quiet, authority.context(WILDCARD)) as server:
        seen = handshake(server.port, authority)

    assert (seen["kind"], seen["outcome"], seen["version"]) == ("tls", "verified", "TLSv1.3")
    assert (seen["alpn"], seen["subject"], seen["issuer"]) == (
        "http/1.1",
        f"CN={WILDCARD}",
        "CN=Test Authority",
    )
    assert (seen["sans"], seen["address"], seen["port"], seen["server_name"]) == (
        [WILDCARD],
        WORLD,
        443,
        NAME,
    )
    assert server.names == [NAME]


@pytest.mark.parametrize(
    ("outcome", "names", "options"),
    [
        ("name_mismatch", ("other.example",), {}),
        ("expired", (WILDCARD,), {"start": NOW - 3 * DAY, "end": NOW - DAY}),
        ("not_yet_valid", (WILDCARD,), {"start": NOW + DAY, "end": NOW + 3 * DAY}),
        ("untrusted", (WILDCARD,), {"self_signed": True}),
    ],
)
def test_a_certificate_that_fails_is_named_and_still_described(authority, outcome, names, options):
    with serving(quiet, authority.context(*names, **options)) as server:
        seen = handshake(server.port, authority)

    assert (seen["outcome"], seen["sans"]) == (outcome, list(names))
    assert seen["not_after"].startswith(f"{options.get('end', NOW + DAY):%Y-%m-%d}")
    assert b"".join(server.received) == b""


def test_interception_shows_by_the_issuer(authority):
    """A proxy that opens TLS signs with an authority that this host does not know."""
    with serving(quiet, authority.context(WILDCARD)) as server:
        seen = handshake(server.port, None)

    assert (seen["outcome"], seen["issuer"]) == ("untrusted", "CN=Test Authority")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_a_server_that_speaks_only_old_tls_is_a_protocol_version(authority):
    context = authority.context(WILDCARD)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with serving(quiet, context) as server:
        assert handshake(server.port, authority)["outcome"] == "protocol_version"


def test_what_is_no_tls_is_a_handshake_failure(authority):
    with serving(lambda talk: talk.send(b"HTTP/1.0 400 Bad Request\r\n\r\n")) as server:
        seen = handshake(server.port, authority)
        assert (seen["outcome"], seen["reason"]) == ("handshake_failure", "TLS: WRONG_VERSION_NUMBER")


@pytest.mark.parametrize(
    "talk", [lambda talk: talk.connection.recv(1) and talk.reset(), lambda talk: talk.connection.recv(65536)]
)
def test_who_hangs_up_is_a_reset(authority, talk):
    with serving(talk) as server:
        assert handshake(server.port, authority)["outcome"] == "reset"


def test_a_silent_and_a_dripping_server_are_a_time_out(authority):
    def drip(talk):
        # A TLS record of 16 KiB that never ends.
        talk.send(b"\x16\x03\x03\x40\x00")
        while True:
            talk.send(b"\x00")
            time.sleep(0.02)

    for talk in (lambda talk: time.sleep(3), drip):
        started = time.monotonic()
        with serving(talk) as server:
            assert handshake(server.port, authority, timeout=0.5)["outcome"] == "timeout"
        assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("name", ["", "x" * 300, "a\x00b", "é.example", ".", "a..b", "10.1.4.21"])
def test_odd_names_end_in_an_outcome(authority, name):
    with serving(quiet, authority.context(WILDCARD)) as server:
        seen = handshake(server.port, authority, name)

    assert seen["outcome"] in ("name_mismatch", "handshake_failure")


def test_a_closed_port_and_no_address_have_outcomes_too():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert tls.handshake("127.0.0.1", taken.getsockname()[1], NAME, 1)["outcome"] == "reset"
    assert tls.handshake("no address", 443, NAME, 1)["outcome"] in ("timeout", "handshake_failure")


def test_an_unreadable_ca_file_is_the_caller_s_mistake(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        tls.verifying(str(tmp_path / "none.pem"), "http/1.1")
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(ssl.SSLError):
        tls.verifying(str(tmp_path / "empty.pem"), "http/1.1")


def test_authorities_of_the_system_are_found_where_openssl_looks_elsewhere(authority, monkeypatch):
    monkeypatch.setattr(tls, "_contexts", {})
    monkeypatch.setattr(tls, "_BUNDLES", ("/nowhere", str(authority.file)))
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    monkeypatch.setenv("SSL_CERT_DIR", "/nowhere")

    assert tls.verifying(None, "http/1.1").cert_store_stats()["x509_ca"] == 1
