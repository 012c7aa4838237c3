"""Ask the engine and the twin the same question."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from apidoctor.model.inventory import Inventory
from apidoctor.reasoning.network import Flow, Topology, reach

from .evaluate import evaluate
from .shapes import Facts, Thing, inside
from .worlds import worlds

Blockers = set[tuple[str, str, str]]
"""Reason, direction and subject of each."""


@dataclass
class Case:
    """One flow in one world, and both answers."""

    snapshot: Thing
    flow: Thing
    ours: Thing
    theirs: Any

    @property
    def mine(self) -> Blockers:
        """What blocks, for the twin."""
        return {(one["reason"], one["direction"], one["subject"]) for one in self.ours["blockers"]}

    @property
    def other(self) -> Blockers:
        """What blocks, for the engine."""
        return {(one.reason, one.direction, one.subject) for one in self.theirs.blockers}

    @property
    def differences(self) -> list[str]:
        """What one says and not the other."""
        mine, other = settled(self.mine, self.other)
        expected = False if mine else None if self.ours["missing"] else True
        found = []
        if expected is not self.theirs.reachable:
            found.append(f"reachable twin={expected} engine={self.theirs.reachable}")
        found += [f"only twin: {' '.join(one)}" for one in sorted(mine - other)]
        found += [f"only engine: {' '.join(one)}" for one in sorted(other - mine)]
        if expected is None and self.theirs.reachable is None and not self.theirs.unknown:
            found.append("the engine is undecided and names nothing unknown")
        return found


def region_of(snapshot: Thing, address: str) -> str:
    """The Region of the interface with an address, else of the subnet that holds it, else of the first VPC."""
    facts = Facts(snapshot)
    found = [region for region, _ in facts.with_address(address)]
    for _, region, subnet in facts.listed("describe_subnets"):
        if subnet.get("CidrBlock") and inside(address, subnet["CidrBlock"]):
            found.append(region)
    return "us-east-1" if "us-east-1" in found or not found else found[0]


def topology_of(snapshot: Thing, flow: Thing) -> Topology:
    """The network, seen from the destination's Region."""
    region = region_of(snapshot, flow["dst_ip"])
    return Topology(
        Inventory(snapshot["accounts"]),
        region,
        sorted({one for _, one in Facts(snapshot).places()} - {region}),
    )


def asked(flow: Thing) -> Flow:
    """The question in the engine's words."""
    told = dict(flow)
    ports = told.get("src_port")
    if ports is not None:
        told["src_port"] = (ports, ports) if isinstance(ports, int) else tuple(ports)
    if told.get("src_groups") is not None:
        told["src_groups"] = tuple(told["src_groups"])
    return Flow(**told)


def ask_engine(snapshot: Thing, flow: Thing) -> Any:
    """The engine's answer through its public interface."""
    return reach(topology_of(snapshot, flow), asked(flow))


def settled(mine: Blockers, other: Blockers) -> tuple[Blockers, Blockers]:
    """Take the differences out that are a matter of reading and not of fact.

    1. One wrong way, named at the table where it parts or where it ends up, when several could be named.
    """
    for way in ("forward", "return"):
        ours = {one for one in mine if one[:2] == ("wrong_target", way)}
        theirs = {one for one in other if one[:2] == ("wrong_target", way)}
        if ours and theirs:
            mine = mine - ours | theirs
    return mine, other


# --- faults of the engine that are known; an entry goes when its fault does


def _behind_nat(case: Case) -> bool:
    """Leaves a rule by group behind a NAT open, though it never matches there."""
    return any("translated" in one for one in case.ours["missing"])


def _first_exit(case: Case) -> bool:
    """Of several attachment subnets that all refuse it tells the ACLs of the first, though others do not ask them."""
    return all(one.startswith("only engine: nacl_") for one in case.differences) and any(
        " the packet leaves by, " in one for one in case.ours["missing"]
    )


FAULTS: tuple[Callable[[Case], bool], ...] = (
    _behind_nat, _first_exit,
)  # fmt: skip

CAREFUL = {
    "zones, though every subnet that may be taken fares alike": ("'describe_subnets'",),
    "a connection that another Region's answer shows": (
        "'describe_vpc_peering_connections'",
        "'describe_transit_gateway_peering_attachments'",
    ),
    "a prefix list whose route leads where the best one does": ("'get_managed_prefix_list_entries'",),
    "which target is meant, though the entry is dead": ("the caller means",),
    "who has an address of a VPC, all of whose interfaces are listed": (
        "the interface that has ",
        "'describe_network_interfaces'",
    ),
    "a gateway that is not the one where the caller enters": ("'describe_vpn_gateways'",),
    "all VPN connections, though one works": ("'describe_vpn_connections'",),
    "the type of icmp, though the rule names another group": ("the type of the packet",),
    "an appliance, though nothing is routed within a subnet": (" lets through ",),
    "an association that a view shows to be none": (
        "(owner of tgw-",
        "route table associated with",
        "'describe_transit_gateway_attachments'",
    ),
    "attachments, though the gateway's owner lists all": ("'describe_transit_gateway_vpc_attachments'",),
}
"""What the engine asks for although the rest decides; it then leaves open what is certain, never the reverse."""


def excuse(case: Case) -> str:
    """The known fault that explains the differences; empty: none does."""
    for fault in FAULTS:
        if fault(case):
            return (fault.__doc__ or "").splitlines()[0]
    unknown = [str(one) for one in case.theirs.unknown]
    found = [what for what, parts in CAREFUL.items() if any(part in one for part in parts for one in unknown)]
    every = [part for parts in CAREFUL.values() for part in parts]
    every.append("by which gateway")  # is asked as well when the way of the replies is not known
    explained = case.ours["missing"] or all(any(part in one for part in every) for one in unknown)
    less = ("reachable twin=True engine=None", "reachable twin=False engine=None", "only twin: ")
    if explained and all(one.startswith(less) for one in case.differences):
        return found[0] if found else ""
    return ""


def cases(seed: int, flows: int) -> Iterator[Case]:
    """Both answers to a number of flows."""
    every = ((snapshot, flow) for snapshot, asked_there in worlds(seed) for flow in asked_there)
    for snapshot, flow in islice(every, flows):
        yield Case(snapshot, flow, evaluate(snapshot, flow), ask_engine(snapshot, flow))


def compare(snapshot: Thing, flow: Thing, excused: bool = False) -> list[str]:
    """Return the differences between the two answers; *excused*: without those that a known fault explains."""
    case = Case(snapshot, flow, evaluate(snapshot, flow), ask_engine(snapshot, flow))
    found = case.differences
    return [] if found and excused and excuse(case) else found


def count(case: Case, seen: Counter[str]) -> None:
    """Count how a flow came out for the twin."""
    seen[f"reachable {case.ours['reachable']}"] += 1
    seen.update({reason for reason, _, _ in case.mine})
