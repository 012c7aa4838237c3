"""The terminal app around the screen of a run."""

import sys
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from apidoctor.engine.events import Diagnose
from apidoctor.model.report import Report
from apidoctor.report import text
from apidoctor.report.glyphs import Glyphs, choose_colour, choose_glyphs
from apidoctor.tui.screen import RunScreen


class DoctorApp(App[bool]):
    """Returns True when the plain report shall be left in the terminal."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", priority=True, show=False)]

    def __init__(self, diagnose: Diagnose, *, title: str, glyphs: Glyphs) -> None:
        # The terminal's own sixteen colours: they hold over SSH, in tmux and on a light background.
        super().__init__(ansi_color=True)
        self.run_screen = RunScreen(diagnose, title=title, glyphs=glyphs)

    def on_mount(self) -> None:
        """Show the run."""
        self.push_screen(self.run_screen)

    async def action_quit(self) -> None:
        """Quit and leave nothing."""
        self.exit(False)

    def action_quit_with_report(self) -> None:
        """Quit and leave the plain report."""
        self.exit(True)


def run(diagnose: Diagnose, *, title: str, ascii: bool = False) -> Report | None:
    """Show a run of *diagnose* on the terminal until the user quits; return its last report.

    None means that the user quit before there was one.  *title* says what is diagnosed until the run does.
    Raises what *diagnose* raised, when the last run ended so.
    """
    glyphs = choose_glyphs(sys.stdout, ascii=ascii)
    colour = choose_colour(sys.stdout)
    app = DoctorApp(diagnose, title=title, glyphs=glyphs)
    # Without the mouse the terminal's own selection works: that is how text leaves an SSH session.
    leave = app.run(mouse=False)
    if app.run_screen.runner.error:
        raise app.run_screen.runner.error
    report = app.run_screen.state.report
    if leave and report:
        sys.stdout.write(text.render(report, glyphs=glyphs, colour=colour))
    return report
