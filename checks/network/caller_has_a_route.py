"""The caller's route table leads to the endpoint.

Why it matters
--------------
Without a route to the endpoint's addresses the packets leave through a NAT or internet gateway, where
private addresses are dropped, or not at all.

How it decides
--------------
The longest prefix in the route table of the caller's subnet (its own, else the VPC's main table) must
lead to a hop that reaches the endpoint's VPC, and be active. Inside one VPC the local route does.

How to fix
----------
Add a route for the endpoint VPC's CIDR through the peering, transit gateway or VPN that joins the two
networks.

References
----------
- https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import NETWORK_READS, ROUTING, Case, Finding, Gate, check, is_vpc_route, judge_gate

GATE = Gate(
    belongs=lambda case, blocker: is_vpc_route(blocker) and blocker.direction == "forward",
    fault=lambda blocker: "N06",
    fix=lambda blocker, caller, address: (
        f"In {blocker.subject} add a route for the endpoint VPC's CIDR, which holds {address}, through the peering, "
        "transit gateway or VPN that joins the networks."
    ),
    good="The caller has a route to the endpoint",
    hangs_on=ROUTING,
)


@check(
    needs=("endpoint/exists",),
    reads=NETWORK_READS,
    probes=("host", "tcp"),
    faults=("N06",),
    playbook="connection-times-out",
    position=30,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the gate for every interface of the endpoint."""
    yield from judge_gate(case, GATE)
