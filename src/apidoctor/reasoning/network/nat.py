"""NAT gateways: what they translate is not modelled, but where they can never lead is certain."""

from collections.abc import Iterator

from apidoctor.reasoning.network.route_tables import RouteTables, route_tables
from apidoctor.reasoning.network.routes import RouteTable
from apidoctor.reasoning.network.shapes import text
from apidoctor.reasoning.network.topology import Place, Topology
from apidoctor.reasoning.network.trace import Leg

NO_WAY = frozenset({"internet-gateway", "nat-gateway"})
"""Targets that by themselves never carry a packet to a private address in another VPC."""

_KNOWN_BY = (
    ("describe_nat_gateways", "NatGatewayId", "{}"),
    ("describe_network_interfaces", "Description", "Interface for NAT Gateway {}"),
)
"""Where a NAT gateway's subnet can be read, when somebody looked."""


def may_carry(leg: Leg, place: Place, gateway: str) -> bool:
    """Say whether a NAT gateway of the VPC might carry the packet on.

    Replies never: they would reach the caller from another address than it called.  Requests only when a
    route table leads on: that of the gateway's own subnet, or any of the VPC while that is not known.
    """
    if leg.packet.direction == "return":
        return False
    tables = route_tables(leg.topology, place.vpc, place.home)
    if not tables.known:
        return True
    for table in _tables_after(leg.topology, place, gateway, tables.value):
        best = leg.look(table)
        if table.unclear or (best is not None and best.kind not in NO_WAY and not best.blackhole):
            return True
    return False


def _tables_after(
    topology: Topology, place: Place, gateway: str, tables: RouteTables
) -> Iterator[RouteTable]:
    for name, field, form in _KNOWN_BY:
        fact = topology.inventory.one(
            place.home.account, place.home.region, name, field, form.format(gateway)
        )
        subnet = text(fact.value, "SubnetId") if fact.known and fact.value else ""
        table = tables.by_subnet.get(subnet) or tables.main
        if subnet and table is not None:
            yield table
            return
    yield from tables.every
