"""Why nothing allowed a request: the statements that would have, but for one element."""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from .decide import Place, documents
from .facts import Facts
from .layers import GATE_OF
from .policy import Policies
from .statements import Statement
from .values import Decision, Element, Gate, Layer, NearMiss, Request

ANONYMOUS = "anonymous"
"""What AWS calls a caller that did not sign."""


class Mismatch(Struct, frozen=True):
    """One part of a statement that does not match a request."""

    element: Element
    wanted: tuple[str, ...]
    got: tuple[str, ...]
    key: str | None = None
    operator: str | None = None


def explain(request: Request, policies: Policies, decision: Decision) -> tuple[NearMiss, ...]:
    """The near misses of a denial: Allow statements of the missing gates that fail in a single element.

    Several keys of one Condition count as one element and give one near miss each. Nothing is returned for a
    decision without missing gates: an explicit denial names its statement itself.
    """
    facts = Facts(request, has_boundary=policies.boundary is not None)
    return tuple(near_misses(documents(policies), lambda layer: facts, frozenset(decision.missing)))


def near_misses(
    places: Iterable[Place], facts_of: Callable[[Layer], Facts], missing: frozenset[Gate]
) -> Iterator[NearMiss]:
    """The near misses in some documents, each layer seeing the request in its own way."""
    for layer, level, document, policy in places:
        if GATE_OF[layer] not in missing:
            continue
        for statement in policy.statements:
            if not statement.allow:
                continue
            found = mismatches(statement, facts_of(layer))
            if len({each.element for each in found}) == 1:
                for each in found:
                    yield NearMiss(
                        layer=layer,
                        document=document,
                        statement=statement.index,
                        element=each.element,
                        wanted=each.wanted,
                        got=each.got,
                        key=each.key,
                        operator=each.operator,
                        level=level,
                        sid=statement.sid,
                    )


def mismatches(statement: Statement, facts: Facts) -> tuple[Mismatch, ...]:
    """Everything in a statement that certainly does not match the request."""
    return tuple(_mismatches(statement, facts))


def _mismatches(statement: Statement, facts: Facts) -> Iterator[Mismatch]:
    if not statement.covers(facts.action):
        element: Element = "NotAction" if statement.not_action else "Action"
        yield Mismatch(element, statement.actions, (facts.request.action,))
    if statement.resource_matches(facts) is False:
        element = "NotResource" if statement.not_resource else "Resource"
        yield Mismatch(element, statement.resources, (facts.resource,))
    if not statement.principal_strength(facts)[1]:
        element = "NotPrincipal" if statement.not_principal else "Principal"
        yield Mismatch(element, statement.principals, (facts.caller.arn or ANONYMOUS,))
    for clause in statement.clauses:
        if clause.holds(facts) is False:
            got = facts.context.get(clause.lookup, ())
            yield Mismatch("Condition", clause.wanted, got, clause.key, clause.operator)
