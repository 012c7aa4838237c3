"""Secrets leave no text: a net of patterns for those of others, and the known ones in every spelling of theirs.

A secret that this process knows (it sent it, or found it in its environment) is found however a server, an error or
a log writes it: in any case, percent-encoded, escaped as in JSON, HTML, Python or C, in quoted-printable, UTF-16 or
letters of full width, in base64 or in hexadecimal, also of a longer text that holds it, in lines of any width, one of
these within another, and in part.  What is not found: what is hashed, encrypted, compressed or turned by a key, in
another alphabet or order (base32, UTF-7, reversed), with other signs between its letters (hexadecimal with colons, the
parts of a program's string, markup), in pieces of less than `PIECE` characters, or base64 of base64 and deeper.
"""

from __future__ import annotations

import base64
import os
import re
from contextlib import suppress
from functools import lru_cache
from typing import Iterable, Iterator, NamedTuple
from urllib.parse import unquote

from .secret_names import MASK, is_secret_name, looks_secret, secret_parameters, without_parameters

PIECE = 12
"""So many characters in a row of a known secret count as the secret."""
_HINT = 6
SHORTEST = 4
"""Texts that are shorter would mask half of an answer; no secret is that short."""
_REMEMBERED = 8
"""Shorter ones are not remembered: what is masked everywhere must not be a word."""
_LONGEST = 16384
"""Characters of a known secret that are looked for: no header is longer."""
_LAYERS = 3
"""How many escapes around one another are undone."""

PUBLIC_HEADERS = frozenset(
    {
        "host",
        "x-apigw-api-id",
        "x-amzn-requestid",
        "x-amzn-trace-id",
        "x-amz-date",
        "x-amz-content-sha256",
        "x-amz-region-set",
        "user-agent",
        "accept",
        "connection",
        "date",
        "via",
        "origin",
        "referer",
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-forwarded-port",
        "cache-control",
        "pragma",
        "range",
        "upgrade",
        "expect",
        "te",
    }
)
"""Request headers (lower case) whose values are no secrets; every other may be one, for example a custom token."""

_remembered: tuple[str, ...] = ()

# Only a text in which one of these occurs can hold a secret: most texts cost one search.
_SUSPICIOUS = re.compile(
    r"AKIA|ASIA|eyJ|x-amz-|authorization|bearer|basic|api[-_]?key|cookie|:(?:\\?/){2}|private key|secret|token"
    r"|passw|passphrase|pwd|shared_?key|credential=|signature=|key=value|IQoJb3|FwoGZX|FQoGZX|FQoDYX",
    re.IGNORECASE,
)

# A word begins here; in JSON text also right after an escape, where the letter of ``\n`` touches it.
_WORD = r"(?:\b|(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4}))"
# What stands between a name and its value, in headers, JSON (also in JSON within JSON) and assignments.
_IS = r"\\{0,3}\"?\s{0,9}[=:]\s{0,9}\\{0,3}\"?"


def _net(*rows: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), instead) for pattern, instead in rows)


_NET = _net(
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", MASK),
    (_WORD + r"eyJ[\w-]{5,2000}\.[\w-]{5,}(?:\.[\w-]*)*", MASK),
    # API Gateway echoes a token that it cannot read as SigV4: "'T' not a valid key=value pair ... 'Bearer T'".
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
    (_WORD + r"([a-z][a-z0-9+.-]{1,20}:(?:\\?/){2})[^/\s\"'<>?#\\]{1,400}@", rf"\1{MASK}@"),
    # A literal in JSON, a template or a script; short, so that prose with a quotation in it stays as it is.
    (
        r"(\b\w{0,40}(?:passw(?:or)?d|pwd|passphrase|secret|shared_?key)\\{0,3}[\"']?\s{0,9}[:=]\s{0,9}\\{0,3}[\"'])[^\"'\\\s]{4,200}",
        rf"\1{MASK}",
    ),
    (
        r"(\b(?:access|refresh|auth|id)_?token\\{0,3}\"\s{0,9}:\s{0,9}\\{0,3}\")[^\"'\\\s]{8,4096}",
        rf"\1{MASK}",
    ),
    (rf"((?:secret_?access_?key|session_?token){_IS})[^\s\"',\\<&]+", rf"\1{MASK}"),
    (_WORD + r"(?-i:AKIA|ASIA)(?-i:[A-Z0-9]{12,})\b", MASK),
)


def remember(*secrets: str) -> None:
    """Let `redact` mask these too, from now on and in all threads: what this process was given in confidence."""
    global _remembered
    found = {secret for secret in secrets if len(secret) >= _REMEMBERED}
    _remembered = tuple(sorted(found.union(_remembered)))


def remember_environment() -> None:
    """Remember the credentials of AWS and of proxies that this process's environment holds."""
    for name, value in os.environ.items():
        if name.upper() in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            remember(value)
        elif name.upper().endswith("_PROXY") and "@" in value:
            user, _, password = value.rpartition("@")[0].rpartition("//")[2].partition(":")
            remember(password or user, unquote(password or user), f"{unquote(user)}:{unquote(password)}")


def header_secrets(name: str, value: str) -> set[str]:
    """Return what is secret of a request's header: all of its value and, as in ``Bearer TOKEN``, what follows a word.

    Of a SigV4 header only the signature is: a mismatch is explained by its other parts, and AWS sends them back.
    """
    if name.lower() in PUBLIC_HEADERS or name.lower().startswith(("accept-", "content-", "if-", "sec-")):
        return set()
    if "Signature=" in value:
        return {value.rpartition("Signature=")[2]}
    parts = {value, *value.split()[1:], *(part.partition("=")[2] for part in value.split(";"))}
    if value[:6].lower() == "basic ":
        with suppress(ValueError):
            decoded = base64.b64decode(value[6:].encode("utf-8") + b"==").decode("utf-8")
            parts |= {decoded, decoded.partition(":")[2]}
    return {part.strip() for part in parts if len(part.strip()) >= SHORTEST}


def query_secrets(url: str) -> set[str]:
    """Return the values of a URL's query that are secret by their names, as written and unquoted.

    They are looked for everywhere: one whose name may mean other things has to look like a secret itself.
    """
    found: set[str] = set()
    for name, start, end in secret_parameters(url, is_url=True):
        own = is_secret_name(name)
        values = (url[start:end], unquote(url[start:end]))
        found |= {text for text in values if len(text) >= SHORTEST and (own or looks_secret(text))}
    return found


def redact(text: str) -> str:
    """Return *text* with everything that looks like a secret, or is `remembered <remember>`, masked.

    Caught are access key ids, JWTs, SigV4 parts, presigned queries, bearer and basic tokens, API keys, cookies,
    credentials in URLs and private keys.
    """
    if _remembered:
        text = mask_known(text, _remembered)
    text = without_parameters(text)
    if not _SUSPICIOUS.search(text):
        return text
    for pattern, instead in _NET:
        text = pattern.sub(instead, text)
    return text


def mask_known(text: str, secrets: Iterable[str]) -> str:
    """Return *text* with the given *secrets* masked, also pieces of them and in other spellings."""
    needles = _needles(tuple(secrets))
    if not needles.wholes and not needles.pieces:
        return text
    view = _View(text)
    spans: list[tuple[int, int]] = []
    for _ in range(_LAYERS + 1):
        spans += view.spans(needles)
        deeper = view.undone(_ESCAPES)
        if deeper is None:
            break
        view = deeper
    # Apart from the escapes: in other texts what is = and two digits is no escape.
    for other in (view.undone(_BREAKS), _View(text).undone(_QUOTED)):
        if other is not None:
            spans += other.spans(needles)
    return _masked(text, spans) if spans else text


class _Needles(NamedTuple):
    """What is looked for, in one case and alphabet."""

    wholes: frozenset[str]
    """Secrets no longer than a piece."""
    pieces: frozenset[str]
    """All pieces of the longer ones."""
    hints: frozenset[str]
    """All parts of `_HINT` characters of those: most texts have none at the places where one must be."""


_ESCAPES = re.compile(
    r"%[0-9a-fA-F]{2}|\\+(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|[/\"'\\])|\0+|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});"
)
_BREAKS = re.compile(r"(?:\s|\\+[rnt])+")
"""Ends of lines, with what indents the next, also as JSON writes them: base64 comes in lines."""
_QUOTED = re.compile(r"=(?:[0-9a-fA-F]{2}|(?:\s|\\+[rnt])+)")
"""Quoted-printable (RFC 2045, section 6.7; RFC 2047): bytes, and ends of lines that are none."""
_FOLDED = {ord(upper): upper.lower() for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_FOLDED.update({ord("-"): "+", ord("_"): "/"})
_FOLDED.update({ord(sign) + 0xFEE0: _FOLDED.get(ord(sign), sign) for sign in map(chr, range(0x21, 0x7F))})
"""Upper and lower case, full and half width (U+FF01 to U+FF5E), and both alphabets of base64 (RFC 4648, section 5), are
one."""


class _View:
    """A text with escapes undone, that knows where in the first text each of its characters was written."""

    def __init__(self, text: str, places: list[tuple[int, int]] | None = None) -> None:
        self._text = text
        # The span in the first text of each character; None: they are the same.
        self._places = places

    def _place(self, index: int) -> tuple[int, int]:
        return self._places[index] if self._places else (index, index + 1)

    def spans(self, needles: _Needles) -> list[tuple[int, int]]:
        """Return where in the first text secrets are written."""
        text, hints, pieces = self._text.translate(_FOLDED), needles.hints, needles.pieces
        found = [(at, at + len(whole)) for whole in needles.wholes for at in _all(text, whole)]
        # A piece that begins anywhere covers a whole hint at one of these places.
        if any(text[at : at + _HINT] in hints for at in range(0, len(text), PIECE - _HINT + 1)):
            found += [
                (at, at + PIECE) for at in range(len(text) - PIECE + 1) if text[at : at + PIECE] in pieces
            ]
        return [(self._place(start)[0], self._place(end - 1)[1]) for start, end in found]

    def undone(self, pattern: re.Pattern[str]) -> _View | None:
        """Return the view with what *pattern* finds undone once; None when it finds nothing."""
        parts: list[str] = []
        places: list[tuple[int, int]] = []
        done = 0
        for match in pattern.finditer(self._text):
            plain = "" if pattern is _BREAKS else _plain(match[0])
            parts += [self._text[done : match.start()], plain]
            places += map(self._place, range(done, match.start()))
            places += [(self._place(match.start())[0], self._place(match.end() - 1)[1])] * len(plain)
            done = match.end()
        if not parts:
            return None
        places += map(self._place, range(done, len(self._text)))
        return _View("".join([*parts, self._text[done:]]), places)


def _all(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _plain(escape: str) -> str:
    """Return what one *escape* stands for."""
    if escape[0] == "\0":
        return ""  # UTF-16 that was read as a text of single bytes
    if escape[0] == "=":
        return chr(int(escape[1:], 16)) if escape[1:].isalnum() else ""
    if escape[0] == "%":
        return chr(int(escape[1:], 16))
    if escape[0] == "&":
        from html import unescape  # its table of names is large, and most texts hold none

        return unescape(escape)
    inner = escape.lstrip("\\")
    if inner[:1].isdigit():
        return chr(int(inner, 8))
    return chr(int(inner[1:], 16)) if inner[:1] in ("u", "x") and len(inner) > 2 else inner or "\\"


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    parts, done = [], 0
    open_until = -1
    for start, end in sorted(spans):
        if start > open_until:
            parts += [text[done:start], MASK]
        open_until = max(open_until, end)
        done = open_until
    return "".join([*parts, text[done:]])


@lru_cache(maxsize=64)
def _needles(secrets: tuple[str, ...]) -> _Needles:
    """Return what to look for."""
    wholes, pieces, hints = set(), set(), set()
    for secret in secrets:
        if len(secret) < SHORTEST:
            continue
        for written in _written(secret[:_LONGEST]):
            text = written.translate(_FOLDED)
            if len(text) <= PIECE:
                wholes.add(text)
            else:
                pieces |= {text[at : at + PIECE] for at in range(len(text) - PIECE + 1)}
                hints |= {text[at : at + _HINT] for at in range(len(text) - _HINT + 1)}
    return _Needles(frozenset(wholes), frozenset(pieces), frozenset(hints))


def _written(secret: str) -> Iterator[str]:
    """Yield the secret, in base64 at each place of a longer text that is encoded, and in hexadecimal."""
    yield secret
    data = secret.encode("utf-8", "surrogatepass")
    yield data.hex()
    for shift in range(3):
        # The first and last letters also hold bits of the neighbours: they are no sign of this secret.
        encoded = base64.b64encode(bytes(shift) + data).decode("ascii").rstrip("=")
        inner = encoded[(0, 2, 3)[shift] : len(encoded) - (1 if (shift + len(data)) % 3 else 0)]
        if len(inner) >= SHORTEST * 2 - 2:
            yield inner
