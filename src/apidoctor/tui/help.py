"""The help page: what the keys do and what the signs mean."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from apidoctor.model.report import Status
from apidoctor.report.glyphs import Glyphs
from apidoctor.report.page import Page
from apidoctor.report.text import sign
from apidoctor.tui.pane import Pane

_KEYS = (
    ("j k / arrows", "move; in the detail, scroll"),
    ("space b / PgDn PgUp", "a screen down or up"),
    ("g G / Home End", "first or last line"),
    ("h l / left right", "fold or open a branch"),
    ("Enter", "open a branch; read the detail of a check"),
    ("Tab", "the other pane"),
    ("n N", "next or previous check with trouble"),
    ("z", "faults only: hide what holds and what was skipped"),
    ("r", "run everything again; old results stay until new ones land"),
    ("? Esc", "this page; back"),
    ("q Ctrl-C", "quit"),
    ("Q", "quit and leave the plain report in the terminal"),
)
_STATUSES: tuple[tuple[Status, str], ...] = (
    ("pass", "holds"),
    ("warn", "worth mending, does not break the call"),
    ("fail", "broken"),
    ("unknown", "could not be seen; the detail says what is missing"),
    ("skipped", "pointless after another failure, or does not apply"),
    ("error", "a defect of apidoctor itself"),
)


def fill(page: Page) -> None:
    """Put the help on *page*."""
    page.flow(("Keys", "strong"))
    for key, meaning in _KEYS:
        page.flow(meaning, first=f"  {key:20} ", rest=23)
    page.blank()
    page.flow(("Signs", "strong"))
    for status, meaning in _STATUSES:
        text, role = sign(page, status)
        page.flow(meaning, first=(f"  {text:20} ", role), rest=23)
    page.flow("being judged", first=f"  {page.glyphs.running:20} ", rest=23)
    page.blank()
    page.flow("Nothing here changes anything: apidoctor only looks.")


class HelpScreen(Screen[None]):
    """The help, over the whole terminal."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "back", show=False),
    ]

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs

    def compose(self) -> ComposeResult:
        """Make the one pane."""
        yield Pane(id="help")

    def on_mount(self) -> None:
        """Give the pane the keyboard."""
        self.query_one(Pane).focus()

    def on_resize(self) -> None:
        """Lay the page out for the new width."""
        page = Page(self._glyphs, self.size.width - 1, break_words=True)
        fill(page)
        self.query_one(Pane).show(page.lines)

    def action_back(self) -> None:
        """Go back to the run."""
        self.app.pop_screen()
