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

from collections.abc import Iterator

from apidoctor.checkkit import (
    ENDPOINT_READS,
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

EXPLAINED = ("network/*", "endpoint/is-available", "naming/*")


@check(
    probes=("dns", "tcp", "host"),
    reads=ENDPOINT_READS,
    faults=("N01", "N02", "N11", "N16"),
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
    attempts = [(address, tcp(case, address, case.request.port)) for address in addresses]
    case.expect([gap for _, attempt in attempts for gap in attempt.missing])
    for address, attempt in attempts:
        seen = attempt.value
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
            alike = [other for other, attempt in attempts if attempt.value.outcome == seen.outcome]
            yield _failure(case, ", ".join(alike), seen, evidence)


def _failure(case: Case, alike: str, seen: TcpSeen, evidence: list[Evidence]) -> Finding:
    address, outcome = seen.address, seen.outcome
    where, own = place(case), endpoint_addresses(case)
    outside = where.known and where.value.kind == "outside"
    judged = own.known and address in own.value and where.known and not outside
    words = {"timeout": "times out", "refused": "is refused", "reset": "is reset", "no_route": "has no route"}
    why = f": {seen.reason[:100]}" if outcome not in words and seen.reason else ""
    if outcome in ("refused", "reset"):
        fault, fix = (
            "N16",
            "Something else answers on the way: look for a firewall, a proxy or an old address.",
        )
    elif outside:
        fault, fix = (
            "N11",
            f"Open TCP 443 to {alike} in the data centre's firewall, and check that its prefix is advertised.",
        )
    elif judged:
        fault, fix = (
            "N02",
            "AWS's configuration lets the call pass: look at the host's own firewall, then read the facts again.",
        )
    else:
        fault, fix = "N01", f"Check the security groups, ACLs and routes between the caller and {alike}."
    return failed(
        fault,
        f"A connection to {address}:{case.request.port} {words.get(outcome, 'fails')}{why}.",
        fix=fix,
        subject=address,
        confidence="possible",
        evidence=evidence,
        affects=[address],
    )
