"""The endpoint has an interface in the caller's Availability Zone.

Why it matters
--------------
Calls to another zone work, but cost more, and an endpoint in one zone goes down with it.

How it decides
--------------
The zone of the caller's interface or subnet is compared with the zones of the endpoint's interfaces, in
one account (zone names differ between accounts). An endpoint in one zone only is a warning too.

How to fix
----------
Add a subnet of the caller's zone, and at least a second zone, to the endpoint.

References
----------
- https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    ENDPOINTS,
    Case,
    Finding,
    check,
    endpoint,
    interfaces,
    passed,
    place,
    skipped,
    warned,
)


@check(
    needs=("endpoint/exists", "endpoint/is-available"),
    reads=(
        "get_rest_api",
        "get_rest_apis",
        "describe_vpc_endpoints",
        "describe_network_interfaces",
        "describe_subnets",
    ),
    probes=("host",),
    faults=("N13",),
    required=False,
    position=40,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare zones; an endpoint in another account is left alone, its zone names mean other zones."""
    found, where = endpoint(case).value, place(case).value
    if found is None or where.kind == "outside" or where.account != found.account:
        yield skipped("Caller and endpoint have no comparable Availability Zones.")
        return
    zones = sorted({item.availability_zone for item in interfaces(case).value if item.availability_zone})
    subnet = case.inventory.one(
        found.account, case.region, "describe_subnets", "SubnetId", where.subnet or ""
    ).value
    own = (subnet or {}).get("AvailabilityZone")
    name = found.vpc_endpoint_id
    evidence = [case.cite(ENDPOINTS(found.account, case.region), {"endpoint": zones, "caller": own}, name)]
    if len(zones) == 1:
        yield warned(
            "N13",
            f"{name} has an interface in {zones[0]} only: it fails with that zone.",
            fix=f"Add a subnet of a second zone to {name}.",
            subject=name,
            evidence=evidence,
        )
    elif own and zones and own not in zones:
        yield warned(
            "N13",
            f"The caller is in {own}, {name} in {', '.join(zones)}: calls cross zones.",
            fix=f"Add a subnet of {own} to {name}.",
            subject=name,
            evidence=evidence,
        )
    else:
        yield passed(
            f"{name} stands in {', '.join(zones) or 'no known zone'}.", subject=name, evidence=evidence
        )
