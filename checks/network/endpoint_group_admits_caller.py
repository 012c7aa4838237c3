"""The endpoint's security groups admit the caller on 443.

Why it matters
--------------
An endpoint made without naming a security group gets the VPC's default group, whose stock rule admits
only members of the group itself: every caller times out.

How it decides
--------------
The union of the inbound rules of the endpoint's groups must admit TCP 443 from the caller's address. A
rule that names a group counts only when the caller's interface is a member and the path preserves groups
(same VPC or peering in one Region; not through transit gateways to an endpoint, VPN or inter-Region
peering). Outbound rules of an endpoint's group do not matter: it never starts a connection.

How to fix
----------
Add an inbound rule for TCP 443 from the caller's security group or CIDR to the endpoint's group.

References
----------
- https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
- https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import NETWORK_READS, Case, Finding, Gate, check, judge_gate

LOST_GROUPS = ("SG_REFERENCES_NOT_PRESERVED", "SG_REFERENCING_SUPPORT", "UNKNOWN_PEERED_SGS")
"""Codes of a rule that names a group whose membership is lost on the way."""

GATE = Gate(
    belongs=lambda case, blocker: blocker.reason == "security_group_ingress",
    fault=lambda blocker: "N03" if blocker.code in LOST_GROUPS else "N01",
    fix=lambda blocker, caller, address: f"Add an inbound rule to {blocker.subject}: TCP 443 from {caller}.",
    good="The endpoint's groups admit the caller on 443",
    hangs_on=("describe_security_groups", "get_managed_prefix_list_entries"),
)


@check(
    needs=("endpoint/exists",),
    reads=NETWORK_READS,
    probes=("host", "tcp"),
    faults=("N01", "N03"),
    playbook="connection-times-out",
    position=80,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the gate for every interface of the endpoint."""
    yield from judge_gate(case, GATE)
