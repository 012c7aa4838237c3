"""A folder of AWS answers, laid out in any way: walked and read within bounds, and told what was set aside.

The exact layout ``<account>/<region>/<operation>.json`` is taken at its word: a broken file there is an error.  Any
other file is understood by what it holds (see ``dumps``), or set aside with a note.
"""

import errno
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from apidoctor.errors import NothingToJudge
from apidoctor.facts.documents import MAX_BYTES, parse, read_bytes
from apidoctor.facts.dumps.contents import Answer, answers_in
from apidoctor.facts.dumps.joining import Accounts, joined
from apidoctor.facts.dumps.names import (
    ACCOUNT,
    REGION,
    Hint,
    exact_name,
    find_operation,
    is_answer_file,
    read_path,
)
from apidoctor.facts.dumps.places import File, evidence_in, placed
from apidoctor.facts.dumps.wording import counted
from apidoctor.model.operations import OPERATIONS, operation

OBSERVATIONS = "observations.json"
"""File at the top of a folder that holds observations of hosts."""
MAX_FOLDERS = 16
"""Deepest nesting of folders that is read."""
ENTRIES_PER_FILE = 10
"""How many entries a folder may have for each file that may be read: somebody named the wrong folder."""

_REFUSED = re.compile(
    r"An error occurred \((?P<code>[\w.]+)\) when calling the (?P<operation>\w+) operation"
    r"(?: \([^)]*\))?: ?(?P<message>[^\r\n]*)"
)
"""What the AWS CLI prints when a call fails; ``2>&1`` puts it into the file."""
Why = tuple[str, str]
"""What a note says of files, and the reason."""
_EMPTY = "left out as empty", "a call that failed leaves an empty file; it counts as not asked"
_FAILED = "read as an error of AWS", "the answer is unknown"
_BROKEN = "set aside", "not JSON"
_OTHERS = "set aside", "no AWS answer that apidoctor reads in them"
_SNAPSHOT = "set aside", "a snapshot of its own; name it instead of the folder"
_OUTSIDE = "not read", "links that lead out of the folder, or folders nested too deep"


def read_folder(folder: Path, max_files: int) -> tuple[Accounts, list[str]]:
    """Return the ``accounts`` of a snapshot from all answers in *folder*, and notes on what was set aside.

    Raises `OSError`, and `NothingToJudge` beyond the bounds or for a broken file of the exact layout.
    """
    reading, total = _Reading(_outer(folder)), 0
    for number, (parts, path) in enumerate(_files(folder, max_files, reading.aside)):
        if number >= max_files:
            raise _too_much(folder, max_files)
        try:
            data = read_bytes(path)
        except NothingToJudge:
            if exact_name(parts):
                raise
            reading.aside(_BROKEN, parts)
            continue
        total += len(data)
        if total > MAX_BYTES:
            raise _too_much(folder, max_files)
        reading.add(parts, path, data)
    return reading.result()


def read_document(document: Any, data: bytes, path: Path) -> tuple[Accounts, list[str]]:
    """Return the ``accounts`` in one file that is no snapshot but holds answers of AWS; none when it does not."""
    reading = _Reading(_outer(path.parent))
    reading.add_document((_readable(path.name),), data, document)
    return reading.result()


class _Reading:
    """What was read so far."""

    def __init__(self, outer: tuple[str, ...]) -> None:
        self._outer = outer
        self._files: list[File] = []
        self._aside: dict[Why, list[str]] = {}

    def aside(self, why: Why, parts: tuple[str, ...], more: str = "") -> None:
        self._aside.setdefault(why, []).append("/".join(parts) + more)

    def add(self, parts: tuple[str, ...], path: Path, data: bytes) -> None:
        if not data.strip():
            self.aside(_EMPTY, parts)
            return
        try:
            document = parse(data, path)
        except NothingToJudge:
            if self._add_failure(parts, data):
                return
            if exact_name(parts):
                raise
            self.aside(_BROKEN, parts)
            return
        self.add_document(parts, data, document)

    def add_document(self, parts: tuple[str, ...], data: bytes, document: Any) -> None:
        if isinstance(document, dict) and str(document.get("format", "")).startswith("apidoctor."):
            self.aside(_SNAPSHOT, parts)
            return
        hint = read_path((*self._outer, *parts))
        answers = answers_in(document, hint)
        exact = exact_name(parts)
        if exact and not answers and (exact in OPERATIONS or hint.operation is None):
            answers = [Answer(operation(exact, parts[1]), document)]
        if not answers:
            self.aside(_OTHERS, parts)
        self._keep(parts, hint, answers, data)

    def result(self) -> tuple[Accounts, list[str]]:
        answers, notes = placed(self._files)
        accounts, more = joined(answers)
        grouped = [
            f"{counted('file', names, said)} ({reason})" for (said, reason), names in self._aside.items()
        ]
        return accounts, [*notes, *more, *grouped]

    def _keep(self, parts: tuple[str, ...], hint: Hint, answers: list[Answer], data: bytes) -> None:
        if answers:
            self._files.append(File("/".join(parts), hint, answers, evidence_in(data, answers)))

    def _add_failure(self, parts: tuple[str, ...], data: bytes) -> bool:
        """Read what the AWS CLI prints of a call that failed; say whether it is that."""
        said = _REFUSED.search(data[:4096].decode("utf-8", "replace"))
        hint = read_path((*self._outer, *parts))
        row = (find_operation(said["operation"]) if said else None) or hint.operation
        if said is None or row is None:
            return False
        error = {"error": {"Code": said["code"], "Message": said["message"]}}
        key = hint.key or (hint.ids.get(row.params[0], "") if row.params else "")
        self._keep(parts, hint, [Answer(row, error, key)], b"")
        self.aside(_FAILED, parts, f" ({said['code']})")
        return True


def _outer(folder: Path) -> tuple[str, ...]:
    """Return the account and the Region that the path of the folder itself tells."""
    parts = Path(os.path.abspath(folder)).parts[-2:]
    return tuple(part for part in parts if ACCOUNT.fullmatch(part) or REGION.fullmatch(part))


def _files(
    folder: Path, max_files: int, aside: Callable[[Why, tuple[str, ...]], None]
) -> Iterator[tuple[tuple[str, ...], Path]]:
    """Yield what may hold an answer, in order of names; hidden files, and links that lead out, are not followed."""
    root, seen = os.path.realpath(folder), 0
    waiting: list[tuple[tuple[str, ...], str]] = [((), os.fspath(folder))]
    while waiting:
        at, path = waiting.pop()
        with os.scandir(path) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
        seen += len(entries)
        if seen > max_files * ENTRIES_PER_FILE:
            raise _too_much(folder, max_files)
        below = []
        for entry in entries:
            parts = (*at, _readable(entry.name))
            if entry.name.startswith(".") or parts == (OBSERVATIONS,):
                continue
            if entry.is_symlink() and not _is_below(root, entry.path):
                if is_answer_file(parts):
                    aside(_OUTSIDE, parts)
            elif entry.is_dir(follow_symlinks=False):
                if exact_name(parts):
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), entry.path)
                if len(parts) > MAX_FOLDERS:
                    aside(_OUTSIDE, parts)
                else:
                    below.append((parts, entry.path))
            elif entry.is_file() and is_answer_file(parts):
                yield parts, Path(entry.path)
        waiting += reversed(below)


def _readable(name: str) -> str:
    """Return a file's name as text: bytes that are no UTF-8 cannot stand in a snapshot."""
    return os.fsencode(name).decode("utf-8", "replace")


def _is_below(root: str, path: str) -> bool:
    return os.path.commonpath([root, os.path.realpath(path)]) == root


def _too_much(folder: Path, max_files: int) -> NothingToJudge:
    return NothingToJudge(
        f"{folder}: more than {max_files} files or {MAX_BYTES >> 20} MiB; this is no snapshot"
    )
