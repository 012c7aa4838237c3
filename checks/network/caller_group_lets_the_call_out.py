"""The caller's security groups let the call out on 443.

Why it matters
--------------
A security group without a fitting outbound rule drops the first packet at the caller's own interface:
the connection times out and nothing shows in the endpoint's logs.

How it decides
--------------
The union of the outbound rules of the caller's groups must admit TCP 443 to each endpoint address.
Replies need no rule: groups are stateful.

How to fix
----------
Add an outbound rule for TCP 443 to the endpoint's security group or to its subnets' CIDR.

References
----------
- https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import NETWORK_READS, Case, Finding, Gate, check, judge_gate

GATE = Gate(
    belongs=lambda case, blocker: blocker.reason == "security_group_egress",
    fault=lambda blocker: "N02",
    fix=lambda blocker, caller, address: (
        f"Add an outbound rule to {blocker.subject}: TCP 443 to {address}, or to the endpoint's group."
    ),
    good="The caller's groups let TCP 443 out",
    hangs_on=("describe_security_groups", "get_managed_prefix_list_entries"),
)


@check(
    needs=("endpoint/exists",),
    reads=NETWORK_READS,
    probes=("host", "tcp"),
    faults=("N02",),
    playbook="connection-times-out",
    position=10,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the gate for every interface of the endpoint."""
    yield from judge_gate(case, GATE)
