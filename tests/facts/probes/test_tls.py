"""TLS outcomes are told apart, and an untrusted certificate is shown all the same."""

import socket
import ssl

import pytest
from facts.servers import DAY, NOW, serving

from apidoctor.errors import UsageError
from apidoctor.facts.probes.book import AddressBook
from apidoctor.facts.probes.tls import probe_tls
from apidoctor.facts.probes.trust import Trust

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
WILDCARD = "*.execute-api.us-east-1.amazonaws.com"
WORLD = "10.1.4.21"


def probe(port, authority, name=NAME, timeout=2.0):
    book = AddressBook.parse([f"{WORLD}:443=127.0.0.1:{port}"])
    return probe_tls(book, Trust(str(authority.file)), name, WORLD, 443, timeout)


def quiet(talk):
    talk.head()


def test_a_good_certificate_is_verified_and_described(authority):
    with serving(quiet, authority.context(WILDCARD)) as server:
        seen = probe(server.port, authority)

    assert seen.outcome == "verified"
    assert seen.version == "TLSv1.3"
    assert seen.alpn == "http/1.1"
    assert seen.subject == f"CN={WILDCARD}"
    assert seen.issuer == "CN=Test Authority"
    assert seen.sans == [WILDCARD]
    assert (seen.address, seen.server_name) == (WORLD, NAME)
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
        seen = probe(server.port, authority)

    assert seen.outcome == outcome
    assert seen.sans == list(names)
    assert seen.not_after.startswith(f"{options.get('end', NOW + DAY):%Y-%m-%d}")
    assert b"".join(server.received) == b""


def test_only_the_given_authorities_are_trusted(authority):
    with serving(quiet, authority.context(WILDCARD)) as server:
        book = AddressBook.parse([f"{WORLD}:443=127.0.0.1:{server.port}"])
        seen = probe_tls(book, Trust(), NAME, WORLD, 443, 2)

    assert seen.outcome == "untrusted"
    assert seen.issuer == "CN=Test Authority"


def test_a_certificate_with_many_names_is_cut_to_a_hundred(authority):
    names = [f"n{number}.example" for number in range(150)]
    with serving(quiet, authority.context(*names)) as server:
        seen = probe(server.port, authority, "n3.example")

    assert seen.outcome == "verified"
    assert len(seen.sans) == 100


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_a_server_that_speaks_only_old_tls_is_a_protocol_version(authority):
    context = authority.context(WILDCARD)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with serving(quiet, context) as server:
        seen = probe(server.port, authority)

    assert seen.outcome == "protocol_version"


def test_a_server_that_does_not_speak_tls_is_a_handshake_failure(authority):
    with serving(lambda talk: talk.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        seen = probe(server.port, authority)

    assert seen.outcome == "handshake_failure"


def test_a_reset_during_the_handshake_is_a_reset(authority):
    def reset(talk):
        talk.connection.recv(1)
        talk.reset()

    with serving(reset) as server:
        assert probe(server.port, authority).outcome == "reset"


def test_a_server_that_hangs_up_during_the_handshake_is_a_reset(authority):
    with serving(lambda talk: talk.connection.recv(65536)) as server:
        assert probe(server.port, authority).outcome == "reset"


def test_silence_after_the_client_hello_is_a_time_out(authority):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seen = probe(listener.getsockname()[1], authority, timeout=0.2)

    assert seen.outcome == "timeout"


def test_a_ca_file_that_cannot_be_read_is_a_usage_error(tmp_path):
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")

    with pytest.raises(UsageError):
        Trust(str(tmp_path / "missing.pem")).verifying()
    with pytest.raises(UsageError):
        Trust(str(empty)).verifying()
