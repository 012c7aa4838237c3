"""The throttles let calls through.

Why it matters
--------------
A limit of 0 answers every call with 429, however few there are. Templates that leave the burst or rate
limit out have set it to 0 by mistake.

How it decides
--------------
The limits that apply to the call are read: of the account, of the stage's method or else of all its
methods, and, for a method that asks for an API key, of the stage's usage plans (throttle, method throttle,
quota). A limit of 0 fails; of several usage plans all must be shut. An answer 429 fails, with the tightest
limits told. A rate of at most one call per second is a warning. A call that was admitted makes a failure a
warning.

How to fix
----------
Raise the limit that is told: `aws apigateway update-stage --patch-operations
op=replace,path=/*/*/throttling/burstLimit,value=…`, or `update-usage-plan`.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    PROOF,
    STAGES,
    Case,
    Finding,
    answer,
    check,
    failed,
    owned_api,
    passed,
    reading,
    skipped,
    stage,
    unless_admitted,
    warned,
)
from apidoctor.reasoning.scene.plans import PLAN_READS, Limit
from apidoctor.reasoning.scene.reading import is_in_own_words
from apidoctor.reasoning.scene.throttles import account_limits, plans_of_the_key, stage_limits

SLOW = 1.0
"""Calls per second from which on down a limit is worth a warning: a page that makes two calls meets it."""


@check(
    needs=("api/exists", "api/stage-is-deployed"),
    reads=(*CALL_READS, *PLAN_READS, "get_account"),
    probes=PROOF,
    faults=("H11",),
    required=False,
    position=80,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every limit, then what the call met."""
    found = stage(case).value
    if found is None:
        yield skipped("No stage is known.")
        return
    api, name = owned_api(case).value, found.stage_name
    plans = plans_of_the_key(case)
    case.expect([*plans.missing, *account_limits(case).missing])
    own = [*account_limits(case).value, *stage_limits(case).value]
    of_plans = [plan.limits for plan in plans.value] if plans.known else []
    limits = [*own, *(limit for each in of_plans for limit in each)]
    shut = [limit for limit in own if limit.is_shut]
    if of_plans and all(any(limit.is_shut for limit in each) for each in of_plans):
        shut += [limit for each in of_plans for limit in each if limit.is_shut]
    source = STAGES(api.account, case.region)
    evidence = [case.cite(source, {"limits": [limit.words for limit in limits][:20]}, name)]
    if shut:
        yield unless_admitted(
            case,
            failed(
                "H11",
                f"A limit of 0 lets no call through: {shut[0].words}.",
                fix=f"Raise the limit of {shut[0].what}.",
                subject=name,
                evidence=evidence,
            ),
        )
        return
    said = reading(case)
    case.expect(said.missing)
    if said.known and said.value.kind == "throttled":
        seen = answer(case).value
        told = "; ".join(limit.words for limit in sorted(limits, key=_tightness)[:2]) or "no limit was read"
        yield failed(
            "H11",
            f"{seen.status}: {said.value.text} ({told}).",
            fix="Call less often, or raise the throttle or quota.",
            subject=name,
            confidence="likely" if is_in_own_words(case) else "certain",
            evidence=[*evidence, case.show(seen, "status", "headers", "body", subject=seen.url)],
        )
        return
    slow = [limit for limit in limits if limit.rate is not None and limit.rate <= SLOW]
    if slow:
        text, fix = f"The limit is tight: {slow[0].words}.", f"Raise the limit of {slow[0].what}."
        yield warned("H11", text, fix=fix, subject=name, evidence=evidence)
        return
    words = "; ".join(limit.words for limit in limits) or "none is set below the account's"
    yield passed(f"No limit is 0 ({words}).", subject=name, evidence=evidence)


def _tightness(limit: Limit) -> float:
    known = [each for each in (limit.rate, limit.burst, limit.quota) if each is not None]
    return min(known, default=float("inf"))
