"""A usage plan of this stage has an API key that works.

Why it matters
--------------
A method with `apiKeyRequired` answers 403 `Forbidden` to every key, however right it looks, that is not in
a usage plan which has this very stage: a new stage, or an API that was made again, is easily forgotten in
the plan.

How it decides
--------------
A usage plan must have an entry `apiId:stage` for the stage that is called, and at least one key that is
enabled. The values of keys are never read. Where only the saved method can be seen, or a canary that gets part
of the calls has another one, a failure is likely and not certain. A call that was admitted proves the opposite.

How to fix
----------
Add the stage to a usage plan (`aws apigateway update-usage-plan --patch-operations
op=add,path=/apiStages,value=API:STAGE`), and a key to the plan.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    Case,
    Finding,
    Source,
    check,
    failed,
    is_admitted,
    method,
    owned_api,
    passed,
    skipped,
    stage_name,
    unknown,
)
from apidoctor.reasoning.scene.deployed import doubt
from apidoctor.reasoning.scene.plans import PLAN_READS, enabled_keys, keys_of, plans


@check(
    needs=("api/exists", "api/method-is-deployed"),
    reads=(*CALL_READS, *PLAN_READS),
    probes=("tcp", "http"),
    faults=("H10",),
    # A call without any key is one cause, and that check tells of the plan too.
    explained_by=("api/key-is-not-asked-for",),
    required=False,
    playbook="forbidden-403",
    position=72,
)
def judge(case: Case) -> Iterator[Finding]:
    """Look for a plan of the stage, then for a key in it."""
    found = method(case).value
    if found is None or not found.api_key_required:
        yield skipped("The method asks for no API key.")
        return
    api, name = owned_api(case).value, stage_name(case).value
    own = f"{api.id}:{name}"
    if is_admitted(case):
        yield passed("The call with this key is admitted.", subject=own)
        return
    unsure = doubt(case, lambda other: other is not None and other.api_key_required)
    told, confidence = f" {unsure}" if unsure else "", "likely" if unsure else "certain"
    have = plans(case).value
    value = {"plans": [plan.name for plan in have][:20], "stage": own}
    evidence = [case.cite(Source("get_usage_plans", api.account, case.region), value, own)]
    if not have:
        yield failed(
            "H10",
            f"No usage plan has {own}: no key can be valid for the stage, whichever is sent.{told}",
            fix=f"Add {own} to the usage plan of the caller's key.",
            subject=own,
            confidence=confidence,
            evidence=evidence,
        )
        return
    keys = [enabled_keys(case, plan.id) for plan in have]
    case.expect([gap for each in keys for gap in each.missing])
    working = sum(len(each.value) for each in keys if each.known)
    if working:
        names = ", ".join(plan.name for plan in have)
        yield passed(
            f"{own} is in usage plan {names}, with {working} key(s).", subject=own, evidence=evidence
        )
    elif gaps := [gap for each in keys for gap in each.missing]:
        yield unknown(
            gaps, f"The keys of the usage plans of {own} cannot be seen.", subject=own, evidence=evidence
        )
    else:
        off = any(keys_of(case, plan.id).value for plan in have)
        yield failed(
            "H10",
            f"{', '.join(plan.name for plan in have)} has {'only keys that are switched off' if off else 'no key'}."
            f"{told}",
            fix="Enable a key of the usage plan." if off else "Add an API key to the usage plan.",
            subject=own,
            confidence=confidence,
            evidence=evidence,
        )
