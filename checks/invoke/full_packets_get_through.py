"""Packets of full size get through.

Why it matters
--------------
A tunnel with a smaller MTU, on a path where a firewall drops the ICMP messages that would say so, swallows large
packets in silence: connections open, and the TLS handshake or a large request hangs. VPC endpoints never send those
messages.

How it decides
--------------
Where the path was measured, a small TLS hello that is answered beside a large one that is sent again and again without
an answer is a black hole. A path that is smaller and says so is no fault.

How to fix
----------
Clamp the TCP segment size on the tunnel (`ip tcp adjust-mss 1360`, nftables `tcp option maxseg size set rt mtu`), or
let ICMP *fragmentation needed* through.

References
----------
- https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
- https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network_mtu.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    ENDPOINT_READS,
    Case,
    Fact,
    Finding,
    PathMtuSeen,
    Probe,
    check,
    dialled,
    failed,
    passed,
    skipped,
    tcp,
    tls,
)


@check(
    needs=("invoke/tcp-connects",),
    probes=("dns", "tcp", "tls", "path_mtu"),
    reads=ENDPOINT_READS,
    faults=("N15",),
    required=False,
    playbook="connection-times-out",
    position=15,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge each measured path; one is measured when a handshake went silent."""
    addresses = dialled(case)
    wanted = [a for a in addresses.value if _went_silent(case, a)] if addresses.known else []
    measured = {seen.address: seen for seen in case.observed(PathMtuSeen)}
    if case.sources.probe:
        name = case.request.name or ""
        missing = [
            Probe("path_mtu", name=name, address=a, port=case.request.port)
            for a in wanted
            if a not in measured
        ]
        case.expect(missing)
    if not measured:
        yield skipped("No path was measured.")
        return
    holes = {address: seen for address, seen in sorted(measured.items()) if seen.outcome == "black_hole"}
    if holes:
        yield _hole(case, holes)
    for address, seen in sorted(measured.items()):
        if seen.outcome == "error":
            yield skipped(f"The path to {address} could not be measured: {seen.reason or 'no connection'}.")
        elif address not in holes:
            evidence = [case.show(seen, "address", "outcome", "mtu", "link_mtu", "reason", subject=address)]
            yield passed(
                f"Full packets reach {address} (MTU {seen.mtu}).", subject=address, evidence=evidence
            )


def _hole(case: Case, holes: dict[str, PathMtuSeen]) -> Finding:
    """Tell of a black hole: one on the way to several addresses is one trouble."""
    size = max((seen.mtu or 0 for seen in holes.values()), default=0)
    link = next((seen.link_mtu for seen in holes.values() if seen.link_mtu), None)
    less = f"; packets of {size} bytes get there" if size else ""
    return failed(
        "N15",
        f"Full packets to {', '.join(holes)} vanish in silence (link MTU {link or 'unknown'}){less}.",
        fix="Clamp the TCP segment size on the tunnel, or let ICMP fragmentation-needed messages through.",
        subject=next(iter(holes)),
        confidence="likely",
        evidence=[
            case.show(seen, "address", "outcome", "mtu", "link_mtu", "reason", subject=address)
            for address, seen in holes.items()
        ],
        affects=list(holes),
    )


def _went_silent(case: Case, address: str) -> bool:
    attempt: Fact[object] = tcp(case, address, case.request.port)
    if not attempt.known:
        return False
    handshake = tls(case, address, case.request.name or "", case.request.port)
    return handshake.known and handshake.value.outcome == "timeout"
