"""The terminal app around the screen of a run, and `run`, which is all that others need of it."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from apidoctor.engine.events import Diagnose
from apidoctor.model.report import Report
from apidoctor.report import text
from apidoctor.report.glyphs import Glyphs, choose_colour, choose_glyphs
from apidoctor.report.progress import Progress
from apidoctor.tui.matrix import MakeMatrix
from apidoctor.tui.screen import RunScreen
from apidoctor.tui.terminal import ambiguous_is_wide


class DoctorApp(App[bool]):
    """Returns True when the plain report shall be left in the terminal."""

    # The palette offers themes and screenshots: nothing that helps in an incident.
    ENABLE_COMMAND_PALETTE = False
    # By default Ctrl-C only tells how to quit; here it quits, from every pane and page.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", priority=True, show=False)]

    def __init__(
        self,
        diagnose: Diagnose,
        *,
        title: str,
        glyphs: Glyphs,
        checks: Sequence[Path] = (),
        matrix: MakeMatrix | None = None,
    ) -> None:
        # The terminal's own sixteen colours: they hold over SSH, in tmux and on a light background.
        super().__init__(ansi_color=True)
        self.run_screen = RunScreen(diagnose, title=title, glyphs=glyphs, checks=checks, matrix=matrix)

    def on_mount(self) -> None:
        """Show the run."""
        self.push_screen(self.run_screen)

    async def action_quit(self) -> None:
        """Quit and leave nothing."""
        self.exit(False)

    def action_quit_with_report(self) -> None:
        """Quit and leave the plain report."""
        self.exit(True)


def run(
    diagnose: Diagnose,
    *,
    title: str,
    ascii: bool = False,
    checks: Sequence[Path] = (),
    matrix: MakeMatrix | None = None,
) -> Report | None:
    """Show a run of *diagnose* on the terminal until the user quits; return its last report.

    None means that the user quit before there was one.  *title* says what is diagnosed until the run does;
    *checks* are the user's own folders of checks, for their pages; *matrix* makes the page of the invoke matrix.
    Where no screen can be drawn (no terminal, ``TERM=dumb``) or none is wanted (``APIDOCTOR_PLAIN``,
    ``ACCESSIBLE``), the run is told line by line instead, and then the plain report.
    Raises what *diagnose* raised, when the last run ended so.
    """
    can_draw = _can_draw()
    glyphs = choose_glyphs(sys.stdout, ascii=ascii or (can_draw and ambiguous_is_wide()))
    colour = choose_colour(sys.stdout)
    if not can_draw:
        with Progress(sys.stderr, ascii=ascii, plain=True) as progress:
            report: Report | None = diagnose(progress)
        _leave(report, glyphs, colour)
        return report
    app = DoctorApp(diagnose, title=title, glyphs=glyphs, checks=checks, matrix=matrix)
    # Without the mouse the terminal's own selection works: that is how text leaves an SSH session.
    leave = app.run(mouse=False)
    if app.run_screen.runner.error:
        raise app.run_screen.runner.error
    report = app.run_screen.state.report
    if leave:
        _leave(report, glyphs, colour)
    return report


def _can_draw() -> bool:
    asked_plain = os.environ.get("APIDOCTOR_PLAIN") or os.environ.get("ACCESSIBLE")
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return is_terminal and not asked_plain


def _leave(report: Report | None, glyphs: Glyphs, colour: bool) -> None:
    """Write the plain report to the terminal, as wide as it is."""
    if report:
        width = shutil.get_terminal_size((100, 24)).columns
        sys.stdout.write(text.render(report, glyphs=glyphs, colour=colour, width=width))
        sys.stdout.flush()
