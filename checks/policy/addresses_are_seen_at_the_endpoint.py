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

from apidoctor.checkkit import OF_POLICIES, Case, Finding, Statement, check, judge_statements


@check(
    **OF_POLICIES,
    needs=("api/exists", "policy/resource-policy-exists"),
    faults=("A05",),
    position=190,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every statement of the resource policy."""
    yield from judge_statements(
        case,
        _wrong,
        good="No statement asks for aws:SourceIp.",
        fix="Use aws:VpcSourceIp instead, and deploy the API.",
        fault="A05",
    )


def _wrong(case: Case, statement: Statement) -> Iterator[str]:
    if any(clause.lookup == "aws:sourceip" for clause in statement.clauses):
        effect = (
            "never applies" if statement.allow else "applies to every call that its condition is negated for"
        )
        yield f"asks for aws:SourceIp, which calls through an endpoint do not have: it {effect}."
