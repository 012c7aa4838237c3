"""Resources of the policy are this API.

Why it matters
--------------
A resource policy that was copied from another API, Region or account still carries that API's ARN: it matches
no call of this one, and nothing says so. `…:API/` alone, as some samples print it, matches no method either.

How it decides
--------------
Each resource of the API's policy is compared with the API's own ARN, part by part, and must be able to cover a
stage, a method and a path.

How to fix
----------
Write `execute-api:/*`, which always means the API that the policy belongs to.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    OF_POLICIES,
    Case,
    Finding,
    Statement,
    can_cover,
    check,
    judge_statements,
    owned_api,
)


@check(
    **OF_POLICIES,
    needs=("api/exists", "policy/resource-policy-exists"),
    faults=("A06",),
    position=160,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every statement of the resource policy."""
    yield from judge_statements(
        case,
        _wrong,
        good="Every resource is of this API.",
        fix="Write execute-api:/*, or this API's ARN with stage, method and path.",
        fault="A06",
    )


def _wrong(case: Case, statement: Statement) -> Iterator[str]:
    api = owned_api(case).value
    arn = f"arn:{case.request.partition}:execute-api:{case.region}:{api.account}:{api.id}"
    for pattern in statement.resources:
        why = can_cover(pattern, arn)
        if why:
            yield f"lists {pattern}: {why}."
