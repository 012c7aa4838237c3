"""Resources are complete ARNs.

Why it matters
--------------
A resource that is no ARN matches nothing. One that lacks segments is completed with `*` for each of them, which
makes it wider than it looks. `execute-api:/…` stands for the API only in the API's own policy.

How it decides
--------------
Every resource of the policies on the way is counted: six segments, or `*`.

How to fix
----------
Write the whole ARN: `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`.

References
----------
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import OF_POLICIES, Case, Finding, check, judge_problems


@check(
    **OF_POLICIES,
    needs=("api/exists",),
    position=140,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every policy on the way."""
    yield from judge_problems(
        case,
        ("resource_is_no_arn", "resource_arn_is_short"),
        good="Resources are complete",
        fix="Write the whole ARN: arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH.",
    )
