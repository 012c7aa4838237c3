"""Reachability of flows per second and core in a large network, and against a brute-force judge, in one run.

    python -m benchmarks.network [SECONDS [FLOWS]]

Hardly a flow is asked twice (99.4 % of 100 000 are distinct). *Cold* is a fresh topology's first thousand flows; then
the same topology is asked FLOWS flows (100 000), and the rate and the memory at a few marks show what it gains and
keeps. A fixed loop of Python is timed with every slice, for comparing machines. All these are times of the processor,
whoever else uses it.

Then the brute-force judge and the engine decide the same new flows, slice by slice in turn, for SECONDS (10); that
all their verdicts are the same is looked at here and in small worlds.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from apidoctor.facts.files import read_snapshot
from apidoctor.model.inventory import Inventory
from apidoctor.reasoning.network import Flow, Topology, reach
from benchmarks.network_brute import Brute
from benchmarks.network_world import REGION, SMALL, Accounts, Size, flows, snapshot

SLICE = 500
MARKS = (1000, 10_000, 50_000, 100_000)
"""Numbers of flows after which rate and memory are printed."""
LINES = 20_000
"""Lines of the batch."""
MARK = "at least 20 000"
COMPARED = 50
"""Flows in a slice of the comparison."""
_LOOP = 200_000


def main() -> None:
    """Write a world to a file; measure its loading and its flows in processes of their own."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    count = int(sys.argv[2]) if len(sys.argv) > 2 else MARKS[-1]
    with tempfile.TemporaryDirectory(prefix="apidoctor-benchmark-") as folder:
        file = Path(folder) / "world.json"
        _write(file)
        command = [sys.executable, "-m", "benchmarks.network"]
        times = [_load_in_process([*command, "--load", str(file)]) for _ in range(3)]
        median = statistics.median(times)
        print(f"load: {median:.2f} s from the file to the first answer (at most 2)")
        subprocess.run([*command, "--flows", str(file), str(seconds), str(count)], check=True)
        _print_batch(file, min(count, LINES))


def _write(file: Path) -> None:
    size = Size()
    world = snapshot(1, size)
    file.write_text(json.dumps(world), encoding="utf-8")
    answers = [answers for regions in world["accounts"].values() for answers in regions.values()]
    objects = sum(len(listed) for each in answers for found in each.values() for listed in found.values())
    rules = _rules(world["accounts"])
    print(
        f"world: {size.groups} security groups with {rules} rules, {size.interfaces} interfaces, {size.subnets} "
        f"subnets,\n  {size.tables} route tables, {size.vpcs} VPCs on a transit gateway, {len(answers)} accounts: "
        f"{objects} objects, {file.stat().st_size / 2**20:.1f} MiB of JSON"
    )


def _print_batch(file: Path, count: int) -> None:
    """Measure ``apidoctor reach --batch``: all of the process, less what it takes for one line."""
    lines = file.with_suffix(".jsonl")
    asked = islice(flows(3, _accounts(file)), count)
    lines.write_bytes(
        b"\n".join(msgspec.json.encode({"id": n, "flow": _given(f)}) for n, f in enumerate(asked))
    )
    single = file.with_suffix(".line")
    single.write_bytes(lines.read_bytes().splitlines()[0])
    once, every = (_batch(file, each) for each in (single, lines))
    print(f"apidoctor reach --batch: {count / (every - once):.0f} lines/s, {count} lines, whole answers")


def _given(flow: Flow) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(flow).items() if value is not None}


def _batch(file: Path, lines: Path) -> float:
    command = [sys.executable, "-m", "apidoctor", "reach", "--snapshot", str(file), "--batch", str(lines)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _rules(accounts: Accounts) -> int:
    sources = ("IpRanges", "PrefixListIds", "UserIdGroupPairs")
    return sum(
        len(rule[source])
        for regions in accounts.values()
        for group in regions[REGION]["describe_security_groups"]["SecurityGroups"]
        for rule in group["IpPermissions"] + group["IpPermissionsEgress"]
        for source in sources
    )


def _load_in_process(command: list[str]) -> float:
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _load(file: Path) -> None:
    """Print how long it takes to answer the first flow."""
    began = time.perf_counter()
    topology = _topology(_accounts(file))
    reach(topology, Flow(src_eni=f"eni-{1:05x}{0:012x}", dst_ip="10.0.1.20"))
    print(time.perf_counter() - began)


def _accounts(file: Path) -> Accounts:
    return read_snapshot(file)[0].accounts


def _topology(accounts: Accounts) -> Topology:
    return Topology(Inventory(accounts), REGION)


def _measure(file: Path, seconds: float, count: int) -> None:
    accounts = _accounts(file)
    stream = flows(2, accounts)
    topology = _topology(accounts)
    _print_rates(topology, stream, count)
    _compare(topology, Brute(accounts), stream, seconds)
    _print_agreement()


def _print_rates(topology: Topology, stream: Iterator[Flow], count: int) -> None:
    print(f"flows, over 99 % distinct, on one core ({MARK}/s when warm):")
    print("   after  flows/s   us each   resident       peak   loop here")
    print(f"{0:8}{'':20}{_resident():7.0f} MiB{_peak():7.0f} MiB")
    done = 0
    marks = [mark for mark in MARKS if mark < count] + [count]
    verdicts: Counter[bool | None] = Counter()
    for mark in marks:
        times, loops = [], []
        while done < mark:
            asked = list(islice(stream, min(SLICE, mark - done)))
            loops.append(_loop())
            began = time.process_time()
            found = [reach(topology, flow).reachable for flow in asked]
            times.append((time.process_time() - began) / len(asked))
            verdicts.update(found)
            done += len(asked)
        each, loop = statistics.median(times), statistics.median(loops)
        cold = "  (cold)" if mark == marks[0] else ""
        print(
            f"{done:8}{1 / each:9.0f}{each * 1e6:10.0f}{_resident():7.0f} MiB{_peak():7.0f} MiB"
            f"{loop * 1e3:9.1f} ms{cold}"
        )
    print("  verdicts: " + ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items()))


def _compare(topology: Topology, brute: Brute, stream: Iterator[Flow], seconds: float) -> None:
    ends = time.perf_counter() + seconds
    ours, theirs, apart, done = [], [], [], 0
    while time.perf_counter() < ends:
        asked = list(islice(stream, COMPARED))
        began = time.process_time()
        mine = [reach(topology, flow).reachable for flow in asked]
        between = time.process_time()
        others = [brute.reachable(flow) for flow in asked]
        ours.append((between - began) / COMPARED)
        theirs.append((time.process_time() - between) / COMPARED)
        apart += _apart(asked, mine, others)
        done += COMPARED
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    print(
        f"brute force: {statistics.median(theirs) * 1e6:.0f} us a flow, engine {statistics.median(ours) * 1e6:.0f} us: "
        f"{ratio:.1f} x brute force; {len(apart)} of {done} verdicts differ"
    )
    _print_apart(apart)


def _print_agreement() -> None:
    """Compare verdicts in small worlds, where every gate is met often."""
    apart: list[str] = []
    for seed in range(8):
        accounts = snapshot(seed, SMALL)["accounts"]
        topology, brute = _topology(accounts), Brute(accounts)
        asked = list(islice(flows(seed, accounts), 250))
        mine = [reach(topology, flow).reachable for flow in asked]
        apart += _apart(asked, mine, [brute.reachable(flow) for flow in asked])
    print(f"small worlds: {len(apart)} of 2000 verdicts differ")
    _print_apart(apart)


def _apart(asked: list[Flow], mine: list[bool | None], others: list[bool]) -> list[str]:
    together = zip(asked, mine, others, strict=True)
    return [f"{ours}, brute force {theirs}: {flow}" for flow, ours, theirs in together if ours != theirs]


def _print_apart(apart: list[str]) -> None:
    for each in apart[:3]:
        print(f"  {each}")


def _loop() -> float:
    """How long a fixed loop takes: this machine's speed, now."""
    began = time.process_time()
    total = 0
    for each in range(_LOOP):
        total += each & 7
    return time.process_time() - began


def _resident() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--load"]:
        _load(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--flows"]:
        _measure(Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
