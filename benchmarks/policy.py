"""Policy decisions per second and core, against the npm package ``@cloud-copilot/iam-simulate``, in one run.

    python -m benchmarks.policy [ROUNDS] [CASES]

Both decide the same lines, slice by slice in turn, on one thread each; the median of the slices' ratios is printed.
*anew*: the line is parsed and every policy in it read; *compiled*: policies and requests are ready. The deciding
statement is known in both. The peer always gets objects that ``JSON.parse`` made, and is never given less to do.

The package (AGPL-3.0) is fetched by npm into a folder of the system's temporary directory and runs as a process of
its own. Without npm, only our own times are printed.
"""

import gc
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.policy_cases import cases, distinct_policies

PACKAGE = "@cloud-copilot/iam-simulate"
SLICE = 200
WORDS = {"Allowed": "allow", "ExplicitlyDenied": "explicit_deny", "ImplicitlyDenied": "implicit_deny"}
"""The peer's words for our decisions."""
MARKS = {"anew": "at least 8, aim 15", "compiled": "at least 20, aim 40"}

Run = Callable[[int, int], list[str]]
"""Decides a slice of the cases."""


def main() -> None:
    """Print ratios, then memory."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    for size in ("small", "large"):
        _compare(size, [json.dumps(case) for case in cases(7, count, size=size)], rounds)
    for what in ("compiled", "stream"):
        subprocess.run([sys.executable, "-m", "benchmarks.policy", "--memory", what], check=True)


def _compare(size: str, lines: list[str], rounds: int) -> None:
    ours = {"anew": _anew(lines), "compiled": _compiled(lines)}
    documents = sum(_documents(json.loads(line)) for line in lines) / len(lines)
    print(f"{size} cases: {documents:.1f} policies, {sum(map(len, lines)) / len(lines):.0f} bytes each")
    gc.collect()
    gc.freeze()  # the cases themselves are not what is measured
    with _peer(lines) as peer:
        times: dict[str, list[float]] = {name: [] for name in (*ours, "peer")}
        decisions: dict[str, dict[int, str]] = {name: {} for name in times}
        for number in range(rounds + 1):
            for start in range(0, len(lines), SLICE):
                stop = min(start + SLICE, len(lines))
                for name, run in {**ours, **({"peer": peer} if peer else {})}.items():
                    began = time.perf_counter()
                    found = run(start, stop)
                    seconds = time.perf_counter() - began
                    if number:  # the first round warms up
                        times[name].append(seconds / (stop - start))
                    decisions[name].update(enumerate(found, start))
    for name in ours:
        median = statistics.median(times[name])
        print(f"  {name:9} {median * 1e6:7.1f} us  {1 / median:9.0f} decisions/s", end="")
        ratios = [theirs / mine for theirs, mine in zip(times["peer"], times[name], strict=False)]
        print(
            f"  {statistics.median(ratios):5.1f} x the peer ({MARKS[name]})"
            if ratios
            else "  (no npm: no peer)"
        )
    if times["peer"]:
        print(f"  peer      {statistics.median(times['peer']) * 1e6:7.1f} us")
        _print_agreement(lines, decisions)


def _print_agreement(lines: list[str], decisions: dict[str, dict[int, str]]) -> None:
    theirs = {at: WORDS.get(word, word) for at, word in decisions["peer"].items()}
    apart = [at for at, word in theirs.items() if word != decisions["compiled"][at]]
    print(
        f"  decisions: {dict(Counter(decisions['compiled'].values()))}; {len(apart)} differ from the peer's"
    )
    for at in apart[:3]:
        print(f"    {decisions['compiled'][at]}, peer {theirs[at][:200]}: {lines[at][:400]}")


def _documents(case: dict[str, Any]) -> int:
    given = case["policies"]
    single = sum(given[name] is not None for name in ("resource", "endpoint", "boundary", "session"))
    return len(given["identity"]) + single + sum(map(len, given["scps"] + given["rcps"]))


def _anew(lines: list[str]) -> Run:
    from apidoctor.reasoning.iam.policy import compile_policy
    from apidoctor.reasoning.simulation.answer import judge
    from apidoctor.reasoning.simulation.case import read_case

    texts = [line.encode() for line in lines]
    return lambda start, stop: [
        judge(read_case(text, read=compile_policy)).decision for text in texts[start:stop]
    ]


def _compiled(lines: list[str]) -> Run:
    from apidoctor.reasoning.iam import decide
    from apidoctor.reasoning.simulation import read_case

    ready = [read_case(line.encode()) for line in lines]
    return lambda start, stop: [decide(case.request, case.policies).decision for case in ready[start:stop]]


@contextmanager
def _peer(lines: list[str]) -> Iterator[Run | None]:
    """The peer, running; ``None`` where there is no npm."""
    folder = _fetched()
    if folder is None:
        yield None
        return
    file = folder / "cases.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    script = Path(__file__).with_name("policy_peer.mjs")
    command = ["node", str(script), str(folder), str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout

        def run(start: int, stop: int) -> list[str]:
            process.stdin.write(f"{start} {stop}\n")
            process.stdin.flush()
            found: list[str] = json.loads(process.stdout.readline())["decisions"]
            return found

        yield run
        process.stdin.close()


def _fetched() -> Path | None:
    if not shutil.which("npm") or not shutil.which("node"):
        return None
    folder = Path(tempfile.gettempdir()) / f"apidoctor-benchmark-{os.getuid()}"
    if not (folder / "node_modules" / PACKAGE).is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", str(folder), PACKAGE], check=True)
    return folder


def _print_memory(what: str) -> None:
    """Measured in a process of its own, by the growth of its resident set."""
    if what == "compiled":
        _print_compiled_memory(100_000)
    else:
        _print_stream_memory(20_000)


def _print_compiled_memory(count: int) -> None:
    from apidoctor.reasoning.iam import Policies, Request, decide
    from apidoctor.reasoning.iam.policy import compile_policy

    texts = [json.dumps(each) for each in distinct_policies(11, count)]
    request = Request("execute-api:Invoke", "*", "arn:aws:iam::111111111111:user/ann")
    before = _resident()
    policies = [compile_policy(text, "identity") for text in texts]
    read = _resident()
    for policy in policies:
        decide(request, Policies(identity=(policy,)))
    evaluated = _resident()
    size = sum(map(len, texts)) / 2**20
    print(
        f"{count} distinct policies of {size:.0f} MiB JSON: {(read - before) / 2**20:.0f} MiB when read, "
        f"{(evaluated - before) / 2**20:.0f} MiB when each was evaluated"
    )


def _print_stream_memory(count: int) -> None:
    from apidoctor.reasoning.simulation.stream import run_batch

    grown = []
    for number in (count // 10, count, count * 3):
        lines = (json.dumps(case).encode() for case in cases(13, number, size="small"))
        with open(os.devnull, "wb") as nowhere:
            run_batch(lines, nowhere)
        grown.append(_peak())
    print(
        f"stream: peak {grown[0]:.0f} MiB after {count // 10} lines, {grown[1]:.0f} after {count} more, "
        f"{grown[2]:.0f} after {count * 3} more"
    )


def _resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        _print_memory(sys.argv[2])
    else:
        main()
