"""A Deny for other places asks one thing.

Why it matters
--------------
Conditions of one statement must all hold. A Deny with `StringNotEquals` for `aws:SourceVpc` and
`aws:SourceVpce` therefore hits only calls that miss both: the right VPC with another endpoint, or the right
endpoint id in a condition for another VPC, still gets in.

How it decides
--------------
A Deny of the resource policy has negated conditions on both keys.

How to fix
----------
Write two Deny statements, one for each key: then both must fit.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    CALLER_READS,
    Case,
    Finding,
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
    faults=("A04",),
    position=210,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the Deny statements."""
    document = resource_document(case)
    if document is None:
        yield skipped("The API is not private, or has no resource policy.")
        return

    wrong = 0
    for statement in document.policy.statements:
        keys = {clause.lookup for clause in statement.clauses if clause.negated}
        if not statement.allow and {"aws:sourcevpc", "aws:sourcevpce"} <= keys:
            wrong += 1
            words = (
                "denies only calls that miss both the VPC and the endpoint: either one alone lets a call in."
            )
            fix = "Write two Deny statements, one for aws:SourceVpc and one for aws:SourceVpce."
            yield trap(case, document, statement, words, fix=fix, fault="A04")
    if not wrong:
        yield passed("No Deny asks for VPC and endpoint at once.", subject=document.subject)
