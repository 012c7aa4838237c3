"""One HTTP request, ready to be sent: what the caller would send, and nothing that could change data."""

import re
import time
import uuid
from urllib.parse import SplitResult, quote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from apidoctor import __version__
from apidoctor.facts.probes.sign import Signed, SigningCredentials, sign, strict_query
from apidoctor.facts.redact import SECRET_NAMES, redact
from apidoctor.model.request import Request, wire_path
from apidoctor.model.signature import read_signature, shown
from apidoctor.travelling.book import is_address
from apidoctor.travelling.masking import header_secrets, query_secrets
from apidoctor.travelling.proxies import proxy_for

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_UNSENDABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "expect"})
"""Headers that are sent as this program has them, whatever the user gave; but for the Host."""
_SHOWN = (
    "host",
    "x-apigw-api-id",
    "x-amz-date",
    "x-amz-region-set",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "user-agent",
)
_KEY_ID = re.compile(r"Credential=([^/,\s]+)")


class NotSent(Exception):
    """The request must not or cannot be sent; the text says why."""


class Call(Struct, frozen=True):
    """One request as it goes over the wire."""

    method: str
    """HTTP method."""
    url: str
    """The whole URL as it is sent."""
    name: str
    """Host name of the URL."""
    port: int
    """Port of the URL."""
    target: str
    """Path and query as they stand in the request line."""
    headers: tuple[tuple[str, str], ...]
    """All headers."""
    signed: bool
    """Whether there is a SigV4 signature among them."""
    sent: dict[str, str]
    """What may be shown of them."""
    secrets: tuple[str, ...]
    """What must never be shown, even when the server sends it back."""
    server_name: str
    """The SNI, and the name the certificate must have; Host and address are chosen independently of it."""
    signature: Signed | None = None
    """What was signed, when this call was signed here."""


def prepare(
    request: Request,
    url: str,
    detail: str,
    credentials: SigningCredentials | None = None,
    allow_unsafe_method: bool = False,
    server_name: str | None = None,
) -> Call:
    """Make the request for *url*; raise `NotSent` when there is none to make.

    *detail* is ``unsigned`` (the user's headers as given), ``signed`` (the same with SigV4), ``impossible``
    (a path that no API has, so that the answer tells whether one listens at all) or ``bare`` (nothing of the
    user's but what names the API: for a server that is not trusted).  Secrets go only to the user's own target.
    A path that no API has may still lead to a backend (``{proxy+}``): it never gets a method that can change data.
    *server_name* is the SNI, by default the name in the URL, or the Host where the URL has an address.
    """
    parts = _parts(url)
    name, method = parts.hostname or "", request.method.upper()
    if method not in SAFE_METHODS and detail == "impossible":
        method = "GET"
    if method not in SAFE_METHODS and not allow_unsafe_method:
        raise NotSent(
            f"{method} can change data: only --allow-unsafe-method sends it; GET, HEAD, OPTIONS go out as is"
        )
    own = name in (request.name, request.default_name, request.host_name)
    port = f":{parts.port}" if parts.port not in (None, 443) else ""
    there = f"{_bracketed(name)}{port}"
    # A client adds the port to a Host of its own making, and sends one that it was given as it is.
    given = request.host != name or any(key.lower() == "host" for key, _ in request.headers)
    host = request.host if request.host and name == request.name and given else there
    if detail == "bare":
        request = _stripped(request)
    target = _target(request, parts, detail)
    whole = f"https://{there}{target}"
    headers = _headers(request, host, with_secrets=own and detail not in ("impossible", "bare"))
    signature = None
    if detail == "signed":
        if not own:
            raise NotSent("credentials go only to the target that was named")
        signature = _signature(request, credentials, method, whole, headers, host)
        headers |= {name.lower(): value for name, value in signature.headers.items()}
    return Call(
        method=method,
        url=whole,
        name=name,
        port=parts.port or 443,
        target=target,
        headers=tuple(headers.items()),
        signed=detail == "signed",
        sent=_shown(headers, name, (request.sign_host or host) if signature else "", parts.query),
        secrets=_secrets(headers, whole, credentials),
        server_name=server_name or (is_address(name) and name == request.name and request.host_name) or name,
        signature=signature,
    )


def _stripped(request: Request) -> Request:
    """Return *request* with no header of the user's but those that name the API: any other may hold a secret."""
    kept = tuple(pair for pair in request.headers if pair[0].lower() in ("host", "x-apigw-api-id"))
    return replace(request, headers=kept, sign_host=None)


def _target(request: Request, parts: SplitResult, detail: str) -> str:
    """Return path and query as they go into the request line."""
    if detail == "impossible":
        stage = f"/{quote(request.stage, safe='')}" if request.stage else ""
        return f"{stage}/apidoctor-{uuid.uuid4().hex[:12]}"
    path, query = wire_path(parts.path or "/"), strict_query(parts.query)
    if detail == "bare" and redact(f"{path}?{query}") != f"{path}?{query}":
        query = ""
    return f"{path}?{query}" if query else path


def _parts(url: str) -> SplitResult:
    try:
        url.encode()  # raises for half a surrogate pair
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is none
    except ValueError as error:
        raise NotSent(f"the URL cannot be read: {error}") from error
    if parts.scheme != "https" or not parts.hostname or not parts.hostname.isascii():
        raise NotSent("only https URLs with a plain host name are called")
    return parts


def _headers(request: Request, host: str, *, with_secrets: bool) -> dict[str, str]:
    """Return all headers by lower-case name: ours, then the user's."""
    headers = {
        "host": host,
        "accept": "*/*",
        "accept-encoding": "identity",
        "user-agent": f"apidoctor/{__version__}",
        # API Gateway takes a client's UUID as $context.requestId: so that this request is found in its logs.
        "x-amzn-requestid": str(uuid.uuid4()),
        # X-Ray's own form (X-Ray developer guide, "Tracing header"); signers leave it out of the signature.
        "x-amzn-trace-id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=1",
    }
    for name, value in request.headers:
        lower = name.lower()
        if lower in OURS or (lower in SECRET_NAMES and not with_secrets):
            continue
        if not _TOKEN.fullmatch(name) or _UNSENDABLE.search(value):
            raise NotSent(f"header {name!r} cannot be sent")
        headers[lower] = value
    return {**headers, "connection": "close"}


def _signature(
    request: Request,
    credentials: SigningCredentials | None,
    method: str,
    url: str,
    headers: dict[str, str],
    host: str,
) -> Signed:
    if credentials is None:
        raise NotSent("there are no credentials to sign with")
    if request.region is None:
        raise NotSent("the Region to sign for is not known")
    signed_host = request.sign_host or host
    return sign(credentials, method, url, headers, region=request.region, host=signed_host)


def _shown(headers: dict[str, str], name: str, signed_host: str, query: str) -> dict[str, str]:
    """Return what may be told of a request; *signed_host* is empty when the signature is not ours."""
    told = {header: redact(headers[header]) for header in _SHOWN if header in headers}
    told |= shown(read_signature(headers.get("authorization"), query))
    if signed_host:
        told["signed-host"] = signed_host
    if "x-amz-security-token" in headers:
        told["session-token"] = "sent"
    if proxy := proxy_for(name):
        told["proxy-bypassed"] = proxy
    return told


def _secrets(headers: dict[str, str], url: str, credentials: SigningCredentials | None) -> tuple[str, ...]:
    """Return the texts to mask in an answer."""
    texts = query_secrets(url).union(*(header_secrets(name, value) for name, value in headers.items()))
    texts |= set(_KEY_ID.findall(headers.get("authorization", "")))
    if credentials is not None:
        texts |= {credentials.access_key, credentials.secret_key, credentials.token or ""}
    return tuple(sorted(text for text in texts if text))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
