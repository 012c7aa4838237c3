"""SigV4: the headers that make a request signed, and the query as it must be sent."""

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from urllib.parse import quote, unquote_to_bytes

from msgspec import Struct


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


CredentialsProvider = Callable[[], SigningCredentials | None]
"""Who signs: called when a request is about to be signed; None when there are no credentials."""

_SIGNED = re.compile(r"content-type|x-amz-.*|x-apigw-api-id", re.IGNORECASE)
"""Headers worth signing besides the Host: a proxy may rewrite the others, which breaks the signature."""


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
) -> dict[str, str]:
    """Return the headers to add: ``X-Amz-Date``, ``Authorization`` and, for temporary credentials, the token.

    *host* is the Host that is signed (with its port, if not 443); the query of *url* must come out of
    `strict_query`. The rule is "Create a signed AWS API request" of the IAM user guide; botocore does the
    work.
    """
    # 130 ms of imports, and without types: only a signed request needs them.
    auth, awsrequest = import_module("botocore.auth"), import_module("botocore.awsrequest")
    credentials_of = import_module("botocore.credentials").Credentials

    kept = {name: value for name, value in headers.items() if _SIGNED.fullmatch(name)}
    request = awsrequest.AWSRequest(method, url, headers={**kept, "Host": host}, data=body)
    keys = credentials_of(credentials.access_key, credentials.secret_key, credentials.token)
    auth.SigV4Auth(keys, service, region).add_auth(request)
    added = ("X-Amz-Date", "X-Amz-Security-Token", "Authorization")
    return {name: str(request.headers[name]) for name in added if request.headers.get(name)}


def strict_query(query: str) -> str:
    """Percent-encode *query* as the canonical request has it (RFC 3986 unreserved characters, capital hex).

    botocore signs a query as it is written, others encode it first: they agree only when nothing is left to
    encode. A bare ``+`` becomes ``%2B``, as most signers read it; a name without ``=`` gets one.
    """
    pairs = (part.partition("=") for part in query.split("&") if part)
    return "&".join(f"{_strict(name)}={_strict(value)}" for name, _, value in pairs)


def _strict(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="-_.~")
