"""Virtual private gateways and VPN connections: the ways to a data centre (Site-to-Site VPN guide)."""

from msgspec import Struct

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.reasoning.network.addresses import Block, block
from apidoctor.reasoning.network.direct_connect import over_direct_connect
from apidoctor.reasoning.network.route_tables import route_tables
from apidoctor.reasoning.network.routes import Route, unmodelled
from apidoctor.reasoning.network.shapes import Item, part, parts, text
from apidoctor.reasoning.network.topology import Home, Place, Topology, account_gap
from apidoctor.reasoning.network.trace import Arrival, Leg, Outcome

_DEAD = frozenset({"deleted", "deleting"})


class VpnGateway(Struct, frozen=True):
    """A virtual private gateway."""

    id: str
    """``vgw-…``"""
    home: Home
    """The account that shows it, and the Region."""
    vpcs: dict[str, str]
    """VPCs it is attached to, and the state of each attachment."""


class VpnConnection(Struct, frozen=True):
    """A Site-to-Site VPN connection."""

    id: str
    """``vpn-…``"""
    state: str
    """``available`` carries traffic; empty when AWS did not say."""
    tunnels: tuple[str, ...]
    """State of each tunnel, ``UP`` or ``DOWN``; empty when AWS did not say."""
    static: bool
    """Whether it knows only the routes that were entered."""
    blocks: tuple[Block, ...]
    """Those routes."""

    @property
    def up(self) -> bool | None:
        """Whether it carries traffic: one tunnel is enough; None when that is not told."""
        if self.state not in ("", "available"):
            return False
        return "UP" in self.tunnels if self.tunnels else None

    def reaches(self, address: int) -> bool:
        """Say whether it knows the way to an address outside; one with BGP is believed to."""
        return not self.static or any(each.holds(address) for each in self.blocks)


def vpn_gateway(topology: Topology, gateway: str, home: Home) -> Fact[VpnGateway | None]:
    """Find a virtual private gateway."""
    return topology.keep("vgw", gateway, _found, topology, gateway, home)


def _found(topology: Topology, gateway: str, home: Home) -> Fact[VpnGateway | None]:
    found = topology.locate("describe_vpn_gateways", "VpnGatewayId", gateway, home)
    if found.known and found.value is None:  # one of another Region is there, and attached elsewhere
        elsewhere = topology.search("describe_vpn_gateways", "VpnGatewayId", gateway)
        found = elsewhere if elsewhere.known else found
    return found.map(lambda pair: _gateway(gateway, Home(pair[0], home.region), pair[1]) if pair else None)


def vpn_connections(topology: Topology, gateway: str, home: Home) -> Fact[tuple[VpnConnection, ...]]:
    """Find the VPN connections of a virtual private gateway; there may be none (Direct Connect)."""
    return topology.keep("vpn-of", gateway, _connections, topology, gateway, home)


def _connections(topology: Topology, gateway: str, home: Home) -> Fact[tuple[VpnConnection, ...]]:
    if home.account not in topology.inventory.accounts:
        return Unknown(account_gap(home.account, gateway))
    fact = topology.inventory.where(
        home.account, home.region, "describe_vpn_connections", "VpnGatewayId", gateway
    )
    if not fact.known:
        return Unknown(*fact.missing)
    alive = [item for item in fact.value if text(item, "State") not in _DEAD]
    return Known(tuple(map(_connection, alive)), fact.source)


def leave_by_gateway(leg: Leg, place: Place, route: Route) -> Outcome:
    """Take the route of a subnet to a virtual private gateway: it must be attached, and lead somewhere."""
    if not pass_gateway(leg, route.target, place.vpc, place.home, out=True):
        return None
    return Arrival("", "outside", place.home, route.target)


def enter_by_gateway(leg: Leg, gateway: str, place: Place) -> Arrival | None:
    """Come from outside through a virtual private gateway into the VPC of *place*."""
    if not pass_gateway(leg, gateway, place.vpc, place.home, out=False):
        return None
    tables = route_tables(leg.topology, place.vpc, place.home)
    edge = tables.value.by_gateway.get(gateway) if leg.trace.known(tables) else None
    best = leg.look(edge) if edge else None
    if edge and best and best.kind != "local":
        leg.trace.lack(unmodelled(best, edge.id))
        return None
    return Arrival(place.vpc, "outside", place.home, gateway)


def pass_gateway(leg: Leg, gateway: str, vpc: str, home: Home, *, out: bool) -> bool:
    """Pass a virtual private gateway, in or *out*; say whether it leads to this VPC at all."""
    fact = vpn_gateway(leg.topology, gateway, home)
    owner = fact.value.home if fact.known and fact.value else home
    connections = vpn_connections(leg.topology, gateway, owner)
    if not connections.known and not _one_works(leg, gateway, owner, out=out):
        leg.trace.need(*connections.missing)
    if not leg.trace.known(fact):
        return False
    found = fact.value
    if found is None:
        leg.trace.hop("vpn-gateway", gateway, "does not exist")
        leg.trace.block("unknown_resource", "UNKNOWN_RESOURCE", gateway, f"there is no gateway {gateway}")
        return False
    state = found.vpcs.get(vpc, "detached")
    hop = leg.trace.hop("vpn-gateway", gateway, f"{state} {'to' if state == 'attached' else 'from'} {vpc}")
    if vpc in found.vpcs and not state:
        leg.trace.lack(f"the state of {gateway} at {vpc}")
    elif state != "attached":
        others = ", ".join(each for each in found.vpcs if each != vpc)
        detail = f"{gateway} is {state or 'not attached'} at {vpc}" + (
            f" (it is at {others})" if others else ""
        )
        leg.trace.block("vgw_detached", "BAD_STATE_ATTACHMENT", gateway, detail)
    if connections.known:
        _check_connections(leg, gateway, connections.value, hop, out=out)
    return True


def _one_works(leg: Leg, gateway: str, home: Home, *, out: bool) -> bool:
    """Say whether a partial list shows a connection that carries the packet: then the others do not matter."""
    shown, _ = leg.topology.inventory.seen(home.account, home.region, "describe_vpn_connections")
    own = [_connection(item) for item in shown if text(item, "VpnGatewayId") == gateway]
    if out:
        leg.around(True, [around for each in own for around in each.blocks])
    return any(each.up and (not out or each.reaches(leg.packet.destination)) for each in own)


def over_vpn(leg: Leg, connection: str, home: Home, hop: int) -> None:
    """Pass the VPN connection of a transit gateway attachment."""
    fact = leg.topology.locate("describe_vpn_connections", "VpnConnectionId", connection, home)
    if not leg.trace.known(fact):
        return
    if fact.value is None:
        leg.trace.block(
            "unknown_resource", "UNKNOWN_RESOURCE", connection, f"there is no VPN {connection}", hop
        )
        return
    found = _connection(fact.value[1])
    if found.up is None:
        leg.trace.lack(f"the state of the tunnels of {connection}")
    elif not found.up:
        leg.trace.block("vpn_down", "TGW_BAD_STATE_VPN", connection, _down(found), hop)


def _check_connections(
    leg: Leg, gateway: str, connections: tuple[VpnConnection, ...], hop: int, *, out: bool
) -> None:
    """See that a connection carries traffic; on the way out, that one knows the way: static routes steer no entry."""
    if not connections:
        over_direct_connect(leg, gateway, hop)
        return
    if all(each.up is False for each in connections):
        detail = f"{gateway}: " + "; ".join(map(_down, connections))
        leg.trace.block("vpn_down", "BAD_STATE_VPN", connections[0].id, detail, hop)
        return
    if not any(each.up for each in connections):
        leg.trace.lack(f"the state of the tunnels of {', '.join(each.id for each in connections)}")
        return
    if not out:
        return
    leg.around(True, [each for one in connections for each in one.blocks])
    if not any(each.reaches(leg.packet.destination) for each in connections if each.up):
        detail = (
            f"no static route of {', '.join(each.id for each in connections)} covers the caller's address"
        )
        leg.trace.block("vgw_no_route", "NO_ROUTE_TO_DESTINATION", gateway, detail, hop)


def _down(connection: VpnConnection) -> str:
    if connection.state not in ("", "available"):
        return f"{connection.id} is {connection.state}, not available"
    return f"all {len(connection.tunnels)} tunnels of {connection.id} are down"


def _gateway(gateway: str, home: Home, item: Item) -> VpnGateway:
    attachments = parts(item, "VpcAttachments")
    return VpnGateway(gateway, home, {text(each, "VpcId"): text(each, "State") for each in attachments})


def _connection(item: Item) -> VpnConnection:
    routes = [block(text(each, "DestinationCidrBlock")) for each in parts(item, "Routes")]
    telemetry = (text(each, "Status") for each in parts(item, "VgwTelemetry"))
    return VpnConnection(
        text(item, "VpnConnectionId"),
        text(item, "State"),
        tuple(status for status in telemetry if status),
        part(item, "Options").get("StaticRoutesOnly") is True,
        tuple(each for each in routes if each is not None),
    )
