"""TLS with certificates that attack: what is read of them is bounded, and told as data."""

import datetime
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from facts.attacks import MARKS
from facts.servers import DAY, NOW, answering, serving

from apidoctor.facts.probes.looker import ProbeLooker, Timeouts
from apidoctor.model.missing import Probe
from apidoctor.model.request import Request
from apidoctor.report.safe import safe

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
WORLD = "10.1.4.21"
URL = f"https://{NAME}/prod/pets"
HOSTILE = MARKS[:56]
"""No attribute of a name may have more than 64 bytes (RFC 5280, appendix A.1)."""


def context(authority, folder, *, subject=NAME, names=(NAME,), extra=0, own=False):
    """Return a server's context with a certificate of *subject* for *names*, and *extra* KiB of chain behind it."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])

    def signed(alternatives, padding=0):
        builder = (
            x509.CertificateBuilder()
            .subject_name(named)
            .issuer_name(named if own else authority.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - DAY)
            .not_valid_after(NOW + DAY if not own else datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name) for name in alternatives]), critical=False
            )
        )
        if padding:
            oid = x509.ObjectIdentifier("1.3.6.1.4.1.55555.1")
            builder = builder.add_extension(x509.UnrecognizedExtension(oid, bytes(padding)), critical=False)
        return builder.sign(key if own else authority.key, hashes.SHA256())

    pem = serialization.Encoding.PEM
    chain = [signed(names), *(signed((NAME,), 50_000) for _ in range(extra // 50))]
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(b"".join(one.public_bytes(pem) for one in chain) + private)
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(path)
    found.set_alpn_protocols(["http/1.1"])
    return found


@pytest.fixture
def look(authority, tmp_path):
    """Look at a server with such a certificate; return the handshake, the call, and the server."""

    def look(**how):
        with serving(answering(b"hi"), context(authority, tmp_path, **how)) as server:
            looker = ProbeLooker(
                Request(target="x", name=NAME, stage="prod"),
                connect_to=[f"{WORLD}:443=127.0.0.1:{server.port}"],
                ca_file=str(authority.file),
                timeouts=Timeouts(http=2, tls=2),
            )
            started = time.monotonic()
            (shaken,) = looker.look(Probe("tls", name=NAME, address=WORLD)).observations
            (called,) = looker.look(Probe("http", name=URL, address=WORLD, detail="unsigned")).observations
            assert time.monotonic() - started < 6
        return shaken, called, server

    return look


def test_a_subject_of_marks_is_data(look):
    shaken, called, _ = look(subject=HOSTILE)

    assert (shaken.outcome, called.status) == ("verified", 200)
    assert shaken.subject.startswith("CN=\x1b]0\\;pwned\x07")
    assert safe(shaken.subject).isprintable()


def test_a_stranger_who_signs_himself_is_read_and_gets_no_request(look):
    shaken, called, server = look(subject=HOSTILE, own=True)

    assert (shaken.outcome, called.outcome, called.status) == ("untrusted", "error", None)
    assert shaken.subject == shaken.issuer
    assert shaken.not_after.startswith("9999-12-31")
    assert b"".join(server.received) == b""


@pytest.mark.parametrize("count", [150, 2500])
def test_of_many_names_the_first_hundred_are_told(count, look):
    shaken, called, _ = look(names=(NAME, *(f"n{number}.example" for number in range(count))))

    assert (shaken.outcome, called.status, len(shaken.sans)) == ("verified", 200, 100)
    assert shaken.sans[0] == NAME
    assert shaken.subject == f"CN={NAME}"


def test_names_of_marks_are_data(look):
    shaken, _, _ = look(names=(NAME, "[@click=app.quit]x[/]", "<script>", "::error::pwned", "a|b", "=cmd()"))

    assert shaken.sans[1:4] == ["[@click=app.quit]x[/]", "<script>", "::error::pwned"]


@pytest.mark.parametrize(
    "how", [{"names": (NAME, *(f"n{n}.example" for n in range(10_000)))}, {"extra": 1000}]
)
def test_a_chain_that_is_too_long_ends_the_handshake(how, look):
    shaken, called, server = look(**how)

    assert shaken.outcome in ("handshake_failure", "reset")
    assert shaken.outcome == "reset" or shaken.reason == "TLS: EXCESSIVE_MESSAGE_SIZE"
    assert (called.outcome, called.status) == ("error", None) or called.outcome == "reset"
    assert b"".join(server.received) == b""
