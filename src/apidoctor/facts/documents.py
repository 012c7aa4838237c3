"""One JSON document from disk, read within bounds: size, packing, depth; in UTF-8, or in UTF-16 with its mark."""

import codecs
import gc
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from apidoctor.errors import NothingToJudge

MAX_BYTES = 512 * 1024 * 1024
"""Largest snapshot that is read, unpacked."""
MAX_RATIO = 100
"""Largest ratio of unpacked to packed size: more is a decompression bomb."""
MAX_DEPTH = 64
"""Deepest nesting that is read; AWS's own answers stay below 20."""

_WIDE = {
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"{\0": "utf-16-le",
    b"[\0": "utf-16-le",
}
"""How UTF-16 begins: Windows PowerShell's ``>`` writes it, with a mark or (appending) without."""


def read_bytes(path: Path) -> bytes:
    """Return what a file holds, unpacked and in UTF-8.  Raises `OSError`, and `NothingToJudge` beyond the bounds."""
    packed = path.stat().st_size
    if packed > MAX_BYTES:
        raise NothingToJudge(
            f"{path}: {packed >> 20} MiB, more than the {MAX_BYTES >> 20} MiB that a snapshot may have"
        )
    with path.open("rb") as stream:
        return read_stream(stream, path)


def read_stream(stream: IO[bytes], path: Path) -> bytes:
    """Return what an open stream holds, like `read_bytes`; *path* names it in errors."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise NothingToJudge(f"{path}: more than the {MAX_BYTES >> 20} MiB that a snapshot may have")
    return _in_utf8(_unpacked(data, path) if data[:2] == b"\x1f\x8b" else data)


def parse(data: bytes, path: Path) -> Any:
    """Return the JSON document in *data*.  Raises `NothingToJudge`, with *path*, when it is none or is too deep."""
    with _without_collector():
        return _parsed(data, path)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Nothing of a fresh document is garbage: looking for it takes longer than all the reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _parsed(data: bytes, path: Path) -> Any:
    try:
        document = msgspec.json.decode(data)
    except RecursionError:
        raise NothingToJudge(f"{path}: nested more than {MAX_DEPTH} deep; this is no snapshot") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        hint = "cut off? copy it again" if "truncated" in str(error) else "write one with apidoctor collect"
        raise NothingToJudge(f"{path}: not a JSON snapshot ({error}); {hint}") from None
    level: list[Any] = [[document]]
    for _ in range(MAX_DEPTH):
        children = (child for node in level for child in (node.values() if isinstance(node, dict) else node))
        level = [child for child in children if isinstance(child, (dict, list))]
        if not level:
            return document
    raise NothingToJudge(f"{path}: nested more than {MAX_DEPTH} deep; this is no snapshot")


def _unpacked(data: bytes, path: Path) -> bytes:
    limit = min(MAX_BYTES, max(1 << 20, len(data) * MAX_RATIO))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            unpacked = stream.read(limit + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise NothingToJudge(f"{path}: broken gzip file ({error}); copy it again") from None
    if len(unpacked) > limit:
        raise NothingToJudge(f"{path}: unpacks to more than {limit >> 20} MiB; this is no snapshot")
    return unpacked


def _in_utf8(data: bytes) -> bytes:
    """Return text in UTF-8 without a mark; what is no text in the encoding it claims, as it is."""
    if data.startswith(codecs.BOM_UTF8):
        return data[len(codecs.BOM_UTF8) :]
    encoding = _WIDE.get(data[:2])
    if encoding is None:
        return data
    try:
        return data.decode(encoding).encode()
    except UnicodeError:
        return data
