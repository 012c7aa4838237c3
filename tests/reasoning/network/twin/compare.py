"""Ask the engine and the twin the same question."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from apidoctor.model.inventory import Inventory
from apidoctor.reasoning.network import Flow, Topology, reach

from .evaluate import evaluate
from .shapes import Facts, Thing, inside
from .worlds import worlds


def region_of(snapshot: Thing, address: str) -> str:
    """The Region of the interface with an address, else of the subnet that holds it, else of the first VPC."""
    facts = Facts(snapshot)
    found = [region for region, _ in facts.with_address(address)]
    for _, region, subnet in facts.listed("describe_subnets"):
        if subnet.get("CidrBlock") and inside(address, subnet["CidrBlock"]):
            found.append(region)
    return "us-east-1" if "us-east-1" in found or not found else found[0]


def ask_engine(snapshot: Thing, flow: Thing) -> Any:
    """The engine's answer through its public interface."""
    region = region_of(snapshot, flow["dst_ip"])
    others = sorted({one for _, one in Facts(snapshot).places()} - {region})
    asked = dict(flow)
    if isinstance(asked.get("src_port"), int):
        asked["src_port"] = (asked["src_port"], asked["src_port"])
    elif asked.get("src_port"):
        asked["src_port"] = tuple(asked["src_port"])
    if asked.get("src_groups") is not None:
        asked["src_groups"] = tuple(asked["src_groups"])
    return reach(Topology(Inventory(snapshot["accounts"]), region, others), Flow(**asked))


def compare(snapshot: Thing, flow: Thing, settled: bool = False) -> list[str]:
    """Return the differences between the two answers; *settled*: without those that ``SETTLED`` explains."""
    ours, theirs = evaluate(snapshot, flow), ask_engine(snapshot, flow)
    mine = {(one["reason"], one["direction"], one["subject"]) for one in ours["blockers"]}
    other = {(one.reason, one.direction, one.subject) for one in theirs.blockers}
    expected, missing = ours["reachable"], ours["missing"]
    if settled:
        mine, other, missing = settle(mine, other, missing, flow)
        expected = False if mine else None if missing else True
    found = []
    if expected is not theirs.reachable:
        found.append(f"reachable twin={expected} engine={theirs.reachable}")
    found += [f"only twin: {' '.join(one)}" for one in sorted(mine - other)]
    found += [f"only engine: {' '.join(one)}" for one in sorted(other - mine)]
    if expected is None and theirs.reachable is None and not theirs.unknown:
        found.append("the engine is undecided and names nothing unknown")
    return found


Blockers = set[tuple[str, str, str]]


def settle(
    mine: Blockers, other: Blockers, missing: list[str], flow: Thing
) -> tuple[Blockers, Blockers, list[str]]:
    """Take the differences out that are a matter of reading and not of fact.

    1. One wrong route, named at the table where it parts (the engine) or where it ends up (the twin).
    """
    for way in ("forward", "return"):
        ours = {one for one in mine if one[:2] == ("wrong_target", way)}
        theirs = {one for one in other if one[:2] == ("wrong_target", way)}
        if ours and theirs:
            mine = mine - ours | theirs
    return mine, other, missing


def disagreements(
    seed: int, flows: int, seen: Counter[str], settled: bool = False
) -> Iterator[tuple[Thing, Thing, list[str]]]:
    """Compare a number of flows; count in *seen* how they came out for the twin."""
    done = 0
    for snapshot, asked in worlds(seed):
        for flow in asked:
            done += 1
            ours = evaluate(snapshot, flow)
            seen[f"reachable {ours['reachable']}"] += 1
            for one in ours["blockers"]:
                seen[f"{one['direction']} {one['reason']}"] += 1
            differences = compare(snapshot, flow, settled)
            if differences:
                yield snapshot, flow, differences
        if done >= flows:
            return
