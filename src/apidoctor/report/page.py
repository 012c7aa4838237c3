"""A page of text that is built line by line: the shared hand of the plain report and the TUI's panes.

Every string passes `safe` on its way in, so nothing that is put on a page reaches the terminal as a command.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apidoctor.report.glyphs import Glyphs, Role, paint
from apidoctor.report.safe import cells, cut, graphemes


class Span(NamedTuple):
    """A piece of a line."""

    text: str
    """Safe text."""
    role: Role = "plain"
    """What it is, from which its colour follows."""


Line = tuple[Span, ...]
"""A line of the page, without its line feed."""

Piece = str | tuple[str, Role]
"""Foreign text, plain or with its role."""

LABEL_WIDTH = 9
"""Cells of the longest label of a field (``subject``), and two spaces."""


class Page:
    """Lines of at most *width* cells, built from the top.

    A word that is longer than a line stays whole, so that an ARN or a URL can be copied; with *break_words*,
    for panes that do not wrap by themselves, it is broken at the edge.
    """

    def __init__(self, glyphs: Glyphs, width: int, *, break_words: bool = False) -> None:
        self.glyphs = glyphs
        # A terminal may say that it has no width at all; below this, wrapping is one word a line.
        self.width = max(width, 20)
        self.lines: list[Line] = []
        self._break_words = break_words

    def blank(self) -> None:
        """Add an empty line, unless the page is empty or ends in one."""
        if self.lines and self.lines[-1]:
            self.lines.append(())

    def flow(self, *pieces: Piece, first: Piece = "", rest: int | None = None, gap: str = "  ") -> None:
        """Add *pieces* as running text: wrapped, *gap* between them.

        *first* begins the first line as it stands (dim, unless it says otherwise); the lines after it are
        indented by *rest* cells, or as far as *first* reaches.
        """
        label, role = _with_role(first, "dim")
        start = Span(self.glyphs.safe(label), role)
        margin = Span(" " * (cells(start.text) if rest is None else rest))
        line, used, empty = [start], cells(start.text), True
        for word, role, space in self._words(pieces, gap, self.width - len(margin.text)):
            size = cells(word)
            if not empty and used + len(space) + size > self.width:
                self._add(line)
                line, used, empty = [margin], len(margin.text), True
            if not empty:
                line.append(Span(space, role if space == " " else "plain"))
                used += len(space)
            line.append(Span(word, role))
            used, empty = used + size, False
        self._add(line)

    def field(self, label: str, text: str, role: Role = "plain", *, indent: int = 4) -> None:
        """Add ``label    text``, the text in a column of its own."""
        self.flow((text, role), first=" " * indent + label.ljust(LABEL_WIDTH))

    def verbatim(self, text: str, *, indent: int = 4, role: Role = "dim") -> None:
        """Add *text* with its own line breaks (a traceback, a command)."""
        for line in self.glyphs.safe(text, multiline=True).splitlines():
            body = " " * indent + line
            self._add([Span(cut(body, self.width) if self._break_words else body, role)])

    def text(self, *, colour: bool) -> str:
        """Return the page as text, with ANSI colours when *colour* is on; every line ends in a line feed."""
        lines = ("".join(paint(s.text, s.role, colour=colour) for s in line) for line in self.lines)
        return "".join(line + "\n" for line in lines)

    def _words(self, pieces: Iterable[Piece], gap: str, room: int) -> Iterator[tuple[str, Role, str]]:
        """Yield each word with its role and the space before it."""
        for piece in pieces:
            text, role = _with_role(piece, "plain")
            space = gap
            for word in self.glyphs.safe(text).split():
                for part in broken(word, room) if self._break_words else (word,):
                    yield part, role, space
                    space = " "

    def _add(self, line: list[Span]) -> None:
        self.lines.append(_joined(line))


def _with_role(piece: Piece, role: Role) -> tuple[str, Role]:
    return (piece, role) if isinstance(piece, str) else piece


def broken(word: str, room: int) -> Iterator[str]:
    """Yield the parts of a safe *word* that is longer than *room* cells."""
    part, used = "", 0
    for grapheme in graphemes(word):
        size = cells(grapheme)
        if part and used + size > room:
            yield part
            part, used = "", 0
        part, used = part + grapheme, used + size
    yield part


def _joined(spans: list[Span]) -> Line:
    """Join neighbours of one role, and drop spaces at the end."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].role == span.role:
            joined[-1] = Span(joined[-1].text + span.text, span.role)
        elif span.text:
            joined.append(span)
    if joined:
        joined[-1] = Span(joined[-1].text.rstrip(), joined[-1].role)
    return tuple(joined)
