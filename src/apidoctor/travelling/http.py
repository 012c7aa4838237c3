"""One unsigned HTTP request to one address: URL, SNI and Host stay true wherever the connection goes.

Everything is bounded: time, headers, bytes of the body.  No redirect is followed, and nothing is sent before the
certificate was verified.  What comes back passes a net for secrets, as in apidoctor's ``facts/redact.py``.
"""

from __future__ import annotations

import base64
import io
import re
import socket
import ssl
import time
import uuid
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from typing import Any, Dict, Iterable, Mapping, Tuple
from urllib.parse import SplitResult, quote, unquote, urlsplit

from . import tls
from .proxies import proxy_for, without_user
from .stamp import VERSION, milliseconds, now

_MAX_BODY, _KEPT_BODY, _MAX_HEADERS, _MAX_VALUE = 64 * 1024, 2048, 64, 2048
_METHODS = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing (RFC 9110, section 9.2.1)."""
_OURS = frozenset({"connection", "content-length", "transfer-encoding", "expect"})
_SHOWN = ("host", "x-apigw-api-id", "x-amzn-requestid", "user-agent")
_SECRET = frozenset({"authorization", "x-api-key", "cookie", "set-cookie", "x-amz-security-token"})
MASK = "***"
"""What stands for a secret."""
_NET = [
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), instead)
    for pattern, instead in (
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", MASK),
        (r"eyJ[\w-]{5,2000}\.[\w-]{5,}(?:\.[\w-]*)*", MASK),
        (r"\b(bearer|basic)\s+(?=\S*[0-9=])[\w.~+/=-]{8,}", rf"\1 {MASK}"),
        (r"((?:authorization|cookie)\"?\s{0,9}[=:]\s{0,9}\"?)[^\"'\r\n\\<]+", rf"\1{MASK}"),
        (
            r"((?:x-amz-(?:signature|credential|security-token)|credential|signature|x-api-key|session_?token"
            r"|secret_?access_?key)(?:%3d|\"?\s{0,9}[=:]\s{0,9}\"?))[^\s\"'\\,;&<]+",
            rf"\1{MASK}",
        ),
        # What API Gateway echoes of a header that it cannot read, and what STS's session tokens begin with.
        (r"'[^'\r\n]*'(?= not a valid key=value pair)", f"'{MASK}'"),
        (r"(?-i:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz|FQoDYXdz)[\w+/=%-]{8,}", MASK),
        (r"\b([a-z][a-z0-9+.-]{1,20}://)[^/\s:@]{1,200}:[^/\s@]{1,400}@", rf"\1{MASK}@"),
        (r"(?-i:AKIA|ASIA)(?-i:[A-Z0-9]{12,})\b", MASK),
    )
]

Place = Tuple[str, int]
Headers = Iterable[Tuple[str, str]]
Seen = Dict[str, Any]


def redact(text: str) -> str:
    """Return *text* with everything that looks like a secret masked: tokens, keys, signatures, credentials."""
    for pattern, instead in _NET:
        text = pattern.sub(instead, text)
    return text


def get(
    url: str,
    address: str,
    timeout: float,
    *,
    method: str = "GET",
    headers: Headers = (),
    server_name: str | None = None,
    where: Place | None = None,
    ca_file: str | None = None,
    form: str = "private-dns",
) -> Seen:
    """Ask *address* for *url* without a proxy; *server_name* is the SNI where it is not the URL's name."""
    seen = _seen(url, method, form, address)
    try:
        call = _Call(url, method, headers)
    except ValueError as error:
        return {**seen, "sent": {"not-sent": redact(str(error))}}
    proxy = proxy_for(call.name)
    seen["sent"] = {**call.sent, "proxy-bypassed": proxy} if proxy else call.sent
    return _exchange(seen, call, where or (address, call.port), server_name or call.name, timeout, ca_file)


def through_proxy(
    url: str,
    proxy: str,
    timeout: float,
    *,
    method: str = "GET",
    headers: Headers = (),
    server_name: str | None = None,
    ca_file: str | None = None,
    form: str = "private-dns",
) -> Seen:
    """Ask for *url* through a tunnel (CONNECT) of *proxy*, ``http://[user:password@]host[:port]``.

    ``proxy_error`` with the proxy's status and headers when it refuses.  The proxy looks the name up, so that there
    is no address.
    """
    seen = _seen(url, method, form, None)
    try:
        call = _Call(url, method, headers)
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        there = (parts.hostname or "", parts.port or 80)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError("only proxies with an http URL are used")
    except ValueError as error:
        return {**seen, "sent": {"not-sent": redact(str(error)), "proxy": without_user(proxy) or ""}}
    seen["sent"] = {**call.sent, "proxy": without_user(proxy) or ""}
    return _exchange(seen, call, there, server_name or call.name, timeout, ca_file, parts)


def date_offset_ms(headers: Mapping[str, str], started: float, ended: float) -> float | None:
    """Return the server's clock minus ours in milliseconds, by an answer's Date header; None without one.

    *started* and *ended*: this host's seconds since the epoch around the answer.  HTTP dates are cut to the second,
    hence the half; nothing finer than that is measured.
    """
    try:
        server = parsedate_to_datetime(headers.get("date", "")).timestamp() + 0.5
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return round((server - (started + ended) / 2) * 1000, 2)


class _Call:
    """One request as it goes over the wire, and what may be shown of it; `ValueError` when it must not be sent."""

    def __init__(self, url: str, method: str, headers: Headers) -> None:
        parts = urlsplit(url)
        self.method, self.name, self.port = method, parts.hostname or "", parts.port or 443
        if method not in _METHODS:
            raise ValueError(f"{method} can change data")
        if (
            parts.scheme != "https"
            or not re.fullmatch(r"[\w.:-]+", self.name, re.ASCII)
            or re.search(r"\s", url)
        ):
            raise ValueError("only https URLs with a plain host name are called")
        own = f"[{self.name}]" if ":" in self.name else self.name
        self.authority = f"{own}:{self.port}"
        fields = {
            "host": own if self.port == 443 else self.authority,
            "accept": "*/*",
            "accept-encoding": "identity",
            "user-agent": f"apidoctor-probe/{VERSION}",
            # API Gateway takes a client's UUID as $context.requestId: so that this request is found in its logs.
            "x-amzn-requestid": str(uuid.uuid4()),
        }
        secrets = set()
        for name, value in headers:
            if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) or re.search(
                r"[^\t\x20-\x7e]", value
            ):
                raise ValueError(f"header {name[:100]!r} cannot be sent")
            if name.lower() not in _OURS:
                fields[name.lower()] = value
                if name.lower() not in (*_SHOWN, "accept", "accept-encoding", "content-type"):
                    secrets |= {value, *value.split()[1:]}
        fields["connection"] = "close"
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
        target = f"{path}?{query}" if query else path
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        self.wire = "\r\n".join([*lines, "", ""]).encode("ascii")
        self.sent = {name: redact(fields[name]) for name in _SHOWN if name in fields}
        # Shorter ones would mask half of an answer; no secret is that short.
        self.secrets = sorted((text for text in secrets if len(text) > 3), key=len, reverse=True)


def _seen(url: str, method: str, form: str, address: str | None) -> Seen:
    seen = {"kind": "http", "at": now(), "url": redact(url), "method": method, "form": form}
    return {**seen, "address": address, "outcome": "error", "signed": False}


def _exchange(
    seen: Seen,
    call: _Call,
    there: Place,
    name: str,
    timeout: float,
    ca_file: str | None,
    proxy: SplitResult | None = None,
) -> Seen:
    """Connect, shake hands, send and read; *timeout* bounds it all."""
    context = tls.verifying(ca_file, "http/1.1")
    started = time.monotonic()
    deadline = started + timeout
    elapsed: dict[str, float] = {}
    seen.update(server_name=name, host=call.sent["host"], elapsed_ms=elapsed)
    secured = False
    try:
        with socket.create_connection(there, max(timeout, 0.001)) as plain:
            elapsed["connect"] = milliseconds(time.monotonic() - started)
            if proxy is not None:
                refusal = _tunnel(plain, deadline, proxy, call)
                if refusal:
                    seen["sent"]["failed"] = "the proxy refuses the tunnel"
                    return {**seen, **refusal, "outcome": "proxy_error", "at": now()}
            shaking = time.monotonic()
            plain.settimeout(_left(deadline))
            with context.wrap_socket(plain, server_hostname=name) as wire:
                secured, asked = True, time.monotonic()
                elapsed["tls"] = milliseconds(asked - shaking)
                response = _asked(wire, deadline, call.wire, call.method)
                elapsed["first_byte"] = milliseconds(time.monotonic() - asked)
                seen.update(at=now(), outcome="response", status=response.status)
                seen.update(headers=_headers(response, call.secrets), body=_body(response, call.secrets))
    except (OSError, HTTPException, ValueError, OverflowError) as error:
        outcome, seen["sent"]["failed"] = _failure(error)
        if proxy is not None and not secured and not isinstance(error, ssl.SSLCertVerificationError):
            outcome = "proxy_error"
        seen.update(outcome=outcome, at=now())
    elapsed["total"] = milliseconds(time.monotonic() - started)
    return seen


def _tunnel(plain: socket.socket, deadline: float, proxy: SplitResult, call: _Call) -> Seen | None:
    """Open a tunnel (RFC 9110, section 9.3.6); return what the proxy answered when that was no 2xx."""
    secrets: list[str] = []
    lines = [f"CONNECT {call.authority} HTTP/1.1", f"Host: {call.authority}"]
    if proxy.username is not None:
        password = unquote(proxy.password or "")
        token = base64.b64encode(f"{unquote(proxy.username)}:{password}".encode()).decode()
        secrets = [text for text in (token, password) if text]
        lines.append(f"Proxy-Authorization: Basic {token}")
    lines += [f"User-Agent: apidoctor-probe/{VERSION}", "", ""]
    response = _asked(plain, deadline, "\r\n".join(lines).encode("ascii"), "CONNECT")
    if 200 <= response.status < 300:
        return None
    headers, body = _headers(response, secrets), _body(response, secrets)
    return {"status": response.status, "headers": headers, "body": body}


def _asked(connection: socket.socket, deadline: float, request: bytes, method: str) -> HTTPResponse:
    connection.settimeout(_left(deadline))
    connection.sendall(request)
    response = HTTPResponse(_Bounded(connection, deadline), method=method)  # type: ignore[arg-type]
    response.begin()
    return response


class _Bounded(io.RawIOBase):
    """What `HTTPResponse` reads a socket through: a dripping server cannot hold it beyond the deadline.

    It reads no further than the answer's head: what follows in a tunnel is TLS.
    """

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(self, 1)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._deadline))
        return self._connection.recv_into(buffer)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise socket.timeout("timed out")
    return left


def _headers(response: HTTPResponse, secrets: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in response.getheaders()[:_MAX_HEADERS]:
        key = redact(name.lower()[:128])
        text = MASK if key in _SECRET else _clean(value, secrets)
        headers[key] = (f"{headers[key]}, {text}" if key in headers else text)[:_MAX_VALUE]
    return headers


def _body(response: HTTPResponse, secrets: list[str]) -> str:
    """Return the beginning of the body; one that breaks off is shown as far as it came."""
    raw = b""
    try:
        while len(raw) < _MAX_BODY:
            part = response.read1(8192)
            if not part:
                break
            raw += part
    except (OSError, HTTPException, ValueError):
        pass
    return _clean(raw[:_MAX_BODY].decode("utf-8", "replace"), secrets)[:_KEPT_BODY]


def _clean(text: str, secrets: list[str]) -> str:
    """Mask the texts that were sent as secrets, also as JSON writes them, and all that looks like one."""
    for secret in secrets:
        text = text.replace(secret, MASK).replace(secret.replace("/", "\\/"), MASK)
    return redact(text)


def _failure(error: Exception) -> tuple[str, str]:
    """Name what ended an exchange before an answer, and say it in a few words."""
    reason = tls.reason_of(error)
    if isinstance(error, (socket.timeout, TimeoutError)):
        return "timeout", reason
    if isinstance(error, (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, ssl.SSLEOFError)):
        # RemoteDisconnected is a reset too.
        return "reset", "the server hung up without an answer" if isinstance(error, HTTPException) else reason
    if isinstance(error, (HTTPException, ValueError)) and not isinstance(error, OSError):
        return "error", "the answer is not HTTP"
    return "error", reason
