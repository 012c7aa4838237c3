"""One decision with everything that can be said of it."""

from msgspec import Struct

from apidoctor.reasoning.apigateway.authorize import GateName, Verdict, denial_text
from apidoctor.reasoning.iam import Problem, Request
from apidoctor.reasoning.iam.decide import all_problems

from .answer import Answer, answer, judge, walked
from .case import Case
from .changes import Change, changes
from .trace import LayerTrace, trace


class Explained(Struct, frozen=True):
    """An answer and how it came about."""

    answer: Answer
    request: Request
    """What was decided: the call, or the step on the way to it that is not allowed."""
    layers: tuple[LayerTrace, ...]
    """Every layer that was looked at."""
    changes: tuple[tuple[Change, ...], ...]
    """The smallest changes of the request that would have been allowed; each set must be made together."""
    problems: tuple[Problem, ...]
    """Everything that is wrong with the documents."""
    text: str | None
    """How the message of the 403 ends, for a call that API Gateway refuses."""
    gate: GateName | None = None
    """The gate of a private custom domain that refuses, before the API is asked."""


def explain_case(case: Case, *, expect: str | None = None) -> Explained:
    """Decide a case and explain the decision."""
    found = answer(case, expect=expect)
    if case.roles:
        _, case = walked(case)
    decision = judge(case)
    valid = found.decision != "invalid"
    denied = found.decision in ("explicit_deny", "implicit_deny")
    return Explained(
        answer=found,
        request=case.request,
        layers=trace(case, decision) if valid else (),
        changes=changes(case) if denied else (),
        problems=all_problems(case.policies),
        text=(denial_text(decision) or None) if isinstance(decision, Verdict) else None,
        gate=_domain_gate(decision) if isinstance(decision, Verdict) else None,
    )


def _domain_gate(verdict: Verdict) -> GateName | None:
    gate = verdict.symptom.gate if verdict.symptom else None
    return gate if gate in ("access_association", "domain_policy", "mapping") else None
