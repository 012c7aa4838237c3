"""Addresses are compared with aws:VpcSourceIp.

Why it matters
--------------
A call through a VPC endpoint has no `aws:SourceIp`. An Allow that asks for it never applies, and a Deny for all
other addresses hits everybody. The client's private address is `aws:VpcSourceIp`.

How it decides
--------------
A statement of the resource policy has a condition on `aws:SourceIp`.

How to fix
----------
Use `aws:VpcSourceIp` instead, and deploy the API.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
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
    faults=("A05",),
    position=190,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge conditions on addresses."""
    document = resource_document(case)
    if document is None:
        yield skipped("The API is not private, or has no resource policy.")
        return

    wrong = 0
    for statement in document.policy.statements:
        if any(clause.lookup == "aws:sourceip" for clause in statement.clauses):
            wrong += 1
            effect = (
                "never applies"
                if statement.allow
                else "applies to every call that its condition is negated for"
            )
            words = f"asks for aws:SourceIp, which calls through an endpoint do not have: it {effect}."
            yield trap(
                case,
                document,
                statement,
                words,
                fix="Use aws:VpcSourceIp instead, and deploy the API.",
                fault="A05",
            )
    if not wrong:
        yield passed("No statement asks for aws:SourceIp.", subject=document.subject)
