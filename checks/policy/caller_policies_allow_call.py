"""The caller's IAM policies allow the call.

Why it matters
--------------
For a signed call the caller's own policies count: in the same account they or the resource policy must
allow it, from another account both must. A permissions boundary limits, and an explicit Deny always
wins.

How it decides
--------------
The policies attached to the signing user or role are evaluated together with the resource policy by API
Gateway's tables for same-account and cross-account callers.

How to fix
----------
Allow `execute-api:Invoke` on the method's ARN in the caller's identity policy (and in its boundary).

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    CALLER_READS,
    Case,
    Finding,
    Source,
    check,
    judge_layer,
    principal,
    skipped,
)


@check(
    needs=("api/exists",),
    reads=(*CALL_READS, *CALLER_READS),
    probes=("identity", "host", "tcp", "http"),
    faults=("A11", "A12"),
    playbook="forbidden-403",
    position=50,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the caller's own layers."""
    who = principal(case).value
    if who is None:
        yield skipped("The call is not signed: the caller has no IAM policies.")
        return
    layers = ("identity", "boundary", "session", "scp")
    yield from judge_layer(
        case, layers, Source("get_role", who.account, "global"), f"set of IAM policies of {who.name}", who.arn
    )
