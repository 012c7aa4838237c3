"""What is gathered while a flow is walked: hops, blockers, assumptions and what is missing."""

from typing import TypeVar

from msgspec import Struct

from apidoctor.model.facts import Fact
from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.network.topology import Home, Place, Topology
from apidoctor.reasoning.network.traffic import Packet
from apidoctor.reasoning.network.values import Blocker, Direction, Hop, Reach, Reason

T = TypeVar("T")


class Arrival(Struct, frozen=True):
    """Where the routes take a packet."""

    vpc: str
    """The VPC that gets it; empty when it leaves AWS."""
    link: str
    """What it crossed: nothing (``local``), ``peering``, ``inter-region-peering``, ``transit-gateway``,
    ``transit-gateway-peering`` or ``outside``."""
    home: Home
    """Owner of that VPC (or of the gateway), and the Region."""
    gateway: str = ""
    """By which it leaves AWS (``vgw-…``, ``tgw-attach-…``), or the transit gateway by which it came."""
    exits: tuple[Place, ...] = ()
    """Subnets of the attachment through which a transit gateway hands it to the VPC."""
    attachments: tuple[str, ...] = ()
    """The transit gateway attachments it crossed."""


class Dead(Struct, frozen=True):
    """The route taken leads elsewhere: not a fault of what it leads to, so a better route would help."""

    reason: Reason
    """What to report when no other route leads there."""
    code: str
    """Its code."""
    subject: str
    """The object to mend."""
    hop: int
    """Hop at which it was decided."""
    detail: str
    """One sentence."""


Outcome = Arrival | Dead | None
"""How a route ends; None when it is blocked for certain or unknown, which the trace then says."""


class Trace:
    """Gathers what one flow shows; the engine's only mutable value."""

    __slots__ = ("assumptions", "blockers", "direction", "missing", "paths")

    def __init__(self, direction: Direction = "forward") -> None:
        self.direction: Direction = direction
        self.blockers: list[Blocker] = []
        self.missing: dict[Missing, None] = {}
        self.assumptions: dict[str, None] = {}
        self.paths: dict[Direction, list[Hop]] = {"forward": [], "return": []}

    def hop(self, kind: str, subject: str, decided_by: str) -> int:
        """Add a hop to the path of the current direction and return its number."""
        path = self.paths[self.direction]
        path.append(Hop(len(path) + 1, kind, subject, decided_by))
        return len(path)

    def settle(self, hop: int, subject: str, decided_by: str) -> None:
        """Say what decided at a hop that was added before this was known."""
        path = self.paths[self.direction]
        path[hop - 1] = Hop(hop, path[hop - 1].kind, subject, decided_by)

    def block(
        self, reason: Reason, code: str, subject: str, detail: str, hop: int = 0, partial: float | None = None
    ) -> None:
        """Add a blocker at *hop*, by default the last one."""
        at = hop or len(self.paths[self.direction])
        self.blockers.append(Blocker(reason, self.direction, subject, at, code, detail, partial))

    def need(self, *missing: Missing) -> None:
        """Note what would have to be known."""
        self.missing.update(dict.fromkeys(missing))

    def lack(self, what: str) -> None:
        """Note a fact that no look-up tells."""
        self.missing[Gap(f"fact: {what}")] = None

    def known(self, fact: Fact[T]) -> bool:
        """Say whether *fact* is known, and note what is missing when it is not."""
        if not fact.known:
            self.need(*fact.missing)
        return fact.known

    def answer(self) -> Reach:
        """Return all that was gathered as the answer."""
        blockers = sorted(self.blockers, key=lambda each: (each.direction == "return", each.hop))
        return Reach(
            False if blockers else None if self.missing else True,
            tuple(blockers),
            tuple(self.assumptions),
            tuple(self.missing),
            tuple(self.paths["forward"]),
            tuple(self.paths["return"]),
        )


class Leg(Struct):
    """One direction of a flow while its routes are walked."""

    topology: Topology
    """What is known of the world."""
    trace: Trace
    """Where to tell."""
    packet: Packet
    """What is carried."""
    origin: str
    """VPC the packet comes from; empty for an outside address."""
    wanted: dict[str, Home] | None
    """VPCs the destination is known to be in (empty: outside AWS), and their owners; None: not known."""
    absent: tuple[Reason, str] = ("no_route", "NO_ROUTE_TO_DESTINATION")
    """Reason and code for a subnet's route table without a route."""
    guessed: bool = False
    """Whether the packet's ports are the usual ones of a client, not known ones."""
    trying: bool = False
    """Whether another route than the one in use is only tried, to explain: then nothing further is tried, so
    that the work stays small whatever the tables hold."""

    def aside(self) -> "Leg":
        """Return the same leg with a trace of its own: to try another route, only to explain."""
        trace = Trace(self.trace.direction)
        return Leg(self.topology, trace, self.packet, self.origin, self.wanted, self.absent, trying=True)
