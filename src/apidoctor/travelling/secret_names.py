"""Names whose values are secrets, and the parameters of URLs that have such names.

There are two kinds: names that mean nothing else (``password``, ``X-Amz-Signature``, ``pwd``), and words that often
mean something else (``key``, ``code``, ``session``), which count as the last word of a parameter's name only.
"""

from __future__ import annotations

import re
from typing import Iterator
from urllib.parse import unquote

MASK = "***"
"""What stands for a secret."""

_OWN = re.compile(
    r"signature|credential|token|secret|passw(?:or)?d|passphrase|passcode|pwd|hmac|jwt|bearer|sess(?:ion)?[-_.]?id"
    r"|(?:api|access|auth|shared|private|subscription)[-_.]?key|authorization|auth[-_.]?code"
    r"|(?:^|[-_.])(?:sig|sid)\d?$",
    re.IGNORECASE,
)
"""What is in names, wherever it stands there, that mean nothing but a secret."""
_WORDS = frozenset(
    {"sig", "sid", "sign", "auth", "oauth", "session", "pass", "otp", "verifier", "assertion", "key"}
)
"""Words (lower case) that, as the last of a name, are mostly a secret."""
_NO_KEYS = re.compile(
    r"sort|page|partition|primary|foreign|public|cache|order|range|hash|index|row|group|next|last"
    r"|start|exclusive|evaluated|continuation|idempotency|object|search|filter|lookup|field|query"
    r"|column|property|attribute|map|translation|message|event|routing|shard|tag|dedup"
)
"""Words before ``key`` with which it opens nothing."""
_CODES = re.compile(
    r"authorization|oauth|user|device|verification|verify|otp|access|reset|login|security"
    r"|confirmation|activation|invite|invitation|recovery|backup|mfa|totp|sms"
)
"""Words before ``code`` with which it is a secret; others, as in ``country_code``, say what it is a code of."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

# A name ends where a value, the next parameter or the text around it begins, also when all of it is percent-encoded;
# a canonical request has the first parameter in the line after the path.
_PARAMETER = re.compile(
    r"(?:[?&;]|%3[fb]|%26|(?:\n|\\{1,3}n)/[^\s\"'\\]{0,2048}(?:\n|\\{1,3}n))"
    r"((?:[^=&;?#\s<>\\%]|%(?!3[bdf]|26)[0-9a-f]{2}){1,128})(?:=|%3d)",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(r"[^&#\s\"'<>\\]*")
"""A value in a text that goes on; what stands around it is no part of it."""
_IN_URL = re.compile(r"[^&#]*")

_PLAIN_WORD = re.compile(r"[^0-9]*|[0-9]*")
_LONG = 20
"""A value of so many characters is no word."""
_MIXED = 6
"""So many with letters and digits are none either."""


def is_secret_name(name: str) -> bool:
    """Say whether a header, member or parameter of this name holds a secret and can hold nothing else."""
    return bool(_OWN.search(name))


def hides_value(header: str) -> bool:
    """Say whether an answer's header (lower case) is secret by its name; one of CORS only speaks of credentials."""
    return is_secret_name(header) and not header.startswith("access-control-")


def is_secret_parameter(name: str) -> bool:
    """Say whether the value of a URL's parameter is not shown: also words count that may mean something else."""
    name = unquote(name)
    if is_secret_name(name):
        return True
    words = [word.lower() for word in _WORD.findall(name)]
    last, before = (words[-1] if words else ""), (words[-2] if len(words) > 1 else "")
    if last == "code":
        return not before or bool(_CODES.fullmatch(before))
    return last in _WORDS and not (last == "key" and _NO_KEYS.fullmatch(before))


def looks_secret(value: str) -> bool:
    """Say whether a value is no word and no number, so that it can be looked for in other texts."""
    return len(value) >= _LONG or (len(value) >= _MIXED and not _PLAIN_WORD.fullmatch(value))


def secret_parameters(text: str, *, is_url: bool = False) -> Iterator[tuple[str, int, int]]:
    """Yield name, and start and end of the value, of each secret parameter of the URLs in *text*, or of one URL."""
    values, done = _IN_URL if is_url else _IN_TEXT, 0
    if "=" not in text and "%3" not in text:
        return  # most texts have no parameter at all
    for match in _PARAMETER.finditer(text):
        if match.start() >= done and is_secret_parameter(match[1]):
            value = values.match(text, match.end())
            done = value.end() if value else match.end()
            if done > match.end():
                yield unquote(match[1]), match.end(), done


def without_parameters(text: str, *, is_url: bool = False) -> str:
    """Return *text*, or one URL, with the values of secret parameters masked."""
    parts: list[str] = []
    done = 0
    for _, start, end in secret_parameters(text, is_url=is_url):
        parts += [text[done:start], MASK]
        done = end
    return "".join([*parts, text[done:]]) if parts else text
