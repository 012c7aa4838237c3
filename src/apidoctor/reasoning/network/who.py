"""Who can reach an interface on a port: the question of a flow, the other way round.

Every subnet that any account shows is asked as a caller, address by address piece, and so is everything that replies
leave AWS for.  A caller that only a rule by security group lets in is told by that group.
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.missing import Missing
from apidoctor.reasoning.network.addresses import written
from apidoctor.reasoning.network.groups import security_group
from apidoctor.reasoning.network.interfaces import Interface, interface, subnet
from apidoctor.reasoning.network.judge import walk
from apidoctor.reasoning.network.scope import Scope
from apidoctor.reasoning.network.sets import Range, joined
from apidoctor.reasoning.network.shapes import text
from apidoctor.reasoning.network.topology import Topology
from apidoctor.reasoning.network.trace import INSIDE, Trace
from apidoctor.reasoning.network.values import Flow

_FAMILIES: dict[bool, Range] = {False: (0, (1 << 32) - 1), True: (1 << 128, (1 << 129) - 1)}


class Reacher(Struct, frozen=True):
    """Callers that fare alike."""

    sources: Range
    """First and last address, as `addresses.number` counts them."""
    reachable: bool | None
    """True: they get there, and replies get back.  None: some of it is not known."""
    subnet: str = ""
    """Their subnet; empty for addresses outside AWS."""
    vpc: str = ""
    """Their VPC."""
    account: str = ""
    """Owner of the VPC."""
    gateway: str = ""
    """Outside AWS: by what they enter."""
    group: str = ""
    """The security group that they have to be in; empty: whatever groups they have."""
    share: float = 1.0
    """Share of a client's ports to which replies come back, when an ACL passes only some."""
    missing: tuple[Missing, ...] = ()
    """What would have to be known."""


def shows_all_subnets(topology: Topology) -> bool:
    """Say whether every account that was looked at shows all of its subnets: else there may be more callers."""
    every = [
        topology.inventory.seen(account, region, "describe_subnets")
        for account in topology.inventory.accounts
        for region in topology.regions
        if topology.inventory.answer(account, region, "describe_network_interfaces") is not None
    ]
    return bool(every) and all(whole for _, whole in every)


class _Caller(Struct, frozen=True):
    """A place to ask for, and how it is told."""

    flow: Flow
    around: Range
    told: Reacher


def who_reaches(
    topology: Topology, eni: str, port: int = 443, protocol: str = "tcp", address: str | None = None
) -> tuple[Reacher, ...]:
    """Return who reaches an interface (at *address*, by default its first) on a port.

    Callers that certainly do not are left out.  The caller's own security groups are taken to let the call out.
    """
    fact = interface(topology, eni)
    target = fact.value if fact.known else None
    if target is None or not target.addresses:
        return ()
    asked = address or written(target.addresses[0])
    flow = Flow(dst_eni=eni, dst_ip=asked, dst_port=port, protocol=protocol)
    found: list[Reacher] = []
    groups = tuple(_named_groups(topology, target))
    for caller in _subnets(topology, flow, ":" in asked):
        plain = list(_ask(topology, caller))
        found += plain
        for group, vpc in groups:
            if vpc in ("", caller.told.vpc):
                found += _by_membership(topology, caller, group, plain)
    found += _ask(topology, _Caller(flow, _FAMILIES[":" in asked], Reacher((0, 0), True)))
    return tuple(joined(each for each in found if each.reachable is not False))


def _subnets(topology: Topology, flow: Flow, v6: bool) -> Iterator[_Caller]:
    """Yield the address blocks of every subnet that any account shows, each subnet once."""
    names: dict[str, None] = {}
    for account in topology.inventory.accounts:
        for region in topology.regions:
            items, _ = topology.inventory.seen(account, region, "describe_subnets")
            names.update((text(item, "SubnetId"), None) for item in items)
    for name in names:
        fact = subnet(topology, name)
        found = fact.value if fact.known else None
        for around in found.blocks if found else ():
            if around.v6 == v6 and found is not None:
                told = Reacher(
                    (around.first, around.last), True, name, found.place.vpc, found.place.home.account
                )
                asked = replace(flow, src_subnet=name, src_member_of=())
                yield _Caller(asked, (around.first, around.last), told)


def _named_groups(topology: Topology, target: Interface) -> Iterator[tuple[str, str]]:
    """Yield the groups that rules of the target's groups name, each with its VPC as far as that is known."""
    seen: set[str] = set()
    for each in target.groups:
        fact = security_group(topology, each, target.home)
        for rule in fact.value.ingress.every() if fact.known and fact.value else ():
            if rule.group and rule.group not in seen:
                seen.add(rule.group)
                yield rule.group, _vpc_of(topology, rule.group, target)


def _vpc_of(topology: Topology, group: str, target: Interface) -> str:
    found = topology.locate("describe_security_groups", "GroupId", group, target.home)
    return text(found.value[1], "VpcId") if found.known and found.value else ""


def _by_membership(
    topology: Topology, caller: _Caller, group: str, plain: list[Reacher]
) -> Iterator[Reacher]:
    """Ask the addresses that do not get in by themselves once more, as members of *group*."""
    for piece in plain:
        if piece.reachable is True and piece.share == 1:
            continue
        asked = replace(caller.flow, src_member_of=(group,))
        for found in _ask(topology, _Caller(asked, piece.sources, replace(caller.told, group=group))):
            if found.reachable is not piece.reachable:
                yield found


def _ask(topology: Topology, caller: _Caller) -> Iterator[Reacher]:
    """Judge all addresses of a caller, piece by piece."""
    address, last = caller.around
    while address <= last:
        trace = Trace(scopes={"forward": Scope(), "return": Scope()})
        walk(topology, replace(caller.flow, src_ip=written(address)), trace)
        scopes = trace.scopes or {}
        until = min(last, scopes["forward"].source[1], scopes["return"].destination[1])
        yield _judged(caller, trace, (address, max(address, until)))
        address = max(address, until) + 1


def _judged(caller: _Caller, trace: Trace, sources: Range) -> Reacher:
    answer = trace.answer()
    if INSIDE in trace.through:  # the routes say that it is no outside address
        return replace(caller.told, sources=sources, reachable=False)
    shares = [each.partial for each in answer.blockers]
    some = min((share for share in shares if share), default=0.0) if all(shares) else 0.0
    reachable = answer.reachable
    if answer.blockers and some:
        reachable = None if answer.unknown else True
    gateway = ""
    if not caller.told.subnet:
        gateway = next((hop.id for hop in reversed(answer.return_path) if hop.kind in _GATEWAYS), "")
    share = some if answer.blockers else 1.0
    return replace(
        caller.told,
        sources=sources,
        reachable=reachable,
        gateway=gateway,
        share=share,
        missing=answer.unknown if reachable is None else (),
    )


_GATEWAYS = ("vpn-gateway", "transit-gateway-attachment")
