"""The refusal comes from the layer that the policies predict.

Why it matters
--------------
The text of a 403 names the layer that refused, and the policies that were read predict one. When they
disagree, what was read is not what decides: the stage runs another policy, the call takes another
endpoint, somebody changed something meanwhile, or the caller is another one than was thought.

How it decides
--------------
The layer, the kind of denial (explicit or not), the caller and the method that the text names are compared
with the simulation of the same call. A text names one layer even if several deny, so it fits as soon as its
layer is one of them. A layer that was not read is no contradiction.

How to fix
----------
Read the policies again, deploy the API, and look which endpoint and which credentials the call really uses.

References
----------
- https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    CALLER_READS,
    Case,
    Finding,
    answer,
    check,
    contradictions,
    passed,
    reading,
    skipped,
    verdict,
    warned,
)


@check(
    needs=("invoke/tls-is-trusted", "api/exists"),
    reads=(*CALL_READS, *CALLER_READS),
    probes=("identity", "host", "tcp", "http"),
    faults=("O04",),
    required=False,
    position=70,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare the text of the refusal with the simulation."""
    seen = answer(case).value
    said = reading(case).value if seen.outcome == "response" else None
    if said is None or said.denial is None:
        yield skipped("No policy refused the test call.")
        return
    decided = verdict(case)
    case.expect(decided.missing)
    if not decided.known:
        yield skipped("The policies cannot be simulated.", subject=seen.url)
        return
    found = contradictions(case, said.denial)
    evidence = [
        case.show(seen, "status", "body", subject=seen.url),
        case.derived(
            "authorization",
            {"decision": decided.value.decision, "denied by": list(decided.value.denied_layers)},
            seen.url,
        ),
    ]
    for words in found:
        yield warned(
            "O04",
            words,
            fix="Read the policies again, deploy the API, and look which endpoint and credentials the call uses.",
            subject=seen.url,
            evidence=evidence,
        )
    if not found:
        yield passed("The refusal fits the policies that were read.", subject=seen.url, evidence=evidence)
