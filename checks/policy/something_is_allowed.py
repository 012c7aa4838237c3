"""The policy allows something.

Why it matters
--------------
A resource policy of Deny statements only admits nobody by itself. It works with IAM or a Lambda authorizer,
whose Allow suffices; for methods without authorization, and for user pools, every call is refused.

How it decides
--------------
The method is called without authorization or with a user pool, and the resource policy has no Allow.

How to fix
----------
Add `Allow * execute-api:Invoke on execute-api:/*` beside the Deny, and deploy the API.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    CALLER_READS,
    Case,
    Finding,
    authorization,
    check,
    passed,
    resource_document,
    skipped,
    trap,
)


@check(
    needs=("api/exists", "policy/resource-policy-exists"),
    reads=(*CALL_READS, *CALLER_READS),
    probes=("host", "identity", "tcp", "http"),
    required=False,
    playbook="policy-written-wrong",
    faults=("A02",),
    position=230,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge whether there is an Allow."""
    document = resource_document(case)
    if document is None:
        yield skipped("The API is not private, or has no resource policy.")
        return

    if authorization(case) not in ("NONE", "COGNITO_USER_POOLS"):
        yield skipped("Others than the resource policy can allow the call.")
        return
    statements = document.policy.statements
    if any(each.allow for each in statements) or not statements:
        yield passed("The resource policy has an Allow.", subject=document.subject)
        return
    words = "can only deny, and so can every other one: nothing allows any call."
    fix = "Add an Allow for execute-api:Invoke on execute-api:/*, and deploy the API."
    yield trap(case, document, statements[0], words, fix=fix, fault="A02")
