"""The whole invoke matrix, 8 forms at 3 interfaces, against its slowest chain.

    python -m benchmarks.matrix [ROUNDS] [DELAY_MS]

The front door is a process of its own, so that client and server share no interpreter; it answers DNS, TLS and HTTP
each after DELAY_MS.  The chain of a cell is DNS, TCP, TLS, HTTP, each as it was timed.  Printed: wall time of the look
over the slowest chain (mark: 1.2), over all chains in a row, and the time with reading and judging.  Where
interfaces are known, cells there do not wait for their names: the ratio to the slowest connection alone is told too.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from apidoctor.engine.matrix import MatrixRun
from apidoctor.engine.registry import load
from apidoctor.facts.looker import Seen
from apidoctor.facts.probes.looker import ProbeLooker
from apidoctor.model.observation import DnsSeen, HttpSeen, TcpSeen
from apidoctor.model.snapshot import FORMAT, FORMAT_VERSION, Snapshot
from apidoctor.reasoning.apigateway.names import read_target
from apidoctor.reasoning.scene.case import Sources
from benchmarks.matrix_world import ADDRESSES, API, REGION, ZONE, accounts

MARK = 1.2


class Timed:
    """Times the look of another prober and keeps what it saw."""

    def __init__(self, prober: ProbeLooker) -> None:
        self._prober = prober
        self.wall = 0.0
        self.seen = Seen()

    def look_at_all(
        self,
        names: Sequence[str],
        cells: Iterable[Any],
        cells_of: Callable[[str, Sequence[Any]], Iterable[Any]],
        seconds: float,
    ) -> Seen:
        """Look and take the time."""
        start = time.perf_counter()
        self.seen = self._prober.look_at_all(names, cells, cells_of, seconds)
        self.wall = time.perf_counter() - start
        return self.seen


def measure(rounds: int, delay_ms: float) -> float:
    """Run the matrix several times, print each, and return the median ratio."""
    ratios = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        words = [sys.executable, "-m", "benchmarks.matrix_door", str(folder), str(delay_ms)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as door:
            try:
                assert door.stdout
                ports = [int(word) for word in door.stdout.readline().split()]
                for number in range(rounds + 1):
                    ratio = _round(folder, ports, told=number > 0)
                    ratios += [ratio] if number else []  # the first round imports
            finally:
                door.terminate()
    median = statistics.median(ratios)
    print(f"median ratio {median:.2f} (mark: {MARK}) with {delay_ms:g} ms for DNS, TLS and HTTP each")
    return median


def _round(folder: Path, ports: list[int], *, told: bool) -> float:
    url = f"https://{API}.{ZONE}/prod/"
    request = read_target(url, region=REGION)
    prober = Timed(
        ProbeLooker(
            request,
            connect_to=[
                f"{address}:443=127.0.0.1:{port}"
                for address, port in zip(ADDRESSES.values(), ports[1:], strict=True)
            ],
            resolvers=[f"127.0.0.1:{ports[0]}"],
            ca_file=str(folder / "ca.pem"),
        )
    )
    snapshot = Snapshot(FORMAT, FORMAT_VERSION, "2026-11-22T10:42:07Z", accounts())
    sources = Sources(aws=True, probe=True, invoke=True)
    run = MatrixRun(load().select(), request, snapshot, sources, prober=prober)
    start = time.perf_counter()
    matrix = run.run()
    whole = time.perf_counter() - start
    chains = _chains(prober.seen)
    forms = {row.form for row in matrix.rows}
    assert len(forms) == 8, forms
    assert len(chains) == 8 * len(ADDRESSES), len(chains)
    assert matrix.works == tuple(dict.fromkeys(row.form for row in matrix.rows)), matrix.summary
    ratio, alone = prober.wall / max(chains), max(_connections(prober.seen))
    if told:
        print(
            f"matrix: {len(chains)} cells  wall {prober.wall * 1000:.0f} ms  "
            f"slowest chain {max(chains) * 1000:.0f} ms  ratio {ratio:.2f} "
            f"(connection alone {prober.wall / alone:.2f})  "
            f"one after the other {sum(chains):.2f} s ({sum(chains) / prober.wall:.1f} x)  "
            f"with judging {whole * 1000:.0f} ms"
        )
    return ratio


def _chains(seen: Seen) -> list[float]:
    """Return the seconds of each cell's chain: the name, then the connection to its end."""
    names = {one.name: one.elapsed_ms or 0.0 for one in seen.observations if isinstance(one, DnsSeen)}
    connects = [one for one in seen.observations if isinstance(one, TcpSeen)]
    calls = [one for one in seen.observations if isinstance(one, HttpSeen)]
    assert len(connects) == len(calls)
    assert all(one.status == 200 for one in calls), [one.sent for one in calls if one.status != 200]
    return [
        (names.get(one.url.split("/")[2], 0.0) + one.elapsed_ms["total"]) / 1000  # connect, handshake, answer
        for one in calls
    ]


def _connections(seen: Seen) -> list[float]:
    """Return the seconds of each connection, without the time of its name."""
    return [one.elapsed_ms["total"] / 1000 for one in seen.observations if isinstance(one, HttpSeen)]


def main() -> None:
    """Measure without a delay and with one."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for delay in [float(word) for word in sys.argv[2:]] or [0.0, 40.0]:
        measure(rounds, delay)


if __name__ == "__main__":
    main()
