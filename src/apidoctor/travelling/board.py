"""Looks that run at once until time is up; what has not come back by then is told all the same."""

from __future__ import annotations

import threading
import time
from typing import Any, Callable, Tuple

Rank = Tuple[Any, ...]
"""Where an observation stands among all: compared as tuples are."""

_UNFINISHED = {"path_mtu": "error"}
_BROKEN = {"tls": "handshake_failure"}


class Look:
    """One look: what it has told, and what it waits for."""

    def __init__(self, board: Board, rank: Rank) -> None:
        self._board = board
        self.rank = rank
        self.told: list[dict[str, Any]] = []
        self.pending: dict[str, Any] | None = None

    def expect(self, pending: dict[str, Any]) -> None:
        """Say what is waited for; it is told with outcome ``timeout`` when it does not come."""
        with self._board.lock:
            self.pending = pending

    def tell(self, *seen: dict[str, Any]) -> None:
        """Tell what came; nothing more is waited for."""
        with self._board.lock:
            if not self._board.closed:
                self.told += seen
                self.pending = None
        self._board.report(*seen)

    def add(self, **members: Any) -> None:
        """Complete the last observation."""
        with self._board.lock:
            if self.told and not self._board.closed:
                self.told[-1].update(members)


class Board:
    """All looks of one survey; each runs in a thread of its own, which is left alone when time is up."""

    def __init__(
        self, timeout: float, idle: float = 0, report: Callable[[dict[str, Any]], None] | None = None
    ) -> None:
        """Give everything *timeout* seconds; *idle* more for looks that only wait."""
        self._ends = time.monotonic() + timeout
        self.deadline = self._ends + idle
        self.lock = threading.RLock()
        self.closed = False
        self._report = report
        self._changed = threading.Condition(self.lock)
        self._running = 0
        self.defects: list[str] = []
        self._looks: list[Look] = []

    def left(self, most: float) -> float:
        """Return the seconds that a look may take, *most* at most; it should end before the whole does."""
        return max(min(most, self._ends - time.monotonic() - 0.1), 0.05)

    def start(self, rank: Rank, work: Callable[[Look], None], pending: dict[str, Any] | None = None) -> None:
        """Run *work* with a new look at once; *pending* is what it waits for first."""
        look = Look(self, rank)
        look.pending = pending
        with self.lock:
            if self.closed:
                return
            self._looks.append(look)
            self._running += 1
        try:
            threading.Thread(target=self._run, args=(work, look), daemon=True).start()
        except RuntimeError:  # no more threads: it is told as not looked at
            self._failed(look, "this host lets no more threads start")

    def wait(self) -> None:
        """Return when every look has ended or time is up."""
        with self.lock:
            while self._running and time.monotonic() < self.deadline:
                # In slices: on Windows a wait cannot be interrupted.
                self._changed.wait(min(0.2, max(self.deadline - time.monotonic(), 0.001)))

    def close(self) -> list[dict[str, Any]]:
        """Return all observations in the order of their ranks; what comes later is not taken."""
        with self.lock:
            self.closed = True
            seen = []
            for look in sorted(self._looks, key=lambda look: look.rank):
                seen += look.told
                if look.pending:
                    outcome = _UNFINISHED.get(look.pending["kind"], "timeout")
                    late = dict(look.pending, outcome=outcome)
                    if outcome == "error":
                        late["reason"] = "not measured in time"
                    seen.append(late)
            return seen

    def report(self, *seen: dict[str, Any]) -> None:
        """Pass observations on to whoever watches."""
        if self._report:
            for one in seen:
                self._report(one)

    def _run(self, work: Callable[[Look], None], look: Look) -> None:
        try:
            work(look)
        except Exception as error:  # one broken look must not take the others with it
            reason = f"defect: {type(error).__name__}: {error}"[:300]
            self.defects.append(reason)
            self._failed(look, reason)
        else:
            self._ended()

    def _failed(self, look: Look, reason: str) -> None:
        with self.lock:
            if look.pending:
                outcome = _BROKEN.get(look.pending["kind"], "error")
                look.told.append(dict(look.pending, outcome=outcome, reason=reason))
                look.pending = None
        self._ended()

    def _ended(self) -> None:
        with self.lock:
            self._running -= 1
            self._changed.notify_all()
