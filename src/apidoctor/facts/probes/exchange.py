"""One HTTP exchange with one address: URL, SNI and Host stay true wherever the connection goes.

Everything is bounded: time, header count and size, bytes of the body.  No redirect is followed, no proxy is
used, and nothing is sent before the certificate was verified.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from typing import Any

import httpcore
import httpx
from msgspec import Struct, field
from msgspec.structs import replace

from apidoctor.facts.probes.call import Call
from apidoctor.facts.probes.phases import DISTRUSTED, Phases
from apidoctor.facts.probes.sign import signing_of
from apidoctor.facts.probes.transport import Backend, Transport
from apidoctor.facts.redact import MASK, is_secret_header, mask_known, redact
from apidoctor.model.observation import HttpOutcome, HttpSeen, Rung, Signing
from apidoctor.model.request import Request
from apidoctor.travelling import tls
from apidoctor.travelling.body import Reader
from apidoctor.travelling.book import Place
from apidoctor.travelling.stamp import milliseconds, now

MAX_HEADERS = 64
"""Most response headers that are kept."""
_MAX_NAME, _MAX_VALUE = 128, 2048

_PHASES = {
    "connect": ("connection.connect_tcp.started", "connection.connect_tcp.complete"),
    "tls": ("connection.start_tls.started", "connection.start_tls.complete"),
    "first_byte": ("http11.send_request_headers.started", "http11.receive_response_headers.complete"),
}


class Exchange(Struct, frozen=True):
    """What came back."""

    outcome: HttpOutcome
    """How it ended."""
    at: str
    """When the answer's head arrived, or when the exchange failed."""
    status: int | None = None
    """Status code."""
    headers: dict[str, str] = field(default_factory=dict)
    """Response headers, names in lower case, secrets masked."""
    body: str | None = None
    """Beginning of the body, secrets masked."""
    body_bytes: int | None = None
    """Bytes of the body that were read."""
    truncated: bool = False
    """The body broke off, or was longer than is read."""
    elapsed_ms: dict[str, float] = field(default_factory=dict)
    """Milliseconds of ``connect``, ``tls``, ``first_byte`` and ``total``."""
    reason: str = ""
    """Why there was no answer."""
    signing: Signing | None = None
    """What was signed, and what the answer shows of it, secrets masked."""
    phases: Phases = field(default_factory=Phases)
    """How TCP and TLS went on the connection that carried it."""


def exchange(
    call: Call,
    where: Place,
    context: ssl.SSLContext,
    timeout: float,
    *,
    connect: float | None = None,
    answer: float = 0.0,
    untrusted: Call | None = None,
) -> Exchange:
    """Send *call* to *where* and return the answer or how it failed; *timeout* (seconds) bounds it all.

    Where *answer* is longer, the first byte of the answer may come until then: that wait does not count.
    *connect* bounds the TCP connect alone.  A server that cannot be trusted gets no byte of *call*: a second
    handshake reads whose certificate it is, and carries *untrusted*, where the user asked for that.
    """
    started = time.monotonic()
    deadline, latest = started + timeout, started + answer
    seen = _exchanged(call, Backend(where, context, deadline, Phases(), connect, latest))
    if seen.phases.tls not in DISTRUSTED:
        return seen
    again = Phases()
    backend = Backend(where, tls.trusting("http/1.1"), deadline, again, connect, latest)
    if untrusted is None:
        _shake(backend, call.server_name)
    else:
        seen = replace(_exchanged(untrusted, backend), phases=seen.phases)
    phases = seen.phases
    phases.version, phases.alpn, phases.certificate = again.version, again.alpn, again.certificate
    return seen


def observed(
    request: Request, call: Call, seen: Exchange, *, url: str, address: str | None, rung: Rung
) -> HttpSeen:
    """Return an exchange as an observation: the call of *request* by *url* at *address*."""
    failed = {"failed": seen.reason} if seen.reason else {}
    return HttpSeen(
        at=seen.at,
        url=redact(url),
        outcome=seen.outcome,
        form=request.form or "private-dns",
        method=call.method,
        address=address,
        server_name=call.server_name,
        host=call.sent["host"],
        sent=call.sent | failed,
        signed=call.signed,
        rung=rung,
        status=seen.status,
        headers=seen.headers,
        body=seen.body,
        signing=seen.signing,
        body_bytes=seen.body_bytes,
        truncated=seen.truncated,
        elapsed_ms=seen.elapsed_ms,
        peer=seen.phases.peer(),
        failed_at="" if seen.outcome == "response" else seen.phases.failed_at,
    )


def greet(where: Place, server_name: str, context: ssl.SSLContext, timeout: float, connect: float) -> Phases:
    """Connect to *where* and shake hands for *server_name*, send nothing, and return how both went."""
    deadline = time.monotonic() + timeout
    phases, again = Phases(), Phases()
    _shake(Backend(where, context, deadline, phases, connect), server_name)
    if phases.tls in DISTRUSTED:
        _shake(Backend(where, tls.trusting("http/1.1"), deadline, again, connect), server_name)
        phases.version, phases.alpn, phases.certificate = again.version, again.alpn, again.certificate
    return phases


def _shake(backend: Backend, server_name: str) -> None:
    """Connect, shake hands and hang up; the phases tell how that went."""
    with suppress(httpcore.NetworkError, httpcore.TimeoutException, OSError, ValueError):
        stream = backend.connect_tcp(server_name, 443)
        try:
            stream = stream.start_tls(backend.context, server_name)
        finally:
            stream.close()


def _exchanged(call: Call, backend: Backend) -> Exchange:
    """Send *call* over one connection."""
    started = time.monotonic()
    timeout = max(backend.deadline - started, 0.001)
    marks: dict[str, float] = {}

    def trace(event: str, _: dict[str, Any]) -> None:
        marks[event] = time.monotonic()

    # Not built by the client, which would add headers of its own to those that were signed.
    request = httpx.Request(
        call.method,
        httpx.URL(scheme="https", host=call.name, port=call.port, raw_path=call.target.encode()),
        headers=[(name.encode(), value.encode()) for name, value in call.headers],
        extensions={
            "timeout": dict.fromkeys(("connect", "read", "write"), timeout),
            "trace": trace,
            "sni_hostname": call.server_name,
        },
    )
    transport = Transport(backend)
    try:
        # Not through httpx's client, which reads Location and cookies and raises on odd ones.
        with closing(transport), closing(transport.handle_request(request)) as response:
            at = now()
            headers = _headers(response.headers.raw, call.secrets)
            reader, broken = _read(response.iter_raw(), call.secrets)
            encoding = headers.get("content-encoding", "")
            body = reader.told(encoding, broken=broken)
            seen = Exchange(
                "response",
                at,
                response.status_code,
                headers,
                body.text,
                body_bytes=body.size,
                truncated=body.truncated,
                signing=signing_of(call.signature, reader.plain(encoding), call.secrets),
            )
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
        outcome, reason = _failure(error)
        seen = Exchange(outcome, now(), reason=reason, signing=signing_of(call.signature, "", call.secrets))
    elapsed = {
        phase: milliseconds(marks[end] - marks[start])
        for phase, (start, end) in _PHASES.items()
        if start in marks and end in marks
    }
    if backend.heard is not None:  # an answer began, even when its head did not end
        elapsed.setdefault("first_byte", milliseconds(backend.heard))
    total = milliseconds(time.monotonic() - started)
    return replace(seen, elapsed_ms={**elapsed, "total": total}, phases=backend.phases)


def _headers(raw: Iterable[tuple[bytes, bytes]], secrets: tuple[str, ...]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in list(raw)[:MAX_HEADERS]:
        key = _text(name).lower()[:_MAX_NAME]
        text = MASK if is_secret_header(key) else redact(mask_known(_text(value), secrets))
        key = redact(mask_known(key, secrets))
        headers[key] = (f"{headers[key]}, {text}" if key in headers else text)[:_MAX_VALUE]
    return headers


def _text(data: bytes) -> str:
    """Return a header's name or value: UTF-8 where it is that, else Latin-1 (RFC 9110, section 5.5)."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _read(chunks: Iterator[bytes], secrets: tuple[str, ...]) -> tuple[Reader, bool]:
    """Read the beginning of the body, and say whether it broke off: then what came is shown."""
    reader = Reader(lambda text: redact(mask_known(text, secrets)))
    try:
        reader.gather(chunks)
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError):
        return reader, True
    return reader, False


def _failure(error: Exception) -> tuple[HttpOutcome, str]:
    """Name what ended an exchange before an answer, and say it in a few words."""
    if isinstance(error, httpcore.TimeoutException):
        return "timeout", "no answer in time"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "error", f"certificate not trusted: {cause.verify_message}"[:200]
        if isinstance(
            cause, ConnectionResetError | ConnectionAbortedError | BrokenPipeError | ssl.SSLEOFError
        ):
            return "reset", "the connection was reset"
        if isinstance(cause, ssl.SSLError):
            return "error", f"TLS: {cause.reason}"
        if isinstance(cause, OSError):
            return "error", f"the connection failed: {cause.strerror}"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.RemoteProtocolError) and "disconnected" in str(error):
        return "reset", "the server hung up without an answer"
    return "error", "the answer is not HTTP"
