"""The answer to a case: the decision, what decided, and for a denial what came nearest to allowing it."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from apidoctor.reasoning.apigateway.authorize import (
    Verdict,
    authorize_request,
    explain_request,
)
from apidoctor.reasoning.iam import Decision, Gate, NearMiss, Outcome, Problem, StatementRef, decide, explain

from .case import Case, Unreadable, problem, read_case


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a batch's output."""

    id: Any
    decision: Outcome
    decided_by: StatementRef | None
    missing: tuple[Gate, ...]
    near_misses: tuple[NearMiss, ...]
    unknown: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    """What is wrong with the documents; of an ``invalid`` line, why."""
    notes: tuple[str, ...] = ()
    """What a reader should know where AWS's pages disagree."""
    as_expected: bool | None = None
    """Whether the decision is what the line expects; ``None``: it expects nothing."""


def answer_line(text: bytes, *, expect: str | None = None, explained: bool = True) -> Answer:
    """Answer a line of a batch; a line that is no case has an ``invalid`` answer.

    Args:
        text: the line.
        expect: what is expected of a line that does not say it itself.
        explained: with near misses.
    """
    try:
        case = read_case(text)
    except Unreadable as error:
        return _unreadable(error)
    return answer(case, expect=expect, explained=explained)


def _unreadable(error: Unreadable) -> Answer:
    return Answer(
        id=error.identity,
        decision="invalid",
        decided_by=None,
        missing=(),
        near_misses=(),
        unknown=(),
        problems=(problem(str(error)),),
    )


def answer(case: Case, *, expect: str | None = None, explained: bool = True) -> Answer:
    """Answer a case; with *explained*, a denial has its near misses."""
    expected = case.expect or expect
    decision = judge(case)
    near: Sequence[NearMiss] = ()
    if explained and decision.missing:
        near = near_misses(case, decision)
    return Answer(
        id=case.id,
        decision=decision.decision,
        decided_by=decision.decided_by,
        missing=decision.missing,
        near_misses=tuple(near),
        unknown=decision.unknown,
        problems=decision.problems,
        notes=decision.notes if isinstance(decision, Verdict) else (),
        as_expected=None if expected is None else meets(decision.decision, expected),
    )


def judge(case: Case) -> Decision | Verdict:
    """Decide a case: by API Gateway's own flow when it says of what type the method is."""
    if case.authorization is None:
        return decide(case.request, case.policies)
    return authorize_request(
        case.request,
        case.policies,
        case.authorization,
        authorizer=case.authorizer,
        policy_required=case.private,
    )


def near_misses(case: Case, decision: Decision | Verdict) -> tuple[NearMiss, ...]:
    """The Allow statements that would have opened a missing gate but for one element."""
    if isinstance(decision, Decision):
        return explain(case.request, case.policies, decision)
    return explain_request(
        case.request, case.policies, case.authorization or "NONE", decision, authorizer=case.authorizer
    )


def meets(decision: Outcome, expected: str) -> bool:
    """Whether a decision is what was expected: a denial of either kind is ``deny``."""
    return decision == expected or (expected == "deny" and decision in ("explicit_deny", "implicit_deny"))
