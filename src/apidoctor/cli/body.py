"""The body of a request that is signed: only its hash is shown, never its text."""

import hashlib
import sys
from pathlib import Path

from msgspec import Struct

from apidoctor.errors import UsageError

LONGEST = 10 * 1024 * 1024
"""Most bytes of a body that API Gateway takes (quotas of REST APIs: payload size, 10 MB)."""


class Body(Struct, frozen=True):
    """A request's body."""

    content: bytes
    """Its bytes, as they are sent."""
    file: str | None = None
    """The file that they were read from; None: they were typed."""

    @property
    def hash(self) -> str:
        """SHA-256 of it, in hex."""
        return hashlib.sha256(self.content).hexdigest()

    def __repr__(self) -> str:
        return "Body(***)"


def read_body(data: str | None) -> Body | None:
    """Read ``--data``: the text itself, ``@FILE``, or ``@-`` for standard input.  Raises `UsageError`."""
    if data is None:
        return None
    if not data.startswith("@"):
        return Body(data.encode(errors="surrogateescape"))
    file = data[1:]
    try:
        if file == "-":
            content = sys.stdin.buffer.read(LONGEST + 1)
        else:
            with Path(file).open("rb") as opened:
                content = opened.read(LONGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file has such a name"
        raise UsageError(f"--data @{file}: {reason}") from None
    if len(content) > LONGEST:
        raise UsageError(f"--data @{file}: more than 10 MiB; API Gateway takes no such body")
    return Body(content, file)
