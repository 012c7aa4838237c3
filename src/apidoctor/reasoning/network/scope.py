"""For how much more than the packet at hand an answer holds."""

from collections.abc import Iterable

from apidoctor.reasoning.network.addresses import LAST, Block
from apidoctor.reasoning.network.traffic import LAST_PORT, NO_PORT


class Scope:
    """Addresses and ports for which the packet of one direction would fare the same.

    It begins as everything; each gate that is passed narrows it to the piece in which the gate says the same.
    """

    __slots__ = ("destination", "ports", "source")

    def __init__(self) -> None:
        self.source = (0, LAST)
        """First and last source address."""
        self.destination = (0, LAST)
        """First and last destination address."""
        self.ports = (NO_PORT, LAST_PORT)
        """First and last destination port."""

    def peer(self, egress: bool, first: int, last: int) -> None:
        """Narrow the address that a gate of one end looks at: of what goes out, the destination."""
        if egress:
            self.destination = _meet(self.destination, first, last)
        else:
            self.source = _meet(self.source, first, last)

    def around(self, egress: bool, blocks: Iterable[Block], address: int) -> None:
        """Narrow an address to where each of *blocks* holds, or does not hold, as it does *address*."""
        for block in blocks:
            if block.holds(address):
                self.peer(egress, block.first, block.last)
            elif address < block.first:
                self.peer(egress, 0, block.first - 1)
            else:
                self.peer(egress, block.last + 1, LAST)

    def port(self, first: int, last: int) -> None:
        """Narrow the ports."""
        self.ports = _meet(self.ports, first, last)


def _meet(known: tuple[int, int], first: int, last: int) -> tuple[int, int]:
    return (max(known[0], first), min(known[1], last))
