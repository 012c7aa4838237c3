"""The page of the invoke matrix: every way to invoke at every address, looked at in a thread of its own."""

import contextlib
from collections.abc import Callable
from threading import Thread
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from apidoctor.reasoning.matrix import Matrix
from apidoctor.report import matrix as told
from apidoctor.report.glyphs import Glyphs
from apidoctor.report.page import Page
from apidoctor.tui.pages import PageScreen

MakeMatrix = Callable[[], Matrix]
"""Looks and judges; takes seconds, so never called in the loop of the screen."""


class Trial:
    """One look at a time; the last matrix stays until a new one is there."""

    def __init__(self, make: MakeMatrix) -> None:
        self._make = make
        self._thread: Thread | None = None
        self.matrix: Matrix | None = None
        """The last matrix."""
        self.error: Exception | None = None
        """What the last look raised."""

    @property
    def running(self) -> bool:
        """Whether a look goes on."""
        return self._thread is not None

    def start(self, wake: Callable[[], None]) -> None:
        """Begin a look, unless one goes on; *wake* is called from its thread when it is over."""
        if self._thread is None:
            self.error = None
            # A daemon: quitting must not wait for a connection's time-out.
            self._thread = Thread(target=self._run, args=(wake,), name="matrix", daemon=True)
            self._thread.start()

    def _run(self, wake: Callable[[], None]) -> None:
        try:
            self.matrix = self._make()
        except Exception as error:  # the page shows it
            self.error = error
        finally:
            self._thread = None
            wake()

    def fill(self, page: Page) -> None:
        """Put on *page* what there is."""
        if self.running:
            page.flow(("Trying every way to invoke at every address …", "strong"))
            page.blank()
        if self.error:
            page.flow((f"the look failed: {type(self.error).__name__}: {self.error}", "error"))
            page.blank()
        if self.matrix:
            told.fill(page, self.matrix)


class MatrixScreen(PageScreen):
    """Shows a trial, and begins it when nobody did."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "back", show=False),
        Binding("r", "again", show=False),
    ]

    class Ended(Message):
        """The look is over."""

    def __init__(self, trial: Trial, glyphs: Glyphs) -> None:
        super().__init__(trial.fill, glyphs)
        self._trial = trial

    def on_mount(self) -> None:
        """Look, when there is nothing to show yet."""
        super().on_mount()
        if self._trial.matrix is None:
            self._trial.start(self._wake)

    def action_again(self) -> None:
        """Look again; the old matrix stays until the new one is there."""
        self._trial.start(self._wake)
        self.on_pane_resized()

    def on_matrix_screen_ended(self) -> None:
        """Show what came of it."""
        self.on_pane_resized()

    def _wake(self) -> None:
        """Called from the thread of the look; the user may have left the page or the app by then."""
        with contextlib.suppress(RuntimeError):
            self.post_message(self.Ended())
