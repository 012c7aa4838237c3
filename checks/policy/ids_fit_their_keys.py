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

from apidoctor.checkkit import OF_POLICIES, Case, Finding, Statement, check, judge_statements


@check(
    **OF_POLICIES,
    needs=("api/exists", "policy/resource-policy-exists"),
    faults=("A04",),
    position=200,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every statement of the resource policy."""
    yield from judge_statements(
        case,
        _wrong,
        good="Ids and keys fit.",
        fix="Endpoints (vpce-…) belong to aws:SourceVpce, VPCs (vpc-…) to aws:SourceVpc.",
        fault="A04",
    )


FOREIGN = {"aws:sourcevpce": "vpc-", "aws:sourcevpc": "vpce-"}
"""How an id begins that the key never holds."""


def _wrong(case: Case, statement: Statement) -> Iterator[str]:
    for clause in statement.clauses:
        for value in clause.wanted if clause.lookup in FOREIGN else ():
            if value.startswith(FOREIGN[clause.lookup]):
                yield f"compares {clause.key} with {value}, which is an id of another kind."
