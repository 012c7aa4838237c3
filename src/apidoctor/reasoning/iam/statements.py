"""Statements: what a statement says, and how strongly it applies to a request.

A statement is compiled piece by piece, each when it is first asked for: most statements of a policy are about other
actions and never need their resources and conditions looked at.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from ._conditions import Clause
from ._elements import EVERYTHING, compile_condition, compile_principal, compile_resources, listed, principal_entries
from ._globs import glob_matches
from ._patterns import Patterns
from ._raw import RawStatement, Texts
from .facts import Facts
from .principals import NEVER, SURELY, Grant, Principals, Strength
from .truth import Truth, negate
from .values import Kind

_NONE = Grant.NONE


class Origin(Struct, frozen=True):
    """What all statements of one document share."""

    kind: Kind
    prefix: str | None
    """The ARN that ``execute-api:/…`` stands for; ``None``: that of whatever API is called."""
    variables: bool
    """Whether policy variables count (Version 2012-10-17)."""


class Statement:
    """One statement; a ``not_…`` property says that the list is what it does *not* apply to."""

    __slots__ = (
        "_clauses",
        "_origin",
        "_principals",
        "_raw",
        "_resources",
        "_unconditional",
        "allow",
        "index",
    )

    def __init__(self, raw: RawStatement, index: int, origin: Origin) -> None:
        self._raw = raw
        self._origin = origin
        self.index = index
        """Its place in the document, counted from 0."""
        self.allow = raw.Effect == "Allow"
        """Whether its Effect is Allow."""
        self._unconditional = (
            raw.Condition is UNSET
            and raw.NotPrincipal is UNSET
            and (raw.Principal is UNSET or raw.Principal == "*")
            and raw.NotResource is UNSET
            and (raw.Resource == "*" or raw.Resource is UNSET)
        )
        self._resources: Patterns | None = None
        self._principals: Principals | None = None
        self._clauses: tuple[Clause, ...] | None = None

    @property
    def sid(self) -> str | None:
        """Its Sid, if it has one."""
        return None if self._raw.Sid is UNSET else self._raw.Sid

    @property
    def not_action(self) -> bool:
        """Whether it has a NotAction."""
        return self._raw.Action is UNSET

    @property
    def not_resource(self) -> bool:
        """Whether it has a NotResource."""
        return self._raw.NotResource is not UNSET

    @property
    def not_principal(self) -> bool:
        """Whether it has a NotPrincipal."""
        return self._raw.NotPrincipal is not UNSET

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions it lists, as it spells them."""
        value = self._raw.NotAction if self._raw.Action is UNSET else self._raw.Action
        return () if value is UNSET else tuple(listed(value))

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources it lists, as it spells them; none in most trust policies."""
        value = self._raw.NotResource if self._raw.Resource is UNSET else self._raw.Resource
        return () if value is UNSET else tuple(listed(value))

    @property
    def principals(self) -> tuple[str, ...]:
        """The principals it lists, as it spells them; none in an identity policy."""
        value = self._raw.NotPrincipal if self._raw.Principal is UNSET else self._raw.Principal
        return () if value is UNSET else principal_entries(value)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses of its Condition."""
        if self._clauses is None:
            self._clauses = compile_condition(self._raw, variables=self._origin.variables)
        return self._clauses

    def as_written(self) -> dict[str, Any]:
        """The statement in the form of the policy language."""
        return dict(msgspec.to_builtins(self._raw))

    def covers(self, action: str) -> bool:
        """Whether the Action or NotAction element takes in an action (lower case)."""
        return covers(self._raw, action)

    def strength(self, facts: Facts) -> Strength:
        """How strongly it applies: the certain and the greatest possible grant; ``NONE`` is not at all.

        For a Deny any certain grant means that it applies.
        """
        return self.strength_for(facts) if self.covers(facts.action) else NEVER

    def strength_for(self, facts: Facts) -> Strength:
        """How strongly it applies, its action being the request's."""
        if self._unconditional:
            return SURELY
        sure, possible = self.principal_strength(facts)
        if not possible:
            return NEVER
        applies = self.resource_matches(facts)
        if applies is False:
            return NEVER
        for clause in self._clauses if self._clauses is not None else self.clauses:
            holds = clause.holds(facts)
            if holds is False:
                return NEVER
            if holds is None:
                applies = None
        return (sure, possible) if applies is not None else (_NONE, possible)

    def resource_matches(self, facts: Facts) -> Truth:
        """Whether the Resource or NotResource element covers the request's resource."""
        patterns = self._resources
        if patterns is None:
            patterns = self._resources = self._compiled_resources()
        answer = patterns.matches(facts.resource, facts)
        return negate(answer) if self._raw.NotResource is not UNSET else answer

    def _compiled_resources(self) -> Patterns:
        raw, origin = self._raw, self._origin
        value = raw.NotResource if raw.Resource is UNSET else raw.Resource
        if value is UNSET or value == "*":
            # Without a Resource it speaks of what it is attached to.
            return EVERYTHING
        return compile_resources(value, kind=origin.kind, prefix=origin.prefix, variables=origin.variables)

    def principal_strength(self, facts: Facts) -> Strength:
        """How directly the Principal or NotPrincipal element takes in the caller."""
        raw = self._raw
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


def covers(raw: RawStatement, action: str) -> bool:
    """Whether a statement's Action or NotAction element takes in an action (lower case).

    Actions have no case; ``*`` aside, one without a service prefix takes in nothing.
    """
    value = raw.Action
    if value is not UNSET:
        return _any_fits(value, action)
    return raw.NotAction is not UNSET and not _any_fits(raw.NotAction, action)


def _any_fits(patterns: Texts, action: str) -> bool:
    if isinstance(patterns, str):
        return _fits(patterns, action)
    for pattern in patterns:
        if _fits(pattern, action):
            return True
    return False


def _fits(pattern: str, action: str) -> bool:
    return pattern == "*" or (":" in pattern and glob_matches(pattern.lower(), action))
