"""No policy writes a key twice.

Why it matters
--------------
JSON lets an object repeat a key, the policy language does not. Most clients silently keep the last one before
AWS sees it, so a condition that was meant to narrow access is gone: two `StringEquals` blocks, one for the VPC
and one for the endpoint, leave only the second.

How it decides
--------------
Each policy text on the way is read with all its keys. A key that stands twice in one object is told, also one
that differs in capitals only: condition keys have no case. The decision is made for every reading (the first
only, the last only, both together); where they differ it is unknown.

How to fix
----------
Put both keys into one block of the operator (then both must hold), or write two statements (then either
suffices).

References
----------
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import OF_POLICIES, Case, Finding, check, judge_problems


@check(
    **OF_POLICIES,
    needs=("api/exists",),
    position=110,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every policy on the way."""
    yield from judge_problems(
        case,
        ("duplicate_key", "duplicate_key_with_different_case"),
        good="No key is repeated",
        fix="Put both keys into one block (both must hold), or write two statements (either suffices).",
    )
