"""Principals are named only where calls are signed.

Why it matters
--------------
A method without IAM authorization knows no caller: an Allow that names accounts, users or roles matches nobody
there, also when the call comes from that account. To allow an account, every method must be AWS_IAM.

How it decides
--------------
The method that is called has another authorization type than AWS_IAM, and every Allow of the resource policy
names principals.

How to fix
----------
Use `Principal: *` with `aws:SourceVpce` or `aws:SourceVpc`, or make the method AWS_IAM.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
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
    position=170,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the Allow statements."""
    document = resource_document(case)
    if document is None:
        yield skipped("The API is not private, or has no resource policy.")
        return

    kind = authorization(case)
    if kind in (None, "AWS_IAM"):
        yield skipped("The method knows its callers, or no method answers.")
        return
    allows = [each for each in document.policy.statements if each.allow]
    named = [each for each in allows if not each.not_principal and "*" not in each.principals]
    if not named or len(named) < len(allows):
        yield passed("An Allow is for everybody.", subject=document.subject)
        return
    for statement in named:
        words = f"names {', '.join(statement.principals[:3])}, but a method with {kind} knows no IAM caller."
        fix = "Use Principal * with aws:SourceVpce, or make the method AWS_IAM; then deploy the API."
        yield trap(case, document, statement, words, fix=fix, fault="A02")
