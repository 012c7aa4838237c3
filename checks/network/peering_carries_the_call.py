"""VPC peering connections on the path are active and direct.

Why it matters
--------------
A peering that is pending, expired or deleted drops everything, and peering is not transitive: it carries
only addresses of its own two VPCs.

How it decides
--------------
Each peering that a route names must have the status `active`, and source and destination must lie in the
CIDRs of its two VPCs.

How to fix
----------
Accept the peering, or peer the caller's VPC with the endpoint's VPC directly; for a third network use a
transit gateway.

References
----------
- https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import NETWORK_READS, ROUTING, Case, Finding, Gate, check, judge_gate

GATE = Gate(
    belongs=lambda case, blocker: blocker.reason in ("peering_state", "peering_cidr"),
    fault=lambda blocker: "N09",
    fix=lambda blocker, caller, address: (
        f"Make {blocker.subject} active, or join the two VPCs directly: peering carries no third network."
    ),
    good="Every peering on the path is active",
    hangs_on=ROUTING,
    stands_on="vpc-peering",
)


@check(
    needs=("endpoint/exists",),
    reads=NETWORK_READS,
    probes=("host", "tcp"),
    faults=("N09",),
    playbook="connection-times-out",
    position=40,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the gate for every interface of the endpoint."""
    yield from judge_gate(case, GATE)
