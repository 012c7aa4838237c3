"""The policy allows something.

Why it matters
--------------
A resource policy of Deny statements only admits nobody by itself. It works with IAM or a Lambda authorizer,
whose Allow suffices; for methods without authorization, and for user pools, every call is refused.

How it decides
--------------
The method is called without authorization or with a user pool, and the resource policy has no Allow.

How to fix
----------
Add `Allow * execute-api:Invoke on execute-api:/*` beside the Deny, and deploy the API.

References
----------
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
    position=230,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every statement of the resource policy."""
    yield from judge_statements(
        case,
        _wrong,
        good="The resource policy has an Allow, or others can allow the call.",
        fix="Add an Allow for execute-api:Invoke on execute-api:/*, and deploy the API.",
        fault="A02",
    )


def _wrong(case: Case, statement: Statement) -> Iterator[str]:
    policy = saved_policy(case).value
    alone = authorization(case) in ("NONE", "COGNITO_USER_POOLS")
    if policy and alone and statement.index == 0 and not any(each.allow for each in policy.statements):
        yield "can only deny, and so can every other one: nothing allows any call."
