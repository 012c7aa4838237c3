"""A batch: lines in, answers out, in the same order, one at a time."""

from collections.abc import Iterable
from typing import IO

import msgspec
from msgspec import Struct

from .answer import Answer, answer_line

_ENCODER = msgspec.json.Encoder()


class Counted(Struct):
    """What a batch came to."""

    lines: int = 0
    unreadable: int = 0
    """Lines that are no case."""
    invalid: int = 0
    """Cases with a document that is no policy."""
    unexpected: int = 0
    """Cases whose decision is another than the expected one."""
    undecided: int = 0
    """Cases that expect something and have no definite decision."""


def run_batch(
    lines: Iterable[bytes], output: IO[bytes], *, expect: str | None = None, explained: bool = True
) -> Counted:
    """Answer each line of JSON that is not empty; *expect* is for cases that expect nothing themselves.

    Nothing is kept of a line that was answered.
    """
    counted = Counted()
    for line in lines:
        if not line.strip():
            continue
        found = answer_line(line, expect=expect, explained=explained)
        _count(found, counted)
        output.write(_ENCODER.encode(found) + b"\n")
    return counted


def _count(found: Answer, counted: Counted) -> None:
    counted.lines += 1
    if found.decision == "invalid":
        unreadable = any(problem.code == "not_a_case" for problem in found.problems)
        counted.unreadable += unreadable
        counted.invalid += not unreadable
    if found.as_expected is False:
        undecided = found.decision == "indeterminate"
        counted.undecided += undecided
        counted.unexpected += not undecided
