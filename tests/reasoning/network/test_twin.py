"""The engine against a second, brute-force evaluator, and laws of its answers, in generated worlds."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import islice
from random import Random
from typing import get_args

import pytest

from apidoctor.reasoning.network import Flow, Topology, reach
from apidoctor.reasoning.network.addresses import number, written
from apidoctor.reasoning.network.sets import Passing, passing
from apidoctor.reasoning.network.values import Reach, Reason
from apidoctor.reasoning.network.who import Reacher, who_reaches

from .twin.compare import Case, ask_engine, asked, cases, count, excuse, region_of, topology_of
from .twin.shapes import Facts, Thing, address_of, inside
from .twin.worlds import worlds

SEEDS = (1, 6)
FLOWS = 2400
"""Flows of each seed: enough that every reason occurs in each."""
MOST_EXCUSED = 0.002
"""Share of flows that known faults of the engine may explain."""

BY_REGION = ("describe_transit_gateway_peering_attachments",)
"""Connections between Regions: the engine looks in one of the two only, but remembers what was found in either."""

TCP = 6
REASONS = frozenset(get_args(Reason))


def some_worlds(seed: int, how_many: int) -> Iterator[tuple[Thing, list[Thing]]]:
    yield from islice(worlds(seed), how_many)


def topologies(snapshot: Thing, flows: list[Thing]) -> Iterator[tuple[Topology, Thing]]:
    """One topology for all flows of a world whose destinations are in one Region."""
    made: dict[str, Topology] = {}
    for flow in flows:
        region = region_of(snapshot, flow["dst_ip"])
        if region not in made:
            made[region] = topology_of(snapshot, flow)
        yield made[region], flow


# --- the same answers as the twin's


@pytest.mark.parametrize("seed", SEEDS)
def test_the_engine_and_the_twin_say_the_same(seed):
    seen: Counter[str] = Counter()
    excused = 0
    different: list[Case] = []
    for case in cases(seed, FLOWS):
        count(case, seen)
        well_formed(case.theirs)
        if case.differences:
            if excuse(case):
                excused += 1
            else:
                different.append(case)

    assert not different, told(different)
    assert excused <= MOST_EXCUSED * FLOWS
    assert {reason for reason in REASONS if not seen[reason]} == set(), "reasons that never occur"
    assert all(seen[f"reachable {verdict}"] > FLOWS // 50 for verdict in (True, False, None))


def well_formed(answer: Reach) -> None:
    """Hops are numbered, and each blocker is at a hop of its direction, or before the first when there is none."""
    for way, path in (("forward", answer.path), ("return", answer.return_path)):
        assert [hop.hop for hop in path] == list(range(1, len(path) + 1))
        for blocker in answer.blockers:
            if blocker.direction == way:
                assert blocker.reason in REASONS
                assert blocker.code
                assert blocker.detail
                assert 1 <= blocker.hop <= len(path) or (blocker.hop == 0 and not path), blocker


def told(different: list[Case]) -> str:
    """The smallest world of those in which the two differ, and its flow."""
    least = min(different, key=lambda case: len(json.dumps(case.snapshot)))
    answer = least.theirs
    return "\n".join([
        f"{len(different)} flows differ; the smallest world with one:",
        *least.differences,
        f"flow: {json.dumps(least.flow)}",
        f"twin: {least.ours['reachable']} {least.ours['blockers']} {least.ours['missing']}",
        f"engine: {answer.reachable} {answer.blockers} {answer.unknown}",
        f"path: {[(hop.id, hop.decided_by) for hop in answer.path]}",
        f"return: {[(hop.id, hop.decided_by) for hop in answer.return_path]}",
        f"accounts: {json.dumps(without_empty(least.snapshot['accounts']))}",
    ])  # fmt: skip


def without_empty(accounts: Thing) -> Thing:
    return {
        account: {
            region: {name: answer for name, answer in answers.items() if any(answer.values())}
            for region, answers in regions.items()
        }
        for account, regions in accounts.items()
    }


# --- what is remembered changes nothing


@pytest.mark.parametrize("seed", [11, 12])
def test_what_a_topology_remembers_changes_no_answer(seed):
    for snapshot, flows in some_worlds(seed, 120):
        for place, (topology, flow) in enumerate(topologies(snapshot, flows * 2)):
            if place < len(flows):  # first other questions about the same ways
                reach(topology, asked({**flow, "dst_port": 80}))
                reach(topology, asked({**flow, "src_port": [2000, 40000], "protocol": "udp"}))
            else:
                alone = ask_engine(snapshot, flow)
                if not any(getattr(gap, "operation", "") in BY_REGION for gap in alone.unknown):
                    assert reach(topology, asked(flow)) == alone, flow


# --- sets


def test_a_flow_passes_when_it_is_in_the_set():
    rng, tried = Random(21), 0
    for snapshot, flows in some_worlds(21, 160):
        for topology, flow in islice(topologies(snapshot, flows), 2):
            for piece in passing(topology, asked(flow)):
                for source, source_port, port in samples(rng, piece):
                    answer = reach(topology, concrete(flow, source, source_port, port))
                    inside = piece.holds(source, source_port, piece.protocol, port)
                    assert inside is (answer.reachable is True), (flow, written(source), source_port, port)
                    tried += inside
    assert tried > 300, "too few flows that pass"


def samples(rng: Random, piece: Passing) -> list[tuple[int, int, int]]:
    """Flows at the edges of a piece, and anywhere in it."""
    first, last = piece.sources
    if piece.protocol not in (TCP, 17):
        return [(source, -1, -1) for source in {first, last, rng.randint(first, last)}]
    here, there = edges(piece.source_ports), edges(piece.destination_ports)
    here |= edges(piece.open_source_ports) | {rng.randrange(65536)}
    there |= edges(piece.open_destination_ports) | {443, rng.randrange(65536)}
    every = [
        (source, source_port, port)
        for source in sorted({first, last, rng.randint(first, last)})
        for source_port in sorted(here)
        for port in sorted(there)
    ]
    return rng.sample(every, min(len(every), 12))


def edges(ranges: tuple[tuple[int, int], ...]) -> set[int]:
    found = {port for first, last in ranges for port in (first - 1, first, last, last + 1)}
    return {port for port in found if 0 <= port <= 65535}


def concrete(flow: Thing, source: int, source_port: int, port: int) -> Flow:
    ports = {"dst_port": port, "src_port": source_port} if source_port >= 0 else {}
    return asked({**flow, "src_ip": written(source), **ports})


# --- who reaches


def test_who_reaches_an_interface_is_who_can_call_it():
    yes = no = 0
    for snapshot, _ in some_worlds(31, 120):
        enis = [eni for _, eni in Facts(snapshot).interfaces()]
        rng = Random(len(enis))
        for target in rng.sample(enis, min(2, len(enis))):
            flow = {"dst_ip": target["PrivateIpAddress"]}
            topology = topology_of(snapshot, flow)
            found = who_reaches(topology, target["NetworkInterfaceId"])
            for caller in enis:
                answer = reach(topology, by_its_groups(caller, target))
                among = any(holds(each, caller) for each in found if each.reachable and each.share == 1)
                assert among is (answer.reachable is True), (caller, target, found, answer)
                yes, no = yes + among, no + (not among)
    assert min(yes, no) > 100


def by_its_groups(caller: Thing, target: Thing) -> Flow:
    """A call from an interface's subnet and address, by a member of its groups, which let it out."""
    return Flow(
        src_subnet=caller["SubnetId"],
        src_ip=address_of(caller, 4),
        src_member_of=tuple(one["GroupId"] for one in caller["Groups"]),
        dst_eni=target["NetworkInterfaceId"],
        dst_ip=target["PrivateIpAddress"],
    )


def holds(found: Reacher, caller: Thing) -> bool:
    address = number(address_of(caller, 4) or "")
    groups = [one["GroupId"] for one in caller["Groups"]]
    return (
        found.subnet == caller["SubnetId"]
        and address is not None
        and found.sources[0] <= address <= found.sources[1]
        and found.group in ("", *groups)
    )


# --- one thing less, or more


def test_fewer_allowing_rules_let_nothing_new_through():
    assert_never({None: {True}, False: {True}}, remove_a_rule, 41, 150)


def test_more_allowing_rules_block_nothing():
    assert_never({True: {False}}, add_a_rule, 42, 150)


def test_what_is_forgotten_decides_nothing_and_turns_no_answer_around():
    assert_never({True: {False}, False: {True}, None: {True, False}}, forget, 43, 150, plain)


def plain(snapshot: Thing, flow: Thing) -> bool:
    """Whether all owners were looked at, and it is clear of which VPC the flow's addresses are.

    Of VPCs that overlap, the one that is known is taken to be meant; a caller's address that no known subnet has
    is taken for an outside one; and the owner of a VPC that nobody shows is guessed from the gateway that leads
    there (the engine then is certain of what its list does not hold).
    """
    facts = Facts(snapshot)
    owners = set(re.findall(r"Owner(?:Id)?': '(\d+)'", str(snapshot["accounts"])))
    vpcs: dict[str, set[str]] = {}
    for _, _, subnet in facts.listed("describe_subnets"):
        for wanted in (flow["dst_ip"], flow.get("src_ip")):
            if wanted and subnet["CidrBlock"] and inside(wanted, subnet["CidrBlock"]):
                vpcs.setdefault(wanted, set()).add(subnet["VpcId"])
    return (
        owners <= set(snapshot["accounts"])
        and all(len(each) == 1 for each in vpcs.values())
        and flow.get("src_ip") not in vpcs
    )


def assert_never(
    turns: dict[bool | None, set[bool | None]],
    change: Callable[[Random, Thing], str],
    seed: int,
    how_many: int,
    only: Callable[[Thing, Thing], bool] = lambda snapshot, flow: True,
) -> None:
    """Change worlds in one thing; no answer may turn as *turns* say."""
    rng, changed = Random(seed), 0
    for snapshot, every in some_worlds(seed, how_many):
        flows = [flow for flow in every if only(snapshot, flow)]
        before = [ask_engine(snapshot, flow) for flow in flows]
        for _ in range(3):
            other = deepcopy(snapshot)
            what = change(rng, other)
            for flow, answer in zip(flows, before, strict=True):
                after = ask_engine(other, flow)
                changed += after != answer
                assert after.reachable not in turns.get(answer.reachable, set()), (what, flow, answer, after)
    assert changed > 100, "the changes changed nothing"


def objects(snapshot: Thing, operation: str) -> list[list[Thing]]:
    """The objects of an operation, each with all the views of it that accounts have."""
    views: dict[str, list[Thing]] = {}
    for _, _, one in Facts(snapshot).listed(operation):
        views.setdefault(one.get("GroupId") or one["NetworkAclId"], []).append(one)
    return list(views.values())


def remove_a_rule(rng: Random, snapshot: Thing) -> str:
    """Take one rule out of a group, or one allowing entry out of an ACL."""
    groups, acls = objects(snapshot, "describe_security_groups"), objects(snapshot, "describe_network_acls")
    if rng.random() < 0.6 and groups:
        views = rng.choice(groups)
        member = rng.choice(("IpPermissions", "IpPermissionsEgress"))
        rules = views[0][member]
        gone = rng.choice(rules) if rules else None
    elif acls:
        views, member = rng.choice(acls), "Entries"
        allowing = [one for one in views[0][member] if one["RuleAction"] == "allow"]
        gone = rng.choice(allowing) if allowing else None
    else:
        return "nothing"
    for view in views:
        view[member] = [one for one in view[member] if one != gone]
    return f"{gone} out of {views[0].get('GroupId') or views[0]['NetworkAclId']}"


def add_a_rule(rng: Random, snapshot: Thing) -> str:
    """Let everything into or out of a group, or an ACL."""
    every = [
        {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
    ]
    groups, acls = objects(snapshot, "describe_security_groups"), objects(snapshot, "describe_network_acls")
    if rng.random() < 0.5 and groups:
        views, rule = rng.choice(groups), rng.choice(every)
        member = rng.choice(("IpPermissions", "IpPermissionsEgress"))
        for view in views:
            view[member] = [*view[member], rule]
        return f"{rule} into {views[0]['GroupId']}"
    if not acls:
        return "nothing"
    views, egress = rng.choice(acls), rng.random() < 0.5
    first = {"RuleNumber": 1, "RuleAction": "allow", "Egress": egress, "Protocol": "-1"}
    for view in views:
        view["Entries"] = [
            *view["Entries"], {**first, "CidrBlock": "0.0.0.0/0"},
            {**first, "RuleNumber": 2, "Ipv6CidrBlock": "::/0"},
        ]  # fmt: skip
    return f"an entry into {views[0]['NetworkAclId']}"


def forget(rng: Random, snapshot: Thing) -> str:
    """Forget one answer of one account and Region."""
    every = [
        (answers, name, f"{account}/{region}/{name}")
        for account, regions in snapshot["accounts"].items()
        for region, answers in regions.items()
        for name, answer in answers.items()
        if any(answer.values())
    ]
    answers, name, what = rng.choice(every)
    del answers[name]
    return what
