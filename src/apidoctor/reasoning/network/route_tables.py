"""Route tables of a VPC (VPC guide, "Configure route tables")."""

from msgspec import Struct

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.network.addresses import Block, block
from apidoctor.reasoning.network.prefix_lists import prefix_list
from apidoctor.reasoning.network.routes import Route, RouteTable, indexed
from apidoctor.reasoning.network.shapes import Item, listed, parts, text
from apidoctor.reasoning.network.topology import Home, Place, Topology

_TARGETS = {
    "VpcPeeringConnectionId": "vpc-peering",
    "TransitGatewayId": "transit-gateway",
    "NatGatewayId": "nat-gateway",
    "EgressOnlyInternetGatewayId": "internet-gateway",
    "CarrierGatewayId": "carrier-gateway",
    "LocalGatewayId": "local-gateway",
    "CoreNetworkArn": "cloud-wan",
    "NetworkInterfaceId": "interface",
    "InstanceId": "interface",
}
_GATEWAYS = {"local": "local", "igw": "internet-gateway", "vgw": "vpn-gateway", "vpce": "endpoint"}

_LOCAL, _STATIC, _LISTED, _PROPAGATED = range(4)
"""Among routes to one destination: local, static, prefix list, propagated (VPC guide, "Route priority")."""


class RouteTables(Struct, frozen=True):
    """All route tables of a VPC."""

    by_subnet: dict[str, RouteTable]
    """Explicit associations."""
    main: RouteTable | None
    """The table of all other subnets."""
    by_gateway: dict[str, RouteTable]
    """Edge associations: tables for what enters through a gateway."""
    every: tuple[RouteTable, ...]
    """All of them."""


def route_tables(topology: Topology, vpc: str, home: Home) -> Fact[RouteTables]:
    """Find and compile the route tables of a VPC."""
    return topology.keep("route-tables", vpc, _route_tables, topology, vpc, home)


def route_table(topology: Topology, place: Place) -> Fact[RouteTable]:
    """Find the route table of a subnet: its own association, else the VPC's main table."""
    return topology.keep("route-table", place.subnet, _route_table, topology, place)


def _route_table(topology: Topology, place: Place) -> Fact[RouteTable]:
    tables = route_tables(topology, place.vpc, place.home)
    if not tables.known:
        own = _associated(topology, place)
        return Known(own) if own is not None else Unknown(*tables.missing)
    found = tables.value.by_subnet.get(place.subnet) or tables.value.main
    if found is None:
        return Unknown(Gap(f"fact: the route table of {place.subnet}; {place.vpc} shows no main table"))
    return Known(found, tables.source)


def _associated(topology: Topology, place: Place) -> RouteTable | None:
    """Return the table that a partial list shows to be associated with a subnet: there is just one such table."""
    name, home = "describe_route_tables", place.home
    fact = topology.inventory.one(home.account, home.region, name, "Associations.SubnetId", place.subnet)
    return _compiled(topology, fact.value, home) if fact.known and fact.value is not None else None


def _route_tables(topology: Topology, vpc: str, home: Home) -> Fact[RouteTables]:
    fact = topology.of_vpc("describe_route_tables", vpc, home)
    if not fact.known:
        return Unknown(*fact.missing)
    by_subnet: dict[str, RouteTable] = {}
    by_gateway: dict[str, RouteTable] = {}
    every, main = [], None
    for item in fact.value:
        table = _compiled(topology, item, home)
        every.append(table)
        main = table if table.main else main
        for association in parts(item, "Associations"):
            by_subnet[text(association, "SubnetId")] = table
            by_gateway[text(association, "GatewayId")] = table
    by_subnet.pop("", None)
    by_gateway.pop("", None)
    return Known(RouteTables(by_subnet, main, by_gateway, tuple(every)), fact.source)


def _compiled(topology: Topology, item: Item, home: Home) -> RouteTable:
    table = text(item, "RouteTableId")
    routes: list[Route] = []
    unclear: list[Missing] = []
    listing = listed(item, "Routes")
    if listing is None:
        unclear.append(Gap(f"fact: the routes of {table}, which cannot be read"))
    for route in listing or ():
        if text(route, "State") == "filtered":  # Route Server learnt it and does not install it
            continue
        blocks = _blocks(topology, route, home, table)
        if isinstance(blocks, Unknown):
            unclear += blocks.missing
        else:
            routes += [_route(route, each) for each in blocks]
    main = any(each.get("Main") is True for each in parts(item, "Associations"))
    return indexed(table, main, routes, unclear)


def _blocks(
    topology: Topology, route: Item, home: Home, table: str
) -> tuple[Block, ...] | Unknown[tuple[Block, ...] | None]:
    """Return what a route is for.  A gateway endpoint's prefix list holds public addresses of its service."""
    list_id = text(route, "DestinationPrefixListId")
    if list_id:
        entries = prefix_list(topology, list_id, home)
        if entries.known:
            return entries.value.blocks if entries.value else ()
        return () if text(route, "GatewayId").startswith("vpce-") else Unknown(*entries.missing)
    cidr = text(route, "DestinationCidrBlock") or text(route, "DestinationIpv6CidrBlock")
    one = block(cidr)
    return (
        (one,)
        if one
        else Unknown(Gap(f"fact: a route of {table} with the destination {cidr or 'missing'!r}"))
    )


def _route(item: Item, destination: Block) -> Route:
    kind, target = _target(item)
    list_id = text(item, "DestinationPrefixListId")
    words = f"{destination.text}{f' (of {list_id})' if list_id else ''} -> {target or 'no target'}"
    rank = _rank(item, kind)
    gone = text(item, "State") == "blackhole"
    return Route(destination, kind, target, rank, gone, words, propagated=rank == _PROPAGATED)


def _target(item: Item) -> tuple[str, str]:
    for member, kind in _TARGETS.items():
        if target := text(item, member):
            return kind, target
    gateway = text(item, "GatewayId")
    return _GATEWAYS.get(gateway.partition("-")[0], "other"), gateway


def _rank(item: Item, kind: str) -> int:
    if kind == "local":
        return _LOCAL
    if text(item, "Origin") in ("EnableVgwRoutePropagation", "Advertisement"):
        return _PROPAGATED
    return _LISTED if text(item, "DestinationPrefixListId") else _STATIC
