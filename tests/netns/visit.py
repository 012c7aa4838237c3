"""Visits to cases: a world is made so, measured, and seen by the probe; tests read what came of it.

A visit mostly waits for time-outs, so several are made at once, each in a world of its own.  The processes of one run
share what they found: a case is visited once, by whoever claims it first.
"""

import json
import os
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from netns import plan
from netns.cases.case import Case
from netns.measure import PATIENCE, Plain, differences
from netns.seen import seen
from netns.world import World

WORLDS = 3
"""How many worlds one process has."""
GIVE_UP = 150
"""Seconds after which a visit hangs for certain."""


@dataclass(frozen=True)
class Visit:
    """What came of a visit."""

    plain: dict[str, str]
    """What was measured with plain tools."""
    seen: dict[str, str]
    """What the probe saw."""
    snapshot: dict[str, Any]
    """The probe's own output."""
    code: int
    """The probe's exit code."""
    said: str
    """What the probe said to a person, and of errors."""


class Visits:
    """All visits of a run."""

    def __init__(self, cases: Iterable[Case], folder: Path, probe: Path) -> None:
        self._folder = folder
        self._probe = probe
        self._waiting = list(cases)
        self._stopped = threading.Event()
        folder.mkdir(exist_ok=True)
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(WORLDS)]
        for thread in self._threads:
            thread.start()

    def visit(self, case: Case) -> Visit:
        """What came of the visit to *case*; waits for it."""
        end = time.monotonic() + GIVE_UP
        while time.monotonic() < end:
            file = self._folder / f"{case.name}.json"
            if file.exists():
                found = json.loads(file.read_text())
                if "error" in found:
                    raise RuntimeError(found["error"])
                return Visit(**found)
            time.sleep(0.05)
        raise TimeoutError(f"{case.name} was not visited in {GIVE_UP} seconds")

    def close(self) -> None:
        """Take away the worlds."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        net: World | None = None
        try:
            while not self._stopped.is_set() and (case := self._claim()):
                net = net or World()
                self._tell(case, net)
        finally:
            if net is not None:
                net.close()

    def _claim(self) -> Case | None:
        for case in self._waiting:
            try:
                os.close(os.open(self._folder / f"{case.name}.claim", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            return case
        return None

    def _tell(self, case: Case, net: World) -> None:
        try:
            found: dict[str, Any] = asdict(make(case, net, self._probe))
        except Exception:
            found = {"error": traceback.format_exc()}
        part = self._folder / f"{case.name}.part"
        part.write_text(json.dumps(found))
        part.rename(part.with_suffix(".json"))


def make(case: Case, net: World, probe: Path) -> Visit:
    """Visit *case*; a second time with twice the patience when the first found things otherwise than they should be.

    A machine that is busy with other tests may be late; a world that is wrong stays wrong.
    """
    first = look(case, net, probe, 1)
    wrong = differences(case.whole_truth, first.plain), differences(case.sight, first.seen)
    return look(case, net, probe, 2) if any(wrong) else first


def look(case: Case, net: World, probe: Path, patience: float) -> Visit:
    """Make the world of *case*, look at it both ways at once, and take everything back."""
    trusted = str(net.both if case.trusts_company else net.amazon.file)
    try:
        case.arrange(net)
        plain = Plain(net, case.target, trusted, case.headers, patience * PATIENCE)
        with ThreadPoolExecutor(1) as pool:
            measuring = pool.submit(plain.measure, case.whole_truth)
            words = command(case, probe, trusted, patience * case.seconds)
            done = net.host.run(*words, env=environment(case))
            measured = measuring.result()
    finally:
        net.reset()
    snapshot = json.loads(done.stdout) if done.stdout else {"observations": []}
    table = seen(snapshot["observations"], urlsplit(case.target).hostname or "")
    return Visit(measured, table, snapshot, done.returncode, done.stderr)


def command(case: Case, probe: Path, trusted: str, seconds: float) -> list[str]:
    """The probe as an administrator would run it on the host."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable
    headers = [word for name, value in case.headers.items() for word in ("-H", f"{name}: {value}")]
    options = [
        "--region",
        plan.REGION,
        "--ca-file",
        trusted,
        "--timeout",
        str(seconds),
        "--vantage",
        "on-prem",
    ]
    return [python, str(probe), case.target, *case.arguments, *headers, *options]


def environment(case: Case) -> dict[str, str]:
    """The environment without this machine's proxies, and with the case's."""
    own = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {**own, **case.environment}
