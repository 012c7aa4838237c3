"""What only the terminal itself can tell."""

import os
import re
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform != "win32":
    import termios
    import tty

_POSITION = re.compile(rb"\x1b\[\d+;(\d+)R")

# A terminal answers within a round trip; one that does not know the question must not hold up the start.
_SECONDS_TO_ANSWER = 0.2


def ambiguous_is_wide(stdin: int | None = None, stdout: int | None = None) -> bool:
    """Say whether the terminal draws characters of ambiguous width (UAX #11) two cells wide, as for CJK.

    Frames break there.  It is measured: draw a frame character and ask where the cursor is (DSR 6, ECMA-48).
    No terminal, no answer: False.
    """
    stdin = sys.stdin.fileno() if stdin is None else stdin
    stdout = sys.stdout.fileno() if stdout is None else stdout
    if sys.platform == "win32":  # no termios to ask with, and its terminals draw frames one cell wide
        return False
    if os.environ.get("TERM") == "dumb" or not (os.isatty(stdin) and os.isatty(stdout)):
        return False
    with _unbuffered(stdin):
        os.write(stdout, "\r─\x1b[6n".encode())
        answer = _read_answer(stdin)
        os.write(stdout, b"\r\x1b[K")
    found = _POSITION.search(answer)
    return found is not None and int(found[1]) == 3


def _read_answer(stdin: int) -> bytes:
    answer = b""
    until = time.monotonic() + _SECONDS_TO_ANSWER
    # Whatever else comes in between are keys that the user pressed too early; they are lost, and few.
    while (left := until - time.monotonic()) > 0 and not _POSITION.search(answer) and len(answer) < 64:
        if not select.select([stdin], [], [], left)[0]:
            break
        answer += os.read(stdin, 1)
    return answer


@contextmanager
def _unbuffered(stdin: int) -> Iterator[None]:
    """Let keys arrive one by one and unseen for a moment, so that the answer neither waits nor is echoed."""
    assert sys.platform != "win32"
    before = termios.tcgetattr(stdin)
    try:
        tty.setcbreak(stdin, termios.TCSADRAIN)
        yield
    finally:
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)
