"""A signature as a request carries it: read from an Authorization header or a presigned query, secrets left out.

Source: IAM user guide, "Create a signed AWS API request" (Authorization header, query string parameters) and
"AWS Signature Version 4A".
"""

import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import unquote

from msgspec import Struct

Scheme = Literal["none", "sigv4", "sigv4a", "sigv2", "bearer", "basic", "other", "bare", "empty"]
"""``other`` has a scheme that is none of AWS's, ``bare`` is a single word, as an API key is,
``empty`` is a header without a value."""
KeyType = Literal["", "long-term", "temporary", "other"]

ALGORITHMS: dict[str, Scheme] = {"AWS4-HMAC-SHA256": "sigv4", "AWS4-ECDSA-P256-SHA256": "sigv4a"}
"""Algorithm names of the two signatures that API Gateway verifies."""
KEY_TYPES: dict[str, KeyType] = {"AKIA": "long-term", "ASIA": "temporary"}
"""First four letters of access key ids (IAM user guide, "IAM identifiers", unique identifiers)."""

_SCHEMES: dict[str, Scheme] = {"bearer": "bearer", "basic": "basic", "aws": "sigv2"}
_PARTS = re.compile(r"(Credential|SignedHeaders|Signature)\s{0,9}=\s{0,9}([^,\s]*)")
_DIGEST = re.compile(r"[0-9a-f]{64}|\*{3}")
"""An HMAC-SHA256 in hexadecimal digits (IAM user guide, "Elements of an AWS API request signature"), or its mask."""
_MISSHAPEN = "not 64 hexadecimal digits"
_LONGEST = 8192
NO_LIFE = "0"
"""What an observation tells of a presigned URL without ``X-Amz-Expires``."""


class Signature(Struct, frozen=True):
    """What may be told of a signature: no access key id and no signature."""

    scheme: Scheme = "none"
    """What kind of authorization it is."""
    place: Literal["header", "query"] = "header"
    """Where it stands; a presigned URL has it in the query."""
    key_type: KeyType = ""
    """What kind of access key it names; empty where it names none."""
    scope: tuple[str, ...] = ()
    """Credential scope: date, Region, service and last word; without the Region for SigV4A."""
    signed_headers: tuple[str, ...] = ()
    """Names of the signed headers as they stand there."""
    has_signature: bool = False
    """Whether there is a signature."""
    missing: tuple[str, ...] = ()
    """Parts of an AWS signature that it lacks."""
    is_misshapen: bool = False
    """Whether there is a signature of SigV4 that is no 64 hexadecimal digits, so that it can fit no request."""
    expires: str | None = None
    """``X-Amz-Expires`` of a presigned URL, as it stands there (seconds)."""

    @property
    def is_there(self) -> bool:
        """Whether there is anything at all: an empty header is none."""
        return self.scheme not in ("none", "empty")

    @property
    def is_whole(self) -> bool:
        """Whether it has all that AWS's verifier asks for before it looks at what was signed."""
        lengths = {"sigv4": (0, 4), "sigv4a": (0, 3)}.get(self.scheme, ())
        lacks_life = self.place == "query" and self.expires in (None, NO_LIFE)
        return len(self.scope) in lengths and not (self.missing or self.is_misshapen or lacks_life)

    @property
    def is_aws(self) -> bool:
        """Whether it is meant for AWS's verifier."""
        return self.scheme in ALGORITHMS.values()


def key_type_of(access_key: str) -> KeyType:
    """Return what kind of access key it is."""
    return KEY_TYPES.get(access_key[:4], "other") if access_key else ""


def read_authorization(value: str) -> Signature:
    """Read the value of an Authorization header."""
    word, _, rest = value.strip()[:_LONGEST].partition(" ")
    if not word:
        return Signature("empty")
    scheme = ALGORITHMS.get(word) or _SCHEMES.get(word.lower())
    if scheme not in ("sigv4", "sigv4a"):
        return Signature(scheme or ("other" if rest else "bare"))
    parts = dict(_PARTS.findall(rest))
    return _aws(scheme, "header", {name: parts.get(name, "") for name in _NAMES})


_NAMES = ("Credential", "SignedHeaders", "Signature")
_OWN = frozenset(
    f"x-amz-{name}"
    for name in (
        "algorithm",
        "credential",
        "date",
        "expires",
        "signedheaders",
        "signature",
        "security-token",
        "region-set",
    )
)
"""Parameters of a presigned URL (IAM user guide, "Create a signed AWS API request"), in lower case."""


def read_signature(authorization: str | None, query: str) -> Signature:
    """Read the signature that a request carries: an Authorization header counts before the query."""
    return read_presigned(query) if authorization is None else read_authorization(authorization)


def read_presigned(query: str) -> Signature:
    """Read the signature in a query (without ``?``); ``none`` when there is none."""
    pairs = (part.partition("=")[::2] for part in query[: 4 * _LONGEST].split("&"))
    given = {name.lower(): unquote(value) for name, value in pairs if name.lower().startswith("x-amz-")}
    scheme = ALGORITHMS.get(given.get("x-amz-algorithm", ""))
    if scheme is None:
        return Signature()
    return _aws(
        scheme,
        "query",
        {name: given.get(f"x-amz-{name.lower()}", "") for name in _NAMES},
        given.get("x-amz-expires"),
    )


def repeated_parameters(query: str) -> tuple[str, ...]:
    """Return the names of a signature's own parameters that stand in *query* more than once, in any case."""
    names = [part.partition("=")[0] for part in query[: 4 * _LONGEST].split("&")]
    lower = [name.lower() for name in names]
    twice = {one: names[at] for at, one in enumerate(lower) if one in _OWN and lower.count(one) > 1}
    return tuple(sorted(twice.values()))


def read_sent(sent: Mapping[str, str]) -> Signature:
    """Read the signature that an observation tells of, from what `shown` wrote."""
    scheme = sent.get("authorization-type", "sigv4" if "credential-scope" in sent else "none")
    known: dict[str, Scheme] = {
        **{name: name for name in ALGORITHMS.values()},
        **{name: name for name in ("sigv2", "bearer", "basic", "other", "bare", "empty")},
    }
    types: dict[str, KeyType] = {name: name for name in ("long-term", "temporary", "other")}
    expires = sent.get("signature-expires")
    return Signature(
        scheme=known.get(scheme, "none"),
        place="header" if expires is None else "query",
        expires=expires,
        key_type=types.get(sent.get("key-type", ""), ""),
        scope=tuple(part for part in sent.get("credential-scope", "").split("/") if part),
        signed_headers=tuple(part for part in sent.get("signed-headers", "").split(";") if part),
        has_signature="Signature" not in sent.get("signature-lacks", ""),
        missing=tuple(part for part in sent.get("signature-lacks", "").split(", ") if part),
        is_misshapen=sent.get("signature-form") == _MISSHAPEN,
    )


def shown(signature: Signature) -> dict[str, str]:
    """Return what an observation tells of a signature; all of it may be shown."""
    if signature.scheme == "none":
        return {}
    told = {
        "authorization-type": signature.scheme,
        "key-type": signature.key_type,
        "credential-scope": "/".join(signature.scope),
        "signed-headers": ";".join(signature.signed_headers),
        "signature-lacks": ", ".join(signature.missing),
        "signature-form": _MISSHAPEN if signature.is_misshapen else "",
        "signature-expires": (signature.expires or NO_LIFE)[:20] if signature.place == "query" else "",
    }
    return {name: text for name, text in told.items() if text}


def _aws(
    scheme: Scheme, place: Literal["header", "query"], parts: dict[str, str], expires: str | None = None
) -> Signature:
    key, _, scope = parts["Credential"].partition("/")
    return Signature(
        scheme=scheme,
        place=place,
        key_type=key_type_of(key),
        scope=tuple(scope.split("/")) if scope else (),
        signed_headers=tuple(name for name in parts["SignedHeaders"].split(";") if name),
        has_signature=bool(parts["Signature"]),
        missing=tuple(name for name in _NAMES if not parts[name]),
        is_misshapen=scheme == "sigv4" and not _DIGEST.fullmatch(parts["Signature"] or "***"),
        expires=expires,
    )
