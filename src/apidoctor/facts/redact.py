"""Secrets leave nothing that was looked at: a net of patterns, and of names whose values are never shown.

This is the second line.  The first is that risky members of AWS answers are dropped by name where they are
read (``facts.aws.answers``) and that secrets which this process sent itself are masked wherever they come
back.
"""

import re
from typing import Any

MASK = "***"
"""What stands for a secret."""

SECRET_NAMES = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "x-api-key",
        "cookie",
        "set-cookie",
        "x-amz-security-token",
        "secretaccesskey",
        "sessiontoken",
        "presharedkey",
        "customergatewayconfiguration",
        "clientsecret",
        "password",
        "privatekey",
    }
)
"""Names (lower case) of headers and members whose text is a secret as a whole."""

_DEEPEST = 64
"""JSON nested deeper than this is no AWS answer; what lies below is masked."""

# Only a text in which one of these occurs can hold a secret: most texts cost one search.
_SUSPICIOUS = re.compile(
    r"AKIA|ASIA|eyJ|x-amz-|authorization|bearer|basic|api-key|cookie|://|private key|secret|token"
    r"|credential=|signature=|key=value|IQoJb3|FwoGZX|FQoGZX|FQoDYX",
    re.IGNORECASE,
)

# A word begins here; in JSON text also right after an escape, where the letter of ``\n`` touches it.
_WORD = r"(?:\b|(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4}))"
# What stands between a name and its value, in headers, JSON and assignments.
_IS = r"\"?\s{0,9}[=:]\s{0,9}\"?"


def _net(*rows: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), instead) for pattern, instead in rows)


_NET = _net(
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", MASK),
    (_WORD + r"eyJ[\w-]{5,2000}\.[\w-]{5,}(?:\.[\w-]*)*", MASK),
    # API Gateway echoes a token that it cannot read as SigV4: "'T' not a valid key=value pair … 'Bearer T'".
    (r"'[^'\r\n]*'(?= not a valid key=value pair)", f"'{MASK}'"),
    (r"(authorization header[^'\r\n]{0,90}: ')[^'\r\n]*", rf"\1{MASK}"),
    (rf"(authorization{_IS})[^\"'\r\n\\<]+", rf"\1{MASK}"),
    (_WORD + r"(bearer|basic)\s+(?=\S*[0-9=])[\w.~+/=-]{8,}", rf"\1 {MASK}"),
    # The canonical request that a signature mismatch brings back holds the session token.
    (rf"(x-amz-security-token{_IS})[^\s\"'\\<&]+", rf"\1{MASK}"),
    (r"(x-amz-(?:signature|credential|security-token)(?:=|%3d))[^&\s\"'\\<]+", rf"\1{MASK}"),
    # What STS's session tokens begin with.
    (r"(?-i:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz|FQoDYXdz)[\w+/=%-]{8,}", MASK),
    (r"(credential=)[^/\s,\"'\\&]+", rf"\1{MASK}"),
    (r"(signature=)[0-9a-f]{32,}", rf"\1{MASK}"),
    (rf"(x-api-key{_IS})[^\s\"'\\,;&<]+", rf"\1{MASK}"),
    (r"(cookie:\s{0,9})[^\r\n\"\\]+", rf"\1{MASK}"),
    (_WORD + r"([a-z][a-z0-9+.-]{1,20}://)[^/\s:@]{1,200}:[^/\s@]{1,400}@", rf"\1{MASK}@"),
    (rf"((?:secret_?access_?key|session_?token){_IS})[^\s\"',\\<&]+", rf"\1{MASK}"),
    (_WORD + r"(?-i:AKIA|ASIA)(?-i:[A-Z0-9]{12,})\b", MASK),
)


def redact(text: str) -> str:
    """Return *text* with everything that looks like a secret masked.

    Caught are access key ids, JWTs, SigV4 parts, presigned queries, bearer and basic tokens, API keys,
    cookies, credentials in URLs and private keys.
    """
    if not _SUSPICIOUS.search(text):
        return text
    for pattern, replacement in _NET:
        text = pattern.sub(replacement, text)
    return text


def redact_value(value: Any, depth: int = 0) -> Any:
    """Return a JSON-like *value* with its texts redacted; those under `SECRET_NAMES` are masked whole."""
    if isinstance(value, str):
        return redact(value)
    if depth > _DEEPEST:
        return MASK
    if isinstance(value, dict):
        return {redact(str(name)): _member(str(name), item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact_value(item, depth + 1) for item in value]
    return value


def _member(name: str, value: Any, depth: int) -> Any:
    if name.lower() in SECRET_NAMES:
        if isinstance(value, str):
            return MASK
        if isinstance(value, list):
            return [MASK if isinstance(item, str) else redact_value(item, depth) for item in value]
    return redact_value(value, depth)


def mask_known(text: str, secrets: tuple[str, ...]) -> str:
    """Return *text* with the given *secrets* masked wherever they stand, also as JSON writes them."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, MASK).replace(secret.replace("/", "\\/"), MASK)
    return text
