"""What restricts IAM callers is a Deny.

Why it matters
--------------
For callers of the API's own account either their own policies or the resource policy suffice. An Allow with a
condition on the endpoint does not keep out a caller whose identity policy allows `execute-api:Invoke`: only a
Deny with the negated condition does.

How it decides
--------------
The method is AWS_IAM, an Allow of the resource policy for everybody has a condition on the endpoint, the VPC
or the address, and no Deny has one.

How to fix
----------
Add `Deny * … StringNotEquals aws:SourceVpce [ids]` beside the Allow, and deploy the API.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
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
    faults=("A27",),
    position=220,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge where the restriction stands."""
    document = resource_document(case)
    if document is None:
        yield skipped("The API is not private, or has no resource policy.")
        return

    if authorization(case) != "AWS_IAM":
        yield skipped("The method has no IAM authorization.")
        return
    places = {"aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip"}
    limited = [
        each for each in document.policy.statements if places & {clause.lookup for clause in each.clauses}
    ]
    open_to_all = [each for each in limited if "*" in each.principals]
    if not open_to_all or any(not each.allow for each in limited):
        yield passed("No restriction hangs on an Allow alone.", subject=document.subject)
        return
    for statement in open_to_all:
        words = "restricts with an Allow: callers of the API's own account get in around it by their own policies."
        fix = "Add a Deny with the negated condition (StringNotEquals aws:SourceVpce), and deploy the API."
        yield trap(case, document, statement, words, fix=fix, fault="A27")
