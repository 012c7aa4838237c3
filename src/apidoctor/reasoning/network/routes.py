"""Routes of a VPC or a transit gateway: longest prefix first, and which of two equal ones wins."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from apidoctor.model.missing import Missing
from apidoctor.reasoning.network.addresses import Block
from apidoctor.reasoning.network.pieces import Pieces, cut


class Route(Struct, frozen=True):
    """One destination block and where it leads."""

    block: Block
    """Destination."""
    kind: str
    """What it leads to: ``local``, ``vpc-peering``, …; in a transit gateway ``vpc``, ``vpn``, …"""
    target: str
    """Id of that."""
    rank: int
    """Which of several with the same destination wins: the lowest."""
    blackhole: bool
    """Whether the target is gone or drops: it still captures the packet."""
    text: str
    """The route in words."""
    propagated: bool = False
    """Whether a VPC's table learnt it from a gateway."""
    resource: str = ""
    """In a transit gateway: what the attachment attaches."""
    also: tuple[tuple[str, str], ...] = ()
    """In a transit gateway: the other attachments over which it is spread, each with what it attaches."""

    @property
    def default(self) -> bool:
        """Whether it is the route for everything else."""
        return self.block.length == 0


_UNMODELLED = {
    "cloud-wan": "the Cloud WAN core network",
    "endpoint": "the firewall or appliance behind",
    "interface": "the appliance at",
    "nat-gateway": "the NAT gateway",
}
"""Targets whose doings nobody can tell from describe answers: segment policies, firewall rules, software."""


def unmodelled(route: Route, table: str) -> str:
    """Say that what a route leads to is not followed further."""
    name = " ".join(
        part for part in (_UNMODELLED.get(route.kind, ""), route.target or "an unknown target") if part
    )
    return f"what {name} lets through ({route.text} in {table}): not modelled"


class RouteTable(Struct, frozen=True):
    """A route table."""

    id: str
    """``rtb-…`` or ``tgw-rtb-…``"""
    main: bool
    """Whether it is the VPC's main route table."""
    routes: tuple[Route, ...]
    """Its routes: longest prefix first, of equal ones the one that wins first."""
    pieces: Pieces[Route]
    """The route that is used, by destination."""
    local: bool = False
    """Whether it lists a local route."""
    unclear: tuple[Missing, ...] = ()
    """What is missing to know all routes; while there is any, no route is sure to be the longest."""

    def ranked(self, address: int) -> Iterator[Route]:
        """Yield the routes that hold *address*, the one that is used first."""
        return (route for route in self.routes if route.block.holds(address))

    def best(self, address: int) -> Route | None:
        """Return the route that is used for *address*."""
        return self.pieces.at(address)


def indexed(table: str, main: bool, routes: Iterable[Route], unclear: Iterable[Missing] = ()) -> RouteTable:
    """Build a table.  Longest prefix wins, then the rank (VPC guide, route priority).

    With one exception: a local route is preferred even over a propagated one with a longer prefix.
    """
    every = list(routes)
    own = [route.block for route in every if route.kind == "local"]
    kept = (
        route
        for route in every
        if not route.propagated or not any(block.holds(route.block.first) for block in own)
    )
    ordered = tuple(sorted(kept, key=lambda route: (-route.block.length, route.rank)))
    pieces = cut((route.block, route) for route in ordered)
    local = any(route.kind == "local" for route in ordered)
    return RouteTable(table, main, ordered, pieces, local, tuple(dict.fromkeys(unclear)))
