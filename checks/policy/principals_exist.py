"""Principals are ones that can call.

Why it matters
--------------
When a user or role is deleted, policies that named it show a bare id (AIDA…, AROA…) instead, which matches
nobody, also when the role is made again under its old name. A `*` inside a principal's ARN matches nobody
either.

How it decides
--------------
Every entry of the Principal elements of the policies on the way is looked at.

How to fix
----------
Name the new role's ARN; for several roles use `Principal: *` with a condition on `aws:PrincipalArn`.

References
----------
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import OF_POLICIES, Case, Finding, check, judge_problems


@check(
    **OF_POLICIES,
    needs=("api/exists",),
    position=150,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every policy on the way."""
    yield from judge_problems(
        case,
        ("principal_names_nobody",),
        good="Principals can call",
        fix="Name an ARN that exists; for several use Principal * with a condition on aws:PrincipalArn.",
    )
