"""A canonical request taken apart: what was signed, what a server shows, or what must have been signed."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.observation import HttpSeen
from apidoctor.model.request import wire_path
from apidoctor.reasoning.signing.canonical import (
    EMPTY_HASH,
    canonical_path,
    canonical_query,
    canonical_value,
    strict_query,
)

_MOST_LINES = 256
"""Lines that are read: API Gateway takes no more than 10 240 bytes of headers."""
_MASK = "***"
TOKEN = "x-amz-security-token"
SENT = "(sent, the value is not known)"
"""Stands for the value of a header that was sent."""
_METHOD = re.compile(r"[A-Z]{1,20}")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
_NAMES = re.compile(r"[A-Za-z0-9_;-]+")
_HASH = re.compile(r"[0-9a-f]{64}|[A-Z0-9-]{8,60}")
"""What the lines of a canonical request can be; a hash may be a word such as ``UNSIGNED-PAYLOAD``."""


class Parts(Struct, frozen=True):
    """The parts of a canonical request; None for what is not known."""

    method: str | None = None
    """Method."""
    path: str | None = None
    """Canonical path."""
    query: str | None = None
    """Canonical query."""
    headers: Mapping[str, str] = {}
    """Values by name in lower case, in their order; one that is not there is not known when `is_partial`."""
    signed_headers: str | None = None
    """Names of the signed headers."""
    payload_hash: str | None = None
    """Hash of the body."""
    is_partial: bool = False
    """Some headers are not known."""
    breaks_off: bool = False
    """The text ends before its last line, the hash of the body."""


class Wire(Struct, frozen=True):
    """What stood in the request line as it was sent; None for what is not known."""

    path: str | None = None
    """Path."""
    query: str | None = None
    """Query, without ``?``."""


NOT_KNOWN = Wire()
"""A request line of which nothing is known."""


def split(text: str) -> Parts:
    """Take a canonical request apart; of one that breaks off, and of a line that can be none, nothing is known.

    A text that does not begin with a method and a path is none at all: nothing of it is known.
    """
    lines = [line.rstrip() for line in text.split("\n")[:_MOST_LINES]]
    head, rest = lines[:3], lines[3:]
    if len(head) < 2 or not _METHOD.fullmatch(head[0]) or not head[1].startswith("/"):
        return Parts(is_partial=True)
    end = rest.index("") if "" in rest else None
    headers: dict[str, str] = {}
    for line in rest[:end]:
        name, colon, value = line.partition(":")
        if colon and _NAME.fullmatch(name):
            headers[name.lower()] = value
    tail = [line for line in rest[end:] if line] if end is not None else []
    after: list[str | None] = [*tail, None, None]
    return Parts(
        method=head[0],
        path=head[1],
        query=head[2] if len(head) > 2 else None,
        headers=headers,
        signed_headers=after[0] if _NAMES.fullmatch(after[0] or "") else None,
        payload_hash=after[1] if _HASH.fullmatch(after[1] or "") else None,
        is_partial=end is None,
        breaks_off=len(tail) < 2,
    )


def sent_host(seen: HttpSeen) -> str | None:
    """Return the Host header as it was sent, with its port: what names the API may stand without."""
    return seen.sent.get("host") or seen.host


def on_the_wire(seen: HttpSeen) -> Wire:
    """Return path and query as they were sent; a masked part says nothing of the one that was sent.

    The URL is the one that was asked for: what is sent of it is encoded as `wire_path` and `strict_query` do.
    """
    try:
        parts = urlsplit(seen.url)
    except ValueError:
        return NOT_KNOWN
    if not parts.scheme:
        return NOT_KNOWN
    return Wire(
        None if _MASK in parts.path else wire_path(parts.path or "/"),
        None if _MASK in parts.query else strict_query(parts.query),
    )


def predicted(seen: HttpSeen) -> Parts:
    """Return what must have been signed for *seen* to be accepted, as far as the observation tells what was sent.

    A header that was sent and is not among the signed ones stands in no canonical request.
    """
    line = on_the_wire(seen)
    sent = {name: value for name, value in seen.sent.items() if name in ("x-amz-date", "x-apigw-api-id")}
    host = seen.sent.get("signed-host") or sent_host(seen)
    headers: dict[str, str] = {"host": host, **sent} if host else sent
    names = seen.sent.get("signed-headers")
    if names:
        headers = {name: value for name, value in headers.items() if name in names.lower().split(";")}
    return Parts(
        method=seen.method or None,
        path=None if line.path is None else canonical_path(line.path),
        query=None if line.query is None else canonical_query(line.query),
        headers={name: canonical_value(value) for name, value in headers.items() if _MASK not in value},
        signed_headers=names,
        payload_hash=EMPTY_HASH if seen.method in ("GET", "HEAD", "OPTIONS") else None,
        is_partial=True,
    )


def with_token(parts: Parts, seen: HttpSeen) -> Parts:
    """Return *parts* with the session token's header, where it was sent and signed; its value is not known."""
    is_signed = TOKEN in (seen.sent.get("signed-headers") or "").lower().split(";")
    if "session-token" not in seen.sent or not is_signed:
        return parts
    return replace(parts, headers={**parts.headers, TOKEN: SENT})
