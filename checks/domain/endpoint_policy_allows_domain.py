"""The endpoint policy allows the domain.

Why it matters
--------------
A call through a private custom domain asks the endpoint policy twice: for the domain's ARN
(`arn:aws:execute-api:REGION:ACCOUNT:/domainnames/NAME+ID`) and for the API's. A policy that lists APIs
alone refuses every call by a domain.

How it decides
--------------
The endpoint policy is evaluated for `execute-api:Invoke` on the domain's ARN. The API's ARN is judged by
`policy/endpoint-policy-allows-call`, where `execute-api:viaDomainArn` is known.

How to fix
----------
Allow `execute-api:Invoke` on the domain's ARN too.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-endpoint-policies.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    ENDPOINTS,
    OF_DOMAINS,
    Case,
    Finding,
    check,
    domain_side,
    endpoint,
    judge_layer,
    known_domain,
    skipped,
)


@check(
    **OF_DOMAINS,
    needs=("endpoint/exists", "domain/domain-exists"),
    faults=("A08", "A09", "A10"),
    position=80,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the endpoint policy's decision about the domain."""
    if case.request.domain is None or not known_domain(case).value.is_private:
        yield skipped("No private custom domain is called.")
        return
    via = endpoint(case).value
    if via is None:
        yield skipped("No endpoint carries the call.")
        return
    identity = via.vpc_endpoint_id
    words = f"endpoint policy of {identity}, asked for the domain {case.request.domain},"
    source = ENDPOINTS(via.account, case.region)
    yield from judge_layer(case, ("endpoint",), source, words, identity, domain_side)
