"""The beginning of an answer's body: read, unpacked and shown within bounds, whatever a server sends."""

from __future__ import annotations

import zlib
from typing import Callable, Iterator, NamedTuple

MAX_BODY = 64 * 1024
"""Most bytes of a body that are read, and most that are unpacked."""
KEPT_BODY = 2048
"""Characters of the body that are kept."""
_MOST_LAYERS = 2
"""Encodings around one another that are undone: no honest server has more."""
_GZIP = ("gzip", "x-gzip")


class Body(NamedTuple):
    """What came of a body."""

    text: str
    """Its beginning, secrets masked."""
    size: int
    """Bytes that were read, as they came over the wire without chunks' borders."""
    truncated: bool
    """It broke off, or was longer than is read."""


class Reader:
    """Gathers a body up to the bound."""

    def __init__(self, hide: Callable[[str], str]) -> None:
        """*hide* masks secrets: it gets the text before it is cut, so that no secret is halved."""
        self._hide = hide
        self._parts: list[bytes] = []
        self._size = 0

    @property
    def room(self) -> int:
        """Bytes that may still come; one more than is kept tells that there is more."""
        return MAX_BODY + 1 - self._size

    def take(self, part: bytes) -> bool:
        """Keep *part*; say whether more is wanted."""
        self._parts.append(part[: self.room])
        self._size += len(self._parts[-1])
        return self.room > 0

    def gather(self, parts: Iterator[bytes]) -> None:
        """Keep *parts* up to the bound; raises what they raise."""
        for part in parts:
            if not self.take(part):
                return

    def plain(self, encoding: str) -> str:
        """Return what came, unpacked and with its secrets: to be read, never to be shown."""
        return unpacked(b"".join(self._parts)[:MAX_BODY], encoding)[0].decode("utf-8", "replace")

    def told(self, encoding: str, *, broken: bool) -> Body:
        """Return what came, with *encoding* (a Content-Encoding) undone; *broken*: it was not the whole body."""
        raw = b"".join(self._parts)[:MAX_BODY]
        data, more = unpacked(raw, encoding)
        text = self._hide(data.decode("utf-8", "replace"))
        return Body(text[:KEPT_BODY], len(raw), broken or more or self._size > MAX_BODY)


def unpacked(raw: bytes, encoding: str) -> tuple[bytes, bool]:
    """Undo gzip and deflate (RFC 9110, section 8.4.1), never to more than the bound; say whether there is more.

    A small answer may hold gigabytes of zeros.  What cannot be unpacked is returned as it came.
    """
    more = False
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    for name in list(reversed(names))[:_MOST_LAYERS]:
        if name not in (*_GZIP, "deflate"):
            break
        data, cut = _inflated(raw, name)
        if data is None:
            break
        raw, more = data, more or cut
    return raw, more


def _inflated(raw: bytes, name: str) -> tuple[bytes | None, bool]:
    """Return *raw* unpacked, None when it is not packed so; and whether it goes on."""
    # Many servers send bare deflate data where RFC 1950's frame is meant; RFC 9110 notes it.
    for bits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS) if name == "deflate" else (zlib.MAX_WBITS | 16,):
        unpacker = zlib.decompressobj(wbits=bits)
        try:
            return unpacker.decompress(raw, MAX_BODY), not unpacker.eof
        except zlib.error:
            continue
    return None, False
