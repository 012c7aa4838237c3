"""Sets of values of one part of a request, closed under intersection and complement of single conditions."""

import ipaddress
from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct

from .items import Item, covers, disjoint


class Values(Struct, frozen=True):
    """Values of a key, of the principal or of the path."""

    any_of: tuple[tuple[Item, ...], ...] = ()
    """The value is in each of these groups; none: any value."""
    none_of: tuple[Item, ...] = ()
    """The value is none of these."""
    absent: bool = True
    """Whether the key may be absent."""
    present: bool = True
    """Whether it may be there."""

    @property
    def is_empty(self) -> bool:
        """Whether there is no such value and the key cannot be absent."""
        return not self.present and not self.absent

    @property
    def is_everything(self) -> bool:
        """Whether nothing is asked."""
        return self.present and self.absent and not self.any_of and not self.none_of

    def has(self, value: str | None) -> bool:
        """Whether a value, ``None`` for an absent key, is one of them."""
        if value is None:
            return self.absent
        one = Item("text", value)
        return (
            self.present
            and all(any(covers(item, one) for item in group) for group in self.any_of)
            and not any(covers(item, one) for item in self.none_of)
        )

    def meet(self, other: "Values") -> "Values":
        """What is in both."""
        return _normal(
            Values(
                any_of=self.any_of + other.any_of,
                none_of=tuple(dict.fromkeys(self.none_of + other.none_of)),
                absent=self.absent and other.absent,
                present=self.present and other.present,
            )
        )


def listed(items: Iterable[Item], *, absent: bool = False) -> Values:
    """The values that are among the items."""
    found = tuple(dict.fromkeys(items))
    return Values(any_of=(found,), absent=absent) if found else Values(present=False, absent=absent)


def others(items: Iterable[Item], *, absent: bool = True) -> Values:
    """The values that are not among the items."""
    return Values(none_of=tuple(dict.fromkeys(items)), absent=absent)


ABSENT = Values(present=False)
"""The key is not there."""
PRESENT = Values(absent=False)
"""The key is there, with any value."""


def _normal(values: Values) -> Values:
    """The same set with what is redundant left out; known to be empty where that can be told."""
    if not values.present:
        return Values(present=False, absent=values.absent)
    groups: list[tuple[Item, ...]] = []
    for group in dict.fromkeys(values.any_of):
        left = tuple(item for item in group if not any(covers(bad, item) for bad in values.none_of))
        left = tuple(
            item
            for item in left
            if all(any(not disjoint(item, each) for each in other) for other in values.any_of)
        )
        if not left:
            return Values(present=False, absent=values.absent)
        groups.append(left)
    groups = _needed(groups)
    bad = tuple(
        item
        for item in values.none_of
        if all(any(not disjoint(item, each) for each in group) for group in groups)
    )
    return Values(tuple(groups), bad, values.absent)


def _needed(groups: list[tuple[Item, ...]]) -> list[tuple[Item, ...]]:
    """Leave out groups that another one already ensures."""
    kept: list[tuple[Item, ...]] = []
    for at, group in enumerate(groups):
        rest = kept + groups[at + 1 :]
        ensured = any(all(any(covers(wide, item) for wide in group) for item in other) for other in rest)
        if not ensured:
            kept.append(group)
    return kept


Range: TypeAlias = tuple[int, int, int]
"""IP version, first and last address."""
_LAST = {4: 2**32 - 1, 6: 2**128 - 1}
EVERY_ADDRESS: tuple[Range, ...] = ((4, 0, _LAST[4]), (6, 0, _LAST[6]))


class Addresses(Struct, frozen=True):
    """Values of a key that holds an address."""

    ranges: tuple[Range, ...] = EVERY_ADDRESS
    """Sorted, without overlaps."""
    absent: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether there is no such address and the key cannot be absent."""
        return not self.ranges and not self.absent

    @property
    def is_everything(self) -> bool:
        """Whether nothing is asked."""
        return self.absent and self.ranges == EVERY_ADDRESS

    def has(self, value: str | None) -> bool:
        """Whether an address, ``None`` for an absent key, is one of them."""
        if value is None:
            return self.absent
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            return False
        return any(
            version == address.version and low <= int(address) <= high for version, low, high in self.ranges
        )

    def meet(self, other: "Addresses") -> "Addresses":
        """What is in both."""
        found = [
            (version, max(low, low2), min(high, high2))
            for version, low, high in self.ranges
            for version2, low2, high2 in other.ranges
            if version == version2 and max(low, low2) <= min(high, high2)
        ]
        return Addresses(joined(found), self.absent and other.absent)

    def blocks(self) -> list[str]:
        """The addresses as CIDR blocks."""
        found: list[str] = []
        for version, low, high in self.ranges:
            kind = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
            found += map(str, ipaddress.summarize_address_range(kind(low), kind(high)))
        return found


def joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The ranges sorted, those that touch or overlap joined."""
    found: list[Range] = []
    for version, low, high in sorted(ranges):
        if found and found[-1][0] == version and low <= found[-1][2] + 1:
            found[-1] = (version, found[-1][1], max(high, found[-1][2]))
        else:
            found.append((version, low, high))
    return tuple(found)


def complement(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """All other addresses."""
    left: list[Range] = []
    for version, last in _LAST.items():
        start = 0
        for other, low, high in joined(ranges):
            if other == version:
                if low > start:
                    left.append((version, start, low - 1))
                start = high + 1
        if start <= last:
            left.append((version, start, last))
    return tuple(left)
