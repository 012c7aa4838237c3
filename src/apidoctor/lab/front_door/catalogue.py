"""The literal answers of API Gateway, read from ``catalogue.toml``: the front door has no words of its own.

Sources stand with each row.
"""

import json
import string
from functools import cache
from pathlib import Path
from tomllib import loads
from typing import Literal
from xml.sax.saxutils import escape

import msgspec
from msgspec import Struct

Form = Literal["message", "Message", "spaced", "null", "xml", "empty"]
"""How a body is written: which key holds the text, and in what notation."""


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """One refusal."""

    status: int
    """HTTP status."""
    kind: str
    """``x-amzn-ErrorType``; empty: the header is absent."""
    form: Form
    text: str
    """The message, with ``{placeholders}``."""
    evidence: str
    """Tags of how well it is known: D, K, I, C, R, U as in the file's head."""
    source: str
    """Where it is written down."""
    response: str = ""
    """Gateway response type that customises it; empty: it cannot be customised."""
    layer: str = ""
    """Kind of policy that speaks."""
    explicit: bool = False
    """Whether that policy denies; else it only does not allow."""

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Names that its text needs."""
        return tuple(name for _, name, _, _ in string.Formatter().parse(self.text) if name)


class Reply(Struct, frozen=True):
    """One HTTP answer."""

    status: int
    kind: str
    """``x-amzn-ErrorType``; empty: the header is absent."""
    body: str
    row: str = ""
    """Row of the catalogue; empty for what a backend answers."""
    text: str = ""
    """The message alone."""
    headers: dict[str, str] = {}
    """Headers beside those of every answer; they replace those of the same name."""
    by: Literal["gateway", "web-acl", "backend", "box"] = "gateway"
    """Who speaks: a web ACL's own response is not customised, a box answers without any header of AWS."""


@cache
def rows() -> dict[str, Row]:
    """Every row by its id."""
    text = Path(__file__).with_suffix(".toml").read_text("utf-8")
    return msgspec.convert(loads(text), dict[str, Row])


def reply(id: str, **values: str) -> Reply:
    """The answer of one row, its placeholders filled; KeyError for an unknown row or a missing value."""
    row = rows()[id]
    text = row.text.format_map(values)
    return Reply(row.status, row.kind, _body(row, text), id, text, _type_of(row))


def denial_row(layer: str, explicit: bool) -> str:
    """Id of the row in which a kind of policy denies; KeyError when there is none."""
    for id, row in rows().items():
        if (row.layer, row.explicit) == (layer, explicit):
            return id
    raise KeyError(layer)


def _body(row: Row, text: str) -> str:
    match row.form:
        case "empty":
            return ""
        case "null":
            return '{"message":null}'
        case "xml":
            return f"<{row.kind}>\n  <Message>{escape(text)}</Message>\n</{row.kind}>\n"
        case "spaced":
            return json.dumps({"message": text})
    return json.dumps({row.form: text}, separators=(",", ":"))


def _type_of(row: Row) -> dict[str, str]:
    return {"Content-Type": "application/xml"} if row.form == "xml" else {}
