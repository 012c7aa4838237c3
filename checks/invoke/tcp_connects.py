"""Every address of the endpoint accepts connections on 443.

Why it matters
--------------
A connection that times out was dropped by a security group, a network ACL or a missing route, which look
the same from outside; one that is refused at once met something that is not the endpoint.

How it decides
--------------
TCP connections are made from the caller's host to each endpoint interface and to each address that the
name resolves to.

How to fix
----------
See what explains it; without AWS access ask for the endpoint's security group, ACLs and routes, and the
local firewall.

References
----------
- https://repost.aws/knowledge-center/api-gateway-private-endpoint-connection
"""

from collections.abc import Iterator, Sequence

from apidoctor.checkkit import (
    ENDPOINT_READS,
    Candidate,
    Case,
    Evidence,
    Finding,
    check,
    dialled,
    endpoint_addresses,
    failed,
    is_nobodys,
    passed,
    place,
    skipped,
    tcp,
    unknown,
)
from apidoctor.model.missing import Gap
from apidoctor.model.observation import TcpSeen
from apidoctor.reasoning.network.unconnected import (
    CLOSED,
    FIREWALL,
    FIXES,
    NO_ROUTE,
    OF_CALLERS,
    PASSED,
    SILENT,
    SOME,
)

EXPLAINED = ("network/*", "endpoint/is-available", "naming/*")


@check(
    probes=("dns", "tcp", "host"),
    reads=ENDPOINT_READS,
    faults=("N01", "N02", "N04", "N05", "N06", "N07", "N11", "N13", "N16", "N23"),
    explained_by=EXPLAINED,
    playbook="connection-times-out",
    position=10,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge each address by itself."""
    addresses = dialled(case).value
    if not addresses:
        yield skipped("No address is known to connect to.")
        return
    tried = [(address, tcp(case, address, case.request.port)) for address in addresses]
    case.expect([gap for _, attempt in tried for gap in attempt.missing])
    attempts = [(address, attempt.value) for address, attempt in tried]
    for address, seen in attempts:
        evidence = [case.show(seen, "address", "port", "outcome", "reason", "elapsed_ms", subject=address)]
        if seen.outcome == "connected":
            own = endpoint_addresses(case)
            foreign = own.known and own.value and address not in own.value
            words = f"{address}:{seen.port} accepts connections" + (
                ", and is not the endpoint." if foreign else "."
            )
            yield passed(words, subject=address, evidence=evidence)
        elif seen.outcome == "error" and is_nobodys(address):
            words = f"{address} is of this host, of its link or of no host: no connection was tried."
            gap = Gap(
                f"host: a connection to {case.request.name}: it leads to {address}, which no endpoint can have"
            )
            yield unknown([gap], words, subject=address, evidence=evidence)
        else:
            yield _failure(case, attempts, seen, evidence)


def _failure(
    case: Case, attempts: Sequence[tuple[str, TcpSeen]], seen: TcpSeen, evidence: list[Evidence]
) -> Finding:
    """Tell one address that takes no connection; without AWS's configuration several faults fit."""
    address, outcome = seen.address, seen.outcome
    alike = ", ".join(other for other, attempt in attempts if attempt.outcome == outcome)
    # Addresses of one family are compared: a host without IPv6 reaches no IPv6 address, whatever the subnet.
    good = [
        other
        for other, attempt in attempts
        if attempt.outcome == "connected" and (":" in other) == (":" in address)
    ]
    where, own = place(case), endpoint_addresses(case)
    outside = where.known and where.value.kind == "outside"
    words = {"timeout": "times out", "refused": "is refused", "reset": "is reset", "no_route": "has no route"}
    why = f": {seen.reason[:100]}" if outcome not in words and seen.reason else ""
    if outcome in ("refused", "reset"):
        found: Sequence[Candidate] = CLOSED
    elif where.known and not outside and own.known and address in own.value:
        found = PASSED
    else:
        found = SOME if good else NO_ROUTE if outcome == "no_route" else SILENT
        if outside:
            found = (FIREWALL, *(each for each in found if each.fault not in OF_CALLERS))
    beside = f" {', '.join(good)} takes connections." if good else ""
    return failed(
        found[0].fault,
        f"A connection to {address}:{case.request.port} {words.get(outcome, 'fails')}{why}.{beside}",
        fix=FIXES[found[0].fault].format(alike=alike),
        subject=address,
        confidence="possible",
        evidence=evidence,
        affects=[address],
        candidates=found if len(found) > 1 else (),
    )
