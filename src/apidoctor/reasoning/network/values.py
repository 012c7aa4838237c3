"""What is asked of the reachability engine and what it answers."""

from typing import Literal

from msgspec import Struct

from apidoctor.model.missing import Missing

Reason = Literal[
    "security_group_egress",
    "security_group_ingress",
    "nacl_egress",
    "nacl_ingress",
    "no_route",
    "blackhole",
    "wrong_target",
    "peering_state",
    "peering_cidr",
    "tgw_no_attachment",
    "tgw_no_association",
    "tgw_no_route",
    "tgw_blackhole",
    "tgw_attachment_az",
    "tgw_peering_state",
    "vgw_detached",
    "vgw_no_route",
    "vpn_down",
    "endpoint_state",
    "no_source",
    "no_destination",
    "protocol",
    "address_family",
    "unknown_resource",
]
"""Every way in which a gate stops a flow; a closed list."""

Direction = Literal["forward", "return"]
"""``forward``: from the caller to the destination; ``return``: the replies."""


class Flow(Struct, frozen=True, kw_only=True):
    """One question: does this traffic get there, and do the replies get back?"""

    dst_ip: str | None = None
    """Address of the destination."""
    dst_eni: str | None = None
    """The destination's interface: tells which one, where several have the address; alone, its first address."""
    src_eni: str | None = None
    """The caller's network interface."""
    src_instance: str | None = None
    """The caller's instance; its primary interface calls."""
    src_subnet: str | None = None
    """A subnet in which the caller would get any free address."""
    src_groups: tuple[str, ...] | None = None
    """Security groups the caller would have in *src_subnet* (a function's ``VpcConfig``); None: not known."""
    src_member_of: tuple[str, ...] | None = None
    """Security groups to which a caller in *src_subnet* is counted, while those are taken to let the call out."""
    src_ip: str | None = None
    """The caller's address: outside any VPC when nothing else says where the caller is."""
    src_at: str | None = None
    """Where an outside address enters AWS: ``vgw-…`` or ``tgw-attach-…``."""
    protocol: str = "tcp"
    """Name or number of the IP protocol."""
    dst_port: int = 443
    """Port of the destination (TCP and UDP)."""
    src_port: tuple[int, int] | None = None
    """First and last port of the client; None means the ephemeral range of its platform."""


class Blocker(Struct, frozen=True):
    """One gate that stops the flow, for certain."""

    reason: Reason
    """Which kind of gate."""
    direction: Direction
    """Which way the packets went."""
    subject: str
    """Id of the object to mend."""
    hop: int
    """Number of the hop in that direction's path, from 1."""
    code: str
    """The explanation code that VPC Reachability Analyzer has for it."""
    detail: str
    """One sentence with the rule, the ids and the addresses."""
    partial: float | None = None
    """Share (0 to 1) of the ports that still get through, when an ACL passes only some."""


class Hop(Struct, frozen=True):
    """One gate that was judged on the way."""

    hop: int
    """Position, from 1."""
    kind: str
    """What it is: ``eni``, ``security-group``, ``network-acl``, ``route-table``, …"""
    id: str
    """Id of the object; the address for something outside AWS."""
    decided_by: str
    """The rule, route or state that decided there."""


class Reach(Struct, frozen=True):
    """The answer for one flow."""

    reachable: bool | None
    """False: a blocker is certain.  True: every gate is open.  None: undecided, see ``unknown``."""
    blockers: tuple[Blocker, ...]
    """All gates that block, of both directions, in the order of the path."""
    assumptions: tuple[str, ...]
    """What was taken for granted because nobody can see it in AWS."""
    unknown: tuple[Missing, ...]
    """Everything that would have to be known to decide the gates that are open questions."""
    path: tuple[Hop, ...]
    """The way to the destination, as far as it is known."""
    return_path: tuple[Hop, ...]
    """The way of the replies."""
