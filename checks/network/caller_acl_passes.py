"""The network ACL of the caller's subnet passes the call and its replies.

Why it matters
--------------
Network ACLs are stateless: the request must be allowed out on 443, and the replies back in on the
caller's ephemeral ports. The second rule is the one that is forgotten, and both look like a time-out.

How it decides
--------------
The ACL of the caller's subnet is read in rule order, outbound for TCP 443 and inbound for the caller's
port range (32768-60999 on Linux). It is not consulted when caller and interface share a subnet. A range
that is only partly open fails too: then some connections work and others hang.

How to fix
----------
Allow TCP 443 out to the endpoint's subnets, and TCP 1024-65535 in from them, with a lower number than
any deny.

References
----------
- https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import NETWORK_READS, Case, Finding, Gate, at_endpoint, check, judge_gate

WORDS = {"forward": "443 out to", "return": "1024-65535 in from"}
"""What the ACL must allow, by direction."""

GATE = Gate(
    belongs=lambda case, blocker: blocker.reason.startswith("nacl_") and not at_endpoint(case, blocker),
    fault=lambda blocker: "N04",
    fix=lambda blocker, caller, address: (
        f"In {blocker.subject} allow TCP {WORDS[blocker.direction]} {address}, "
        "by a rule with a lower number than any deny."
    ),
    good="The ACL of the caller's subnet passes both directions",
    hangs_on=("describe_network_acls",),
)


@check(
    needs=("endpoint/exists",),
    reads=NETWORK_READS,
    probes=("host", "tcp"),
    faults=("N04",),
    playbook="connection-times-out",
    position=20,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the gate for every interface of the endpoint."""
    yield from judge_gate(case, GATE)
