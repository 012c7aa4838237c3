"""How a decision came about: each layer, each statement in it, and what of a statement does not match."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Literal, TypeAlias

from msgspec import Struct

from apidoctor.reasoning.apigateway.authorize import Verdict, views
from apidoctor.reasoning.iam import Decision, Layer
from apidoctor.reasoning.iam.decide import Place, documents
from apidoctor.reasoning.iam.explain import Mismatch, mismatches
from apidoctor.reasoning.iam.facts import Facts
from apidoctor.reasoning.iam.statements import Statement
from apidoctor.reasoning.iam.truth import Truth

from .case import Case

Says: TypeAlias = Literal["allows", "denies", "silent", "open"]
"""What a layer says: ``open`` when an unknown fact decides it."""


class StatementTrace(Struct, frozen=True):
    """One statement, compared with the request."""

    document: int
    statement: int
    sid: str | None
    effect: Literal["Allow", "Deny"]
    applies: Truth
    """``None``: an unknown fact decides."""
    mismatches: tuple[Mismatch, ...] = ()
    """What does not match; nothing of a statement that applies."""
    conditions: tuple[Mismatch, ...] = ()
    """The conditions of a Deny that applies, with what the request has: all of them hold."""
    unknown: tuple[str, ...] = ()
    """The unknown keys that decide whether it applies."""


class LayerTrace(Struct, frozen=True):
    """One layer (one level of an organization)."""

    layer: Layer
    level: int | None
    says: Says
    statements: tuple[StatementTrace, ...] = ()


def trace(case: Case, decision: Decision | Verdict) -> tuple[LayerTrace, ...]:
    """The layers that took part in a decision, in the order in which they are named in a case."""
    if isinstance(decision, Verdict):
        places, facts_of = views(
            case.request, case.policies, case.authorization or "NONE", decision, authorizer=case.authorizer
        )
    else:
        facts = Facts(case.request, has_boundary=case.policies.boundary is not None)
        places, facts_of = list(documents(case.policies)), lambda layer: facts
    return tuple(
        _layer(layer, level, list(group), facts_of)
        for (layer, level), group in groupby(places, key=lambda place: place[:2])
    )


def _layer(
    layer: Layer, level: int | None, places: Sequence[Place], facts_of: Callable[[Layer], Facts]
) -> LayerTrace:
    facts = facts_of(layer)
    found = tuple(
        _statement(document, statement, facts)
        for _, _, document, policy in places
        for statement in policy.statements
    )
    return LayerTrace(layer, level, _says(found), found)


def _says(statements: Sequence[StatementTrace]) -> Says:
    if any(each.effect == "Deny" and each.applies for each in statements):
        return "denies"
    if any(each.applies is None for each in statements):
        return "open"
    return "allows" if any(each.applies for each in statements) else "silent"


def _statement(document: int, statement: Statement, facts: Facts) -> StatementTrace:
    sure, possible = statement.strength(facts)
    applies: Truth = True if sure else None if possible else False
    return StatementTrace(
        document=document,
        statement=statement.index,
        sid=statement.sid,
        effect="Allow" if statement.allow else "Deny",
        applies=applies,
        mismatches=mismatches(statement, facts) if applies is False else (),
        conditions=_conditions(statement, facts) if applies and not statement.allow else (),
        unknown=tuple(sorted(set(statement.unknown_keys(facts)))) if applies is None else (),
    )


def _conditions(statement: Statement, facts: Facts) -> tuple[Mismatch, ...]:
    return tuple(
        Mismatch("Condition", each.wanted, facts.context.get(each.lookup, ()), each.key, each.operator)
        for each in statement.clauses
    )
