"""Statements: what a statement says, and how strongly it applies to a request.

A statement is compiled piece by piece, each when it is first asked for: most statements of a policy are about other
actions and never need their resources and conditions looked at.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from ._conditions import Clause
from ._elements import (
    EVERYTHING,
    SHORT,
    compile_condition,
    compile_principal,
    compile_resources,
    listed,
    principal_entries,
)
from ._globs import glob_matches
from ._patterns import Pattern
from ._raw import RawStatement, Texts
from .facts import Facts
from .principals import NEVER, SURELY, Grant, Principals, Strength
from .truth import Truth, negate
from .values import Kind

_NONE = Grant.NONE


class Origin(Struct, frozen=True, gc=False):
    """What all statements of one document share."""

    kind: Kind
    prefix: str | None
    """The ARN that ``execute-api:/…`` stands for; ``None``: that of whatever API is called."""
    variables: bool
    """Whether policy variables count (Version 2012-10-17)."""


class Statement(Struct, eq=False, gc=False):
    """One statement; a ``not_…`` property says that the list is what it does *not* apply to. Get it from a policy."""

    raw: RawStatement
    """The statement as it is written."""
    index: int
    """Its place in the document, counted from 0."""
    origin: Origin
    allow: bool
    """Whether its Effect is Allow."""
    unconditional: bool
    """Whether it applies to whoever calls and to every resource, without a Condition."""
    _resources: Pattern | None = None
    _principals: Principals | None = None
    _clauses: tuple[Clause, ...] | None = None

    @property
    def sid(self) -> str | None:
        """Its Sid, if it has one."""
        return None if self.raw.Sid is UNSET else self.raw.Sid

    @property
    def not_action(self) -> bool:
        """Whether it has a NotAction."""
        return self.raw.Action is UNSET

    @property
    def not_resource(self) -> bool:
        """Whether it has a NotResource."""
        return self.raw.NotResource is not UNSET

    @property
    def not_principal(self) -> bool:
        """Whether it has a NotPrincipal."""
        return self.raw.NotPrincipal is not UNSET

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions it lists, as it spells them."""
        value = self.raw.NotAction if self.raw.Action is UNSET else self.raw.Action
        return () if value is UNSET else tuple(listed(value))

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources it lists, as it spells them; none in most trust policies."""
        value = self.raw.NotResource if self.raw.Resource is UNSET else self.raw.Resource
        return () if value is UNSET else tuple(listed(value))

    @property
    def principals(self) -> tuple[str, ...]:
        """The principals it lists, as it spells them; none in an identity policy."""
        value = self.raw.NotPrincipal if self.raw.Principal is UNSET else self.raw.Principal
        return () if value is UNSET else principal_entries(value)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses of its Condition."""
        if self._clauses is None:
            self._clauses = compile_condition(self.raw, variables=self.origin.variables)
        return self._clauses

    def as_written(self) -> dict[str, Any]:
        """The statement in the form of the policy language."""
        written: dict[str, Any] = msgspec.to_builtins(self.raw)
        written.pop("also", None)  # not of the language, see `Together`
        return written

    def meaning(self) -> tuple[object, ...]:
        """What it says, in a form that is the same however it is spelt."""
        prefix = self.origin.prefix
        resources = [
            f"{prefix}/{each[len(SHORT) :]}" if prefix and each.startswith(SHORT) else each
            for each in self.resources
        ]
        clauses = [(each.operator.lower(), each.lookup, frozenset(each.wanted)) for each in self.clauses]
        return (
            self.allow,
            (self.not_action, frozenset(each.lower() for each in self.actions)),
            (self.not_resource, frozenset(resources)),
            (self.not_principal, frozenset(self.principals)),
            frozenset(clauses),
            self.origin.variables or not any("${" in each for _, _, wanted in clauses for each in wanted),
        )

    def covers(self, action: str) -> bool:
        """Whether the Action or NotAction element takes in an action (lower case)."""
        return covers(self.raw, action)

    def strength(self, facts: Facts) -> Strength:
        """How strongly it applies: the certain and the greatest possible grant; ``NONE`` is not at all.

        For a Deny any certain grant means that it applies.
        """
        return self.strength_for(facts) if self.covers(facts.action) else NEVER

    def strength_for(self, facts: Facts) -> Strength:
        """How strongly it applies, its action being the request's."""
        if self.unconditional:
            return SURELY
        applies = self.resource_matches(facts)
        if applies is False:
            return NEVER
        strength = self.principal_strength(facts)
        possible = strength[1]
        if not possible:
            return NEVER
        clauses = self._clauses
        if clauses is None:
            clauses = self.clauses
        for clause in clauses:
            holds = clause.holds(facts)
            if holds is False:
                return NEVER
            if holds is None:
                applies = None
        return strength if applies else (_NONE, possible)

    def resource_matches(self, facts: Facts) -> Truth:
        """Whether the Resource or NotResource element covers the request's resource."""
        patterns = self._resources
        if patterns is None:
            patterns = self._resources = self._compiled_resources()
        answer = patterns.matches(facts.resource, facts)
        return answer if self.raw.NotResource is UNSET else negate(answer)

    def _compiled_resources(self) -> Pattern:
        raw, origin = self.raw, self.origin
        value = raw.NotResource if raw.Resource is UNSET else raw.Resource
        if value is UNSET or value == "*":
            # Without a Resource it speaks of what it is attached to.
            return EVERYTHING
        return compile_resources(value, kind=origin.kind, prefix=origin.prefix, variables=origin.variables)

    def principal_strength(self, facts: Facts) -> Strength:
        """How directly the Principal or NotPrincipal element takes in the caller."""
        raw = self.raw
        if raw.Principal == "*":
            return SURELY
        if raw.Principal is not UNSET:
            principals = self._principals
            if principals is None:
                principals = self._principals = compile_principal(raw.Principal)
            return principals.strength(facts.caller)
        if raw.NotPrincipal is UNSET:
            return SURELY
        if not self.allow and facts.has_boundary:
            # A Deny with NotPrincipal always hits a principal with a boundary, whatever the element lists:
            # IAM User Guide, "Permissions boundaries for IAM entities".
            return SURELY
        spares = compile_principal(raw.NotPrincipal).spares(facts.caller, deny=not self.allow)
        if spares is None:
            return Grant.NONE, Grant.DIRECT
        return NEVER if spares else SURELY

    def unknown_keys(self, facts: Facts) -> Iterator[str]:
        """The keys that leave open whether the statement applies."""
        if self.resource_matches(facts) is None and self._resources is not None:
            yield from (key for key in self._resources.variable_keys() if facts.is_unknown(key))
        sure, possible = self.principal_strength(facts)
        if sure is not possible:
            yield "aws:userid" if facts.caller.session_unknown else "aws:PrincipalArn"
        for clause in self.clauses:
            if clause.holds(facts) is None:
                yield from clause.unknown_keys(facts)


def statement_of(raw: RawStatement, index: int, origin: Origin) -> Statement:
    """The statement at a place of a document."""
    unconditional = (
        raw.Condition is UNSET
        and (raw.Resource == "*" or (raw.Resource is UNSET and raw.NotResource is UNSET))
        and (raw.Principal == "*" or (raw.Principal is UNSET and raw.NotPrincipal is UNSET))
    )
    return Statement(raw, index, origin, raw.Effect == "Allow", unconditional)


def covers(raw: RawStatement, action: str) -> bool:
    """Whether a statement's Action or NotAction element takes in an action (lower case)."""
    value = raw.Action
    if value == "*":
        return True
    if value is UNSET:
        return raw.NotAction is not UNSET and not _any_fits(raw.NotAction, action)
    return _any_fits(value, action)


def _any_fits(patterns: Texts, action: str) -> bool:
    if isinstance(patterns, str):
        return _fits(patterns, action)
    for pattern in patterns:  # noqa: SIM110  # quicker than a generator, and asked of every statement
        if _fits(pattern, action):
            return True
    return False


@lru_cache(maxsize=8192)
def _fits(pattern: str, action: str) -> bool:
    """Whether a pattern takes in an action; actions have no case. The same few are asked again and again.

    ``*`` aside, a pattern without a service prefix takes in nothing.
    """
    return pattern == "*" or (":" in pattern and glob_matches(pattern.lower(), action))
