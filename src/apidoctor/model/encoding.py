"""The one way in which documents are written as JSON, to a screen, a pipe or a file: a stranger's text acts in none."""

import re
from typing import Any, Literal

import msgspec

# Legal in JSON as they are, yet a terminal or an editor obeys them: C1 controls, zero-width and bidi signs.
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def encode(value: Any, order: Literal["deterministic"] | None = None) -> bytes:
    r"""Return *value* as one line of JSON that no terminal obeys: control characters stand as ``\u009b``.

    Lone surrogates, which are no UTF-8, become the text ``\ud800``: whoever reads the JSON sees an escape, as
    in every other format.
    """
    try:
        document = msgspec.json.encode(value, order=order)
    except UnicodeEncodeError:
        document = msgspec.json.encode(_without_surrogates(msgspec.to_builtins(value)), order=order)
    text = document.decode()
    return text.encode() if text.isascii() else _OBEYED.sub(_escape, text).encode()


def write(value: Any, indent: int = 2, order: Literal["deterministic"] | None = None) -> bytes:
    """Return *value* as an indented UTF-8 JSON document with a final line feed, encoded as `encode` does."""
    return msgspec.json.format(encode(value, order), indent=indent) + b"\n"


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub(_escape, value)
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    return value
