"""Files of JSON lines, as the batches of several commands read them."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from apidoctor.errors import NothingToJudge


@contextmanager
def lines_of(name: str, most: int) -> Iterator[Iterator[bytes]]:
    """Open a batch (``-`` is standard input) for its lines; one of more than *most* bytes is cut.

    Raises:
        NothingToJudge: it cannot be read.
    """
    with ExitStack() as stack:
        try:
            lines = sys.stdin.buffer if name == "-" else stack.enter_context(Path(name).open("rb"))
        except OSError as error:
            raise NothingToJudge(f"{name or 'the batch'}: {error.strerror or error}") from None
        yield _bounded(lines, most)


def _bounded(lines: IO[bytes], most: int) -> Iterator[bytes]:
    """Yield the lines; one that is too long is cut, and so becomes one that cannot be read."""
    while line := lines.readline(most + 1):
        if len(line) > most:
            while rest := lines.readline(most):
                if rest.endswith(b"\n"):
                    break
        yield line
