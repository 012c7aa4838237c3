"""SigV4 once more, from the published rule alone ("Create a signed AWS API request", IAM user guide)."""

import hashlib
import hmac
from urllib.parse import quote, unquote


def signature(secret: str, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> str:
    """Return the signature that *headers* (lower-case names) must carry."""
    scope, signed = parts(headers["authorization"])
    day, region, service, _ = scope.split("/")
    path, _, query = target.partition("?")
    canonical = "\n".join(
        [
            method,
            quote(path, safe="/-_.~"),
            "&".join(sorted(_pair(part) for part in query.split("&") if part)),
            *(f"{name}:{' '.join(headers[name].split())}" for name in signed),
            "",
            ";".join(signed),
            hashlib.sha256(body).hexdigest(),
        ]
    )
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashed])
    key = f"AWS4{secret}".encode()
    for text in (day, region, service, "aws4_request"):
        key = hmac.digest(key, text.encode(), "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def parts(authorization: str) -> tuple[str, list[str]]:
    """Return the credential scope and the names of the signed headers."""
    fields = dict(part.strip().split("=", 1) for part in authorization.split(" ", 1)[1].split(","))
    return fields["Credential"].partition("/")[2], fields["SignedHeaders"].split(";")


def given(authorization: str) -> str:
    """Return the signature in an Authorization header."""
    return authorization.rpartition("Signature=")[2]


def _pair(part: str) -> str:
    name, _, value = part.partition("=")
    return f"{_strict(name)}={_strict(value)}"


def _strict(text: str) -> str:
    return quote(unquote(text), safe="-_.~")
