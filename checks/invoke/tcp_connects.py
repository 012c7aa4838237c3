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


def _possible(fault: str, because: str, separate: str) -> Candidate:
    return Candidate(fault, "possible", because, separate)


_GROUP = _possible(
    "N01",
    "The groups of the endpoint may not admit the caller; they are the same for all its addresses.",
    "The endpoint's security groups: TCP 443 in, from the caller's address or group.",
)
_OWN = _possible(
    "N02",
    "The caller's own security group, or a firewall on its host, may not let the call out.",
    "A connection to the same address from another host of the subnet; nft list ruleset on this one.",
)
_OUT = _possible(
    "N04",
    "The network ACL of the caller's subnet may stop the call or the replies.",
    "That ACL: TCP 443 out, 1024-65535 in.",
)
_ACL = _possible(
    "N05",
    "The network ACL of that endpoint subnet may stop the call or the replies.",
    "That ACL: TCP 443 in, 1024-65535 out; an address of another subnet.",
)
_THERE = _possible(
    "N06",
    "The caller's routes may not lead there.",
    "The route table of the caller's subnet: the longest prefix that holds the address.",
)
_BACK = _possible(
    "N07",
    "The routes of that endpoint subnet may not lead back to the caller.",
    "The route table of the endpoint's subnet: the longest prefix that holds the caller's address.",
)
_FIREWALL = _possible(
    "N11",
    "A firewall of the data centre may not be open to this address, or the VPC's prefix is not advertised there.",
    "The firewall's log for this address and port 443; the routes that Direct Connect or the VPN learned.",
)
SILENT = (_GROUP, _OWN, _OUT, _ACL, _THERE, _BACK, _FIREWALL)
"""What silence at every address may mean (catalogue, section 1, *connect timeout*), the likeliest first."""
SOME = (
    _ACL,
    _BACK,
    _possible(
        "N13",
        "The zone of that interface may be out of reach, or its subnet.",
        "The zonal names of the endpoint, one by one; AWS Health for the zone.",
    ),
)
"""What silence at one address beside one that connects may mean: a group is the same for all of them."""
NO_ROUTE = (_THERE, _FIREWALL)
"""This host, or a router on the way, said that there is no route."""
OF_CALLERS = ("N02", "N04", "N06", "N11")
"""What a caller outside AWS has no part of, but its own firewall, which comes first."""
PASSED = (_OWN,)
"""AWS's configuration was read, and lets the call pass."""
CLOSED = (
    _possible(
        "N16",
        "A firewall or proxy on the way may answer in the endpoint's place.",
        "The same connection from the endpoint's own subnet, past every firewall.",
    ),
    _possible(
        "N23",
        "The address may have been one of an endpoint that was replaced.",
        "describe-network-interfaces: whose the address is now; describe-vpc-endpoints: the endpoint's interfaces.",
    ),
)
"""What a refusal may mean: an endpoint's interface refuses nothing on 443 (catalogue, section 1, *RST / refused*)."""
FIXES = {
    "N01": "Check the security groups, ACLs and routes between the caller and {alike}.",
    "N02": "AWS's configuration lets the call pass: look at the host's own firewall, then read the facts again.",
    "N05": "Check the network ACL and the routes of the endpoint's subnet of {alike}.",
    "N06": "Check the routes of the host and of its subnet to {alike}.",
    "N11": "Open TCP 443 to {alike} in the data centre's firewall, and check that its prefix is advertised.",
    "N16": "Something else answers on the way: look for a firewall, a proxy or an old address.",
}
"""What to do where a fault leads."""
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
            found = (_FIREWALL, *(each for each in found if each.fault not in OF_CALLERS))
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
