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
    OF_POLICIES,
    Case,
    Finding,
    Statement,
    authorization,
    check,
    judge_statements,
    saved_policy,
)


@check(
    **OF_POLICIES,
    needs=("api/exists", "policy/resource-policy-exists"),
    faults=("A02",),
    position=170,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every statement of the resource policy."""
    yield from judge_statements(
        case,
        _wrong,
        good="The method knows its callers, or an Allow is for everybody.",
        fix="Use Principal * with aws:SourceVpce, or make the method AWS_IAM; then deploy the API.",
        fault="A02",
    )


def _wrong(case: Case, statement: Statement) -> Iterator[str]:
    kind, policy = authorization(case), saved_policy(case).value
    allows = [each for each in policy.statements if each.allow] if policy else []
    if kind not in (None, "AWS_IAM") and statement.allow and all(map(_names_callers, allows)):
        yield f"names {', '.join(statement.principals[:3])}, but a method with {kind} knows no IAM caller."


def _names_callers(statement: Statement) -> bool:
    return not statement.not_principal and "*" not in statement.principals
