"""The Condition element: its clauses, compiled, and their three-valued evaluation.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued
context keys". A block is AND over operators, an operator AND over keys, a key OR over its listed values.
"""

import re
from collections.abc import Iterator
from typing import Literal, Protocol

from msgspec import Struct

from ._operators import OPERATORS, Test
from ._patterns import Patterns, Values
from .truth import Truth, every, negate, some

_OPERATOR = re.compile(r"(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?", re.IGNORECASE)

Quantifier = Literal["forallvalues", "foranyvalue"]


class Context(Values, Protocol):
    """What a condition asks of a request."""

    context: dict[str, tuple[str, ...]]
    """Keys in lower case that are present with at least one value."""


class Clause(Struct, frozen=True, eq=False):
    """One operator with one key."""

    operator: str
    """As the policy spells it."""
    key: str
    """As the policy spells it; keys have no case."""
    wanted: tuple[str, ...]
    """The listed values."""
    lookup: str
    """The key in lower case."""
    test: Test | None
    """``None`` for an operator that does not exist: it never holds."""
    negated: bool
    quantifier: Quantifier | None
    when_absent: bool

    def holds(self, facts: Context) -> Truth:
        """Whether the clause is true for the request."""
        if self.test is None:
            return False
        values = facts.context.get(self.lookup)
        if values is None:
            return None if facts.is_unknown(self.lookup) else self.when_absent
        if len(values) == 1:
            answer = self.test.matches(values[0], facts)
            return negate(answer) if self.negated else answer
        return self._holds_for_set(values, facts, self.test)

    def _holds_for_set(self, values: tuple[str, ...], facts: Context, test: Test) -> Truth:
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
        if isinstance(self.test, Patterns):
            yield from (key for key in self.test.variable_keys() if facts.is_unknown(key))


class Presence(Struct, frozen=True):
    """The test of the ``Null`` operator: it looks at whether the key is there, not at its value."""

    absent: bool
    """Whether the clause asks for an absent key."""
    present: bool
    """Whether the clause asks for a present key."""

    def matches(self, text: str, values: Values) -> Truth:
        """Called with a value, so the key is present."""
        return self.present


def compile_clause(name: str, key: str, wanted: tuple[str, ...], *, variables: bool) -> Clause:
    """Compile one operator with one key; an operator that does not exist gives a clause that never holds."""
    lookup = key.lower()
    if name.lower() == "null":
        asked = {value.lower() for value in wanted}
        presence = Presence("true" in asked, "false" in asked)
        # Any number of values means present, so the quantifier that looks at one value is enough.
        return Clause(name, key, wanted, lookup, presence, False, "foranyvalue", presence.absent)
    match = _OPERATOR.fullmatch(name)
    found = OPERATORS.get(match[2].lower()) if match else None
    if match is None or found is None:
        return Clause(name, key, wanted, lookup, None, False, None, False)
    quantifier = _quantifier(match[1])
    return Clause(
        operator=name,
        key=key,
        wanted=wanted,
        lookup=lookup,
        test=found.compile(wanted, variables),
        negated=found.negated,
        quantifier=quantifier,
        when_absent=_when_absent(found.negated, quantifier, if_exists=match[3] is not None),
    )


def operator_accepts(name: str, value: str) -> bool:
    """Whether ``value`` is of the type that the operator compares."""
    if name.lower() == "null":
        return value.lower() in ("true", "false")
    match = _OPERATOR.fullmatch(name)
    found = OPERATORS.get(match[2].lower()) if match else None
    return found is None or found.valid(value)


def _quantifier(prefix: str | None) -> Quantifier | None:
    if prefix is None:
        return None
    return "forallvalues" if prefix.lower() == "forallvalues" else "foranyvalue"


def _when_absent(negated: bool, quantifier: Quantifier | None, *, if_exists: bool) -> bool:
    """What a clause answers when the key is not in the request.

    ``IfExists`` and ``ForAllValues`` hold, ``ForAnyValue`` does not (also with a negated operator), any other
    negated operator holds, a positive one does not.
    """
    if if_exists or quantifier == "forallvalues":
        return True
    return negated and quantifier is None
