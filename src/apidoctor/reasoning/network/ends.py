"""The two ends of a flow: whose interface, in which subnet, with which address."""

from itertools import islice

from msgspec import Struct

from apidoctor.model.facts import Fact
from apidoctor.reasoning.network.addresses import Block, is_v6, number, written
from apidoctor.reasoning.network.interfaces import (
    Interface,
    instance_interface,
    interface,
    interfaces_at,
    shows_none,
    subnet,
    subnets_with,
)
from apidoctor.reasoning.network.topology import Home, Place, Topology
from apidoctor.reasoning.network.trace import Trace
from apidoctor.reasoning.network.values import Flow

_RESERVED = 4
"""Addresses at the start of a subnet that AWS keeps (VPC guide, "Subnet sizing"); the last one too."""
_TRIED = 64
"""How many addresses of a subnet are looked at to find a free one."""


class End(Struct, frozen=True):
    """An end inside a VPC."""

    id: str
    """The interface; the subnet when any free address of it calls."""
    address: int
    """The address used."""
    text: str
    """The same, as text."""
    place: Place
    """Its subnet."""
    home: Home
    """Account of its security groups, and the Region."""
    groups: tuple[str, ...] | None
    """Its security groups; None when nobody knows them yet."""
    kind: str
    """``InterfaceType``."""
    status: str
    """Status of the interface."""
    member_of: tuple[str, ...] | None = None
    """Groups that rules at the other end may count it to; None: those of *groups*."""

    @property
    def state(self) -> str:
        """What it is and how it fares, to be shown."""
        return f"{self.kind or 'interface'}, {self.status or 'state not told'}"

    @property
    def what(self) -> str:
        """What it is, by its id: ``eni`` or ``subnet``."""
        return "subnet" if self.id.startswith("subnet") else "eni"

    @property
    def names(self) -> str:
        """Its groups, to be shown."""
        groups = self.groups
        if not groups:
            return ""
        return groups[0] if len(groups) == 1 else ", ".join(groups)


class Outside(Struct, frozen=True):
    """An end outside AWS."""

    address: int
    """Its address."""
    text: str
    """The same, as text."""
    at: str
    """The gateway or attachment by which it enters; empty when nobody said."""


def source_of(topology: Topology, trace: Trace, flow: Flow, v6: bool) -> End | Outside | None:
    """Find the caller; None when it is unknown or there is none, which the trace then says."""
    if flow.src_eni:
        key = (flow.src_eni, flow.src_ip, v6)
        kept: End | None = topology.ends.get(key)
        if kept is not None:
            return kept
        found = _caller(trace, interface(topology, flow.src_eni), flow.src_eni, flow, v6)
        if found is not None:
            topology.ends[key] = found
        return found
    if flow.src_instance:
        fact = instance_interface(topology, flow.src_instance)
        return _caller(trace, fact, flow.src_instance, flow, v6)
    if flow.src_subnet:
        return _any_address(topology, trace, flow, flow.src_subnet, v6)
    if flow.src_ip:
        return _address(topology, trace, flow, v6)
    trace.block("no_source", "NO_SOURCE_OR_DESTINATION", "", "the flow does not say where it comes from")
    return None


def target_end(found: Interface, address: int, text: str) -> End:
    """Make the destination's end of one of its interfaces."""
    return End(found.id, address, text, found.place, found.home, found.groups, found.kind, found.status)


def _caller(
    trace: Trace, fact: Fact[Interface | None], asked: str, flow: Flow, v6: bool
) -> End | Outside | None:
    if not trace.known(fact):
        return None
    found = fact.value
    if found is None:
        _nobody(trace, asked, f"there is no {asked} in the accounts that were looked at")
        return None
    if found.kind == "vpc_endpoint":
        detail = f"{found.id} belongs to an endpoint, which starts no connections: ask the other way round"
        trace.block("no_source", "VPCE_INTRA_VPC_TRAFFIC", found.id, detail)
        return None
    if not found.place.subnet or not found.place.vpc:
        trace.lack(f"the subnet and VPC of {found.id}")
        return None
    mine = [each for each in found.addresses if is_v6(each) == v6]
    if flow.src_ip is not None:
        wanted = number(flow.src_ip)
        if wanted not in mine:
            detail = f"{flow.src_ip} is none of the addresses of {found.id}"
            trace.block("no_source", "ENI_ADDRESS_RESTRICTION", found.id, detail)
            return None
        mine = [each for each in mine if each == wanted]
    if mine:
        return target_end(found, mine[0], written(mine[0]))
    detail = f"{found.id} has no {'IPv6' if v6 else 'IPv4'} address, and {flow.dst_ip} is one"
    trace.block("address_family", "NO_PATH", found.id, detail)
    return None


def _nobody(trace: Trace, subject: str, detail: str) -> None:
    trace.block("no_source", "NO_SOURCE_OR_DESTINATION", subject, detail)


def _any_address(topology: Topology, trace: Trace, flow: Flow, subnet_id: str, v6: bool) -> End | None:
    fact = subnet(topology, subnet_id)
    if not trace.known(fact):
        return None
    if fact.value is None:
        _nobody(trace, subnet_id, f"there is no {subnet_id} in the accounts that were looked at")
        return None
    place, blocks = fact.value.place, [each for each in fact.value.blocks if each.v6 == v6]
    if not blocks and v6 in fact.value.lacks:
        detail = f"{subnet_id} has no {'IPv6' if v6 else 'IPv4'} addresses, and {flow.dst_ip} is one"
        trace.block("address_family", "NO_PATH", subnet_id, detail)
        return None
    if not blocks:
        trace.lack(f"the {'IPv6' if v6 else 'IPv4'} addresses of {subnet_id}")
        return None
    address = number(flow.src_ip) if flow.src_ip else _free(topology, blocks[0])
    if address is None or not any(each.holds(address) for each in blocks):
        _nobody(trace, subnet_id, f"{flow.src_ip or 'no address'} is in {subnet_id}")
        return None
    text = written(address)
    groups = "" if flow.src_groups is not None else " and groups that let the flow out"
    trace.assumptions[f"the caller has {text} in {subnet_id}{groups}"] = None
    return End(subnet_id, address, text, place, place.home, flow.src_groups, "", "", flow.src_member_of)


def _free(topology: Topology, around: Block) -> int | None:
    """Return a free address of a subnet, as far as its interfaces are known."""
    usable = range(around.first + _RESERVED, around.last)
    free = (each for each in islice(usable, _TRIED) if not _is_taken(topology, each))
    return next(free, next(iter(usable), None))


def _is_taken(topology: Topology, address: int) -> bool:
    fact = interfaces_at(topology, address)
    return fact.known and fact.value is not None


def _address(topology: Topology, trace: Trace, flow: Flow, v6: bool) -> End | Outside | None:
    text = flow.src_ip or ""
    address = number(text)
    if address is None:
        _nobody(trace, text, f"{text!r} is no address")
        return None
    if is_v6(address) != v6:
        detail = f"{text} and {flow.dst_ip} are of different families"
        trace.block("address_family", "NO_PATH", text, detail)
        return None
    known = interfaces_at(topology, address)
    if flow.src_at is None and known.known and known.value:
        if len(known.value) > 1:  # VPCs overlap
            trace.lack(
                f"which of {', '.join(each.id for each in known.value)} calls; all of them have {text}"
            )
            return None
        return target_end(known.value[0], address, text)
    if flow.src_at is None and (places := subnets_with(topology, address)):
        _unused(topology, trace, places, address, text)
        return None
    return Outside(address, text, flow.src_at or "")


def _unused(topology: Topology, trace: Trace, places: tuple[Place, ...], address: int, text: str) -> None:
    """An address of a known subnet is no outside one: then it is an interface that is missing."""
    names = ", ".join(each.subnet for each in places)
    if all(shows_none(topology, each.home, text) for each in places):
        _nobody(trace, text, f"{text} is in {names}, and no interface there has it")
        return
    fact = interfaces_at(topology, address)
    if trace.known(fact):
        trace.lack(f"which interface in {names} has {text}")
