"""Signs and colours: which the terminal can show, and which it must not.

A status is always a sign and a word or letter, never a colour alone.
"""

import os
from collections.abc import Mapping
from typing import Literal, TextIO

from msgspec import Struct

from apidoctor.model.report import Status
from apidoctor.report.safe import safe

Role = Literal["plain", "strong", "dim", "pass", "warn", "fail", "unknown", "skipped", "error"]
"""What a piece of text is, from which its colour follows: a status, or more or less important."""


class Glyphs(Struct, frozen=True):
    """A set of signs; every one is a single cell wide, also where ambiguous characters are two."""

    name: Literal["unicode", "ascii"]
    """Which set."""
    status: dict[str, str]
    """Sign of each status."""
    waiting: str
    """A check that was not judged yet."""
    running: str
    """A check that is being judged."""
    step: str
    """From one layer of the path to the next."""
    folded: str
    """A branch whose leaves are hidden."""
    unfolded: str
    """A branch whose leaves are shown."""
    cursor: str
    """The chosen row."""
    horizontal: str
    """Frame."""
    vertical: str
    """Frame."""
    cross_down: str
    """Frame: where a vertical line begins."""
    cross_up: str
    """Frame: where it ends."""

    def safe(self, text: str, *, width: int | None = None, multiline: bool = False) -> str:
        """Return *text* as it may be shown with this set (see `apidoctor.report.safe.safe`)."""
        return safe(text, width=width, multiline=multiline, ascii=self.name == "ascii")

    def of(self, status: Status) -> str:
        """Return the sign of a status."""
        return self.status[status]


UNICODE = Glyphs(
    name="unicode",
    status={"pass": "✓", "warn": "!", "fail": "✗", "unknown": "?", "skipped": "∙", "error": "E"},
    waiting=" ",
    running="»",
    step="›",
    folded="▸",
    unfolded="▾",
    cursor="›",
    horizontal="─",
    vertical="│",
    cross_down="┬",
    cross_up="┴",
)
"""For UTF-8 terminals.  Signs are of East Asian width N: they keep one cell in a terminal set up for CJK."""

ASCII = Glyphs(
    name="ascii",
    status={"pass": "v", "warn": "!", "fail": "x", "unknown": "?", "skipped": ".", "error": "E"},
    waiting=" ",
    running="*",
    step=">",
    folded="+",
    unfolded="-",
    cursor=">",
    horizontal="-",
    vertical="|",
    cross_down="+",
    cross_up="+",
)
"""For everything else."""

# Eight plain colours: a terminal's theme makes them readable on light and dark alike, which no RGB value is.
_SGR: dict[Role, str] = {
    "strong": "1",
    "dim": "2",
    "pass": "32",
    "warn": "33",
    "fail": "1;31",
    "unknown": "35",
    "skipped": "2",
    "error": "1;31",
}


def choose_glyphs(stream: TextIO, *, ascii: bool = False, environ: Mapping[str, str] = os.environ) -> Glyphs:
    """Return the signs for *stream*: ASCII when asked for, when it is not UTF-8, or on ``TERM=dumb``."""
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("_", "-")
    utf8 = encoding in ("utf-8", "utf8", "utf-8-sig")
    return ASCII if ascii or not utf8 or environ.get("TERM") == "dumb" else UNICODE


def choose_colour(stream: TextIO, *, environ: Mapping[str, str] = os.environ) -> bool:
    """Say whether to colour: not with ``NO_COLOR``, always with ``FORCE_COLOR``, else on a terminal that can.

    https://no-color.org and https://force-color.org: a variable counts when it is set and not empty.
    """
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return environ["FORCE_COLOR"] != "0"
    return stream.isatty() and environ.get("TERM") != "dumb"


def paint(text: str, role: Role, *, colour: bool) -> str:
    """Wrap *text* in the ANSI colour of its *role*; return it unchanged when *colour* is off."""
    if not colour or not text or role not in _SGR:
        return text
    return f"\x1b[{_SGR[role]}m{text}\x1b[0m"
