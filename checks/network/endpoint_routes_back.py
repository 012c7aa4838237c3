"""The endpoint's subnets have a route back to the caller.

Why it matters
--------------
An endpoint interface answers like any host: through the route table of its subnet. Without a route back
the handshake never completes, although every rule on the way in is right. Reachability Analyzer does not
look at this.

How it decides
--------------
For each interface, the longest prefix that covers the caller's address in the route table of its subnet
must lead to where the caller is, and be active.

How to fix
----------
Add a route for the caller's CIDR to the route tables of the endpoint's subnets.

References
----------
- https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import NETWORK_READS, ROUTING, Case, Finding, Gate, check, is_vpc_route, judge_gate

GATE = Gate(
    belongs=lambda case, blocker: is_vpc_route(blocker) and blocker.direction == "return",
    fault=lambda blocker: "N07",
    fix=lambda blocker, caller, address: (
        f"In {blocker.subject} add a route for the caller's CIDR, which holds {caller}, through the peering, "
        "transit gateway or VPN that joins the networks."
    ),
    good="Every endpoint subnet has a route back to the caller",
    hangs_on=ROUTING,
)


@check(
    needs=("endpoint/exists",),
    reads=NETWORK_READS,
    probes=("host", "tcp"),
    faults=("N07",),
    playbook="connection-times-out",
    position=90,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the gate for every interface of the endpoint."""
    yield from judge_gate(case, GATE)
