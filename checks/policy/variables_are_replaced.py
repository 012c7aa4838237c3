"""Policy variables are replaced.

Why it matters
--------------
`${aws:username}` is replaced only in a policy of Version 2012-10-17; without `Version` the text is compared as
it stands. A variable before the fifth colon of an ARN is never replaced.

How it decides
--------------
Every `${…}` in resources and conditions of the policies on the way is looked at with the policy's Version.

How to fix
----------
Write `"Version": "2012-10-17"`, and use variables in the last part of an ARN only.

References
----------
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import OF_POLICIES, Case, Finding, check, judge_problems


@check(
    **OF_POLICIES,
    needs=("api/exists",),
    position=130,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every policy on the way."""
    yield from judge_problems(
        case,
        ("variable_needs_version_2012", "variable_outside_resource_part"),
        good="Variables are replaced",
        fix="Write Version 2012-10-17, and use variables in the last part of an ARN only.",
    )
