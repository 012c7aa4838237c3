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
from urllib.parse import quote, unquote, urlsplit

from . import tls
from .body import Reader
from .masking import header_secrets, mask_known, query_secrets, redact
from .proxies import proxy_for, without_user
from .routes import place
from .secret_names import MASK, hides_value
from .stamp import VERSION, milliseconds, now

_MAX_HEADERS, _MAX_NAME, _MAX_VALUE = 64, 128, 2048
_MAX_INTERIM = 16  # answers before the true one, as 103 Early Hints
_METHODS = ("GET", "HEAD", "OPTIONS")  # those that change nothing: RFC 9110, section 9.2.1
_OURS = ("connection", "content-length", "transfer-encoding", "expect")
_SHOWN = ("host", "x-apigw-api-id", "x-amzn-requestid", "user-agent")
_SECRET = ("authorization", "x-api-key", "cookie", "set-cookie", "x-amz-security-token")
Seen = Dict[str, Any]
Headers = Iterable[Tuple[str, str]]


def get(
    url: str,
    address: str | None,
    timeout: float,
    *,
    method: str = "GET",
    headers: Headers = (),
    server_name: str | None = None,
    where: tuple[str, int] | None = None,
    ca_file: str | None = None,
    form: str = "private-dns",
    proxy: str | None = None,
    answer: float = 0.0,
) -> Seen:
    """Ask *address* for *url*, with *server_name* as SNI where that is not the URL's name; *timeout* bounds it all.

    Where *answer* is longer, the first byte of the answer may come until then: that wait does not count.
    *proxy* is what `through_proxy` asks; else none is used.
    """
    seen: Seen = {"kind": "http", "at": now(), "url": redact(url), "method": method, "form": form}
    seen.update(address=address, outcome="error", signed=False)
    context = tls.verifying(ca_file, "http/1.1")
    try:
        call = _Call(url, method, headers, proxy)
    except ValueError as error:
        return {**seen, "sent": {"not-sent": redact(str(error))}}
    bypassed = None if proxy else proxy_for(call.name)
    sent = {**call.sent, "proxy-bypassed": bypassed} if bypassed else call.sent
    name = server_name or call.name
    started = time.monotonic()
    deadline, shaken = started + timeout, 0.0
    elapsed: dict[str, float] = {}
    seen.update(server_name=name, host=sent["host"], sent=sent, elapsed_ms=elapsed)
    try:
        there = place(address or "", call.port, call.proxy or where)
        with socket.create_connection(there, max(timeout, 0.001)) as plain:
            elapsed["connect"] = milliseconds(time.monotonic() - started)
            if call.tunnel:
                response = _asked(plain, deadline, call.tunnel, "CONNECT")
                if not 200 <= response.status < 300:
                    sent["failed"] = "the proxy refuses the tunnel"
                    return {**seen, **_answer(response, call.secrets), "outcome": "proxy_error"}
            shaking = time.monotonic()
            plain.settimeout(tls.left(deadline))
            with context.wrap_socket(plain, server_hostname=name) as wire:
                shaken = time.monotonic()
                elapsed["tls"] = milliseconds(shaken - shaking)
                response = _asked(wire, deadline, call.wire, method, started + answer, elapsed)
                elapsed["first_byte"] = milliseconds(time.monotonic() - shaken)
                seen.update(_answer(response, call.secrets), outcome="response")
    except (HTTPException, *tls.FAILURES) as error:
        outcome, sent["failed"] = _failure(error)
        if proxy and not shaken and not isinstance(error, ssl.SSLCertVerificationError):
            outcome = "proxy_error"
        seen.update(outcome=outcome, at=now())
    elapsed["total"] = milliseconds(time.monotonic() - started)
    return seen


def through_proxy(url: str, proxy: str, timeout: float, **options: Any) -> Seen:
    """Ask for *url* through a tunnel (CONNECT) of *proxy*, ``http://[user:password@]host[:port]``; options of `get`.

    ``proxy_error``: it refuses (with its status), or does not answer.  It looks the name up: there is no address.
    """
    return get(url, None, timeout, proxy=proxy, **options)


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

    def __init__(self, url: str, method: str, headers: Headers, proxy: str | None) -> None:
        parts = urlsplit(url)
        self.name, self.port = parts.hostname or "", parts.port or 443
        if method not in _METHODS:
            raise ValueError(f"{method} can change data")
        if (
            parts.scheme != "https"
            or not re.fullmatch(r"[\w.:-]+", self.name, re.ASCII)
            or re.search(r"\s", url)
        ):
            raise ValueError("only https URLs with a plain host name are called")
        own = f"[{self.name}]" if ":" in self.name else self.name
        fields = {
            "host": own if self.port == 443 else f"{own}:{self.port}",
            "accept": "*/*",
            "accept-encoding": "identity",
            "user-agent": f"apidoctor-probe/{VERSION}",
            # API Gateway takes a client's UUID as $context.requestId: so that this request is found in its logs.
            "x-amzn-requestid": str(uuid.uuid4()),
        }
        secrets, given = query_secrets(url), set()
        for name, value in headers:
            if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) or re.search(
                r"[^\t\x20-\x7e]", value
            ):
                raise ValueError(f"header {name[:100]!r} cannot be sent")
            key = name.lower()
            if key not in _OURS:
                # A header given twice is a list (RFC 9110, 5.3), joined as signers do; there is one Host.
                between = "; " if key == "cookie" else ","
                fields[key] = f"{fields[key]}{between}{value}" if key in given and key != "host" else value
                given.add(key)
            secrets |= header_secrets(name, value)
        self.sent = {name: redact(fields[name]) for name in _SHOWN if name in fields}
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        if parts.query:
            target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
        self.wire = _head(f"{method} {target}", {**fields, "connection": "close"})
        self.proxy, self.tunnel = None, b""
        if proxy:
            by = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
            if by.scheme != "http" or not by.hostname:
                raise ValueError("only proxies with an http URL are used")
            self.proxy = (by.hostname, by.port or 80)
            fields = {"host": f"{own}:{self.port}", "user-agent": fields["user-agent"]}
            if by.username is not None:
                password = unquote(by.password or "")
                token = base64.b64encode(f"{unquote(by.username)}:{password}".encode()).decode()
                fields["proxy-authorization"] = f"Basic {token}"
                secrets |= {token, password}
            self.tunnel = _head(f"CONNECT {own}:{self.port}", fields)
            self.sent["proxy"] = without_user(proxy) or ""
        self.secrets = tuple(secrets)


def _head(start: str, fields: dict[str, str]) -> bytes:
    lines = [f"{start} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _asked(
    connection: socket.socket,
    deadline: float,
    request: bytes,
    method: str,
    answer: float = 0.0,
    elapsed: dict[str, float] | None = None,
) -> HTTPResponse:
    connection.settimeout(tls.left(deadline))
    connection.sendall(request)
    # Of a tunnel's answer no byte more than its head is read: what follows is TLS.
    bounded = _Bounded(connection, deadline, 1 if method == "CONNECT" else 8192, answer, elapsed)
    for _ in range(_MAX_INTERIM):
        response = HTTPResponse(bounded, method=method)  # type: ignore[arg-type]
        response.begin()
        if (
            not 101 < response.status < 200
        ):  # 100 is passed over by it, 101 is the last one (RFC 9110, section 15.2)
            bounded.in_head = False
            return response
        response.fp = None  # type: ignore[assignment]  # it would close the connection when it goes
    raise HTTPException("too many interim answers")


class _Bounded(io.RawIOBase):
    """What `HTTPResponse` reads a socket through: a dripping server cannot hold it beyond the deadline.

    Only the first byte may come later, until *answer*; how long it took is put into *elapsed*.
    """

    in_head = True
    """Whether the answer's head is being read: it must not end there."""

    def __init__(
        self,
        connection: socket.socket,
        deadline: float,
        size: int,
        answer: float,
        elapsed: dict[str, float] | None,
    ) -> None:
        self._connection, self._deadline, self._begun = connection, deadline, b""
        self._answer, self._elapsed = answer, elapsed
        self._file = io.BufferedReader(self, size)

    def makefile(self, _: str) -> Any:
        return self._file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        started = time.monotonic()
        self._connection.settimeout(tls.left(max(self._deadline, self._answer)))
        count = self._connection.recv_into(buffer)
        took = time.monotonic() - started
        if self._answer > self._deadline:  # the first byte: how long it took does not count
            self._deadline += took
        self._answer = 0.0
        if self._elapsed is not None:
            self._elapsed.setdefault("first_byte", milliseconds(took))
        if self.in_head:
            self._begun = (self._begun + bytes(buffer[: min(count, 5)]))[:5]
            if not count and self._begun == b"HTTP/":  # `HTTPResponse` takes half a head for a whole one
                raise ConnectionResetError("the answer broke off in its head")
        return count


def _answer(response: HTTPResponse, secrets: tuple[str, ...]) -> Seen:
    """Return status, headers and the beginning of the body; one that breaks off is shown as far as it came."""
    at, reader, broken = now(), Reader(lambda text: redact(mask_known(text, secrets))), False
    headers: dict[str, str] = {}
    for name, value in response.getheaders()[:_MAX_HEADERS]:
        key = name.lower()[:_MAX_NAME]
        text = MASK if key in _SECRET or hides_value(key) else redact(mask_known(_text(value), secrets))
        key = redact(mask_known(_text(key), secrets))
        headers[key] = (f"{headers[key]}, {text}" if key in headers else text)[:_MAX_VALUE]
    try:
        reader.gather(iter(lambda: response.read1(8192), b""))
        # A whole chunked body ends with a chunk of its own, one with a length when nothing is left of it.
        broken = bool(response.length) and reader.room > 0
    except (OSError, HTTPException, ValueError):
        broken = True
    body = reader.told(headers.get("content-encoding", ""), broken=broken)
    size = {"body_bytes": body.size, "truncated": body.truncated}
    return {"at": at, "status": response.status, "headers": headers, "body": body.text, **size}


def _text(latin: str) -> str:
    """Return a header's text, which was read as Latin-1, as UTF-8 where it is that."""
    try:
        return latin.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return latin


def _failure(error: Exception) -> tuple[str, str]:
    """Name what ended an exchange before an answer, and say it in a few words."""
    if isinstance(error, (socket.timeout, TimeoutError)):
        return "timeout", tls.reason_of(error)
    if isinstance(error, (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, ssl.SSLEOFError)):
        return "reset", tls.reason_of(error)
    if isinstance(error, OSError):
        return "error", tls.reason_of(error)
    return "error", "the answer is not HTTP" if isinstance(error, HTTPException) else tls.reason_of(error)
