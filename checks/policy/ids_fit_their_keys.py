"""Ids are compared with the key that holds them.

Why it matters
--------------
`aws:SourceVpce` holds the id of the VPC endpoint (vpce-…), `aws:SourceVpc` that of the VPC the endpoint is in
(vpc-…). Mixed up, the condition never matches.

How it decides
--------------
The values of both keys in the resource policy begin with the right letters.

How to fix
----------
Move the id to the other key.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
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
    position=200,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge ids of endpoints and VPCs."""
    document = resource_document(case)
    if document is None:
        yield skipped("The API is not private, or has no resource policy.")
        return

    wrong = 0
    for statement in document.policy.statements:
        for clause in statement.clauses:
            other = {"aws:sourcevpce": "vpc-", "aws:sourcevpc": "vpce-"}.get(clause.lookup, "\n")
            for value in clause.wanted:
                if value.startswith(other):
                    wrong += 1
                    words = f"compares {clause.key} with {value}, which is an id of another kind."
                    fix = "Endpoints (vpce-…) belong to aws:SourceVpce, VPCs (vpc-…) to aws:SourceVpc."
                    yield trap(case, document, statement, words, fix=fix, fault="A04")
    if not wrong:
        yield passed("Ids and keys fit.", subject=document.subject)
