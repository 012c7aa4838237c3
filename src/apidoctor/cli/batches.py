"""Files of JSON lines, as the batches of several commands read them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def opened(name: str) -> IO[bytes]:
    """Open a batch; ``-`` is standard input."""
    return sys.stdin.buffer if name == "-" else Path(name).open("rb")


def bounded(lines: IO[bytes], most: int) -> Iterator[bytes]:
    """Yield the lines; one of more than *most* bytes is cut, and so becomes one that cannot be read."""
    while line := lines.readline(most + 1):
        if len(line) > most:
            while rest := lines.readline(most):
                if rest.endswith(b"\n"):
                    break
        yield line
