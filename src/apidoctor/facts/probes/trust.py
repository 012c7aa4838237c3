"""Whom to trust: TLS settings shared by the TLS and the HTTP probe, so that both give the same verdict."""

import ssl
import threading

from apidoctor.errors import UsageError


class Trust:
    """Certificate authorities: the system's, or only those of one file (``--ca-file``), as curl does."""

    def __init__(self, ca_file: str | None = None) -> None:
        self._ca_file = ca_file
        self._lock = threading.Lock()
        self._contexts: dict[tuple[str, ...], ssl.SSLContext] = {}

    def verifying(self, *alpn: str) -> ssl.SSLContext:
        """Return a context that verifies chain and name, offers *alpn* and asks for TLS 1.2 or newer.

        Loading the authorities takes tens of milliseconds, so that each context is made once.
        Raises `UsageError` when the CA file cannot be read.
        """
        with self._lock:
            if alpn not in self._contexts:
                self._contexts[alpn] = self._make(alpn)
            return self._contexts[alpn]

    def _make(self, alpn: tuple[str, ...]) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self._ca_file)
        except OSError as error:
            raise UsageError(
                f"--ca-file {self._ca_file}: {error.strerror or 'no certificates in it'}"
            ) from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(list(alpn))
        return context


def reading_only() -> ssl.SSLContext:
    """Return a context that trusts anybody: only to read a certificate, nothing may be sent through it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
