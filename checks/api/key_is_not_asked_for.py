"""The method asks for no API key, or the call has one.

Why it matters
--------------
A method with `apiKeyRequired` answers 403 `Forbidden` to a call without a valid key of a usage plan for
the stage, after every policy has let it pass.

How it decides
--------------
What the stage runs counts: its export, or without one the summary of its deployment; where a canary gets
all calls, that of the canary's. The method must not require a key, or the request must carry `x-api-key`. Where
only the saved method can be seen, or a canary that gets part of the calls has another one, a failure is likely
and not certain. With `apiKeySource: AUTHORIZER` the key comes from the answer of
the Lambda authorizer and none has to be sent. Whether a key is valid only a call tells: key values are never
read. A call that was admitted makes a failure a warning.

How to fix
----------
Send a key of a usage plan that contains this stage, or take the requirement away and deploy.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    PROOF,
    Case,
    Evidence,
    Finding,
    Gap,
    check,
    failed,
    header,
    is_admitted,
    method,
    owned_api,
    passed,
    skipped,
    stage_name,
    unknown,
    unless_admitted,
)
from apidoctor.reasoning.scene.deployed import doubt, of_canary, shown_by
from apidoctor.reasoning.scene.plans import plans


@check(
    needs=("api/exists", "api/method-is-deployed"),
    reads=(*CALL_READS, "get_usage_plans"),
    probes=PROOF,
    faults=("H10",),
    playbook="forbidden-403",
    position=70,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the method's requirement against the request's headers."""
    found = method(case).value
    if found is None:
        yield skipped("No method answers the request.")
        return
    api, what = owned_api(case).value, f"{found.verb} {found.resource}"
    evidence = [case.cite(shown_by(case), {"apiKeyRequired": found.api_key_required}, what)]
    if not found.api_key_required:
        yield passed(f"{what} asks for no API key.", subject=what, evidence=evidence)
    elif (api.api_key_source or "").upper() == "AUTHORIZER":
        source = "the Lambda authorizer of the API (apiKeySource AUTHORIZER)"
        yield _by_the_call(case, f"{what} takes its API key from {source}.", what, evidence)
    elif not header(case.request, "x-api-key"):
        have = plans(case)
        case.expect(have.missing)
        none = have.known and not have.value
        own = f"{api.id}:{stage_name(case).value}"
        first = f"Add {own} to a usage plan, and send" if none else "Send"
        unsure = doubt(case, lambda other: other is not None and other.api_key_required)
        yield unless_admitted(
            case,
            failed(
                "H10",
                f"{what}{of_canary(case)} asks for an API key, and the request has no x-api-key header"
                f"{f'; no usage plan has {own} either' if none else ''}.{f' {unsure}' if unsure else ''}",
                fix=f"{first} x-api-key with a key of a usage plan that contains this stage.",
                subject=what,
                confidence="likely" if unsure else "certain",
                evidence=evidence,
            ),
        )
    else:
        yield _by_the_call(case, f"{what} asks for an API key.", what, evidence)


def _by_the_call(case: Case, words: str, what: str, evidence: list[Evidence]) -> Finding:
    """Judge by the answer to the call: only that tells whether a key is valid."""
    if is_admitted(case):
        return passed("The call with this key is admitted.", subject=what, evidence=evidence)
    gap = Gap("fact: whether the key is valid for a usage plan of this stage; only a call tells")
    return unknown([gap], words, subject=what, evidence=evidence)
