"""The resource policy allows the call.

Why it matters
--------------
The resource policy is where a private API says which endpoints, VPCs and principals may call it. For
unsigned callers it alone decides; a Deny in it always wins.

How it decides
--------------
The deployed policy (the saved one, where no export can be read) is evaluated by API Gateway's own flow
for the method's authorization type, with the endpoint in use. The statement and the condition that
decided are named.

How to fix
----------
Let the policy name the endpoint in use (`aws:SourceVpce`), its VPC (`aws:SourceVpc`) or the caller, then
deploy.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    APIS,
    CALL_READS,
    CALLER_READS,
    Case,
    Finding,
    check,
    judge_layer,
    owned_api,
    skipped,
)


@check(
    needs=("api/exists", "policy/resource-policy-exists"),
    reads=(*CALL_READS, *CALLER_READS),
    probes=("host", "identity", "tcp", "http"),
    faults=("A02", "A03", "A04", "A05", "A06", "A13"),
    explained_by=("policy/saved-policy-is-deployed",),
    playbook="forbidden-403",
    position=40,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the resource policy's own decision."""
    api = owned_api(case).value
    if not api.is_private:
        yield skipped(f"{api.id} is not private.")
        return
    yield from judge_layer(
        case, ("resource",), APIS(api.account, case.region), f"resource policy of {api.id}", api.id
    )
