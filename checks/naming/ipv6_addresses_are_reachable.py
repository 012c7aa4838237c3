"""IPv6 addresses that the name has are reachable.

Why it matters
--------------
A dual-stack endpoint publishes AAAA records. A client whose network has IPv6, but no IPv6 way to the endpoint, waits
for a time-out before it tries IPv4, or fails.

How it decides
--------------
Where the caller's own resolution gives IPv6 addresses, a connection to each is tried. A time-out while IPv4 connects
fails; an immediate refusal by the host's own routes does not, as clients go on to IPv4 at once.

How to fix
----------
Route the VPC's IPv6 network, or set the endpoint's DNS record type to `ipv4`
(`aws ec2 modify-vpc-endpoint --dns-options DnsRecordIpType=ipv4`).

References
----------
- https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    Case,
    Finding,
    Probe,
    check,
    failed,
    own_answers,
    passed,
    skipped,
    system_answer,
    tcp,
)

AT_ONCE = frozenset({"no_route", "error"})
"""Outcomes that let a client go on to the next address without waiting."""


@check(
    needs=("naming/name-resolves",),
    probes=("dns", "tcp"),
    faults=("D20",),
    required=False,
    playbook="connection-times-out",
    position=86,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the connections to the IPv6 addresses."""
    name = case.request.name
    if name is None or case.request.form == "direct-ip":
        yield skipped("No name is called.")
        return
    answers = own_answers(case, name, "AAAA").value
    if not answers and case.sources.probe:
        case.expect([Probe("dns", name=name, address="system", detail="AAAA/getaddrinfo")])
    addresses = answers[0].addresses if answers else []
    if not addresses:
        yield skipped("The name has no IPv6 address, as far as this host was told.")
        return
    attempts = {address: tcp(case, address, case.request.port) for address in addresses[:4]}
    case.expect([gap for attempt in attempts.values() for gap in attempt.missing])
    seen = {address: attempt.value for address, attempt in attempts.items() if attempt.known}
    evidence = [case.show(one, "address", "outcome", "elapsed_ms", subject=name) for one in seen.values()]
    outcomes = {one.outcome for one in seen.values()}
    if not seen or "connected" in outcomes or outcomes <= AT_ONCE:
        words = "accept connections" if "connected" in outcomes else "are not used: this host has no IPv6 way"
        yield passed(f"The IPv6 addresses of {name} {words}.", subject=name, evidence=evidence)
        return
    older = system_answer(case, name).value.addresses
    fallback = [
        a
        for a in older
        if (one := tcp(case, a, case.request.port)).known and one.value.outcome == "connected"
    ]
    after = f"; {', '.join(fallback)} connects, after the wait" if fallback else ""
    yield failed(
        "D20",
        f"{', '.join(seen)} of {name} cannot be reached over IPv6 ({', '.join(sorted(outcomes))}){after}.",
        fix="Route IPv6 to the endpoint, or set its DnsRecordIpType to ipv4.",
        subject=name,
        confidence="likely",
        evidence=evidence,
        affects=list(seen),
    )
