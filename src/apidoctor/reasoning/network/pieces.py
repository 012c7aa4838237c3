"""The address space cut into pieces: what a table, an ACL or a group says of an address, found by one bisection.

Of all entries that hold an address the first one counts, as in an ordered list of rules.  Between two neighbouring
edges nothing changes: that is what makes an answer valid for more than the address it was asked for.
"""

from bisect import bisect_right
from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Generic, TypeVar

from apidoctor.reasoning.network.addresses import LAST, Block

T = TypeVar("T")


class Pieces(Generic[T]):
    """Values by address.

    ``starts`` are the first addresses of the pieces, ascending from 0; ``values`` what holds there, None where no
    entry does.
    """

    __slots__ = ("starts", "values")

    def __init__(self, starts: list[int], values: list[T | None]) -> None:
        self.starts = starts
        self.values = values

    def at(self, address: int) -> T | None:
        """Return what holds at *address*."""
        return self.values[bisect_right(self.starts, address) - 1]

    def piece(self, address: int) -> tuple[T | None, int, int]:
        """Return what holds at *address*, and the first and last address of its piece."""
        place = bisect_right(self.starts, address)
        last = self.starts[place] - 1 if place < len(self.starts) else LAST
        return self.values[place - 1], self.starts[place - 1], last


def cut(entries: Iterable[tuple[Block, T]]) -> Pieces[T]:
    """Cut the address space by *entries*, of which an earlier one hides a later one where both hold an address."""
    listed = list(entries)
    opening: dict[int, list[int]] = {0: []}
    for place, (block, _) in enumerate(listed):
        opening.setdefault(block.first, []).append(place)
        opening.setdefault(block.last + 1, [])
    starts: list[int] = []
    values: list[T | None] = []
    active: list[int] = []
    previous = -1
    for edge in sorted(opening):
        for place in opening[edge]:
            heappush(active, place)
        while active and listed[active[0]][0].last < edge:
            heappop(active)
        first = active[0] if active else -1
        if first != previous or not starts:
            starts.append(edge)
            values.append(listed[first][1] if active else None)
            previous = first
    return Pieces(starts, values)
