"""What the answer to a signature mismatch shows: the canonical request and the string to sign of the server.

It is read twice by the same rule: where the whole body is at hand, and where only a snapshot is left.
"""

import json
import re
import sys

from msgspec import Struct

LONGEST = 16 * 1024
"""Characters that are kept of each text: API Gateway takes no more than 10 240 bytes of headers."""

_CANONICAL = "canonical string for this request should have been"
_TO_SIGN = "string-to-sign should have been"
_MESSAGE = re.compile(r'"message"\s{0,9}:\s{0,9}"', re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|(quot|amp|apos|lt|gt));", re.IGNORECASE)
"""An escape of HTML or XML, with its semicolon: without one, ``&lt=5`` is a parameter of a query."""
_NAMED = {"quot": '"', "amp": "&", "apos": "'", "lt": "<", "gt": ">"}
_SURROGATES = (0xD800, 0xDFFF)
_LAYERS = 2
"""How many escapes around one another are undone."""
_DATE_LINE = re.compile(r"AWS4-[A-Z0-9-]{4,30}\n[^\n]{1,40}\n[^\n]{1,200}\n[0-9a-f]{64}")


class Shown(Struct, frozen=True):
    """The two texts of a server; None for one that its answer does not show."""

    canonical_request: str | None = None
    """Canonical request."""
    string_to_sign: str | None = None
    """String to sign."""
    breaks_off: bool = False
    """The canonical request begins, and nothing shows where it ends."""


def read_mismatch(body: str) -> Shown:
    """Read the body of an answer: JSON (also one that breaks off), XML or plain text."""
    text = _message(body)
    found = _read(text)
    for _ in range(_LAYERS):
        if _is_read(found) or (plain := _unescaped_entities(text)) == text:
            break
        text, found = plain, _read(plain)
    return found


def _is_read(found: Shown) -> bool:
    """Say whether a text reads as a canonical request, with no entity where a path and a query can have none.

    A semicolon is encoded in both; a header's value may hold an entity of its own, which then is left as it is.
    """
    head = (found.canonical_request or "").split("\n")[:3]
    return len(head) > 1 and head[1].startswith("/") and not any(map(_ENTITY.search, head))


def _unescaped_entities(text: str) -> str:
    """Undo the escapes of markup; ``&copy=1`` of a query is none."""
    return _ENTITY.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3].lower()]
    code = int(match[1]) if match[1] else int(match[2], 16)
    return chr(code) if code < _SURROGATES[0] or _SURROGATES[1] < code <= sys.maxunicode else match[0]


def _read(text: str) -> Shown:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\n" not in text and "\\n" in text:  # escaped once more on its way, or quoted in plain text
        text = text.replace("\\r\\n", "\n").replace("\\n", "\n")
    low = text.lower()
    first, second = low.find(_CANONICAL), low.find(_TO_SIGN)
    canonical = to_sign = None
    if first >= 0:
        end = second if second > first else len(text)
        canonical = _quoted(text[first + len(_CANONICAL) : end], whole=second > first)
    if second >= 0:
        match = _DATE_LINE.search(text, second)
        to_sign = match[0] if match else None
    return Shown(canonical, to_sign, breaks_off=first >= 0 and second < first)


def bounded(text: str) -> str:
    """Return *text*, cut at the end of a line when it is too long."""
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition("\n")[0]


def _message(body: str) -> str:
    r"""Return the message in a body; JSON that breaks off is read as far as it came."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict):
        found = next((value for key, value in document.items() if key.lower() == "message"), "")
        return found if isinstance(found, str) else ""
    low = body.lower()
    start = low.find("<message>")
    if start >= 0:
        end = low.find("</message>", start)
        return _unescaped_entities(body[start + len("<message>") : end if end >= 0 else len(body)])
    if match := _MESSAGE.search(body):
        return _ESCAPE.sub(_unescaped, body[match.end() :])
    return body


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return _ESCAPED.get(match[2], match[2])


def _quoted(text: str, *, whole: bool) -> str | None:
    """Return what stands between the first quote and the last; a text that breaks off has no last one.

    Of such a text the last line may be half: it is left out.
    """
    start = text.find("'")
    if start < 0:
        return None
    end = text.rfind("'")
    if whole and end > start:
        return text[start + 1 : end]
    return text[start + 1 : end] if end > start and not text[end + 1 :].strip() else _lines(text[start + 1 :])


def _lines(text: str) -> str | None:
    return text.rpartition("\n")[0] or None
