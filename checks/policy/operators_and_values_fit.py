"""Operators, values and actions are ones that can match.

Why it matters
--------------
A condition operator that does not exist, a value that is not of the operator's type (a network mask for
`IpAddress`, a word for `NumericLessThan`) and an action without its service prefix are not told when the policy
is used: the statement just never applies.

How it decides
--------------
Each operator, each listed value and each action of every policy on the way is compared with the policy
language.

How to fix
----------
Correct the operator, the value or the action.

References
----------
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import OF_POLICIES, Case, Finding, check, judge_problems


@check(
    **OF_POLICIES,
    needs=("api/exists",),
    position=120,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every policy on the way."""
    yield from judge_problems(
        case,
        ("unknown_operator", "value_has_wrong_type", "action_without_service"),
        good="Operators, values and actions can match",
        fix="Correct the operator, the value or the action; as it stands it never matches.",
    )
