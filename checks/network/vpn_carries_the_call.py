"""The VPN or Direct Connect gateway carries the call and its replies.

Why it matters
--------------
A caller in a data centre reaches the endpoint through a virtual private gateway. A gateway that is
detached, or whose tunnels are all down, drops both directions.

How it decides
--------------
The gateway that the return route names must be attached to the endpoint's VPC, and at least one VPN
tunnel must be up when there are VPN connections.

How to fix
----------
Attach the gateway, bring up a tunnel, and advertise the VPC's CIDR to the data centre.

References
----------
- https://docs.aws.amazon.com/vpn/latest/s2svpn/VPC_VPN.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import NETWORK_READS, ROUTING, Case, Finding, Gate, check, judge_gate

GATE = Gate(
    belongs=lambda case, blocker: blocker.reason.startswith(("vgw_", "vpn_")),
    fault=lambda blocker: "N11",
    fix=lambda blocker, caller, address: (
        f"Bring {blocker.subject} up, and advertise the VPC's prefix over it."
    ),
    good="The gateway to the data centre carries both directions",
    hangs_on=ROUTING,
    stands_on="vpn-gateway",
)


@check(
    needs=("endpoint/exists",),
    reads=NETWORK_READS,
    probes=("host", "tcp"),
    faults=("N11",),
    playbook="connection-times-out",
    position=60,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the gate for every interface of the endpoint."""
    yield from judge_gate(case, GATE)
