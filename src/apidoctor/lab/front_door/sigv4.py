"""Checks AWS Signature Version 4 as a server does, written from the published rules alone.

It shares no code with botocore's signer: a verifier that repeats the signer's mistakes would accept them.
Source: IAM guide, "Create a signed AWS API request" and "Elements of an AWS API request signature".
"""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import quote, unquote_to_bytes

from msgspec import Struct

from apidoctor.lab.description import REGION

ALGORITHM = "AWS4-HMAC-SHA256"
_STAMP = "%Y%m%dT%H%M%SZ"


class Signed(Struct, frozen=True):
    """What of a request takes part in a signature."""

    method: str
    target: str
    """Request target as it came over the wire: raw path and query."""
    headers: Mapping[str, str]
    """Names in lower case; several values of one name joined by commas."""
    body: bytes


class Known(Protocol):
    """A known access key."""

    @property
    def arn(self) -> str:
        """Whose it is."""

    @property
    def secret(self) -> str:
        """Its secret key."""

    @property
    def token(self) -> str:
        """The session token that belongs to it."""


class Refused(Struct, frozen=True):
    """Why a signature is not accepted: a row of the catalogue with what it needs."""

    row: str
    values: dict[str, str] = {}


def verify(
    request: Signed, known: Callable[[str], Known | None], now: datetime, tolerance: timedelta
) -> str | Refused:
    """Return the ARN that signed *request*, or why it is refused; *tolerance* is how far its date may be off."""
    header = request.headers.get("authorization", "")
    parts = dict(re.findall(r"(Credential|SignedHeaders|Signature)=([^,\s]+)", header))
    for name in ("Credential", "Signature", "SignedHeaders"):
        if name not in parts:
            return Refused("S6-part", {"part": name})
    scope = parts["Credential"].split("/")
    if len(scope) != 5:
        return Refused("S6-scope")
    if wrong := _wrong_scope(scope):
        return wrong
    key = known(scope[0])
    if key is None:
        return Refused("S3-key")
    if key.token != request.headers.get("x-amz-security-token", ""):
        return Refused("S3")
    date = request.headers.get("x-amz-date", "")
    if untimely := _wrong_time(date, now, tolerance):
        return untimely
    canonical = canonical_request(request, parts["SignedHeaders"].split(";"))
    to_sign = string_to_sign(canonical, date, "/".join(scope[1:]))
    if hmac.compare_digest(signature(key.secret, scope[1:], to_sign), parts["Signature"]):
        return key.arn
    return Refused("S1-canonical", {"canonical": canonical, "to_sign": to_sign})


def _wrong_scope(scope: list[str]) -> Refused | None:
    _, _, region, service, _ = scope
    if region != REGION:
        return Refused("S5-region" if service == "execute-api" else "S5-both")
    return None if service == "execute-api" else Refused("S5-service")


def _wrong_time(sent: str, now: datetime, tolerance: timedelta) -> Refused | None:
    try:
        date = datetime.strptime(sent, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return Refused("S2-date")
    facts = {"date": sent, "now": stamp(now), "minutes": str(int(tolerance.total_seconds() // 60))}
    if date < now - tolerance:
        return Refused("S2-late", {"limit": stamp(now - tolerance), **facts})
    if date > now + tolerance:
        return Refused("S2-early", {"limit": stamp(now + tolerance), **facts})
    return None


def stamp(date: datetime) -> str:
    """A date as signatures write it."""
    return date.strftime(_STAMP)


def canonical_request(request: Signed, signed_headers: list[str]) -> str:
    """The six parts of the canonical request, one per line."""
    path, _, query = request.target.partition("?")
    headers = "".join(f"{name}:{_squeeze(request.headers.get(name, ''))}\n" for name in signed_headers)
    return "\n".join(
        [
            request.method,
            canonical_path(path),
            canonical_query(query),
            headers,
            ";".join(signed_headers),
            hashlib.sha256(request.body).hexdigest(),
        ]
    )


def canonical_path(path: str) -> str:
    """The path without dot segments and empty ones, each segment encoded once more than on the wire.

    A slash stays only when the path ends in one: after ``/a/.`` botocore and AWS's C library sign ``/a``, where RFC
    3986 would leave ``/a/``.
    """
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    tail = "/" if kept and path.endswith("/") else ""
    return quote("/" + "/".join(kept) + tail, safe="/-_.~")


def canonical_query(query: str) -> str:
    """Parameters decoded, encoded strictly (RFC 3986), and sorted by name and value."""
    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    encoded = sorted((_strict(name), _strict(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def string_to_sign(canonical: str, stamp: str, scope: str) -> str:
    """The four lines that are signed."""
    return "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])


def signature(secret: str, scope: list[str], to_sign: str) -> str:
    """The signature in hex, with a key derived from date, Region, service and the scope's last word."""
    key = f"AWS4{secret}".encode()
    for part in (*scope, to_sign):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()


def digest(header: str) -> str:
    """SHA-256 of an Authorization header in Base64: the server's texts never repeat the header itself."""
    return b64encode(hashlib.sha256(header.encode()).digest()).decode()


def _strict(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="-_.~")


def _squeeze(value: str) -> str:
    return re.sub(r" +", " ", value.strip())
