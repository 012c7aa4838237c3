"""The caller's resolver answers the name.

Why it matters
--------------
Nothing else can work when the name has no address; NXDOMAIN, an empty answer, a server failure and a
time-out have different causes and are kept apart.

How it decides
--------------
The caller's own resolution (getaddrinfo, or the servers given by `--resolver`) must give an address. When it does not,
other answers tell who is to blame: what an inbound endpoint says when it is asked directly, what the VPC's own resolver
or public DNS says, whether the same servers answer a name that nobody asked before, and whether they answer anything.
Where nothing tells, and the endpoint is not known either, every fault that leaves the name without an address is
listed, each with what would tell it from the others.

How to fix
----------
See what explains it: private DNS, VPC attributes, hosted zones, or the forwarder in the data centre.

References
----------
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    BLAME_READS,
    Candidate,
    Case,
    Finding,
    Gap,
    blamed,
    check,
    endpoint_addresses,
    failed,
    passed,
    place,
    private_domain,
    skipped,
    system_answer,
    unknown,
)
from apidoctor.reasoning.naming.nameless import unexplained
from apidoctor.reasoning.scene.dns_answers import NEGATIVE

LIKELY = {"alias": "D15", "private-dns": "D03", "custom-domain": "D09"}
"""The fault to name when nothing in the configuration explains the silence, by form; endpoint names: D17."""


@check(
    reads=BLAME_READS,
    probes=("dns", "host"),
    faults=(
        "D01",
        "D03",
        "D04",
        "D05",
        "D06",
        "D07",
        "D08",
        "D09",
        "D10",
        "D11",
        "D12",
        "D13",
        "D15",
        "D16",
        "D17",
        "D19",
        "D22",
        "N12",
        "N23",
    ),
    explained_by=("naming/*", "endpoint/*", "api/exists", "network/*"),
    playbook="name-does-not-resolve",
    position=60,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the answer of the caller's own resolution."""
    name = case.request.name
    if name is None or case.request.form == "direct-ip":
        yield skipped("No name is called.")
        return
    own = system_answer(case, name)
    if not own.known and _needs_a_forwarder(case, name):
        case.expect(own.missing)
        gap = Gap(f"host: what the data centre's DNS servers answer for {name}")
        text = f"Whether the data centre's DNS servers forward {name} to a Resolver inbound endpoint is not known."
        yield unknown([gap], text, subject=name)
        return
    seen = own.value
    evidence = [case.show(seen, "name", "outcome", "addresses", "server", "transport", subject=name)]
    if seen.outcome == "answer":
        yield passed(f"{name} resolves to {', '.join(seen.addresses)}.", subject=name, evidence=evidence)
        return
    text = f"{name}: {WORDS.get(seen.outcome, seen.outcome)}"
    if finding := blamed(case, name, seen, text, evidence):
        yield finding
        return
    where = place(case)
    inside = where.known and where.value.vpc is not None
    fault = LIKELY.get(case.request.form or "", "D17")
    if seen.outcome in ("servfail", "timeout", "refused", "error"):
        fault = "D11" if inside else "D04"
    elif inside and fault == "D03":
        fault = "D11"
    elif not inside and fault == "D09":
        fault = "D03"
    yield failed(
        fault,
        f"{text}.",
        fix=_fix(case, name, fault, inside),
        subject=name,
        confidence="possible",
        evidence=evidence,
        candidates=_others(case, fault, inside) if seen.outcome in NEGATIVE else (),
    )


def _others(case: Case, fault: str, inside: bool) -> tuple[Candidate, ...]:
    """Return all that fits, that *fault* first; none where the configuration was read, which other checks judge."""
    own = endpoint_addresses(case)
    case.expect(own.missing)
    if own.known:
        return ()
    # Only who says so is outside for certain: a container or a host without metadata does not know itself in AWS.
    where = "inside" if inside else "outside" if case.request.from_.startswith("ip:") else ""
    found = unexplained(case.request.form or "", where)
    return tuple(sorted(found, key=lambda one: one.fault != fault))


def _fix(case: Case, name: str, fault: str, inside: bool) -> str:
    """Return what mends *fault*: an alias is made by API Gateway, no zone of the VPC has to be forwarded for it."""
    if fault == "D15":
        own = case.request.endpoint or "the endpoint"
        return f"Add {own} to the vpcEndpointIds of the API and deploy it again; DNS takes minutes."
    return FIX_INSIDE if inside else FIX_OUTSIDE.format(zone=_zone(case, name))


def _zone(case: Case, name: str) -> str:
    """Return the zone that a data centre would forward."""
    return name if case.request.form == "custom-domain" else name.partition(".")[2]


def _needs_a_forwarder(case: Case, name: str) -> bool:
    """Say whether only servers outside AWS that forward the name make it lead to the endpoint."""
    where = place(case)
    if not where.known or where.value.kind != "outside" or case.request.from_.startswith("lambda:"):
        return False
    if case.request.form == "custom-domain":
        domain = private_domain(case, name)
        case.expect(domain.missing)
        return domain.known and domain.value is not None
    return case.request.form == "private-dns"


WORDS = {
    "nxdomain": "the resolver says that there is no such name (NXDOMAIN)",
    "nodata": "the resolver knows the name but no address for it (NODATA)",
    "servfail": "the resolver failed (SERVFAIL)",
    "refused": "the resolver refused to answer (REFUSED)",
    "timeout": "the resolver did not answer in time",
    "error": "the resolver could not be asked",
}
FIX_INSIDE = "Let the caller ask the VPC's resolver (AmazonProvidedDNS), where the private zone is visible."
FIX_OUTSIDE = (
    "Forward {zone} to a Resolver inbound endpoint of a VPC that sees the private zone; apidoctor probe with --inbound "
    "ADDRESS compares with what that answers."
)
