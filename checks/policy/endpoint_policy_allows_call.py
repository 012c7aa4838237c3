"""The endpoint policy allows the call.

Why it matters
--------------
The endpoint policy is the first gate of every call, and belongs to the account that owns the endpoint:
the API's owner cannot see it. It judges the identity of the Authorization header; an unsigned call or a
bearer token is anonymous to it.

How it decides
--------------
The policy is evaluated for `execute-api:Invoke` on the method's ARN. The default policy allows
everything.

How to fix
----------
Allow `execute-api:Invoke` on the API's ARN for the callers that are meant; for unsigned callers use
`Principal: *` with conditions.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-endpoint-policies.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    CALLER_READS,
    ENDPOINTS,
    Case,
    Finding,
    check,
    endpoint,
    judge_layer,
    skipped,
)


@check(
    needs=("endpoint/exists", "api/exists"),
    reads=(*CALL_READS, *CALLER_READS),
    probes=("host", "identity", "tcp", "http"),
    faults=("A08", "A09", "A10"),
    playbook="forbidden-403",
    position=10,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the endpoint policy's own decision."""
    found = endpoint(case).value
    if found is None:
        yield skipped("No endpoint carries the call.")
        return
    source = ENDPOINTS(found.account, case.region)
    yield from judge_layer(
        case, ("endpoint",), source, f"endpoint policy of {found.vpc_endpoint_id}", found.vpc_endpoint_id
    )
