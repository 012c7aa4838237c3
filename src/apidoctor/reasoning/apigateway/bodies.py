"""What the body of an answer says, read without knowing who wrote it."""

import json
import re
from typing import Any, Literal

Key = Literal["", "message", "Message", "xml"]
"""Where the text stood: gateway responses say ``message``, the policy engine ``Message``; ``""``: in neither."""


def message_of(body: str) -> str:
    """Return the message in a JSON or XML body (any key case), else the body's first 300 characters."""
    return message_in(body)[0]


def message_in(body: str) -> tuple[str, Key]:
    """Return the same text, and where it stood."""
    document = document_in(body)
    if document is not None:
        found = [(key, value) for key, value in document.items() if key.lower() == "message"]
        for key, value in sorted(found, key=lambda pair: not pair[1]):
            return str(value or "").strip(), "Message" if key == "Message" else "message"
    elif match := _CUT_OFF.match(body[:16_000]):
        return _unescaped(match[2]).strip(), "Message" if match[1] == "Message" else "message"
    if match := re.search(r"<[Mm]essage>(.{0,8000}?)</[Mm]essage>", body[:16_000], re.DOTALL):
        return match[1].strip(), "xml"
    return body[:300].strip(), ""


_CUT_OFF = re.compile(r'\s*\{\s*"([Mm]essage)"\s*:\s*"((?:[^"\\]|\\.)*)')
"""The beginning of a JSON body that broke off."""


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text


def document_in(body: str) -> dict[str, Any] | None:
    """Return the JSON object that a body is; None for anything else."""
    try:
        document = json.loads(body.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def has_no_message(body: str) -> bool:
    """Say whether a body is ``{"message": null}``."""
    document = document_in(body)
    return document is not None and [
        value for key, value in document.items() if key.lower() == "message"
    ] == [None]


def is_only_a_message(body: str) -> bool:
    """Say whether a body has no members besides the message: a backend's, or a customised response's, often has."""
    document = document_in(body)
    return document is None or len(document) == 1


def is_html(body: str) -> bool:
    """Say whether a body is a page: API Gateway itself writes JSON, or the XML of its verifier."""
    return bool(_PAGE.match(body[:300]))


_PAGE = re.compile(r"\s*(<!doctype html|<html)", re.IGNORECASE)
