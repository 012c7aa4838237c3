"""The network ACLs of the endpoint's subnets pass the call and its replies.

Why it matters
--------------
Each interface of the endpoint stands behind the ACL of its own subnet. When only one ACL is wrong, calls
fail from time to time: the name gives both addresses, and clients choose.

How it decides
--------------
For each interface, the ACL of its subnet must allow TCP 443 in from the caller and the caller's
ephemeral ports out. It is not consulted when caller and interface share a subnet.

How to fix
----------
Allow TCP 443 in from the caller's addresses, and TCP 1024-65535 out to them.

References
----------
- https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import NETWORK_READS, Case, Finding, Gate, at_endpoint, check, judge_gate

WORDS = {"forward": "443 in from", "return": "1024-65535 out to"}
"""What the ACL must allow, by direction."""

GATE = Gate(
    belongs=lambda case, blocker: blocker.reason.startswith("nacl_") and at_endpoint(case, blocker),
    fault=lambda blocker: "N05",
    fix=lambda blocker, caller, address: (
        f"In {blocker.subject} allow TCP {WORDS[blocker.direction]} {caller}, "
        "by a rule with a lower number than any deny."
    ),
    good="The ACLs of the endpoint's subnets pass both directions",
    hangs_on=("describe_network_acls",),
)


@check(
    needs=("endpoint/exists",),
    reads=NETWORK_READS,
    probes=("host", "tcp"),
    faults=("N05",),
    playbook="connection-times-out",
    position=70,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the gate for every interface of the endpoint."""
    yield from judge_gate(case, GATE)
