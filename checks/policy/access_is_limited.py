"""Access is limited to endpoints, VPCs or callers.

Why it matters
--------------
A private API is private only in that calls come through VPC endpoints, of any account of the Region. Without a
condition on the endpoint, the VPC or the caller, everybody who makes an endpoint may call.

How it decides
--------------
The set of calls that the resource policy admits is computed. Some of them are asked neither for an endpoint, a
VPC, an address nor a principal.

How to fix
----------
Add `Deny * … StringNotEquals aws:SourceVpce [ids]`, and deploy the API.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    CALLER_READS,
    Case,
    Finding,
    check,
    open_to_everybody,
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
    faults=("A27",),
    position=240,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge whom the policy admits."""
    document = resource_document(case)
    if document is None:
        yield skipped("The API is not private, or has no resource policy.")
        return

    statement = open_to_everybody(case)
    if statement is None:
        yield passed("The resource policy limits who may call.", subject=document.subject)
        return
    words = "lets in calls through every VPC endpoint of the Region, of any account."
    fix = "Add a Deny with StringNotEquals aws:SourceVpce and your endpoints, and deploy the API."
    yield trap(case, document, statement, words, fix=fix, fault="A27")
