"""A pane: lines that were laid out before, drawn as they are.

It draws spans of safe text itself instead of handing strings to a widget that reads markup in them.
"""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from apidoctor.report.glyphs import Role
from apidoctor.report.page import Line

# The sixteen colours of the terminal's own palette, so that the user's choice of light or dark holds.
STYLES: dict[Role, Style] = {
    "plain": Style.null(),
    "strong": Style(bold=True),
    "dim": Style(dim=True),
    "pass": Style(color="green"),
    "warn": Style(color="yellow"),
    "fail": Style(color="red", bold=True),
    "unknown": Style(color="magenta"),
    "skipped": Style(dim=True),
    "error": Style(color="red", bold=True),
}
"""How each role looks; never the only sign of a status."""

CHOSEN = Style(reverse=True)
"""The row of the cursor in the pane that has the keyboard."""


def strip(line: Line, width: int, style: Style | None = None) -> Strip:
    """Return *line* as exactly *width* cells, *style* over all of it."""
    segments = [Segment(span.text, STYLES[span.role]) for span in line]
    cut = Strip(segments).adjust_cell_length(width, Style.null())
    return cut.apply_style(style) if style else cut


class Band(Widget):
    """Lines of a fixed place: head, rules, foot."""

    lines: reactive[tuple[Line, ...]] = reactive(())
    """What it shows."""

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        return strip(self.lines[y] if y < len(self.lines) else (), self.size.width)


class Pane(Widget, can_focus=True):
    """Lines that can be scrolled with the keyboard."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_by(1)", show=False),
        Binding("k,up", "scroll_by(-1)", show=False),
        Binding("space,pagedown,ctrl+f", "scroll_page(1)", show=False),
        Binding("b,pageup,ctrl+b", "scroll_page(-1)", show=False),
        Binding("g,home", "scroll_to_start", show=False),
        Binding("G,end", "scroll_to_end", show=False),
    ]

    class Scrolled(Message):
        """The user scrolled."""

    class Resized(Message):
        """There is another room to show lines in."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.lines: Sequence[Line] = ()
        self.top = 0

    def show(self, lines: Sequence[Line], *, from_start: bool = False) -> None:
        """Replace the lines; the place of reading is kept unless *from_start*."""
        self.lines = lines
        self.move_to(0 if from_start else self.top)
        self.refresh()

    def on_resize(self) -> None:
        """Tell those who lay out the lines; only now is the new size known."""
        self.post_message(self.Resized())

    @property
    def below(self) -> int:
        """How many lines are below the last visible one."""
        return max(len(self.lines) - self.top - self.size.height, 0)

    def move_to(self, top: int) -> None:
        """Let line number *top* be the first visible one, or the nearest that can be."""
        self.top = max(min(top, len(self.lines) - self.size.height), 0)
        self.refresh()

    def action_scroll_by(self, lines: int) -> None:
        """Scroll by *lines*."""
        self._read_from(self.top + lines)

    def action_scroll_page(self, pages: int) -> None:
        """Scroll by *pages* less one line, which stays to hold on to."""
        self._read_from(self.top + pages * max(self.size.height - 1, 1))

    def action_scroll_to_start(self) -> None:
        """Show the first line."""
        self._read_from(0)

    def action_scroll_to_end(self) -> None:
        """Show the last line."""
        self._read_from(len(self.lines))

    def _read_from(self, top: int) -> None:
        self.move_to(top)
        self.post_message(self.Scrolled())

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        index = self.top + y
        return strip(self.lines[index] if index < len(self.lines) else (), self.size.width)
