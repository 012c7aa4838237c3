"""A live run against its critical path, behind a control plane that answers each call after 50 ms.

    python -m benchmarks.live [ROUNDS] [DELAY_MS]

Every look-up is timed where it happens.  A look-up follows the one that ended last before it began; the critical
path is the longest such chain.  Printed: wall time of the run over that chain (mark: 1.15), and over all in a row;
then the whole invoke matrix over its slowest chain (mark: 1.2; see benchmarks/matrix.py).
"""

import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from apidoctor.cli.app import app
from apidoctor.cli.diagnose import prepare
from apidoctor.cli.options import Options
from apidoctor.facts.looker import Looker, Seen
from apidoctor.lab import Lab
from apidoctor.model.missing import Missing
from benchmarks import matrix


class Timed(Struct, frozen=True):
    """One look-up: what, from when to when (seconds)."""

    missing: Missing
    start: float
    end: float


class Recorder:
    """Times every look of another looker."""

    def __init__(self, looker: Looker, looks: list[Timed]) -> None:
        self._looker = looker
        self._looks = looks
        self._lock = threading.Lock()

    def can(self, missing: Missing) -> bool:
        """Say what the other one says."""
        return self._looker.can(missing)

    def look(self, missing: Missing) -> Seen:
        """Look and take the time."""
        start = time.perf_counter()
        seen = self._looker.look(missing)
        with self._lock:
            self._looks.append(Timed(missing, start, time.perf_counter()))
        return seen


def main() -> None:
    """Run the healthy world several times and print medians."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    delay = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    ratios, walls = [], []
    for number in range(rounds + 1):
        with Lab("same-account", delay_ms=delay) as lab, _environment(lab.environment):
            wall, looks = _run(lab.target, lab.arguments)
        if number == 0:
            continue  # the first run imports and fills the cache of cut models
        chain, total = _critical_path(looks), sum(look.end - look.start for look in looks)
        ratios.append(wall / chain)
        walls.append(wall)
        print(
            f"wall {wall:.3f} s  critical path {chain:.3f} s  ratio {wall / chain:.2f}  "
            f"{len(looks)} look-ups, one after the other {total:.2f} s ({total / wall:.1f} x)"
        )
    print(
        f"median ratio {statistics.median(ratios):.2f} (mark: 1.15), median wall {statistics.median(walls):.3f} s"
    )
    for phase_ms in (0.0, float(delay)):
        matrix.measure(rounds, phase_ms)


def _run(target: str, arguments: list[str]) -> tuple[float, list[Timed]]:
    looks: list[Timed] = []
    diagnosis = prepare(_options(target, arguments))
    session = diagnosis.session
    session.lookers = [Recorder(looker, looks) for looker in session.lookers]
    start = time.perf_counter()
    report = session.run()
    assert report.verdict == "healthy", report.root_causes
    return time.perf_counter() - start, looks


def _options(target: str, arguments: list[str]) -> Options:
    """Read the options as the command line does."""
    command = app.get_command(None, "check")  # type: ignore[arg-type]
    assert command
    with command.make_context("check", [target, *arguments]) as context:
        values = {name: value for name, value in context.params.items() if name in Options.__struct_fields__}
    return Options(**values)


def _critical_path(looks: list[Timed]) -> float:
    """Return the length of the longest chain of look-ups."""
    chains: dict[int, float] = {}
    ordered = sorted(looks, key=lambda look: look.end)
    for place, look in enumerate(ordered):
        before = [n for n in range(place) if ordered[n].end <= look.start]
        chains[place] = look.end - look.start + max((chains[n] for n in before[-1:]), default=0.0)
    return max(chains.values())


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


if __name__ == "__main__":
    main()
