"""What one connection shows phase by phase: TCP, then TLS with the certificate, each with its outcome and time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import httpcore

from apidoctor.model.observation import Peer, TcpOutcome, TlsOutcome
from apidoctor.travelling import der, tcp, tls
from apidoctor.travelling.stamp import milliseconds, now

DISTRUSTED: frozenset[TlsOutcome | None] = frozenset(
    {"untrusted", "name_mismatch", "expired", "not_yet_valid"}
)
"""Outcomes of a handshake that only failed because the certificate cannot be trusted."""


class Phases:
    """Fills itself while a connection is made; a phase that was not reached stays None."""

    def __init__(self) -> None:
        self.at = now()
        self.tcp: TcpOutcome | None = None
        self.tcp_ms: float | None = None
        self.tls: TlsOutcome | None = None
        self.tls_ms: float | None = None
        self.tls_reason: str | None = None
        self.version: str | None = None
        self.alpn: str | None = None
        self.certificate: dict[str, Any] = {}
        """What `travelling.der` reads: subject, issuer, sans, not_before, not_after."""

    @contextmanager
    def connecting(self) -> Iterator[None]:
        """Time a TCP connect and name how it ended."""
        started = time.monotonic()
        try:
            yield
            self.tcp = "connected"
        except Exception as error:
            self.tcp = _tcp_outcome(error)
            raise
        finally:
            self.tcp_ms = milliseconds(time.monotonic() - started)

    @contextmanager
    def shaking(self) -> Iterator[None]:
        """Time a TLS handshake and name how it ended; ``verified`` means that the context was content."""
        started = time.monotonic()
        try:
            yield
            self.tls = "verified"
        except Exception as error:
            self.tls = _tls_outcome(error)
            if self.tls in tls.REASONED:
                self.tls_reason = tls.reason_of(error.__cause__ or error)
            raise
        finally:
            self.tls_ms = milliseconds(time.monotonic() - started)

    def read(self, stream: httpcore.NetworkStream) -> None:
        """Keep what a finished handshake agreed on, and whose certificate it was."""
        secured = stream.get_extra_info("ssl_object")
        if secured is not None:
            self.version, self.alpn = secured.version(), secured.selected_alpn_protocol()
            self.certificate = der.described(secured.getpeercert(True) or b"")

    @property
    def failed_at(self) -> Literal["tcp", "tls", "http"]:
        """The phase that failed: ``tcp``, ``tls``, or ``http`` when both went well."""
        if self.tcp != "connected":
            return "tcp"
        return "http" if self.tls == "verified" else "tls"

    def peer(self) -> Peer | None:
        """Return who was at the other end; None where no handshake ended well enough to tell."""
        if self.version is None and not self.certificate:
            return None
        named = {key: self.certificate.get(key) for key in ("subject", "issuer")}
        return Peer(version=self.version, trusted=self.tls == "verified", **named)


def _tcp_outcome(error: Exception) -> TcpOutcome:
    if isinstance(error, httpcore.TimeoutException):
        return "timeout"
    outcome: TcpOutcome = tcp.outcome_of(error.__cause__ or error)  # type: ignore[assignment]
    return outcome


def _tls_outcome(error: Exception) -> TlsOutcome:
    if isinstance(error, httpcore.TimeoutException):
        return "timeout"
    cause = error.__cause__ or error
    outcome: TlsOutcome = tls.outcome_of(cause if isinstance(cause, Exception) else error)  # type: ignore[assignment]
    return outcome
