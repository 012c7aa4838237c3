"""VPC peering (VPC peering guide, "How VPC peering connections work")."""

from msgspec import Struct

from apidoctor.model.facts import Fact, Known
from apidoctor.reasoning.network.addresses import Block, block
from apidoctor.reasoning.network.routes import Route
from apidoctor.reasoning.network.shapes import Item, part, parts, text
from apidoctor.reasoning.network.topology import Home, Place, Topology
from apidoctor.reasoning.network.trace import Arrival, Dead, Leg, Outcome


class PeeredVpc(Struct, frozen=True):
    """One of the two VPCs of a peering connection."""

    vpc: str
    """VPC id."""
    home: Home
    """Its owner and Region."""
    blocks: tuple[Block, ...]
    """Its address blocks, as far as the connection tells (not before it is active)."""


class Peering(Struct, frozen=True):
    """A VPC peering connection."""

    id: str
    """``pcx-…``"""
    state: str
    """Status code; ``active`` is the only one that carries traffic."""
    sides: tuple[PeeredVpc, PeeredVpc]
    """Requester and accepter."""


def peering(topology: Topology, connection: str, home: Home) -> Fact[Peering | None]:
    """Find a peering connection."""
    return topology.keep("pcx", connection, _found, topology, connection, home)


def _found(topology: Topology, connection: str, home: Home) -> Fact[Peering | None]:
    """Look in the Region of this side, then in the others: either side shows the connection."""
    name, field = "describe_vpc_peering_connections", "VpcPeeringConnectionId"
    near = topology.locate(name, field, connection, home)
    if near.known and near.value is not None:
        return Known(_peering(connection, near.value[1], home.region), near.source)
    for region in topology.regions:
        far = topology.locate(name, field, connection, Home(home.account, region))
        if far.known and far.value is not None:
            return Known(_peering(connection, far.value[1], region), far.source)
    return near.map(lambda pair: None)


def cross(leg: Leg, place: Place, route: Route) -> Outcome:
    """Cross the peering connection a route leads to: it must be active, and joins two VPCs only."""
    fact = peering(leg.topology, route.target, place.home)
    if not leg.trace.known(fact):
        return None
    found = fact.value
    if found is None:
        leg.trace.hop("vpc-peering-connection", route.target, "does not exist")
        detail = f"{route.text}: there is no peering connection {route.target}"
        leg.trace.block("unknown_resource", "UNKNOWN_RESOURCE", route.target, detail)
        return None
    near, far = found.sides if found.sides[0].vpc == place.vpc else found.sides[::-1]
    if near.vpc != place.vpc or not far.vpc:
        leg.trace.lack(f"which VPC {found.id} joins with {place.vpc}")
        return None
    hop = leg.trace.hop("vpc-peering-connection", found.id, f"state {found.state or 'not told'}")
    if not found.state:
        leg.trace.lack(f"the state of {found.id}")
    elif found.state != "active":
        detail = f"{found.id} between {near.vpc} and {far.vpc} is {found.state}, not active"
        leg.trace.block("peering_state", "BAD_STATE_ATTACHMENT", found.id, detail)
    return _delivered(leg, found, near, far, hop)


def blame(leg: Leg, place: Place, route: Route) -> None:
    """Name the peering connection behind a blackhole: a route over one that is not active is shown as that."""
    fact = peering(leg.topology, route.target, place.home)
    if leg.trace.known(fact) and fact.value is not None and fact.value.state not in ("", "active"):
        detail = f"{fact.value.id} is {fact.value.state}, not active"
        leg.trace.block("peering_state", "BAD_STATE_ATTACHMENT", fact.value.id, detail)


def _delivered(leg: Leg, found: Peering, near: PeeredVpc, far: PeeredVpc, hop: int) -> Outcome:
    if leg.origin != near.vpc:
        detail = (
            f"{found.id} carries only what comes from {near.vpc} itself; {leg.packet.source_text} does not"
        )
        return _refused(found, detail, hop)
    if leg.wanted is None or far.vpc not in leg.wanted:
        leg.around(True, far.blocks)
        if far.blocks and not any(each.holds(leg.packet.destination) for each in far.blocks):
            blocks = ", ".join(each.text for each in far.blocks)
            address = leg.packet.destination_text
            detail = f"{found.id} carries only addresses of {far.vpc} ({blocks}), not {address}"
            return _refused(found, detail, hop)
        if not far.blocks:
            leg.trace.lack(f"the address blocks of {far.vpc}")
            return None
    link = "peering" if near.home.region == far.home.region else "inter-region-peering"
    return Arrival(far.vpc, link, far.home)


def _refused(found: Peering, detail: str, hop: int) -> Dead:
    return Dead("peering_cidr", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", found.id, hop, detail)


def _peering(connection: str, item: Item, region: str) -> Peering:
    sides = (_side(part(item, "RequesterVpcInfo"), region), _side(part(item, "AccepterVpcInfo"), region))
    return Peering(connection, text(part(item, "Status"), "Code"), sides)


def _side(info: Item, region: str) -> PeeredVpc:
    cidrs = [text(each, "CidrBlock") for each in parts(info, "CidrBlockSet")]
    cidrs += [text(each, "Ipv6CidrBlock") for each in parts(info, "Ipv6CidrBlockSet")]
    blocks = map(block, [text(info, "CidrBlock"), *cidrs])
    return PeeredVpc(
        text(info, "VpcId"),
        Home(text(info, "OwnerId"), text(info, "Region") or region),
        tuple(dict.fromkeys(each for each in blocks if each is not None)),
    )
