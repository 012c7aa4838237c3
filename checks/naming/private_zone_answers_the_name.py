"""A private zone of the caller's VPC leads the default name to the endpoint.

Why it matters
--------------
The default name of a private API reaches an endpoint only where a private zone says so: the zone that
AWS manages for an endpoint with private DNS, visible in that endpoint's VPC alone, or a private hosted
zone of your own.

How it decides
--------------
In the endpoint's VPC, the endpoint's private DNS must be on, or an own zone must answer. In any other
VPC an own zone must be associated with it, have a record for the name (exact or wildcard), and lead to
the endpoint.

How to fix
----------
Switch private DNS on for the endpoint, or make a private hosted zone `execute-api.REGION.amazonaws.com`
with apex and wildcard alias to the endpoint and associate it with the caller's VPC; or call the
endpoint's own name with the header `x-apigw-api-id`.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    ENDPOINTS,
    Case,
    Finding,
    Place,
    Source,
    VpcEndpoint,
    check,
    customer_zone,
    endpoint,
    endpoint_addresses,
    failed,
    in_vpc,
    known_zones,
    passed,
    place,
    skipped,
    targets,
    zone_record,
)


@check(
    needs=("endpoint/exists",),
    reads=(
        "describe_vpc_endpoints",
        "list_hosted_zones_by_vpc",
        "list_hosted_zones",
        "list_resource_record_sets",
    ),
    probes=("host",),
    faults=("D01", "D06", "D07", "D08", "D09"),
    playbook="name-does-not-resolve",
    position=30,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge who answers the default name in the caller's VPC."""
    where = place(case).value
    if case.request.form != "private-dns" or where.vpc is None:
        yield skipped("The name does not depend on a private zone of the caller's VPC.")
        return
    local = [
        item
        for item in in_vpc(case, where.vpc, where.account).value
        if item.service_name.endswith(".execute-api")
    ]
    managed = next((item for item in local if item.private_dns_enabled), None)
    if managed is not None:
        name = managed.vpc_endpoint_id
        yield passed(
            f"Private DNS of {name} answers in {where.vpc}.",
            subject=name,
            evidence=[case.cite(ENDPOINTS(managed.account, case.region), {"PrivateDnsEnabled": True}, name)],
        )
        return
    yield from _own_zone(case, where, endpoint(case).value, local)


def _own_zone(
    case: Case, where: Place, via: VpcEndpoint | None, local: list[VpcEndpoint]
) -> Iterator[Finding]:
    name = case.request.name or ""
    zone = customer_zone(case, where.vpc or "", where.account or "", name).value
    if zone is None:
        yield _no_zone(case, where, local)
        return
    source = Source("list_resource_record_sets", zone.account, "global")
    record = zone_record(case, zone, name).value
    leads_to = targets(record) if record else []
    evidence = [
        case.cite(source, {"zone": zone.name, "name": name, "leads to": leads_to or "no record"}, zone.id)
    ]
    own = via.vpc_endpoint_id if via else ""
    if record is None:
        yield failed(
            "D07",
            f"The hosted zone {zone.name} ({zone.id}) answers in {where.vpc} and has no record for {name}.",
            fix=f"Add an alias record for *.{zone.name} to the endpoint {own}.",
            subject=zone.id,
            evidence=evidence,
        )
    elif any(own and target.startswith(own) for target in leads_to) or _are_interfaces(case, leads_to):
        yield passed(
            f"The hosted zone {zone.name} leads the name to {own}.", subject=zone.id, evidence=evidence
        )
    else:
        yield failed(
            "D08",
            f"The hosted zone {zone.name} leads {name} to {', '.join(leads_to)}, not to {own}.",
            fix=f"Let the record lead to {own}.",
            subject=zone.id,
            evidence=evidence,
            confidence="likely",
        )


def _no_zone(case: Case, where: Place, local: list[VpcEndpoint]) -> Finding:
    if local:
        off = local[0].vpc_endpoint_id
        return failed(
            "D01",
            f"Private DNS is off on {off}, and no hosted zone of {where.vpc} answers {case.request.name}.",
            fix=f"Switch private DNS on for {off}, or call its own name with x-apigw-api-id: {case.request.api_id}.",
            subject=off,
            evidence=[case.cite(ENDPOINTS(local[0].account, case.region), {"PrivateDnsEnabled": False}, off)],
        )
    if elsewhere := _zone_elsewhere(case):
        return failed(
            "D09",
            f"The hosted zone {elsewhere[1]} ({elsewhere[0]}) exists, but is not associated with {where.vpc}.",
            fix=f"Associate the hosted zone {elsewhere[0]} with {where.vpc}.",
            subject=elsewhere[0],
            evidence=[
                case.cite(Source("list_hosted_zones", "", "global"), {"zone": elsewhere[1]}, elsewhere[0])
            ],
        )
    return failed(
        "D06",
        f"{where.vpc} has no execute-api endpoint and sees no hosted zone for {case.request.name}.",
        fix=f"Associate a hosted zone for execute-api.{case.region}, with an alias to the endpoint, with {where.vpc}.",
        subject=where.vpc,
        evidence=[
            case.cite(Source("list_hosted_zones_by_vpc", where.account or "", "global"), [], where.vpc)
        ],
    )


def _zone_elsewhere(case: Case) -> tuple[str, str] | None:
    """Return id and name of a private zone for the name in any account: it exists, and the VPC does not see it."""
    name = case.request.name or ""
    for identity, zone in known_zones(case).value.items():
        if zone and (name == zone or name.endswith("." + zone)):
            return identity, zone
    return None


def _are_interfaces(case: Case, found: list[str]) -> bool:
    """Say whether a record lists addresses of the endpoint's interfaces: they stay for the endpoint's life."""
    own = endpoint_addresses(case)
    return own.known and bool(found) and set(found) <= set(own.value)
