"""The answer to a case: the decision, what decided, and for a denial what came nearest to allowing it."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.reasoning.apigateway.authorize import (
    Verdict,
    authorize_request,
    authorize_through_domain,
    explain_request,
)
from apidoctor.reasoning.iam import (
    Decision,
    Gate,
    NearMiss,
    Outcome,
    Problem,
    Request,
    StatementRef,
    decide,
    explain,
)

from .assume import StepAnswer, arrived, hops, refused_duration
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
    steps: tuple[StepAnswer, ...] = ()
    """Each role that is assumed on the way, up to the one that cannot be; then the decision is that step's."""
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
    steps: tuple[StepAnswer, ...] = ()
    if case.roles:
        steps, case = walked(case)
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
        steps=steps,
        notes=decision.notes if isinstance(decision, Verdict) else (),
        as_expected=None if expected is None else meets(decision.decision, expected),
    )


def walked(case: Case) -> tuple[tuple[StepAnswer, ...], Case]:
    """Assume the roles of a case: the steps, and the case of the first that is not allowed, else of the call."""
    steps: list[StepAnswer] = []
    for number, hop in enumerate(hops(case.request, case.policies, case.roles)):
        step = Case(hop.request, hop.policies, id=case.id, expect=case.expect)
        problem_ = refused_duration(hop.role, chained=number > 0 or _is_session(case.request))
        decision = "invalid" if problem_ else judge(step).decision
        steps.append(StepAnswer(hop.request.action, hop.role.arn, hop.request.principal_arn, decision))
        if problem_:
            return tuple(steps), replace(step, refused=problem_)
        if decision != "allow":
            return tuple(steps), step
    request, policies = arrived(case.request, case.policies, case.roles)
    return tuple(steps), replace(case, request=request, policies=policies, roles=())


def _is_session(request: Request) -> bool:
    return ":assumed-role/" in (request.principal_arn or "")


def judge(case: Case) -> Decision | Verdict:
    """Decide a case: by API Gateway's own flow when it says of what type the method is."""
    if case.refused is not None:
        return Decision("invalid", problems=(case.refused,))
    if case.domain is not None:
        return authorize_through_domain(
            case.request, case.policies, case.authorization, case.domain, authorizer=case.authorizer
        )
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
