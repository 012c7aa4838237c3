"""A VPC endpoint carries the call.

Why it matters
--------------
A private API is reached only through an interface VPC endpoint for the service `execute-api`; everything
else on the path is about this endpoint.

How it decides
--------------
The endpoint is the one in the URL or in `--via`; else one in the caller's VPC; else the one that a
private hosted zone of the caller's VPC leads the name to; else those associated with the API; else the
only one that the accounts show.

How to fix
----------
Create an interface endpoint for `com.amazonaws.REGION.execute-api` with subnets, security groups and
private DNS, or name the one to use with `--via`.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import ENDPOINT_READS, ENDPOINTS, Case, Finding, Gap, check, endpoint, passed, unknown


@check(
    reads=ENDPOINT_READS,
    probes=("host",),
    playbook="connection-times-out",
    position=10,
)
def judge(case: Case) -> Iterator[Finding]:
    """Find the endpoint; that none is visible does not prove that there is none."""
    found = endpoint(case).value
    if found is None:
        known = ", ".join(case.inventory.accounts)
        gap = Gap(f"account: the one that owns the execute-api endpoint (none in {known} in {case.region})")
        yield unknown(
            [gap],
            f"No execute-api endpoint is visible in {case.region}; add its account or say --via vpce-….",
        )
        return
    value = {
        "service": found.service_name,
        "vpc": found.vpc_id,
        "subnets": found.subnet_ids,
        "state": found.state,
    }
    yield passed(
        f"{found.vpc_endpoint_id} in {found.vpc_id} (account {found.account}) carries the call.",
        subject=found.vpc_endpoint_id,
        evidence=[case.cite(ENDPOINTS(found.account, case.region), value, found.vpc_endpoint_id)],
    )
