"""Progress on standard error while a run goes on: an observer of its events.

On a terminal it is one line that is written over; elsewhere (a log, a dumb terminal, a screen reader) it
is a stream with one short line per finished check that is never taken back.
"""

import os
import shutil
import time
from collections.abc import Callable, Mapping
from threading import Lock
from types import TracebackType
from typing import Self, TextIO

from apidoctor.engine.events import CheckFinished, CheckStarted, Event, LookedUp, RunFinished, RunStarted
from apidoctor.report.glyphs import Glyphs, choose_glyphs
from apidoctor.report.safe import safe
from apidoctor.report.story import worst

# Back to the first column, then erase to the end of the line (ECMA-48 EL).
_ERASE = "\r\x1b[K"

# Ten redraws a second look alive and cost an SSH session next to nothing.
_SECONDS_BETWEEN = 0.1


class Progress:
    """Writes the progress of one run to *stream*; may be called from several threads.

    Use it as a context manager: on the way out, also by an exception, the line on the terminal is erased.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        quiet: bool = False,
        ascii: bool = False,
        plain: bool = False,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Choose the manner by *stream*; *plain* appends on a terminal too, *quiet* writes nothing."""
        self._stream = stream
        self._quiet = quiet
        self._glyphs: Glyphs = choose_glyphs(stream, ascii=ascii, environ=environ)
        self._overwrites = stream.isatty() and not plain and environ.get("TERM") != "dumb"
        self._clock = clock
        self._lock = Lock()
        self._drawn_at = float("-inf")
        self._is_drawn = False
        self._total = self._finished = self._failed = self._looked_up = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __call__(self, event: Event) -> None:
        """Show *event*."""
        if self._quiet:
            return
        with self._lock:
            self._count(event)
            if isinstance(event, CheckFinished) and not self._overwrites:
                self._stream.write(self._finished_line(event) + "\n")
                self._stream.flush()
            elif self._overwrites:
                self._show(event)

    def announce(self, text: str) -> None:
        """Show at once what is about to be done, before there is any event."""
        if self._quiet:
            return
        with self._lock:
            if self._overwrites:
                self._draw(text)
            else:
                self._stream.write(f"{safe(text, width=500)}\n")
                self._stream.flush()

    def close(self) -> None:
        """Erase the line on the terminal, so that what is printed next begins on an empty one."""
        with self._lock:
            if self._is_drawn:
                self._stream.write(_ERASE)
                self._stream.flush()
                self._is_drawn = False

    def _count(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._total, self._finished, self._failed, self._looked_up = len(event.checks), 0, 0, 0
        elif isinstance(event, LookedUp):
            self._looked_up += 1
        elif isinstance(event, CheckFinished):
            self._finished += 1
            self._failed += any(result.status == "fail" for result in event.results)

    def _show(self, event: Event) -> None:
        if isinstance(event, RunFinished):
            return
        now = self._clock()
        if isinstance(event, RunStarted) or now - self._drawn_at >= _SECONDS_BETWEEN:
            self._drawn_at = now
            self._draw(self._current_line(event))

    def _draw(self, text: str) -> None:
        # The last column stays free: a full line makes some terminals wrap, and the erase would miss a part.
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(_ERASE + self._glyphs.safe(text, width=width))
        self._stream.flush()
        self._is_drawn = True

    def _current_line(self, event: Event) -> str:
        failed = f", {self._failed} failed" if self._failed else ""
        counts = f"{self._finished}/{self._total} checks{failed}, {self._looked_up} look-ups"
        match event:
            case LookedUp():
                doing = f"{event.what} ({event.where}): {event.outcome}"
            case CheckStarted() | CheckFinished():
                doing = event.check
            case RunStarted():
                doing = event.title
            case RunFinished():
                doing = ""
        return f"{counts}  {doing}"

    def _finished_line(self, event: CheckFinished) -> str:
        status = worst(event.results)
        counted = [r for r in event.results if r.status == status]
        subject = counted[0].subject if len(event.results) > 1 and len(counted) == 1 else None
        line = f"{self._glyphs.of(status)} {status:8} {event.check}" + (f" {subject}" if subject else "")
        return self._glyphs.safe(line, width=120)
