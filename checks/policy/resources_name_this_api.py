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
    CALL_READS,
    CALLER_READS,
    Case,
    Finding,
    can_cover,
    check,
    owned_api,
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
    faults=("A06",),
    position=160,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge each resource."""
    document = resource_document(case)
    if document is None:
        yield skipped("The API is not private, or has no resource policy.")
        return

    api = owned_api(case).value
    arn = f"arn:{case.request.partition}:execute-api:{case.region}:{api.account}:{api.id}"
    idle = 0
    for statement in document.policy.statements:
        for pattern in statement.resources:
            why = can_cover(pattern, arn)
            if why:
                idle += 1
                fix = "Write execute-api:/*, or this API's ARN with stage, method and path."
                yield trap(case, document, statement, f"lists {pattern}: {why}.", fix=fix, fault="A06")
    if not idle:
        yield passed("Every resource is of this API.", subject=api.id)
