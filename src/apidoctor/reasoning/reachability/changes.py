"""What to change for a flow that is blocked, by the reason of each blocker."""

from collections.abc import Sequence

from apidoctor.reasoning.network import Blocker, Flow, Reason
from apidoctor.reasoning.network.traffic import protocol_number, traffic

_CHANGES: dict[Reason, str] = {
    "security_group_egress": "add an outbound rule to {subject}: {traffic} to {there}",
    "security_group_ingress": "add an inbound rule to {subject}: {traffic} from {here}",
    "nacl_egress": "let {traffic} to {there} out by {subject}: an outbound rule that comes before any that denies it",
    "nacl_ingress": "let {traffic} from {here} in by {subject}: an inbound rule that comes before any that denies it",
    "no_route": "add a route for {there}, or the network around it, to {subject}, by what leads there",
    "blackhole": "replace the blackhole route in {subject}: what it leads to is gone or does not work",
    "wrong_target": "correct the route in {subject} that takes {there} elsewhere, or add one with a longer prefix",
    "peering_state": "accept or create anew the peering connection {subject}",
    "peering_cidr": "join the two VPCs directly: {subject} carries only what is in its own two VPCs",
    "tgw_no_attachment": "attach the VPC to the transit gateway and wait until the attachment is available ({subject})",
    "tgw_no_association": "associate {subject} with a route table of its transit gateway",
    "tgw_no_route": "add a route for {there} to {subject}, or propagate the attachment that leads there",
    "tgw_blackhole": "remove the blackhole route for {there} from {subject}",
    "tgw_attachment_az": "add a subnet in the sender's zone to the attachment {subject}",
    "tgw_peering_state": "accept or create anew the peering of transit gateways {subject}",
    "vgw_detached": "attach {subject} to the VPC",
    "vgw_no_route": "make {subject} known the route to {there}: propagation, a static route or an allowed prefix",
    "vpn_down": "bring a tunnel of {subject} up",
    "endpoint_state": "wait until {subject} is available, accept it, or create it anew",
    "no_source": "correct the caller: {subject} is not there",
    "no_destination": "correct the destination: nothing that was seen has {subject}; ask the name again",
    "protocol": "use TCP: {subject} takes nothing else",
    "address_family": "use an address of the caller's family, or give {subject} one of the other",
    "unknown_resource": "correct or remove what names {subject}, which is not there",
}
"""For every reason; ``there`` is where the packets of that direction go, ``here`` where they come from."""


def change_for(blocker: Blocker, flow: Flow, caller: str, target: str, every: Sequence[Blocker] = ()) -> str:
    """Say what to change about one blocker.

    Args:
        blocker: what blocks.
        flow: the flow that it blocks.
        caller: address of the caller.
        target: address of the destination.
        every: all that blocks: one change may end several.
    """
    if blocker.reason == "blackhole":
        for other in every:
            if other.reason == "peering_state" and other.direction == blocker.direction:
                return f"nothing in {blocker.subject}: the route works again when {other.subject} is active"
    forward = blocker.direction == "forward"
    here, there = (caller, target) if forward else (target, caller)
    first, last = flow.src_port or (1024, 65535)
    ports = (flow.dst_port, flow.dst_port) if forward else (first, last)
    what = traffic(protocol_number(flow.protocol) or 0, *ports)
    text = _CHANGES[blocker.reason]
    return text.format(subject=blocker.subject, traffic=what, here=_host(here), there=_host(there))


def _host(address: str) -> str:
    if "/" in address:
        return address
    return f"{address}/128" if ":" in address else f"{address}/32" if address[:1].isdigit() else address
