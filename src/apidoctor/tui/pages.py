"""A page over the whole terminal: the help, the page of a check."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from apidoctor.report.glyphs import Glyphs
from apidoctor.report.page import Page
from apidoctor.tui import bands
from apidoctor.tui.pane import Band, Pane

Fill = Callable[[Page], None]
"""Puts the text on a page of the width there is."""


class PageScreen(Screen[None]):
    """Text to scroll, and a line that says how to leave."""

    CSS = """
    #leave { height: 1; dock: bottom; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,e,enter", "back", show=False),
    ]

    def __init__(self, fill: Fill, glyphs: Glyphs) -> None:
        super().__init__()
        self._fill = fill
        self._glyphs = glyphs

    def compose(self) -> ComposeResult:
        """Make the pane and the last line."""
        yield Pane(id="page")
        yield Band(id="leave")

    def on_mount(self) -> None:
        """Give the pane the keyboard."""
        self.query_one(Pane).focus()

    def on_pane_resized(self) -> None:
        """Lay the page out for the new size."""
        pane = self.query_one(Pane)
        page = Page(self._glyphs, pane.size.width - 1, break_words=True)
        self._fill(page)
        pane.show(page.lines)
        self._draw_leave()

    def on_pane_scrolled(self) -> None:
        """Say how much is left."""
        self._draw_leave()

    def action_back(self) -> None:
        """Go back to the run."""
        self.app.pop_screen()

    def _draw_leave(self) -> None:
        below = self.query_one(Pane).below
        self.query_one(Band).lines = (bands.leave(below),)
