"""The domain's own policy allows the call.

Why it matters
--------------
A private custom domain has a resource policy of its own, which decides before and apart from the API's.
The console makes a domain with a policy that denies everything; without a policy every call is refused.

How it decides
--------------
The domain's `policy` is evaluated for `execute-api:Invoke` on the domain's ARN, with the endpoint and
VPC of the call. It takes effect without a deployment. Only the domain's owner can read it.

How to fix
----------
Allow `execute-api:Invoke` on `execute-api:/*` from the consumer's endpoint (`aws:SourceVpce`) in the
domain's policy.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    DOMAINS,
    OF_DOMAINS,
    Case,
    Finding,
    check,
    domain_side,
    is_admitted,
    judge_layer,
    known_domain,
    passed,
    skipped,
    unknown,
)
from apidoctor.reasoning.scene.through import domain_policy


@check(
    **OF_DOMAINS,
    needs=("domain/domain-exists",),
    faults=("A22",),
    position=90,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the domain policy's own decision."""
    name = case.request.domain
    if name is None:
        yield skipped("No custom domain is called.")
        return
    found, own = known_domain(case).value, domain_policy(case)
    if not found.is_private:
        yield skipped(f"{name} is a public custom domain.", subject=name)
        return
    case.expect(own.missing)
    if own.known:
        source = DOMAINS(found.account, case.region)
        yield from judge_layer(case, ("resource",), source, f"policy of the domain {name}", name, domain_side)
    elif is_admitted(case):
        yield passed("The test call was admitted, so the domain's policy allows it.", subject=name)
    else:
        yield unknown(own.missing, f"The policy of the domain {name} cannot be read.", subject=name)
