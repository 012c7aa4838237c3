"""Compiled statements: what a statement says, and how strongly it applies to a request."""

from collections.abc import Iterator

from msgspec import Struct

from ._conditions import Clause
from ._patterns import Patterns
from .facts import Facts
from .principals import NEVER, SURELY, Grant, Principals, Strength
from .truth import Truth, negate

_NONE = Grant.NONE


class Written(Struct, frozen=True):
    """The lists of a statement as the document spells them, for explanations."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[str, ...]


class Statement(Struct, frozen=True, eq=False):
    """One compiled statement; a ``not_…`` flag says that the list is what it does *not* apply to."""

    index: int
    sid: str | None
    allow: bool
    actions: Patterns
    not_action: bool
    resources: Patterns | None
    """``None``: no Resource element, as in a trust policy; it applies to what it is attached to."""
    not_resource: bool
    principals: Principals | None
    """``None``: no Principal element, as in an identity policy; it applies to whom it is attached to."""
    not_principal: bool
    clauses: tuple[Clause, ...]
    written: Written

    def strength(self, facts: Facts) -> Strength:
        """How strongly it applies: the certain and the greatest possible grant; ``NONE`` is not at all.

        For a Deny any certain grant means that it applies.
        """
        if self.actions.matches(facts.action, facts) is self.not_action:
            return NEVER
        applies: Truth = True
        if self.resources is not None:
            applies = self.resources.matches(facts.resource, facts)
            if applies is self.not_resource:
                return NEVER
        sure, possible = SURELY if self.principals is None else self.principal_strength(facts)
        if not possible:
            return NEVER
        for clause in self.clauses:
            holds = clause.holds(facts)
            if holds is False:
                return NEVER
            if holds is None:
                applies = None
        return (sure, possible) if applies is not None else (_NONE, possible)

    def resource_matches(self, facts: Facts) -> Truth:
        """Whether the Resource or NotResource element covers the request's resource."""
        if self.resources is None:
            return True
        answer = self.resources.matches(facts.resource, facts)
        return negate(answer) if self.not_resource else answer

    def principal_strength(self, facts: Facts) -> Strength:
        """How directly the Principal or NotPrincipal element takes in the caller."""
        if self.principals is None:
            return SURELY
        if not self.not_principal:
            return self.principals.strength(facts.caller)
        if not self.allow and facts.has_boundary:
            # A Deny with NotPrincipal always hits a principal with a boundary, whatever the element lists:
            # IAM User Guide, "Permissions boundaries for IAM entities".
            return SURELY
        spares = self.principals.spares(facts.caller, deny=not self.allow)
        if spares is None:
            return Grant.NONE, Grant.DIRECT
        return NEVER if spares else SURELY

    def unknown_keys(self, facts: Facts) -> Iterator[str]:
        """The keys that leave open whether the statement applies."""
        if self.resources is not None and self.resource_matches(facts) is None:
            yield from (key for key in self.resources.variable_keys() if facts.is_unknown(key))
        sure, possible = self.principal_strength(facts)
        if sure is not possible:
            yield "aws:userid" if facts.caller.session_unknown else "aws:PrincipalArn"
        for clause in self.clauses:
            if clause.holds(facts) is None:
                yield from clause.unknown_keys(facts)
