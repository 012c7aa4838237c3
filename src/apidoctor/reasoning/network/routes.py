"""Routes of a VPC or a transit gateway: longest prefix first, and which of two equal ones wins."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from apidoctor.model.missing import Missing
from apidoctor.reasoning.network.addresses import Block, is_v6

_BITS = {False: 32, True: 128}


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
    resource: str = ""
    """In a transit gateway: what the attachment attaches."""
    also: tuple[tuple[str, str], ...] = ()
    """In a transit gateway: the other attachments over which it is spread, each with what it attaches."""

    @property
    def default(self) -> bool:
        """Whether it is the route for everything else."""
        return self.block.length == 0


class RouteTable(Struct, frozen=True):
    """A route table, indexed by prefix length."""

    id: str
    """``rtb-…`` or ``tgw-rtb-…``"""
    main: bool
    """Whether it is the VPC's main route table."""
    levels: dict[bool, tuple[tuple[int, dict[int, tuple[Route, ...]]], ...]]
    """By family (True: IPv6), longest prefix first: how far to shift an address, and the routes."""
    local: bool = False
    """Whether it lists a local route."""
    unclear: tuple[Missing, ...] = ()
    """What is missing to know all routes; while there is any, no route is sure to be the longest."""

    def ranked(self, address: int) -> Iterator[Route]:
        """Yield the routes that hold *address*, the one that is used first."""
        for shift, routes in self.levels[is_v6(address)]:
            yield from routes.get(address >> shift, ())

    def best(self, address: int) -> Route | None:
        """Return the route that is used for *address*."""
        for shift, routes in self.levels[is_v6(address)]:
            if found := routes.get(address >> shift):
                return found[0]
        return None


def indexed(table: str, main: bool, routes: Iterable[Route], unclear: Iterable[Missing] = ()) -> RouteTable:
    """Build a table.  Longest prefix wins; the families are apart (VPC guide, route priority)."""
    by_length: dict[bool, dict[int, dict[int, list[Route]]]] = {False: {}, True: {}}
    local = False
    for route in routes:
        local = local or route.kind == "local"
        v6 = route.block.v6
        shift = _BITS[v6] - route.block.length
        by_length[v6].setdefault(shift, {}).setdefault(route.block.first >> shift, []).append(route)
    levels = {
        v6: tuple(
            (shift, {prefix: tuple(sorted(same, key=_rank)) for prefix, same in routes.items()})
            for shift, routes in sorted(lengths.items())
        )
        for v6, lengths in by_length.items()
    }
    return RouteTable(table, main, levels, local, tuple(dict.fromkeys(unclear)))


def _rank(route: Route) -> int:
    return route.rank
