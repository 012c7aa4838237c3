"""The canonical request and the string to sign, from the published rule alone.

Source: IAM user guide, "Create a signed AWS API request" (steps 1 to 3) and "Elements of an AWS API request signature".
It shares no code with the signer or the lab's verifier: all three are held against the published test suite.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Literal
from urllib.parse import quote, unquote_to_bytes

from msgspec import Struct

Element = Literal["method", "path", "query", "header", "end of headers", "signed headers", "payload hash"]

ALGORITHM = "AWS4-HMAC-SHA256"
TERMINATOR = "aws4_request"
SERVICE = "execute-api"
EMPTY_HASH = hashlib.sha256(b"").hexdigest()
CONTENT_HASH = "x-amz-content-sha256"
"""A header whose value signers take for the hash of the body."""
UNSIGNED = "UNSIGNED-PAYLOAD"
"""What stands for the hash where the body is not signed; API Gateway's verifier hashes the body that it got."""

RULES: dict[Element, str] = {
    "method": "the HTTP method in capitals",
    "path": "the path without dot segments and double slashes, each character but A-Z a-z 0-9 - . _ ~ / encoded "
    "once more than it is sent (all services but S3)",
    "query": "each name and value encoded (A-Z a-z 0-9 - . _ ~ stay), a name without = gets one, sorted by name, then "
    "value",
    "header": "the name in lower case, the value without spaces at its ends and with single ones "
    "inside; sorted by name",
    "end of headers": "an empty line ends the headers",
    "signed headers": "the names of the headers above, joined by semicolons; host and x-amz-* must be among them",
    "payload hash": "SHA-256 of the body in hex",
}
"""The rule that makes each line of a canonical request."""

HEADER_RULES: dict[str, str] = {
    "host": "the Host header that is really sent, with its port when that is not 443",
    "x-amz-date": "when the request was signed, in UTC; at most five minutes from the server's clock",
    "x-amz-security-token": "the session token, of temporary credentials only",
    "x-apigw-api-id": "which API is meant, where the Host is an endpoint's name",
    "content-type": "signed when it is sent",
    CONTENT_HASH: "what stands for the hash of the body; API Gateway hashes the body that it gets",
}
"""More to say of these headers."""


class Line(Struct, frozen=True):
    """One line of a canonical request, and why it reads so."""

    element: Element
    """Which part it is."""
    text: str
    """The line."""
    rule: str
    """The rule that made it."""


def canonical_lines(
    method: str,
    target: str,
    headers: Mapping[str, str],
    body_hash: str | None = None,
    *,
    twice: bool = True,
) -> list[Line]:
    """Return the canonical request, line by line.

    *target* is path and query as they are sent, *headers* are those that are signed, the Host among them; *body_hash*
    is that of the body, by default what ``X-Amz-Content-Sha256`` says, as signers have it, else that of an empty one;
    *twice* is False only for S3, whose path is encoded once.
    """
    path, _, query = target.partition("?")
    values = {name.lower(): canonical_value(value) for name, value in headers.items()}
    given = values.get(CONTENT_HASH)
    body_hash = body_hash or given or EMPTY_HASH
    of_body = f"what {CONTENT_HASH} says" if body_hash == given else RULES["payload hash"]
    names = sorted(values)
    return [
        Line("method", method, RULES["method"]),
        Line("path", canonical_path(path, twice=twice), RULES["path"]),
        Line("query", canonical_query(query), RULES["query"]),
        *(
            Line("header", f"{name}:{values[name]}", HEADER_RULES.get(name, RULES["header"]))
            for name in names
        ),
        Line("end of headers", "", RULES["end of headers"]),
        Line("signed headers", ";".join(names), RULES["signed headers"]),
        Line("payload hash", body_hash, of_body),
    ]


def canonical_request(lines: Iterable[Line]) -> str:
    """Return the text of a canonical request."""
    return "\n".join(line.text for line in lines)


def string_to_sign(canonical: str, stamp: str, scope: str, algorithm: str = ALGORITHM) -> str:
    """Return the four lines that are signed: *stamp* is ``X-Amz-Date``, *scope* ends in ``aws4_request``."""
    return "\n".join([algorithm, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])


def scope_of(stamp: str, region: str, service: str = SERVICE) -> str:
    """Return the credential scope of a request that is signed at *stamp*."""
    return f"{stamp[:8]}/{region}/{service}/{TERMINATOR}"


def canonical_path(path: str, *, twice: bool = True) -> str:
    """Return the path normalised (RFC 3986, 5.2.4, empty segments left out) and encoded once more."""
    plain = normal_path(path)
    return quote(plain, safe="/-_.~" if twice else "/-_.~%")


def other_readings(path: str) -> frozenset[str]:
    """Return what *path*, as it is sent, comes to by other rules than the right one: encoded once, not normalised."""
    once = "/".join(strict(segment) for segment in path.split("/"))
    twice = quote(path, safe="/-_.~")
    return frozenset({path, once, twice, normal_path(path), normal_path(once)}) - {canonical_path(path)}


def normal_path(path: str) -> str:
    """Return *path* without dot segments and empty ones; a slash at its end stays.

    After ``/a/.`` RFC 3986 leaves ``/a/``; botocore and AWS's C library sign ``/a``, and so does this.
    """
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    ends = kept and path.endswith("/")
    return f"/{'/'.join(kept)}{'/' if ends else ''}"


def canonical_query(query: str) -> str:
    """Return the query with every name and value encoded strictly, sorted; ``+`` is a plus sign."""
    return "&".join(f"{name}={value}" for name, value in sorted(_pairs(query)))


def strict_query(query: str) -> str:
    """Return the query encoded strictly in the order in which it stands: so it is sent."""
    return "&".join(f"{name}={value}" for name, value in _pairs(query))


def _pairs(query: str) -> list[tuple[str, str]]:
    pairs = (part.partition("=") for part in query.split("&") if part)
    return [(strict(name), strict(value)) for name, _, value in pairs]


def canonical_value(value: str) -> str:
    """Return a header's value without spaces at its ends, and with single ones inside."""
    return re.sub(r"[ \t]+", " ", value.strip(" \t"))


def strict(text: str) -> str:
    """Return *text* decoded and encoded again, all but the unreserved characters (RFC 3986, 2.3)."""
    return quote(unquote_to_bytes(text), safe="-_.~")
