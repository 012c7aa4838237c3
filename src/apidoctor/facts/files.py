"""Snapshots on disk: one JSON file, the same compressed, or a folder with one file per operation.  Bounded readers."""

import gzip
import io
import os
import tempfile
import zlib
from pathlib import Path
from typing import Any

import msgspec

from apidoctor.errors import NothingToJudge
from apidoctor.model.snapshot import FORMAT, FORMAT_VERSION, Asked, Snapshot, read_observations

MAX_BYTES = 512 * 1024 * 1024
"""Largest snapshot that is read, unpacked."""
MAX_RATIO = 100
"""Largest ratio of unpacked to packed size: more is a decompression bomb."""
MAX_DEPTH = 64
"""Deepest nesting that is read; AWS's own answers stay below 20."""
MAX_FILES = 20_000
"""Most files that are read of a folder."""


def read_snapshot(path: Path) -> tuple[Snapshot, list[str]]:
    """Read a snapshot; return it with notes on what had to be set aside.  Raises `NothingToJudge` when it is none."""
    try:
        document = _read_folder(path) if path.is_dir() else _parse(_read_bytes(path), path)
    except OSError as error:
        raise NothingToJudge(f"{path}: {error.strerror or error}; name a snapshot file or folder") from None
    return _checked(document, path)


def write_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot whole or not at all, readable for its owner only; a name ending in ``.gz`` is compressed."""
    data = msgspec.json.format(msgspec.json.encode(snapshot, order="deterministic"), indent=1) + b"\n"
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _read_bytes(path: Path) -> bytes:
    packed = path.stat().st_size
    if packed > MAX_BYTES:
        raise NothingToJudge(
            f"{path}: {packed >> 20} MiB, more than the {MAX_BYTES >> 20} MiB that a snapshot may have"
        )
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise NothingToJudge(f"{path}: more than the {MAX_BYTES >> 20} MiB that a snapshot may have")
    return _unpacked(data, path) if data[:2] == b"\x1f\x8b" else data


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


def _parse(data: bytes, path: Path) -> Any:
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


def _read_folder(folder: Path) -> dict[str, Any]:
    """Read ``<account>/<region>/<operation>.json`` as ``aws … describe-…`` prints it, and ``observations.json``."""
    accounts: dict[str, dict[str, dict[str, Any]]] = {}
    total = 0
    for number, path in enumerate(sorted(folder.glob("*/*/*.json*"))):
        data = _read_bytes(path)
        total += len(data)
        if number >= MAX_FILES or total > MAX_BYTES:
            raise NothingToJudge(
                f"{folder}: more than {MAX_FILES} files or {MAX_BYTES >> 20} MiB; this is no snapshot"
            )
        account, region = path.parts[-3:-1]
        operation = path.name.partition(".json")[0].replace("-", "_")
        accounts.setdefault(account, {}).setdefault(region, {})[operation] = _parse(data, path)
    observations = folder / "observations.json"
    document: dict[str, Any] = {"format": FORMAT, "format_version": FORMAT_VERSION, "accounts": accounts}
    if observations.is_file():
        document["observations"] = _parse(_read_bytes(observations), observations)
    if not accounts and "observations" not in document:
        raise NothingToJudge(f"{folder}: holds no <account>/<region>/<operation>.json; this is no snapshot")
    return document


def _checked(document: Any, path: Path) -> tuple[Snapshot, list[str]]:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NothingToJudge(
            f'{path}: not a snapshot (no "format": "{FORMAT}"); write one with apidoctor collect'
        )
    version = str(document.get("format_version", ""))
    if version.partition(".")[0] != FORMAT_VERSION.partition(".")[0]:
        raise NothingToJudge(
            f"{path}: snapshot format {version or 'without a version'}, this apidoctor reads 1.x; update apidoctor"
        )
    accounts = document.get("accounts") or {}
    for where, value in _places(accounts):
        if not isinstance(value, dict):
            raise NothingToJudge(f"{path}: {where} is not an object; this is no snapshot")
    observations, notes = read_observations(document.get("observations"))
    asked = document.get("asked")
    try:
        question = msgspec.convert(asked, Asked) if asked else None
    except msgspec.ValidationError as error:
        question = None
        notes.append(f"the recorded question was set aside: {error}")
    taken = document.get("taken_at")
    return Snapshot(
        FORMAT, version, taken if isinstance(taken, str) else "", accounts, observations, question
    ), notes


def _places(accounts: Any) -> list[tuple[str, Any]]:
    places = [("accounts", accounts)]
    if isinstance(accounts, dict):
        for account, regions in accounts.items():
            places.append((f"accounts.{account}", regions))
            if isinstance(regions, dict):
                places += [(f"accounts.{account}.{region}", answers) for region, answers in regions.items()]
    return places
