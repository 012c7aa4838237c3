"""Direct Connect: private and transit virtual interfaces, and the prefixes a Direct Connect gateway announces.

Source: Direct Connect user guide, "Direct Connect gateways", "Allowed prefixes interactions".  What the other side
announces nobody sees in AWS; so a way that shows no fault is taken to work, which the answer says.
"""

from collections.abc import Iterator

from apidoctor.reasoning.network.addresses import block
from apidoctor.reasoning.network.shapes import Item, part, parts, text
from apidoctor.reasoning.network.topology import Topology
from apidoctor.reasoning.network.trace import Leg
from apidoctor.reasoning.network.values import Reason

_ASSOCIATIONS = "describe_direct_connect_gateway_associations"
_INTERFACES = "describe_virtual_interfaces"
_WORKING = ("", "available")


def over_direct_connect(leg: Leg, gateway: str, hop: int) -> None:
    """Pass the Direct Connect behind a virtual private gateway, or behind a transit gateway.

    Judged as far as it was looked at: the association of a Direct Connect gateway, the prefixes that it announces (of
    what enters), and the state of the virtual interfaces.
    """
    reason: Reason = "tgw_no_route" if gateway.startswith("tgw-") else "vgw_no_route"
    associations = list(_associated(leg.topology, gateway))
    lines = list(
        _lines(leg.topology, gateway, {text(each, "directConnectGatewayId") for each in associations})
    )
    for each in associations:
        _check(leg, each, gateway, reason, hop)
    if lines and not any(text(each, "virtualInterfaceState") in _WORKING for each in lines):
        names = ", ".join(
            f"{text(e, 'virtualInterfaceId')} is {text(e, 'virtualInterfaceState')}" for e in lines
        )
        detail = f"no virtual interface of Direct Connect behind {gateway} works: {names}"
        leg.trace.block("vpn_down", "BAD_STATE_VPN", text(lines[0], "virtualInterfaceId"), detail, hop)
    if not associations and not lines:
        leg.trace.assumptions[f"{gateway} shows no VPN connection; Direct Connect carries the traffic"] = None
    else:
        leg.trace.assumptions[
            f"the routes that Direct Connect has learnt behind {gateway} lead to the caller"
        ] = None


def _check(leg: Leg, association: Item, gateway: str, reason: Reason, hop: int) -> None:
    name, state = text(association, "directConnectGatewayId"), text(association, "associationState")
    if state not in ("", "associated", "updating"):
        detail = f"{name} is {state}, not associated with {gateway}"
        leg.trace.block(reason, "BAD_STATE_ATTACHMENT", name, detail, hop)
    allowed = parts(association, "allowedPrefixesToDirectConnectGateway")
    blocks = [each for each in (block(text(one, "cidr")) for one in allowed) if each is not None]
    if leg.packet.direction == "return" or not blocks:
        return
    leg.around(True, blocks)
    if not any(each.holds(leg.packet.destination) for each in blocks):
        told = ", ".join(each.text for each in blocks)
        detail = f"{name} announces {told} to the data centre, not {leg.packet.destination_text}"
        leg.trace.block(reason, "NO_ROUTE_TO_DESTINATION", name, detail, hop)


def _associated(topology: Topology, gateway: str) -> Iterator[Item]:
    """Yield the associations of Direct Connect gateways with a gateway, those that any account shows."""
    for item in _listed(topology, _ASSOCIATIONS):
        if gateway in (text(part(item, "associatedGateway"), "id"), text(item, "virtualGatewayId")):
            yield item


def _lines(topology: Topology, gateway: str, owners: set[str]) -> Iterator[Item]:
    """Yield the virtual interfaces of a virtual private gateway, or of Direct Connect gateways."""
    for item in _listed(topology, _INTERFACES):
        owner = text(item, "directConnectGatewayId")
        if text(item, "virtualGatewayId") == gateway or (owner and owner in owners):
            yield item


def _listed(topology: Topology, name: str) -> Iterator[Item]:
    for region in topology.regions:
        for account in topology.inventory.holding(region, name):
            listed = topology.inventory.items(account, region, name)
            yield from listed.value if listed.known else ()
