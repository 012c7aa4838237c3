"""One question of a user, answered for every caller and every address that it stands for."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.missing import Missing
from apidoctor.reasoning.network import Flow, Reach, Topology, reach
from apidoctor.reasoning.network.addresses import blocks_between, is_v6
from apidoctor.reasoning.network.interfaces import instance_interface, interface
from apidoctor.reasoning.network.sets import Passing, passing
from apidoctor.reasoning.reachability.callers import Caller, callers
from apidoctor.reasoning.reachability.client_vpn import behind
from apidoctor.reasoning.reachability.notes import notes_on
from apidoctor.reasoning.reachability.targets import Target, targets


class Question(Struct, frozen=True, kw_only=True):
    """From where to where."""

    from_: str
    """The caller's place; see `callers`."""
    to: str
    """The target; see `targets`."""
    protocol: str = "tcp"
    """Name or number."""
    port: int = 443
    """The destination's port."""
    src_port: tuple[int, int] | None = None
    """The client's ports, where they are not its platform's usual ones."""
    at: str | None = None
    """Where an outside address enters."""


class Answered(Struct, frozen=True):
    """One caller and one address."""

    caller: Caller
    """Who calls."""
    target: Target
    """Where to."""
    flow: Flow
    """The flow that was judged."""
    reach: Reach
    """What is found."""
    passing: tuple[Passing, ...] = ()
    """All that gets through between the two, with the flow's protocol."""
    notes: tuple[str, ...] = ()
    """What does not block and is worth knowing."""

    @property
    def ends(self) -> tuple[str, str]:
        """The two ends as a rule or route would name them: addresses or blocks, else in words."""
        own = (
            ", ".join(blocks_between(self.passing[0].sources[0], self.passing[-1].sources[1])[:2])
            if self.passing
            else ""
        )
        return (
            own or self.flow.src_ip or self.caller.words,
            self.target.ip or self.flow.dst_ip or self.target.words,
        )


class Unclear(Exception):
    """Caller or target cannot be told; ``missing`` says what would tell."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__("caller or target is not known")
        self.missing = missing


def answered(topology: Topology, asked: Question) -> Iterator[Answered]:
    """Answer a question for every caller and every address of the target.

    Raises:
        ValueError: caller or target is not written like one.
        Unclear: caller or target cannot be told from what was seen.
    """
    who, where = callers(topology, asked.from_), targets(topology, asked.to)
    if not (who.known and where.known):
        raise Unclear((*who.missing, *where.missing))
    for caller in who.value:
        for target in _of_one_family(topology, caller, where.value):
            flow = _flow(caller, target, asked)
            found = _reach(topology, caller, flow)
            yield Answered(caller, target, flow, found, passing(topology, flow), notes_on(topology, found))


def missing_of(topology: Topology, asked: Question) -> tuple[Missing, ...]:
    """Say what an answer misses.  Raises ValueError as `answered` does."""
    who, where = callers(topology, asked.from_), targets(topology, asked.to)
    if not (who.known and where.known):
        return (*who.missing, *where.missing)
    return tuple(
        gap
        for caller in who.value
        for target in _of_one_family(topology, caller, where.value)
        for gap in _reach(topology, caller, _flow(caller, target, asked)).unknown
    )


def _reach(topology: Topology, caller: Caller, flow: Flow) -> Reach:
    found = reach(topology, flow)
    return behind(topology, caller.vpn, flow.dst_ip, found) if caller.vpn is not None else found


def _flow(caller: Caller, target: Target, asked: Question) -> Flow:
    return replace(
        caller.flow,
        dst_ip=target.ip,
        dst_eni=target.eni,
        dst_port=asked.port,
        protocol=asked.protocol,
        src_at=asked.at,
        src_port=asked.src_port or caller.flow.src_port,
    )


def _of_one_family(topology: Topology, caller: Caller, every: tuple[Target, ...]) -> tuple[Target, ...]:
    """Leave out addresses of a family that the caller's address is not of, unless there is no other."""
    v6 = _only_v6(topology, caller.flow)
    return tuple(each for each in every if each.ip is None or (":" in each.ip) == v6) or every


def _only_v6(topology: Topology, flow: Flow) -> bool:
    """Say whether the caller is known to have IPv6 addresses only."""
    if flow.src_ip:
        return ":" in flow.src_ip
    if not (flow.src_eni or flow.src_instance):
        return False
    named = flow.src_instance or ""
    fact = interface(topology, flow.src_eni) if flow.src_eni else instance_interface(topology, named)
    found = fact.value if fact.known else None
    return bool(found and found.addresses) and all(map(is_v6, found.addresses if found else ()))
