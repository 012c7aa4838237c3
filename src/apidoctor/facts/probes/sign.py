"""SigV4: the headers that make a request signed, and the query as it must be sent."""

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from urllib.parse import quote, unquote_to_bytes

from msgspec import Struct

from apidoctor.facts.redact import mask_known, redact
from apidoctor.model.mismatch import bounded, read_mismatch
from apidoctor.model.observation import Signing


class SigningCredentials(Struct, frozen=True):
    """An access key, long-term or temporary."""

    access_key: str
    """Access key id."""
    secret_key: str
    """Secret access key."""
    token: str | None = None
    """Session token of temporary credentials."""

    def __repr__(self) -> str:
        return "SigningCredentials(***)"


class Signed(Struct, frozen=True):
    """A signature, and what was signed; the texts hold the session token."""

    headers: dict[str, str]
    """Headers to add: ``X-Amz-Date``, ``Authorization`` and, for temporary credentials, the token."""
    canonical_request: str
    """Canonical request."""
    string_to_sign: str
    """String to sign."""

    def __repr__(self) -> str:
        return "Signed(***)"


CredentialsProvider = Callable[[], SigningCredentials | None]
"""Who signs: called when a request is about to be signed; None when there are no credentials."""

_SIGNED = re.compile(r"content-type|x-amz-.*|x-apigw-api-id", re.IGNORECASE)
"""Headers worth signing besides the Host: a proxy may rewrite the others, which breaks the signature."""

ANOTHER = "(another value)"
"""Marks a line of the server's text that differs from ours in what is masked."""


def worth_signing(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that are signed, the Host left out."""
    return {name: value for name, value in headers.items() if _SIGNED.fullmatch(name)}


def sign(
    credentials: SigningCredentials,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes = b"",
    *,
    region: str,
    service: str = "execute-api",
    host: str,
) -> Signed:
    """Sign a request.

    *host* is the Host that is signed (with its port, if not 443); the query of *url* must come out of
    `strict_query`. The rule is "Create a signed AWS API request" of the IAM user guide; botocore does the
    work.
    """
    # 130 ms of imports, and without types: only a signed request needs them.
    auth, awsrequest = import_module("botocore.auth"), import_module("botocore.awsrequest")
    credentials_of = import_module("botocore.credentials").Credentials

    request = awsrequest.AWSRequest(method, url, headers={**worth_signing(headers), "Host": host}, data=body)
    keys = credentials_of(credentials.access_key, credentials.secret_key, credentials.token)
    signer = auth.SigV4Auth(keys, service, region)
    signer.add_auth(request)
    added = ("X-Amz-Date", "X-Amz-Security-Token", "Authorization")
    result = {name: str(request.headers[name]) for name in added if request.headers.get(name)}
    del request.headers["Authorization"]  # what was signed does not hold the signature
    canonical = str(signer.canonical_request(request))
    return Signed(result, canonical, str(signer.string_to_sign(request, canonical)))


def signing_of(signed: Signed | None, body: str, secrets: tuple[str, ...]) -> Signing | None:
    """Return what was signed beside what the server's *body* shows, all that is secret masked.

    Lines are compared before they are masked: of two different tokens the server's is marked `ANOTHER`.
    None when nothing was signed and nothing is shown.
    """
    shown = read_mismatch(body)
    if signed is None and shown.canonical_request is None and shown.string_to_sign is None:
        return None
    ours = signed.canonical_request if signed else None
    return Signing(
        canonical_request=_masked(ours, secrets),
        string_to_sign=_masked(signed.string_to_sign if signed else None, secrets),
        received_canonical_request=_received(shown.canonical_request, ours, secrets),
        received_string_to_sign=_masked(shown.string_to_sign, secrets),
    )


def _masked(text: str | None, secrets: tuple[str, ...]) -> str | None:
    return None if text is None else bounded("\n".join(_line(line, secrets) for line in text.split("\n")))


def _received(text: str | None, ours: str | None, secrets: tuple[str, ...]) -> str | None:
    if text is None:
        return None
    own = set((ours or "").split("\n"))
    masked_own = {_line(line, secrets) for line in own}
    lines = []
    for line in text.split("\n"):
        masked = _line(line, secrets)
        hidden = ours is not None and masked != line and line not in own and masked in masked_own
        lines.append(f"{masked} {ANOTHER}" if hidden else masked)
    return bounded("\n".join(lines))


def _line(line: str, secrets: tuple[str, ...]) -> str:
    return redact(mask_known(line, secrets))


def strict_query(query: str) -> str:
    """Percent-encode *query* as the canonical request has it (RFC 3986 unreserved characters, capital hex).

    botocore signs a query as it is written, others encode it first: they agree only when nothing is left to
    encode. A bare ``+`` becomes ``%2B``, as most signers read it; a name without ``=`` gets one.
    """
    pairs = (part.partition("=") for part in query.split("&") if part)
    return "&".join(f"{_strict(name)}={_strict(value)}" for name, _, value in pairs)


def _strict(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="-_.~")
