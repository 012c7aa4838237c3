"""A Resolver inbound endpoint answers the name for callers outside AWS.

Why it matters
--------------
A data centre reaches private zones only through a Route 53 Resolver inbound endpoint. It answers as if the question
came from its own VPC: the zone must be visible there, and its security groups and ACLs must let UDP **and** TCP 53 in
from the data centre's DNS servers.

How it decides
--------------
For a caller outside AWS the name is resolved, from the inventory alone, in the VPC of every inbound endpoint in the
API's Region; one of them must lead to the endpoint. Each of its addresses must be attached, and packets from the
host's DNS servers to it on UDP and TCP 53 must pass. While those servers are not known, only an endpoint that admits
nobody fails.

How to fix
----------
Associate the private zone with the inbound endpoint's VPC, or let port 53 in over both protocols; then forward
`execute-api.REGION.amazonaws.com` to all addresses of the inbound endpoint.

References
----------
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-forwarding-inbound-queries.html
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-DSN-queries-to-vpc.html
"""

from collections.abc import Iterator

from msgspec import structs

from apidoctor.checkkit import (
    FORWARDING_READS,
    NETWORK_READS,
    Answer,
    Case,
    Evidence,
    Finding,
    InboundAddress,
    Source,
    admits_nobody,
    askers,
    check,
    endpoint,
    endpoint_addresses,
    failed,
    fault_of,
    in_vpc,
    inbound_addresses,
    leads_to_endpoint,
    passed,
    place,
    plain,
    port_53_blockers,
    resolver,
    sight,
    skipped,
    unknown,
    unless_seen,
    warned,
    zone_elsewhere,
)

GOOD = frozenset({"", "OPERATIONAL", "UPDATING", "ATTACHED"})
"""States in which an inbound endpoint, or an address of it, answers."""


@check(
    reads=(*NETWORK_READS, *(name for name in FORWARDING_READS if name not in NETWORK_READS)),
    probes=("host", "dns"),
    faults=("D01", "D05", "D06", "D07", "D08", "D09", "D10", "D12", "D13", "D14"),
    required=False,
    playbook="name-does-not-resolve",
    position=45,
)
def judge(case: Case) -> Iterator[Finding]:
    """Resolve the name behind every inbound endpoint, then judge the way to those that are right."""
    where, name = place(case).value, case.request.name or ""
    if case.request.form not in ("private-dns", "custom-domain") or where.kind != "outside":
        yield skipped("The name does not depend on an inbound endpoint.")
        return
    found = inbound_addresses(case).value
    if not found:
        yield skipped(f"No account that can be read has a Resolver inbound endpoint in {case.region}.")
        return
    answers = {one.vpc: _answer(case, one, name) for one in found}
    case.expect(gap for answer in answers.values() for gap in answer.missing)
    known = {vpc: answer for vpc, answer in answers.items() if answer.kind != "unknown"}
    own, via = endpoint_addresses(case), endpoint(case)
    wanted = via.value.vpc_endpoint_id if via.known and via.value else None
    right = [vpc for vpc, answer in known.items() if leads_to_endpoint(case, answer)]
    for vpc in right:
        for finding in _way(case, [one for one in found if one.vpc == vpc]):
            yield unless_seen(case, name, finding)
    if right:
        return
    if not known or (not own.known and wanted is None):
        missing = [*own.missing, *(gap for answer in answers.values() for gap in answer.missing)]
        yield unknown(missing, "What the inbound endpoints answer is not known.", subject=name)
        return
    for vpc, answer in known.items():
        yield unless_seen(
            case, name, _wrong(case, next(one for one in found if one.vpc == vpc), name, answer)
        )


def _answer(case: Case, one: InboundAddress, name: str) -> Answer:
    return resolver(case).value.resolve(one.vpc, one.account, one.region, name)


def _wrong(case: Case, one: InboundAddress, name: str, answer: Answer) -> Finding:
    source = Source("list_resolver_endpoints", one.account, one.region)
    steps = [f"{step.subject or 'public DNS'}: {step.says}" for step in answer.steps]
    return failed(
        _fault(case, one, name, answer),
        f"The inbound endpoint {one.endpoint} answers from {one.vpc}, where {name} gets {answer.words}.",
        fix=f"Let {one.vpc} see a private zone that leads {name} to the endpoint.",
        subject=answer.decided_by or one.vpc,
        evidence=[
            case.cite(source, {"HostVPCId": one.vpc}, one.endpoint),
            case.derived("naming", steps, one.vpc),
        ],
    )


def _fault(case: Case, one: InboundAddress, name: str, answer: Answer) -> str:
    """Name the fault; where public DNS answers in place of a zone, say why no zone does."""
    if answer.kind != "public":
        return fault_of(answer)
    seen = sight(case, one.vpc, one.account, one.region)
    if not seen.has_zones and seen.best_zone(plain(name)) is not None:
        return "D10"
    near = in_vpc(case, one.vpc, one.account)
    case.expect(near.missing)
    if case.request.form == "private-dns" and near.known and near.value:
        return "D01"
    return "D09" if zone_elsewhere(case, plain(name)).value else "D06"


def _way(case: Case, found: list[InboundAddress]) -> Iterator[Finding]:
    """Judge state and reachability of each address of an inbound endpoint that answers right."""
    alive = [one for one in found if one.status.upper() in GOOD and one.state.upper() in GOOD]
    for one in found:
        source = Source("list_resolver_endpoint_ip_addresses", one.account, one.region)
        evidence = [case.cite(source, {"Ip": one.address, "Status": one.status}, one.endpoint)]
        if one not in alive:
            tell = warned if alive else failed
            yield tell(
                "D05",
                f"{one.address} of {one.endpoint} is {_state(one)}: it does not answer.",
                fix=f"Look at {one.endpoint} in the Route 53 console, and give it the address again.",
                subject=one.endpoint,
                evidence=evidence,
            )
            continue
        blockers = port_53_blockers(case, one)
        if not blockers:
            yield passed(
                f"{one.address} of {one.endpoint} answers with the endpoint.",
                subject=one.endpoint,
                evidence=evidence,
            )
            continue
        yield _blocked(case, one, blockers, evidence)


def _blocked(
    case: Case, one: InboundAddress, blockers: list[tuple[str, str, str]], evidence: list[Evidence]
) -> Finding:
    """Tell what keeps questions out; a guess while it is not known who asks for the data centre."""
    ways = " and ".join(sorted({protocol.upper() for protocol, _, _ in blockers}))
    servers = ", ".join(sorted({server for _, server, _ in blockers}))
    closed = any(admits_nobody(case, one, protocol) for protocol, _, _ in blockers)
    finding = failed(
        "D05",
        f"{servers} cannot ask {one.address} of {one.endpoint} over {ways} 53: {blockers[0][2]}.",
        fix=f"Let UDP and TCP 53 pass from {servers} to {one.address}.",
        subject=one.endpoint,
        confidence="likely",
        evidence=evidence,
        affects=[one.address],
    )
    return finding if closed or askers(case).value else structs.replace(finding, status="warn")


def _state(one: InboundAddress) -> str:
    """Return the state that is not good: of the address, else of its endpoint."""
    return one.status if one.status.upper() not in GOOD else one.state
