"""Whether a rule that names a security group still works at the end of a path (VPC guide, security group rules).

It does within a VPC and over a peering in one Region.  Over a transit gateway it is for inbound rules only,
needs the option on the gateway and on both attachments, and never works for the interfaces of endpoints
(transit gateway guide, "Security group referencing").  Over anything else group membership is lost.
"""

from collections.abc import Collection

from apidoctor.model.facts import Fact
from apidoctor.model.inventory import Found
from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.network.attachments import VpcAttachment, vpc_attachment
from apidoctor.reasoning.network.ends import End
from apidoctor.reasoning.network.guards import Kept
from apidoctor.reasoning.network.shapes import part, text
from apidoctor.reasoning.network.topology import Topology
from apidoctor.reasoning.network.trace import Arrival

_OFF = "SG_REFERENCING_SUPPORT"


def kept(
    topology: Topology,
    arrival: Arrival | None,
    source: End,
    target: End,
    ingress: bool,
    through: Collection[str],
) -> Kept:
    """Say whether the groups of the other end are seen after this path.

    *through* is what the path was seen to take, also where it is not known to the end.
    """
    if arrival is None:
        return _by_the_beginning(target, ingress, through)
    if arrival.link in ("local", "peering"):
        return Kept(True)
    if arrival.link != "transit-gateway":
        return Kept(False, why=f"group membership is lost over {arrival.link.replace('-', ' ')}")
    return _never_over_gateway(target, ingress) or _over_gateway(topology, arrival, source, target)


def _by_the_beginning(target: End, ingress: bool, through: Collection[str]) -> Kept:
    """Judge a path that is not known to its end."""
    if "vpn-gateway" in through:
        return Kept(False, why="group membership is lost over a virtual private gateway")
    never = _never_over_gateway(target, ingress) if "transit-gateway" in through else None
    return never or Kept(None)


def _never_over_gateway(target: End, ingress: bool) -> Kept | None:
    if not ingress:
        return Kept(False, why="over a transit gateway only inbound rules may name groups of another VPC")
    if target.kind == "vpc_endpoint":
        return Kept(False, why="over a transit gateway it does not work for interfaces of endpoints")
    return None


def _over_gateway(topology: Topology, arrival: Arrival, source: End, target: End) -> Kept:
    missing: list[Missing] = []
    gateway: Fact[Found | None] = topology.locate(
        "describe_transit_gateways", "TransitGatewayId", arrival.gateway, source.place.home
    )
    if not gateway.known:
        missing += gateway.missing
    elif gateway.value is None:
        missing.append(Gap(f"fact: the options of {arrival.gateway}"))
    elif text(part(gateway.value[1], "Options"), "SecurityGroupReferencingSupport") != "enable":
        return Kept(False, _OFF, f"{arrival.gateway} has security group referencing off")
    for end in (source, target):
        side: Fact[VpcAttachment | None] = vpc_attachment(
            topology, arrival.gateway, end.place.vpc, end.place.home
        )
        if not side.known:
            missing += side.missing
        elif side.value is not None and side.value.unread:
            missing += side.value.unread
        elif side.value is not None and not side.value.references:
            return Kept(False, _OFF, f"{side.value.id} has security group referencing off")
    return Kept(None, missing=tuple(missing)) if missing else Kept(True)
