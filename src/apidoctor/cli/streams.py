"""Standard streams that may be closed, full or gone: what nobody reads must not change what a run finds."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any


class BestEffort:
    """A text stream whose writes may fail unnoticed: progress and notes are worth no crash."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write *text*, if that can be done."""
        try:
            return self._stream.write(text)
        except (OSError, ValueError):  # no reader, no space, or closed
            return len(text)

    def flush(self) -> None:
        """Flush, if that can be done."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            return

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def usable() -> Iterator[None]:
    """Give the process all three streams, whatever the parent closed, and errors that cannot break it."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the parent, as with >&-
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115
    before = sys.stderr
    sys.stderr = BestEffort(before)
    try:
        yield
    finally:
        sys.stderr = before


def nobody_reads() -> None:
    """Standard output lost its reader (``| head``): send the rest nowhere, also what Python flushes at its end.

    Source: Python's library reference, "signal", note on SIGPIPE.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
