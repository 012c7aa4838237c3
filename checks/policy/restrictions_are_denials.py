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
    faults=("A27",),
    position=220,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every statement of the resource policy."""
    yield from judge_statements(
        case,
        _wrong,
        good="No restriction of IAM callers hangs on an Allow alone.",
        fix="Add a Deny with the negated condition (StringNotEquals aws:SourceVpce), and deploy the API.",
        fault="A27",
    )


PLACES = {"aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip"}
"""Keys that say where a call comes from."""


def _wrong(case: Case, statement: Statement) -> Iterator[str]:
    policy = saved_policy(case).value
    denies = any(_asks_where(each) and not each.allow for each in policy.statements) if policy else False
    for_all = statement.allow and "*" in statement.principals
    if authorization(case) == "AWS_IAM" and for_all and _asks_where(statement) and not denies:
        yield "restricts with an Allow: callers of the API's own account get in around it by their own policies."


def _asks_where(statement: Statement) -> bool:
    return bool(PLACES & {clause.lookup for clause in statement.clauses})
