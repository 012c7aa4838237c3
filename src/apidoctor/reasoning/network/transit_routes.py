"""Route tables of transit gateways (EC2 API: SearchTransitGatewayRoutes)."""

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.network.addresses import Block, block
from apidoctor.reasoning.network.interfaces import vpc_blocks
from apidoctor.reasoning.network.prefix_lists import prefix_list
from apidoctor.reasoning.network.routes import Route, RouteTable, indexed
from apidoctor.reasoning.network.shapes import Item, listed, part, parts, text, texts
from apidoctor.reasoning.network.topology import Home, Topology

_KINDS = {"tgw-peering": "peering"}


def transit_table(topology: Topology, table: str, home: Home) -> Fact[RouteTable | None]:
    """Find the routes of a transit gateway's route table; None when there is no such table."""
    return topology.keep("transit-table", table, _transit_table, topology, table, home)


def _transit_table(topology: Topology, table: str, home: Home) -> Fact[RouteTable | None]:
    fact = topology.keyed("search_transit_gateway_routes", table, home)
    if not fact.known:
        return Unknown(*fact.missing)
    if fact.value is None:
        return Known(None)
    routes: list[Route] = []
    unclear: list[Missing] = []
    if fact.value.get("AdditionalRoutesAvailable") is True:
        unclear.append(Gap(f"fact: all routes of {table}; AWS gives only the first thousand"))
    if fact.value.get("partial") is True:
        routes, unclear = _propagated(topology, table, home, part(fact.value, "asked"))
    listing = listed(fact.value, "Routes")
    if listing is None:
        unclear.append(Gap(f"fact: the routes of {table}, which cannot be read"))
    for item in listing or ():
        blocks = _blocks(topology, item, home, table)
        if isinstance(blocks, Unknown):
            unclear += blocks.missing
        else:
            routes += [_route(item, each) for each in blocks]
    return Known(indexed(table, False, routes, unclear), fact.source)


def _propagated(topology: Topology, table: str, home: Home, asked: Item) -> tuple[list[Route], list[Missing]]:
    """Return what attachments propagate into a table of which only the static routes were asked for.

    An attached VPC propagates its address blocks (transit gateway guide, "Route table propagation"); what others have
    learnt nobody knows, and a longer prefix of theirs may win.
    """
    name = "get_transit_gateway_route_table_propagations"
    fact = topology.keyed(name, table, home)
    if texts(asked, "Type") != ("static",) or not fact.known or fact.value is None:
        return [], [Gap(f"fact: all routes of {table}; only some were asked for"), *fact.missing]
    routes: list[Route] = []
    unclear: list[Missing] = []
    for each in parts(fact.value, "TransitGatewayRouteTablePropagations"):
        if text(each, "State") not in ("", "enabled"):
            continue
        kind, resource = text(each, "ResourceType"), text(each, "ResourceId")
        if kind != "vpc":
            unclear.append(Gap(f"fact: the routes that {resource or kind} propagates into {table}"))
            continue
        blocks = vpc_blocks(topology, resource, home)
        if not blocks.known:
            unclear += blocks.missing
        else:
            item = {"Type": "propagated", "State": "active", "TransitGatewayAttachments": [each]}
            routes += [_route(item, one) for one in blocks.value or ()]
    return routes, unclear


def _blocks(
    topology: Topology, item: Item, home: Home, table: str
) -> tuple[Block, ...] | Unknown[tuple[Block, ...] | None]:
    cidr, list_id = text(item, "DestinationCidrBlock"), text(item, "PrefixListId")
    one = block(cidr)
    if one:
        return (one,)
    if list_id and not cidr:
        entries = prefix_list(topology, list_id, home)
        if not entries.known:
            return Unknown(*entries.missing)
        return entries.value.blocks if entries.value else ()
    return Unknown(Gap(f"fact: a route of {table} with the destination {cidr or 'missing'!r}"))


def _route(item: Item, destination: Block) -> Route:
    """Read a route; a static one wins over a propagated one (transit gateway guide, "Route evaluation order")."""
    ways = parts(item, "TransitGatewayAttachments")
    pairs = [(text(each, "TransitGatewayAttachmentId"), text(each, "ResourceId")) for each in ways]
    kind = text(ways[0], "ResourceType") if ways else ""
    way = text(item, "Type") or "static"
    blackhole = text(item, "State") == "blackhole"
    target, resource = pairs[0] if pairs else ("", "")
    return Route(
        destination,
        _KINDS.get(kind, kind),
        target,
        rank=0 if way == "static" else 1,
        blackhole=blackhole,
        text=f"{destination.text} -> {target or 'nothing'} ({way}{', blackhole' if blackhole else ''})",
        resource=resource,
        also=tuple(pairs[1:]),
    )
