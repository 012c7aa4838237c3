"""What is gathered while a flow is walked: hops, blockers, assumptions and what is missing."""

from collections.abc import Iterable
from typing import Any, TypeVar

from msgspec import Struct

from apidoctor.model.facts import Fact
from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.network.addresses import Block
from apidoctor.reasoning.network.routes import Route, RouteTable
from apidoctor.reasoning.network.scope import Scope
from apidoctor.reasoning.network.topology import Home, Place, Topology
from apidoctor.reasoning.network.traffic import Packet
from apidoctor.reasoning.network.values import Blocker, Direction, Hop, Reach, Reason

T = TypeVar("T")

INSIDE = "inside"
"""Among the kinds of routes: replies to what was taken for an outside address lead into a VPC."""


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
    exits: tuple[Place, ...] | None = ()
    """Subnets of the attachment through which a transit gateway hands it to the VPC; None: not known."""
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


class Gate(Struct, frozen=True):
    """An ACL on a way that is walked once for many packets: each of them is judged there by itself."""

    place: Place
    """The subnet."""
    egress: bool
    """Which way: out, or in."""
    where: str
    """What the subnet is."""


Mark = tuple[int, int, frozenset[Direction], int]
"""How many blockers, missing things, directions in doubt and ACLs were found."""


class Trace:
    """Gathers what one flow shows; the engine's only mutable value."""

    __slots__ = (
        "assumptions",
        "blockers",
        "direction",
        "doubts",
        "fixed",
        "missing",
        "paths",
        "scope",
        "scopes",
        "steps",
        "through",
    )

    def __init__(
        self,
        direction: Direction = "forward",
        scopes: dict[Direction, Scope] | None = None,
        *,
        recording: bool = False,
    ) -> None:
        self.direction: Direction = direction
        self.blockers: list[Blocker] = []
        self.missing: dict[Missing, None] = {}
        self.assumptions: dict[str, None] = {}
        self.paths: dict[Direction, list[Hop]] = {"forward": [], "return": []}
        self.scopes = scopes
        """For which packets of each direction all this holds; None: nobody asks."""
        self.scope = scopes[direction] if scopes else None
        """The one of the current direction."""
        self.doubts: set[Direction] = set()
        """Directions in which something is missing."""
        self.steps: list[tuple[int, Gate]] | None = [] if recording else None
        """While a way is recorded: the ACLs on it, each with the number of hops before it."""
        self.through: set[str] = set()
        """Kinds of routes that the way took from VPC to VPC, or out."""
        self.fixed = True
        """Whether what is recorded hangs on nothing but the destination's address."""

    def turn(self, direction: Direction) -> None:
        """Go on with the packets of a direction."""
        self.direction = direction
        self.scope = self.scopes[direction] if self.scopes else None

    def later(self, place: Place, egress: bool, where: str) -> None:
        """Keep an ACL for each packet that takes the recorded way."""
        if self.steps is not None:
            self.steps.append((len(self.paths[self.direction]), Gate(place, egress, where)))

    def hop(self, kind: str, subject: str, decided_by: str) -> int:
        """Add a hop to the path of the current direction and return its number."""
        path = self.paths[self.direction]
        number = len(path) + 1
        path.append(Hop(number, kind, subject, decided_by))
        return number

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

    def mark(self) -> Mark:
        """Return how much was found so far."""
        return len(self.blockers), len(self.missing), frozenset(self.doubts), len(self.steps or ())

    def forget(self, mark: Mark) -> None:
        """Forget what blocks and what is missing since a mark; the hops stay."""
        if self.steps is not None:
            del self.steps[mark[3] :]
        del self.blockers[mark[0] :]
        for gap in list(self.missing)[mark[1] :]:
            del self.missing[gap]
        self.doubts = set(mark[2])

    def need(self, *missing: Missing) -> None:
        """Note what would have to be known."""
        if missing:
            self.missing.update(dict.fromkeys(missing))
            self.doubts.add(self.direction)

    def lack(self, what: str) -> None:
        """Note a fact that no look-up tells."""
        self.need(Gap(f"fact: {what}"))

    def known(self, fact: Fact[T]) -> bool:
        """Say whether *fact* is known, and note what is missing when it is not."""
        if not fact.known:
            self.need(*fact.missing)
        return fact.known

    def answer(self) -> Reach:
        """Return all that was gathered as the answer."""
        blockers = self.blockers
        if len(blockers) > 1:
            blockers = sorted(blockers, key=_position)
        return Reach(
            False if blockers else None if self.missing else True,
            tuple(blockers),
            tuple(self.assumptions),
            tuple(self.missing),
            tuple(self.paths["forward"]),
            tuple(self.paths["return"]),
        )


def _position(blocker: Blocker) -> tuple[bool, int]:
    return blocker.direction == "return", blocker.hop


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
    entry: str = ""
    """The attachment by which an outside caller enters: replies leave by it where they may."""
    gates: Any = None
    """ACLs that let its kind of traffic pass, once `gates` has looked for them."""
    trying: bool = False
    """Whether another route than the one in use is only tried, to explain: then nothing further is tried, so
    that the work stays small whatever the tables hold."""

    def aside(self) -> "Leg":
        """Return the same leg with a trace of its own: to try another route, only to explain."""
        trace = Trace(self.trace.direction, self.trace.scopes)
        return Leg(self.topology, trace, self.packet, self.origin, self.wanted, self.absent, trying=True)

    def look(self, table: RouteTable) -> Route | None:
        """Return the route that a table has for the packet."""
        if self.trace.scope is None:
            return table.pieces.at(self.packet.destination)
        route, first, last = table.pieces.piece(self.packet.destination)
        self.trace.scope.peer(True, first, last)
        return route

    def around(self, destination: bool, blocks: Iterable[Block]) -> None:
        """Note that what follows hangs on how *blocks* hold the packet's destination (else its source)."""
        if self.trace.scope is not None:
            packet = self.packet
            self.trace.scope.around(destination, blocks, packet.destination if destination else packet.source)
