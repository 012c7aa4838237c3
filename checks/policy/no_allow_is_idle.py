"""No Allow of the endpoint policy is idle.

Why it matters
--------------
An endpoint policy that lists what may be called, and beside it allows everything, limits nothing: the list is
only decoration, and calls to APIs of any account pass.

How it decides
--------------
The endpoint policy has a statement that allows every principal every action on every resource without a
condition, and other Allow statements. AWS's default policy, which has only the first, passes.

How to fix
----------
Take the statement that allows everything out.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-endpoint-policies.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    OF_POLICIES,
    Case,
    Finding,
    check,
    documents,
    passed,
    skipped,
    trap,
)


@check(
    **OF_POLICIES,
    needs=("api/exists",),
    position=260,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the Allow statements of the endpoint policy."""
    found = next((each for each in documents(case) if each.policy.kind == "endpoint"), None)
    if found is None:
        yield skipped("The endpoint policy cannot be read, or no endpoint carries the call.")
        return
    allows = [each for each in found.policy.statements if each.allow]
    wide = next((each for each in allows if each.unconditional and each.actions == ("*",)), None)
    if wide is None or len(allows) == 1:
        yield passed("Every Allow counts.", subject=found.subject)
        return
    words = f"allows everything, so its other {len(allows) - 1} Allow statements limit nothing."
    yield trap(
        case, found, wide, words, fix="Take the statement that allows everything out of the endpoint policy."
    )
