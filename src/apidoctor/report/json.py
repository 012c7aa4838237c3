"""The report for programs: one JSON document (contract: the report format)."""

import re
from typing import Any

import msgspec

from apidoctor.model.report import Report

# Legal in JSON as they are, yet a terminal or an editor obeys them: C1 controls, zero-width and bidi signs.
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def render(report: Report) -> bytes:
    """Return *report* as UTF-8 JSON with two-space indent and a final line feed."""
    return msgspec.json.format(encode(report), indent=2) + b"\n"


def encode(value: Any) -> bytes:
    r"""Return *value* as one line of JSON that no terminal obeys: control characters stand as ``\u009b``.

    Lone surrogates, which are no UTF-8, become the text ``\ud800``: whoever reads the JSON sees an escape, as
    in every other format.
    """
    try:
        document = msgspec.json.encode(value)
    except UnicodeEncodeError:
        document = msgspec.json.encode(_without_surrogates(msgspec.to_builtins(value)))
    text = document.decode()
    return text.encode() if text.isascii() else _OBEYED.sub(_escape, text).encode()


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
