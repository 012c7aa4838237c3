"""Snapshots on disk: one JSON file, the same compressed, or a folder of AWS answers.  Bounded readers."""

import errno
import gzip
import os
import tempfile
from pathlib import Path
from typing import IO, Any

import msgspec
from msgspec.structs import replace

from apidoctor.errors import NothingToJudge
from apidoctor.facts.aws.answers import scrubbed
from apidoctor.facts.documents import MAX_BYTES, parse, read_bytes, read_stream
from apidoctor.facts.folder import OBSERVATIONS, read_document, read_folder
from apidoctor.model.convert import convert
from apidoctor.model.encoding import write
from apidoctor.model.snapshot import FORMAT, FORMAT_VERSION, Asked, Snapshot, read_observations

MAX_FILES = 20_000
"""Most files that are read of a folder."""


def read_snapshot(path: Path) -> tuple[Snapshot, list[str]]:
    """Read a snapshot; return it with notes on what had to be set aside.  Raises `NothingToJudge` when it is none.

    *path* is a snapshot, or a file or folder of AWS answers as the AWS CLI and other tools leave them.
    """
    try:
        document, notes = _read_folder(path) if path.is_dir() else _read_file(path)
    except OSError as error:
        where = error.filename or path
        raise NothingToJudge(f"{where}: {error.strerror or error}; name a snapshot file or folder") from None
    snapshot, more = _checked(document, path)
    return snapshot, [*notes, *more]


def read_snapshot_from(stream: IO[bytes], name: str) -> tuple[Snapshot, list[str]]:
    """Read a snapshot from an open stream, for example standard input; *name* stands for it in errors and notes."""
    path = Path(name)
    try:
        document, notes = _read_document(read_stream(stream, path), path)
    except OSError as error:
        raise NothingToJudge(f"{name}: {error.strerror or error}; name a snapshot file or folder") from None
    snapshot, more = _checked(document, path)
    return snapshot, [*notes, *more]


def write_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot whole or not at all, readable for its owner only; a name ending in ``.gz`` is compressed.

    No secret of AWS's answers is written, also when another tool left it in them.

    Raises `OSError`, also for a snapshot that is too large to be read again.
    """
    snapshot = replace(snapshot, accounts=scrubbed(snapshot.accounts))
    data = write(snapshot, indent=1, order="deterministic")
    if len(data) > MAX_BYTES:
        raise OSError(errno.EFBIG, f"more than the {MAX_BYTES >> 20} MiB that a snapshot may have")
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


def _read_file(path: Path) -> tuple[Any, list[str]]:
    """Read a snapshot, or answers of AWS in a file without the snapshot's frame."""
    return _read_document(read_bytes(path), path)


def _read_document(data: bytes, path: Path) -> tuple[Any, list[str]]:
    document = parse(data, path)
    if isinstance(document, dict) and "format" in document:
        return document, []
    accounts, notes = read_document(document, data, path)
    return (_framed(accounts), notes) if accounts else (document, [])


def _read_folder(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Read AWS answers in any layout, best ``<account>/<region>/<operation>.json``, and ``observations.json``."""
    accounts, notes = read_folder(folder, MAX_FILES)
    document = _framed(accounts)
    observations = folder / OBSERVATIONS
    if observations.is_file():
        document["observations"] = parse(read_bytes(observations), observations)
    if not accounts and "observations" not in document:
        raise NothingToJudge(
            f"{folder}: holds no <account>/<region>/<operation>.json and no other answers of AWS; this is no snapshot"
        )
    return document, notes


def _framed(accounts: dict[str, Any]) -> dict[str, Any]:
    return {"format": FORMAT, "format_version": FORMAT_VERSION, "accounts": accounts}


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
        question = convert(asked, Asked) if asked else None
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
