"""Condition keys are ones that the call has.

Why it matters
--------------
Keys about the caller (`aws:PrincipalOrgID`, `aws:PrincipalArn`, `aws:PrincipalTag/…`) exist only for methods
with IAM authorization, and some global keys (`aws:SourceAccount`, `aws:ResourceOrgID`, `aws:VpceAccount`) never
reach an API's policy. A key that is not there makes a positive condition false and a negated one true: an Allow
never applies, a Deny always does.

How it decides
--------------
Each condition key of the resource policy is compared with the keys that API Gateway documents, and with the
authorization type of the method that is called.

How to fix
----------
Use `aws:SourceVpce`, `aws:SourceVpc` or `aws:VpcSourceIp`, or make the method AWS_IAM.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    OF_POLICIES,
    Case,
    Finding,
    Statement,
    authorization,
    check,
    is_iam_only,
    is_seen_by_apis,
    judge_statements,
)


@check(
    **OF_POLICIES,
    needs=("api/exists", "policy/resource-policy-exists"),
    faults=("A13",),
    position=180,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every statement of the resource policy."""
    yield from judge_statements(
        case,
        _wrong,
        good="The call has every key that the policy asks for.",
        fix="Use aws:SourceVpce, aws:SourceVpc or aws:VpcSourceIp, or make the method AWS_IAM.",
        fault="A13",
    )


def _wrong(case: Case, statement: Statement) -> Iterator[str]:
    kind = authorization(case)
    for key in dict.fromkeys(clause.key for clause in statement.clauses):
        if not is_seen_by_apis(key):
            yield f"asks for {key}, which API Gateway does not give to resource policies."
        elif is_iam_only(key) and kind not in (None, "AWS_IAM"):
            yield f"asks for {key}, which only IAM callers have; the method is {kind}."
