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

from apidoctor.checkkit import OF_POLICIES, Case, Finding, Statement, check, judge_statements


@check(
    **OF_POLICIES,
    needs=("api/exists", "policy/resource-policy-exists"),
    faults=("A04",),
    position=210,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every statement of the resource policy."""
    yield from judge_statements(
        case,
        _wrong,
        good="No Deny asks for VPC and endpoint at once.",
        fix="Write two Deny statements, one for aws:SourceVpc and one for aws:SourceVpce.",
        fault="A04",
    )


def _wrong(case: Case, statement: Statement) -> Iterator[str]:
    keys = {clause.lookup for clause in statement.clauses if clause.negated}
    if not statement.allow and {"aws:sourcevpc", "aws:sourcevpce"} <= keys:
        yield "denies only calls that miss both the VPC and the endpoint: either one alone lets a call in."
