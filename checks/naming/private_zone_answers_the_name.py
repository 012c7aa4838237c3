"""A private zone answers the name in the caller's VPC.

Why it matters
--------------
The default name `API.execute-api.REGION.amazonaws.com` leads to an endpoint only where a private zone says so: the
zone that AWS manages for an endpoint with private DNS, visible in that endpoint's VPC alone (or through a Route 53
Profile), or a private hosted zone of your own. A private custom domain always needs a zone of your own.

How it decides
--------------
Of all zones that the caller's VPC sees (associated, managed, through Profiles) the most specific one answers alone.
It must have a record for the name (exact or wildcard) that leads to the endpoint. When `--via` names an endpoint,
no other endpoint may own the name. Alias and endpoint names need no zone, but a zone of your own that covers them
takes them from public DNS. The name of an API that is known not to be private needs none either.

How to fix
----------
Switch private DNS on for the endpoint, or make a private hosted zone `execute-api.REGION.amazonaws.com` with apex and
wildcard alias to the endpoint and associate it with the caller's VPC; or call the endpoint's own name with the header
`x-apigw-api-id`.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
"""

from collections.abc import Iterator

from msgspec import structs

from apidoctor.checkkit import (
    ENDPOINTS,
    FORWARDING_READS,
    Case,
    Evidence,
    Finding,
    Place,
    Source,
    VpcEndpoint,
    Zone,
    caller_zone,
    check,
    default_zone,
    dhcp_answer,
    endpoint,
    endpoint_addresses,
    failed,
    forwarding,
    in_vpc,
    inbound_answer,
    is_address,
    leads_to,
    leads_to_endpoint,
    partition_of,
    passed,
    place,
    private_domain,
    reaches_endpoint,
    rest_api,
    sight,
    skipped,
    system_answer,
    taking_zone,
    unknown,
    unless_seen,
    warned,
    zone_elsewhere,
)

CONFLICT = "conflicting dns domain"
"""What EC2's refusal says in lower case when the name is taken (fault D14)."""
GONE = frozenset({"deleted", "failed", "rejected", "expired"})
"""States of an endpoint that holds no name any more."""


@check(
    needs=("endpoint/exists",),
    reads=(
        "get_rest_api",
        "get_rest_apis",
        "describe_vpc_endpoints",
        "describe_network_interfaces",
        "describe_vpcs",
        "describe_dhcp_options",
        "get_domain_names",
        *FORWARDING_READS,
    ),
    probes=("host", "dns"),
    faults=("D01", "D06", "D07", "D08", "D09", "D14"),
    playbook="name-does-not-resolve",
    position=30,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge who answers the name in the caller's VPC."""
    where = place(case).value
    form, name = case.request.form, case.request.name or ""
    if where.vpc is None or form == "direct-ip":
        yield skipped("The name does not depend on a private zone of the caller's VPC.")
        return
    if form not in ("private-dns", "custom-domain"):
        yield unless_seen(case, name, _public_name(case, where, name))
        return
    if form == "private-dns" and case.request.suffix != partition_of(case.region)[1]:
        yield skipped(f"{name} is no name of {case.region}: its suffix is another partition's.")
        return
    asked = dhcp_answer(case, name)
    case.expect(asked.missing)
    if asked.known and asked.value is not None:
        yield skipped(f"No zone of {where.vpc} is asked: its DHCP options name an inbound endpoint.")
        return
    via = endpoint(case).value
    zone = caller_zone(case, where.vpc, where.account, name).value
    if zone is None and form == "private-dns" and _is_public(case):
        yield skipped(f"{case.request.api_id} is no private API: the Internet answers its name.")
        return
    if zone is None:
        found = _forwarded(case, where) or _unless_hidden(case, where, _no_zone(case, where, via))
    elif zone.managed is not None:
        found = _managed(case, where, zone, via)
    else:
        found = _own_zone(case, where, zone, via)
    yield unless_seen(case, name, found)


def _is_public(case: Case) -> bool:
    """Say whether the API is known to be a public one, whose name no private zone has to answer."""
    api = rest_api(case)
    case.expect(api.missing)
    return api.known and api.value is not None and not api.value.is_private


def _managed(case: Case, where: Place, zone: Zone, via: VpcEndpoint | None) -> Finding:
    """Judge the zone of an endpoint with private DNS."""
    account = zone.managed[0] if zone.managed else ""
    evidence = [case.cite(ENDPOINTS(account, case.region), {"PrivateDnsEnabled": True}, zone.id)]
    if via is not None and case.request.endpoint and via.vpc_endpoint_id != zone.id:
        return warned(
            "D14",
            f"In {where.vpc} {zone.id} owns {zone.name}: the name leads there, not to {via.vpc_endpoint_id}, and "
            "private DNS cannot be on for both.",
            fix=f"Call {via.vpc_endpoint_id} by its own name, or switch private DNS off on {zone.id}.",
            subject=zone.id,
            evidence=evidence,
        )
    through = f", shared by the Profile {zone.profile}" if zone.profile else ""
    return passed(
        f"Private DNS of {zone.id} answers in {where.vpc}{through}.", subject=zone.id, evidence=evidence
    )


def _public_name(case: Case, where: Place, name: str) -> Finding:
    """Judge a name that public DNS knows: a customer's zone that covers it answers in place of public DNS."""
    taken = taking_zone(case, where.vpc or "", where.account, name)
    case.expect(taken.missing)
    if not taken.known or taken.value is None:
        return skipped("The name does not depend on a private zone of the caller's VPC.")
    return _own_zone(case, where, taken.value, endpoint(case).value)


def _own_zone(case: Case, where: Place, zone: Zone, via: VpcEndpoint | None) -> Finding:
    """Judge a customer's zone by its record for the name."""
    name = case.request.name or ""
    source = Source("list_resource_record_sets", zone.account, "global")
    records = ("A",) if via and (via.ip_address_type or "").lower() == "ipv4" else ("A", "AAAA")
    found = leads_to(case, zone, name, records).value
    told = {"zone": zone.name, "name": name, "leads to": list(found) if found else "no record"}
    evidence = [case.cite(source, told, zone.id)]
    own = via.vpc_endpoint_id if via else ""
    if not found:
        record = f"*.{zone.name}" if case.request.form == "private-dns" and name != zone.name else name
        return failed(
            "D07",
            f"The hosted zone {zone.name} ({zone.id}) answers in {where.vpc} and has no record for {name}.",
            fix=f"Add an alias record for {record} to the endpoint {own}.",
            subject=zone.id,
            evidence=evidence,
        )
    right, wrong = _sorted(case, found, own)
    if right and not wrong:
        return passed(
            f"The hosted zone {zone.name} leads the name to {own}.", subject=zone.id, evidence=evidence
        )
    part = "some questions for " if right else ""
    return failed(
        "D08",
        f"The hosted zone {zone.name} leads {part}{name} to {', '.join(wrong or found)}, not to {own}.",
        fix=f"Let the record lead to {own}.",
        subject=zone.id,
        evidence=evidence,
        confidence="likely",
    )


def _forwarded(case: Case, where: Place) -> Finding | None:
    """Say that a Resolver rule takes the name, so that no zone has to; None when none does, or it leads nowhere."""
    name = case.request.name or ""
    found = forwarding(case, where.vpc or "", where.account, name)
    case.expect(found.missing)
    rule = found.value if found.known else None
    if rule is None:
        return None
    hub = inbound_answer(case, rule.targets, name)
    case.expect(hub.missing)
    decided = len(rule.domain) >= len(default_zone(case.region))
    through = hub.known and hub.value is not None and leads_to_endpoint(case, hub.value)
    if decided or through or reaches_endpoint(case, name):
        return skipped(f"No zone is asked: the Resolver rule {rule.id} forwards {name}.")
    return None


def _no_zone(case: Case, where: Place, via: VpcEndpoint | None) -> Finding:
    """Say why no zone answers."""
    if case.request.form == "custom-domain":
        return _no_domain_zone(case, where)
    if not _is_of_region(case, where):
        local: list[VpcEndpoint] = []
    else:
        local = [
            item
            for item in in_vpc(case, where.vpc or "", where.account).value
            if item.service_name.endswith(".execute-api")
        ]
    holders = [item for item in local if item.private_dns_enabled and item.state.lower() not in GONE]
    mine = next((item for item in local if via and item.vpc_endpoint_id == via.vpc_endpoint_id), None)
    if mine and not mine.private_dns_enabled and (holders or CONFLICT in _error(mine)):
        return _conflict(case, mine, holders[0] if holders else None)
    waiting = [*holders, *([mine] if mine and mine.private_dns_enabled else [])]
    coming = next((item for item in waiting if not item.is_available), None)
    if coming is not None:
        name = coming.vpc_endpoint_id
        return skipped(
            f"Private DNS is on for {name}, which is {coming.state}: it answers when it is available."
        )
    if local:
        near = mine or local[0]
        off = near.vpc_endpoint_id
        return failed(
            "D01",
            f"Private DNS is off on {off}, and no hosted zone of {where.vpc} answers {case.request.name}.",
            fix=f"Switch private DNS on for {off}, or call its own name with x-apigw-api-id: {case.request.api_id}.",
            subject=off,
            evidence=[case.cite(ENDPOINTS(near.account, case.region), {"PrivateDnsEnabled": False}, off)],
        )
    if elsewhere := zone_elsewhere(case, case.request.name or "").value:
        return _not_associated(case, where, elsewhere)
    zone = default_zone(case.region)
    return failed(
        "D06",
        f"{where.vpc} has no execute-api endpoint and sees no hosted zone for {case.request.name}.",
        fix=f"Associate a hosted zone for {zone}, with an alias to the endpoint, with {where.vpc}.",
        subject=where.vpc,
        evidence=[_zones_of(case, where)],
    )


def _conflict(case: Case, mine: VpcEndpoint, held: VpcEndpoint | None) -> Finding:
    """Tell that private DNS cannot be on, because another endpoint or zone holds the name."""
    owner = f"{held.vpc_endpoint_id} ({held.state})" if held else "another endpoint or zone"
    told = {"PrivateDnsEnabled": mine.private_dns_enabled, "LastError": _error(mine)}
    return failed(
        "D14",
        f"Private DNS is off on {mine.vpc_endpoint_id} and cannot be on while {owner} holds the name in {mine.vpc_id}.",
        fix=f"Wait until {owner} is gone, or take the name from it; then switch private DNS on for "
        f"{mine.vpc_endpoint_id}.",
        subject=mine.vpc_endpoint_id,
        evidence=[case.cite(ENDPOINTS(mine.account, case.region), told, mine.vpc_endpoint_id)],
    )


def _error(item: VpcEndpoint) -> str:
    return (item.last_error.message or "").lower() if item.last_error else ""


def _no_domain_zone(case: Case, where: Place) -> Finding:
    """Say what a custom domain without a zone means: a private one has no other way to be found."""
    if elsewhere := zone_elsewhere(case, case.request.name or "").value:
        return _not_associated(case, where, elsewhere)
    name = case.request.name or ""
    domain = private_domain(case, name)
    case.expect(domain.missing)
    if not domain.known or domain.value is None:
        return skipped(f"No private zone of {where.vpc} has {name}: public DNS answers.")
    return failed(
        "D06",
        f"{where.vpc} sees no hosted zone for the private custom domain {name}, and public DNS does not know it.",
        fix=f"Make a private hosted zone for {name} with an alias to the endpoint; associate it with {where.vpc}.",
        subject=where.vpc,
        evidence=[_zones_of(case, where)],
    )


def _not_associated(case: Case, where: Place, zone: tuple[str, str]) -> Finding:
    return failed(
        "D09",
        f"The hosted zone {zone[1]} ({zone[0]}) exists, but is not associated with {where.vpc}.",
        fix=f"Associate the hosted zone {zone[0]} with {where.vpc}.",
        subject=zone[0],
        evidence=[case.cite(Source("list_hosted_zones", "", "global"), {"zone": zone[1]}, zone[0])],
    )


def _is_of_region(case: Case, where: Place) -> bool:
    """Say whether the caller's VPC is in the API's Region: an endpoint elsewhere never owns the name."""
    return where.region in (None, case.region)


def _zones_of(case: Case, where: Place) -> Evidence:
    return case.cite(Source("list_hosted_zones_by_vpc", where.account or "", "global"), [], where.vpc)


def _sorted(case: Case, found: tuple[str, ...], own: str) -> tuple[list[str], list[str]]:
    """Return what leads to the endpoint, and what surely does not beside it.

    Addresses of its interfaces stay for the endpoint's life; another name may be another endpoint of the same API.
    """
    addresses = endpoint_addresses(case)
    interfaces = addresses.value if addresses.known else ()
    right = [target for target in found if (own and target.startswith(own)) or target in interfaces]
    wrong = [target for target in found if interfaces and target not in interfaces and is_address(target)]
    return right, wrong if right else list(found)


def _unless_hidden(case: Case, where: Place, finding: Finding) -> Finding:
    """Return *finding*, less sure or unknown where Profiles that may not be read could share a zone."""
    hidden = sight(case, where.vpc or "", where.account).hidden
    if finding.status != "fail" or not hidden:
        return finding
    seen = system_answer(case, case.request.name or "")
    case.expect(seen.missing)
    if seen.known:
        return structs.replace(finding, confidence="likely")
    text = f"Whether a Route 53 Profile shares a zone with {where.vpc} is not known; without one: {finding.summary}"
    return unknown(hidden, text, subject=finding.subject)
