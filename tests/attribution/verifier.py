"""Verifies SigV4 as a service does (IAM user guide, *Create a signed AWS API request*), with nothing but hashes."""

import hashlib
import hmac
import re
from urllib.parse import quote, unquote, urlsplit

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
"""The example credentials of the AWS documentation."""
REGION, SERVICE = "us-east-1", "execute-api"
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
    "Access Key and signing method. Consult the service documentation for details."
)
_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request), ?"
    r"SignedHeaders=(?P<names>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


def refuses(method: str, path: str, headers: dict[str, str]) -> tuple[str, str] | None:
    """Error type and text of the refusal; None for a good signature."""
    found = _HEADER.fullmatch(headers["authorization"])
    if not found:
        return "IncompleteSignatureException", "Authorization header requires 'Signature' parameter."
    if found["key"] != KEY:
        return "UnrecognizedClientException", "The security token included in the request is invalid."
    if (found["region"], found["service"]) != (REGION, SERVICE):
        return "InvalidSignatureException", "Credential should be scoped to a valid region. "
    canonical = canonical_request(method, path, headers, found["names"].split(";"))
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    string = f"AWS4-HMAC-SHA256\n{headers.get('x-amz-date', '')}\n{found['scope']}\n{hashed}"
    wanted = _signature(found["scope"], string)
    return (
        None if hmac.compare_digest(wanted, found["signature"]) else ("InvalidSignatureException", MISMATCH)
    )


def canonical_request(method: str, target: str, headers: dict[str, str], names: list[str]) -> str:
    """The canonical request of a call without a body; the path is encoded once more, as all services but S3 do."""
    parts = urlsplit(target)
    path = quote(parts.path or "/", safe="/~-._")
    pairs = sorted(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    query = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in pairs)
    lines = "".join(f"{name}:{' '.join(headers.get(name, '').split())}\n" for name in names)
    body = headers.get("x-amz-content-sha256") or hashlib.sha256(b"").hexdigest()
    return f"{method}\n{path}\n{query}\n{lines}\n{';'.join(names)}\n{body}"


def _encoded(text: str) -> str:
    return quote(unquote(text), safe="~-._")


def _signature(scope: str, string: str) -> str:
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, string.encode(), hashlib.sha256).hexdigest()
