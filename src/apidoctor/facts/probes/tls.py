"""TLS: who answers at that address when it is asked for that name, and would a client trust it?"""

import socket
import ssl
import time

from msgspec.structs import replace

from apidoctor.facts.probes.book import AddressBook, Place
from apidoctor.facts.probes.certificate import described
from apidoctor.facts.probes.tcp import milliseconds, outcome_of
from apidoctor.facts.probes.trust import Trust, reading_only
from apidoctor.facts.stamp import now
from apidoctor.model.observation import TlsOutcome, TlsSeen

_VERIFY_CODES: dict[int, TlsOutcome] = {
    9: "not_yet_valid",
    10: "expired",
    62: "name_mismatch",
    64: "name_mismatch",
}
"""OpenSSL's X509_V_ERR codes (x509_vfy.h) that have an outcome of their own; every other is ``untrusted``."""

_PROTOCOL = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "VERSION_TOO_LOW"})
"""OpenSSL's reasons for "no TLS version in common"."""


def probe_tls(book: AddressBook, trust: Trust, name: str, address: str, port: int, timeout: float) -> TlsSeen:
    """Shake hands once with SNI *name*, verify, and read the certificate; nothing is sent.

    When the certificate cannot be trusted, a second handshake without verification reads it, so that the user
    learns whose it is.  An address that must not be probed is ``handshake_failure``: the closed list has no
    better word.
    """
    at, started = now(), time.monotonic()
    where = book.find(name, address, port)
    if where is None:
        return TlsSeen(
            at=at, address=address, port=port, server_name=name or None, outcome="handshake_failure"
        )
    seen = _shaken(where, trust.verifying("h2", "http/1.1"), name or address, timeout)
    elapsed = milliseconds(time.monotonic() - started)
    if seen.outcome in ("untrusted", "name_mismatch", "expired", "not_yet_valid"):
        read = _shaken(where, reading_only(), name or address, timeout)
        seen = replace(read, outcome=seen.outcome)
    return replace(seen, at=at, address=address, port=port, server_name=name or None, elapsed_ms=elapsed)


def _shaken(where: Place, context: ssl.SSLContext, name: str, timeout: float) -> TlsSeen:
    """Return what one handshake showed; ``verified`` means that *context* was content."""
    try:
        with (
            socket.create_connection(where, timeout) as connection,
            context.wrap_socket(connection, server_hostname=name) as secured,
        ):
            certificate = described(secured.getpeercert(binary_form=True) or b"")
            return TlsSeen(
                address="",
                outcome="verified",
                version=secured.version(),
                alpn=secured.selected_alpn_protocol(),
                **certificate,
            )
    except (OSError, ValueError) as error:
        return TlsSeen(address="", outcome=_outcome(error))


def _outcome(error: OSError | ValueError) -> TlsOutcome:
    """Name what ended a handshake.  A server that hangs up in the middle counts as a reset."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY_CODES.get(error.verify_code, "untrusted")
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "reset"
    if isinstance(error, ssl.SSLError):
        return "protocol_version" if (error.reason or "") in _PROTOCOL else "handshake_failure"
    if isinstance(error, ValueError):
        return "handshake_failure"
    return "reset" if outcome_of(error) in ("refused", "reset") else "timeout"
