"""Facts: what is known, known to be absent, or unknown and why."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, NoReturn, TypeVar

from apidoctor.model.missing import Missing

T = TypeVar("T")
R = TypeVar("R")


class Undecided(Exception):
    """A judgement needs a fact that is unknown; ``missing`` says what would make it known."""

    def __init__(self, missing: Iterable[Missing]) -> None:
        self.missing = tuple(dict.fromkeys(missing))
        super().__init__("a fact is unknown")


class Known(Generic[T]):
    """A fact that was seen.  ``value`` is None when it is known that there is no such thing."""

    __slots__ = ("source", "value")
    known = True
    missing: tuple[Missing, ...] = ()

    def __init__(self, value: T, source: "Source | None" = None) -> None:
        self.value = value
        self.source = source

    def map(self, change: Callable[[T], R]) -> "Known[R]":
        """Return the fact with *change* applied to its value."""
        return Known(change(self.value), self.source)


class Unknown(Generic[T]):
    """A fact that was not seen; asking for its ``value`` raises `Undecided`."""

    __slots__ = ("missing",)
    known = False
    source: "Source | None" = None

    def __init__(self, *missing: Missing) -> None:
        self.missing = missing

    @property
    def value(self) -> NoReturn:
        """There is none: raises `Undecided` with what is missing."""
        raise Undecided(self.missing)

    def map(self, change: Callable[[Any], R]) -> "Unknown[R]":
        """Return the same unknown."""
        return Unknown(*self.missing)


class Pending(Unknown[T]):
    """A fact that is being looked up: neither known nor unknown yet, so that nobody can conclude from its absence.

    Asking whether it is ``known`` raises `Undecided`; the judgement is made again when the look-up has ended.
    """

    __slots__ = ()

    @property
    def known(self) -> NoReturn:  # type: ignore[override]  # that is the point: the question has no answer yet
        """Not to be said yet: raises `Undecided` with what is missing."""
        raise Undecided(self.missing)


Fact = Known[T] | Unknown[T]


class Source:
    """Where a fact was read: ``ec2.describe_subnets`` in one account and Region."""

    __slots__ = ("account", "operation", "region")

    def __init__(self, operation: str, account: str, region: str) -> None:
        self.operation = operation
        self.account = account
        self.region = region


def together(*facts: Fact[Any]) -> None:
    """Raise one `Undecided` with all that any of *facts* misses, so that everything is asked for at once."""
    missing = [gap for fact in facts for gap in fact.missing]
    if missing:
        raise Undecided(missing)


def every(facts: Iterable[Fact[T]]) -> list[T]:
    """Return the values of *facts*; raise one `Undecided` with all that is missing when any is unknown."""
    facts = list(facts)
    together(*facts)
    return [fact.value for fact in facts]
