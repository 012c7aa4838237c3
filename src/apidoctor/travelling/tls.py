"""TLS: who answers at that address when it is asked for that name, and would a client trust it?"""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from contextlib import suppress
from functools import partial
from typing import Any

from .der import described
from .routes import place
from .stamp import milliseconds, now

_VERIFY_CODES = {9: "not_yet_valid", 10: "expired", 62: "name_mismatch", 64: "name_mismatch"}
"""OpenSSL's X509_V_ERR codes (x509_vfy.h) that have an outcome of their own; every other is ``untrusted``."""
_PROTOCOL = ("UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "VERSION_TOO_LOW")
"""OpenSSL's reasons for "no TLS version in common"."""
REASONED = ("untrusted", "protocol_version", "handshake_failure")
"""Outcomes that have several reasons, which are told with them."""
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where systems keep authorities, for a Python whose own OpenSSL looks elsewhere and finds none."""
FAILURES = (OSError, ValueError, OverflowError, TypeError)
"""What connecting raises: of the world, and of ports, names and addresses that are none."""
_lock = threading.Lock()
_contexts: dict[Any, ssl.SSLContext] = {}


def verifying(ca_file: str | None, *alpn: str) -> ssl.SSLContext:
    """Return a context that verifies chain and name, offers *alpn* and asks for TLS 1.2 or newer; many threads have it.

    It trusts the system's authorities, or only those of *ca_file*.  `OSError` when that cannot be read: a command
    should find that out at its start.
    """
    with _lock:  # loading the authorities takes tens of milliseconds: each context is made once
        if (ca_file, alpn) not in _contexts:
            context = ssl.create_default_context(cafile=ca_file)
            with suppress(OSError):
                folder = ssl.get_default_verify_paths().capath  # its files are loaded when they are needed
                if not (context.cert_store_stats()["x509_ca"] or (folder and os.listdir(folder))):
                    context.load_verify_locations(next(filter(os.path.isfile, _BUNDLES), "/"))
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # Python 3.13 is stricter than other clients are
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.set_alpn_protocols(list(alpn))
            _contexts[ca_file, alpn] = context
        return _contexts[ca_file, alpn]


def trusting(*alpn: str) -> ssl.SSLContext:
    """Return a context that trusts anybody and offers *alpn*: to read a certificate, nothing secret may go through."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(list(alpn))
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def handshake(
    address: str,
    port: int,
    server_name: str,
    timeout: float,
    *,
    where: tuple[str, int] | None = None,
    ca_file: str | None = None,
) -> dict[str, Any]:
    """Shake hands with SNI *server_name*, verify, and read the certificate; nothing is sent.

    When the certificate cannot be trusted, a second handshake without verification reads whose it is.
    """
    seen = {"kind": "tls", "at": now(), "address": address, "port": port, "server_name": server_name or None}
    context = verifying(ca_file, "h2", "http/1.1")
    started = time.monotonic()
    shake = partial(_shaken, address, port, where, server_name or address, deadline=started + timeout)
    shaken = shake(context)
    elapsed = milliseconds(time.monotonic() - started)
    if shaken["outcome"] in ("untrusted", *_VERIFY_CODES.values()):
        shaken = {**shake(trusting()), **shaken}
    return {**seen, **shaken, "elapsed_ms": elapsed}


def _shaken(
    address: str,
    port: int,
    where: tuple[str, int] | None,
    name: str,
    context: ssl.SSLContext,
    *,
    deadline: float,
) -> dict[str, Any]:
    """Return what one handshake showed; ``verified`` means that *context* was content."""
    try:
        with socket.create_connection(place(address, port, where), left(deadline)) as connection:
            connection.settimeout(left(deadline))
            with context.wrap_socket(connection, server_hostname=name) as secured:
                agreed = {"version": secured.version(), "alpn": secured.selected_alpn_protocol()}
                certificate = described(secured.getpeercert(binary_form=True) or b"")
                return {"outcome": "verified", **agreed, **certificate}
    except FAILURES as error:
        outcome = outcome_of(error)
        return {"outcome": outcome, **({"reason": reason_of(error)} if outcome in REASONED else {})}


def left(deadline: float) -> float:
    """Return the seconds until *deadline*; raise `socket.timeout` when it is over."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise socket.timeout("timed out")
    return seconds


def outcome_of(error: Exception) -> str:
    """Name what ended a handshake.  A server that hangs up in the middle counts as a reset."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY_CODES.get(error.verify_code, "untrusted")
    if isinstance(error, (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return "reset"
    if isinstance(error, ssl.SSLError):
        return "protocol_version" if error.reason in _PROTOCOL else "handshake_failure"
    return "timeout" if isinstance(error, OSError) else "handshake_failure"


def reason_of(error: BaseException) -> str:
    """Say in a few words why a connection failed."""
    if isinstance(error, (socket.timeout, TimeoutError)):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {error.verify_message}"[:200]
    if isinstance(error, (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, ssl.SSLEOFError)):
        return "the connection was reset"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason}"[:200]
    if isinstance(error, OSError):
        return f"the connection failed: {error.strerror or error}"[:200]
    return "the name or address is not valid"
