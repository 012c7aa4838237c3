"""A batch: flows in, answers out, in the same order, one at a time."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import IO

import msgspec
from msgspec import Struct

from apidoctor.reasoning.network import Topology
from apidoctor.reasoning.reachability.answer import Answer, answer_line
from apidoctor.reasoning.reachability.line import Unreadable

_ENCODER = msgspec.json.Encoder()
_KEPT = 8
"""Networks of lines that are kept: lines about one network often follow each other."""


class Counted(Struct):
    """What a batch came to."""

    lines: int = 0
    unreadable: int = 0
    """Lines that ask nothing that can be answered."""
    unexpected: int = 0
    """Flows whose answer is the opposite of the expected one."""
    undecided: int = 0
    """Flows that expect something and are undecided."""


class Networks:
    """The networks that the lines of a batch are about."""

    def __init__(self, common: Topology | None, read: Callable[[bytes], Topology]) -> None:
        self._common = common
        self._read = read
        self._kept: OrderedDict[bytes, Topology] = OrderedDict()

    def __call__(self, snapshot: bytes) -> Topology:
        """Return the network of a line's snapshot; the batch's own when the line has none.

        Raises:
            Unreadable: the snapshot is none, or neither the line nor the batch has one.
        """
        if not snapshot:
            if self._common is None:
                raise Unreadable("the line has no snapshot, and the batch none either")
            return self._common
        found = self._kept.pop(snapshot, None) or self._read(snapshot)
        self._kept[snapshot] = found
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found


def run_batch(
    lines: Iterable[bytes], output: IO[bytes], networks: Networks, *, expect: str | None = None
) -> Counted:
    """Answer each line that is not empty; *expect* is for lines that expect nothing themselves."""
    counted = Counted()
    for line in lines:
        if not line.strip():
            continue
        found = answer_line(line, networks, expect=expect)
        _count(found, counted)
        output.write(_ENCODER.encode(found) + b"\n")
    return counted


def _count(found: Answer, counted: Counted) -> None:
    counted.lines += 1
    counted.unreadable += found.problem is not None
    if found.as_expected is False:
        undecided = found.reachable is None
        counted.undecided += undecided
        counted.unexpected += not undecided
