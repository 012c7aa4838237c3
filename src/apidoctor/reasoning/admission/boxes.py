"""Sets of requests as unions of boxes: a box asks something of each part of a request, independently.

An Allow statement is a box, and so is a Deny; what a Deny spares is a union of boxes, one for each part that can be
other than it asks. Conditions that are no sets of values (numbers, dates, policy variables) are kept as they are
written, and asked or refused as a whole.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from msgspec import Struct, field

from .sets import Addresses, Values

Part: TypeAlias = Values | Addresses


class Written(NamedTuple):
    """A condition that is only known by its text."""

    text: str
    holds: bool
    """Whether it must hold, or must not."""


class Box(Struct, frozen=True):
    """A set of requests."""

    parts: Mapping[str, Part] = field(default_factory=dict)
    """What is asked of each part: ``principal``, ``path``, or a condition key in lower case."""
    written: frozenset[Written] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether no request is in it, as far as can be told."""
        contradicts = any(Written(each.text, not each.holds) in self.written for each in self.written)
        return contradicts or any(part.is_empty for part in self.parts.values())

    def meet(self, other: "Box") -> "Box":
        """The requests in both."""
        parts = dict(self.parts)
        for name, part in other.parts.items():
            mine = parts.get(name)
            parts[name] = part if mine is None else _meet(mine, part)
        return Box(parts, self.written | other.written)

    def has(self, request: Mapping[str, str | None]) -> bool:
        """Whether a request, given by its parts, is in it; only for boxes without written conditions."""
        return not self.written and all(part.has(request.get(name)) for name, part in self.parts.items())


def _meet(one: Part, other: Part) -> Part:
    if isinstance(one, Addresses):
        return one.meet(other) if isinstance(other, Addresses) else one.meet(_as_addresses(other))
    if isinstance(other, Addresses):
        return _as_addresses(one).meet(other)
    return one.meet(other)


def _as_addresses(values: Values) -> Addresses:
    """Presence is all that a set of texts can say of an address."""
    return Addresses(absent=values.absent) if values.present else Addresses((), absent=values.absent)


class Union(Struct, frozen=True):
    """The requests that are in any of some boxes."""

    boxes: tuple[Box, ...]
    complete: bool = True
    """Whether these are all: beyond `MAX_BOXES` the rest is left out."""


MAX_BOXES = 256
"""Most boxes of a union."""


def union(boxes: Iterable[Box]) -> Union:
    """The union of boxes, empty ones left out."""
    found = [box for box in boxes if not box.is_empty]
    return Union(tuple(found[:MAX_BOXES]), len(found) <= MAX_BOXES)


def meet(one: Union, other: Union) -> Union:
    """The requests in both."""
    found = union(a.meet(b) for a in one.boxes for b in other.boxes)
    return Union(found.boxes, found.complete and one.complete and other.complete)


def spare(allowed: Union, denied: Box, spared: Iterable[Box]) -> Union:
    """The requests that are allowed and that a Deny does not hit: *spared* is the complement of *denied*."""
    alternatives = list(spared)
    found = union(_spared(allowed.boxes, denied, alternatives))
    return Union(found.boxes, found.complete and allowed.complete)


def _spared(boxes: Iterable[Box], denied: Box, alternatives: list[Box]) -> Iterator[Box]:
    for box in boxes:
        if box.meet(denied).is_empty:
            yield box  # it is not hit at all, so it need not be cut
        else:
            yield from (box.meet(each) for each in alternatives)
