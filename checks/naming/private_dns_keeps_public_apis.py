"""Private DNS does not capture the name of a public API.

Why it matters
--------------
An endpoint with private DNS takes over every name below `execute-api.REGION.amazonaws.com` in its VPC.
Endpoints carry calls to private APIs only, so each public API of the Region answers 403 `Forbidden` from
inside that VPC.

How it decides
--------------
When the default name of an API that is not private is called from a VPC with such an endpoint, or from
one where a hosted zone of your own leads it to an endpoint, this fails. A call that was admitted makes a
failure a warning.

How to fix
----------
Call the public API by a custom domain name, or switch private DNS off and use a hosted zone for each
private API.

References
----------
- https://repost.aws/knowledge-center/api-gateway-vpc-connections
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    APIS,
    CALL_READS,
    PROOF,
    Case,
    Finding,
    Place,
    alias_target,
    check,
    failed,
    in_vpc,
    owned_api,
    passed,
    place,
    skipped,
    unless_admitted,
)


@check(
    needs=("api/exists",),
    reads=CALL_READS,
    probes=PROOF,
    faults=("D02",),
    playbook="forbidden-403",
    position=50,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the API's type against the private zone that answers its name."""
    where = place(case).value
    if case.request.form != "private-dns" or where.vpc is None:
        yield skipped("The call does not use a default name inside a VPC.")
        return
    api = owned_api(case).value
    types = ", ".join(api.endpoint_configuration.types)
    if api.is_private:
        yield passed(f"{api.id} is private.", subject=api.id)
        return
    capturing = _capturing(case, where)
    if capturing is None:
        yield passed(f"{api.id} is {types}, and nothing captures its name in {where.vpc}.", subject=api.id)
        return
    yield unless_admitted(
        case,
        failed(
            "D02",
            f"{api.id} is {types}, and {capturing} leads its name into the endpoint.",
            fix="Call the public API by a custom domain name, or replace private DNS by hosted zones of your own.",
            subject=api.id,
            evidence=[
                case.cite(APIS(api.account, case.region), {"types": api.endpoint_configuration.types}, api.id)
            ],
        ),
    )


def _capturing(case: Case, where: Place) -> str | None:
    """Say what leads the name into an endpoint: private DNS, or a hosted zone that does the same; None: nothing."""
    vpc = where.vpc or ""
    local = [item for item in in_vpc(case, vpc, where.account).value if item.private_dns_enabled]
    if local:
        return f"private DNS of {local[0].vpc_endpoint_id}"
    target = alias_target(case, vpc, where.account or "", case.request.name or "")
    case.expect(target.missing)
    return f"a hosted zone with a record to {target.value}" if target.known and target.value else None
