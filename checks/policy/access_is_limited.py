"""Access is limited to endpoints, VPCs or callers.

Why it matters
--------------
A private API is private only in that calls come through VPC endpoints, of any account of the Region. Without a
condition on the endpoint, the VPC or the caller, everybody who makes an endpoint may call.

How it decides
--------------
The set of calls that the resource policy admits is computed. Some of them are asked neither for an endpoint, a
VPC, an address nor a principal.

How to fix
----------
Add `Deny * … StringNotEquals aws:SourceVpce [ids]`, and deploy the API.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    OF_POLICIES,
    Case,
    Finding,
    Statement,
    check,
    judge_statements,
    open_to_everybody,
)


@check(
    **OF_POLICIES,
    needs=("api/exists", "policy/resource-policy-exists"),
    faults=("A27",),
    position=240,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every statement of the resource policy."""
    yield from judge_statements(
        case,
        _wrong,
        good="The resource policy limits who may call.",
        fix="Add a Deny with StringNotEquals aws:SourceVpce and your endpoints, and deploy the API.",
        fault="A27",
    )


def _wrong(case: Case, statement: Statement) -> Iterator[str]:
    wide = open_to_everybody(case)
    if wide is not None and wide.index == statement.index:
        yield "lets in calls through every VPC endpoint of the Region, of any account."
