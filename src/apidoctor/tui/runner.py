"""Runs the diagnosis in a thread of its own and hands its events to the screen.

The engine is threads and blocking calls, the screen is an event loop.  Between them is a queue: the thread
appends, the screen takes all there is.  The screen is woken once for any number of events, so that a run
which tells of thousands of checks in a moment does not fill the loop with thousands of messages.
"""

from collections import deque
from collections.abc import Callable
from threading import Thread

from apidoctor.engine.events import Diagnose, Event, RunFinished
from apidoctor.model.report import Report


class Runner:
    """One run at a time.  *wake* is called from the thread when there are events and nobody was told yet."""

    def __init__(self, diagnose: Diagnose, wake: Callable[[], None]) -> None:
        self._diagnose = diagnose
        self._wake = wake
        self._events: deque[Event] = deque()
        self._is_told = False
        self._thread: Thread | None = None
        self.error: Exception | None = None
        """What the last run raised."""

    @property
    def running(self) -> bool:
        """Whether a run goes on."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> bool:
        """Begin a run; False when one goes on already."""
        if self.running:
            return False
        self.error = None
        # A daemon: quitting must not wait for a probe's time-out.
        self._thread = Thread(target=self._run, name="diagnose", daemon=True)
        self._thread.start()
        return True

    def take(self) -> list[Event]:
        """Return the events since the last call."""
        # First the flag, then the queue: an event that comes in between wakes once more, which costs nothing;
        # the other way round it would lie in the queue with nobody told.
        self._is_told = False
        taken: list[Event] = []
        while self._events:
            taken.append(self._events.popleft())
        return taken

    def _run(self) -> None:
        finished: Report | None = None

        def observe(event: Event) -> None:
            nonlocal finished
            finished = event.report if isinstance(event, RunFinished) else finished
            self._put(event)

        try:
            report = self._diagnose(observe)
            if report is not finished:
                self._put(RunFinished(report))
        except Exception as error:  # the screen shows it, and `run` raises it when the user has left
            self.error = error
        finally:
            self._thread = None
            self._wake()

    def _put(self, event: Event) -> None:
        self._events.append(event)
        if not self._is_told:
            self._is_told = True
            self._wake()
