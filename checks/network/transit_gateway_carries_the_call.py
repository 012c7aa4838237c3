"""Transit gateways on the path carry the call and its replies.

Why it matters
--------------
A transit gateway looks up each direction in the route table associated with the attachment the packet
came from. A missing association, propagation or attachment subnet drops it silently.

How it decides
--------------
For both directions: the VPC's attachment is available, stands in the sender's Availability Zone, is
associated with a route table, and that table has an active route to the other side.

How to fix
----------
Associate the attachment with a route table, propagate or add the missing route, remove the blackhole, or
add a subnet of the sender's zone to the attachment.

References
----------
- https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import NETWORK_READS, ROUTING, Case, Finding, Gate, check, judge_gate

GATE = Gate(
    belongs=lambda case, blocker: blocker.reason.startswith("tgw_") or blocker.subject.startswith("tgw-"),
    fault=lambda blocker: "N08",
    fix=lambda blocker, caller, address: (
        f"Mend {blocker.subject} on the {blocker.direction} path: association, route or attachment subnet."
    ),
    good="Transit gateways carry both directions",
    hangs_on=ROUTING,
    stands_on="transit-gateway",
)


@check(
    needs=("endpoint/exists",),
    reads=NETWORK_READS,
    probes=("host", "tcp"),
    faults=("N08",),
    playbook="connection-times-out",
    position=50,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the gate for every interface of the endpoint."""
    yield from judge_gate(case, GATE)
