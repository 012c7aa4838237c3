"""The Condition element: its clauses, compiled, and their three-valued evaluation.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued
context keys". A block is AND over operators, an operator AND over keys, a key OR over its listed values.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct

from ._operators import OPERATORS, Operator
from ._patterns import MULTIVALUED, Pattern, Values
from .truth import Truth, every, negate, some
from .values import Scalar, texts

_OPERATOR = re.compile(r"(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?", re.IGNORECASE)

Quantifier = Literal["forallvalues", "foranyvalue"]


class Context(Values, Protocol):
    """What a condition asks of a request."""

    context: dict[str, tuple[str, ...]]
    """Keys in lower case that are present with at least one value."""


class Clause(Struct, frozen=True, gc=False, eq=False):
    """One operator with one key."""

    operator: str
    """As the policy spells it."""
    key: str
    """As the policy spells it; keys have no case."""
    value: Scalar | list[Scalar]
    """The listed values, as the policy has them."""
    lookup: str
    """The key in lower case."""
    test: Pattern | None
    """``None`` where nothing can be compared, as with an operator that does not exist: it never holds."""
    negated: bool
    quantifier: Quantifier | None
    when_absent: bool
    readable: Callable[[str], bool] | None = None
    """For a negated operator that compares typed values: whether a request's value is of the type. One that is not
    can be compared with nothing, so the clause does not hold."""

    @property
    def wanted(self) -> tuple[str, ...]:
        """The listed values."""
        return texts(self.value)

    def holds(self, facts: Context) -> Truth:
        """Whether the clause is true for the request."""
        if self.test is None:
            return False
        values = facts.context.get(self.lookup)
        if values is None:
            return None if facts.is_unknown(self.lookup) else self.when_absent
        if self.readable is not None and not all(map(self.readable, values)):
            return False
        if len(values) == 1:
            answer = self.test.matches(values[0], facts)
            return negate(answer) if self.negated else answer
        return self._holds_for_set(values, facts, self.test)

    def _holds_for_set(self, values: tuple[str, ...], facts: Context, test: Pattern) -> Truth:
        answers = [test.matches(value, facts) for value in values]
        if self.quantifier is None:
            answer = some(answers)
            return negate(answer) if self.negated else answer
        if self.negated:
            answers = [negate(answer) for answer in answers]
        return every(answers) if self.quantifier == "forallvalues" else some(answers)

    def unknown_keys(self, facts: Context) -> Iterator[str]:
        """The keys that leave the clause open."""
        if facts.is_unknown(self.lookup):
            yield self.key
        if self.test is not None:
            yield from (key for key in self.test.variable_keys() if facts.is_unknown(key))


class Presence(Struct, frozen=True, gc=False):
    """The test of the ``Null`` operator: it looks at whether the key is there, not at its value."""

    absent: bool
    """Whether the clause asks for an absent key."""
    present: bool
    """Whether the clause asks for a present key."""

    def matches(self, text: str, values: Values) -> Truth:
        """Called with a value, so the key is present."""
        return self.present

    def variable_keys(self) -> Iterable[str]:
        """There are none."""
        return ()


class _Named(NamedTuple):
    """What an operator's name says."""

    operator: Operator | None
    """``None``: there is no such operator."""
    quantifier: Quantifier | None
    when_absent: bool


@lru_cache(maxsize=256)
def _named(name: str) -> _Named:
    match = _OPERATOR.fullmatch(name)
    found = OPERATORS.get(match[2].lower()) if match else None
    if match is None or found is None:
        return _Named(None, None, False)
    quantifier = _quantifier(match[1])
    return _Named(found, quantifier, _when_absent(found.negated, quantifier, if_exists=match[3] is not None))


def compile_clause(name: str, key: str, value: Scalar | list[Scalar], *, variables: bool) -> Clause:
    """Compile one operator with one key; one that cannot be compared gives a clause that never holds."""
    lookup = key.lower()
    wanted = texts(value)
    operator, quantifier, when_absent = _named(name)
    if operator is None:
        return (
            _null(name, key, value)
            if _is_null(name)
            else Clause(name, key, value, lookup, None, False, None, False)
        )
    if quantifier is None and lookup in MULTIVALUED:
        readable = never if operator.negated else None
        return Clause(name, key, value, lookup, INCOMPARABLE, operator.negated, None, when_absent, readable)
    test = operator.compile(wanted, variables)
    if not operator.negated or not operator.typed:
        return Clause(name, key, value, lookup, test, operator.negated, quantifier, when_absent)
    if not all(map(operator.valid, wanted)):
        return Clause(name, key, value, lookup, None, False, None, False)
    return Clause(name, key, value, lookup, test, True, quantifier, when_absent, operator.valid)


def _null(name: str, key: str, value: Scalar | list[Scalar]) -> Clause:
    asked = {each.lower() for each in texts(value)}
    presence = Presence("true" in asked, "false" in asked)
    # Any number of values means present, so the quantifier that looks at one value is enough.
    return Clause(name, key, value, key.lower(), presence, False, "foranyvalue", presence.absent)


class Incomparable(Struct, frozen=True, gc=False):
    """The test of a set of values by an operator for single ones: it matches nothing, also negated.

    Source: IAM User Guide, "Single-valued vs. multivalued context keys" (a set operator is required).
    """

    def matches(self, text: str, values: Values) -> Truth:
        """Never."""
        return False

    def variable_keys(self) -> Iterable[str]:
        """There are none."""
        return ()


INCOMPARABLE = Incomparable()


def never(text: str) -> bool:
    """Whether a value can be compared with one: a value of a set cannot."""
    return False


def _is_null(name: str) -> bool:
    """Whether the operator is ``Null``; in front of it a set operator changes nothing."""
    return name.lower() in ("null", "forallvalues:null", "foranyvalue:null")


def operator_exists(name: str) -> bool:
    """Whether there is a condition operator of this name."""
    return _is_null(name) or _named(name).operator is not None


def operator_accepts(name: str, value: str) -> bool:
    """Whether ``value`` is of the type that the operator compares."""
    if _is_null(name):
        return value.lower() in ("true", "false")
    found = _named(name).operator
    return found is None or found.valid(value)


def _quantifier(prefix: str | None) -> Quantifier | None:
    if prefix is None:
        return None
    return "forallvalues" if prefix.lower() == "forallvalues" else "foranyvalue"


def _when_absent(negated: bool, quantifier: Quantifier | None, *, if_exists: bool) -> bool:
    """What a clause answers when the key is not in the request.

    ``ForAllValues`` holds, ``ForAnyValue`` does not (also negated or with ``IfExists``: there is no value that could
    match), ``IfExists`` holds, any other negated operator holds, a positive one does not.
    """
    if quantifier is not None:
        return quantifier == "forallvalues"
    return if_exists or negated
