"""A visit to a case: the world is made so, measured, and seen by the probe; later tests read what came of it."""

import contextlib
import fcntl
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from netns.cases.case import Case
from netns.measure import Plain
from netns.world import World


@dataclass(frozen=True)
class Visit:
    """What came of it."""

    plain: dict[str, str]
    """What was measured."""


class Visits:
    """All visits of a run; each case is made once, by whichever process comes first."""

    def __init__(self, net: World, folder: Path) -> None:
        self._net = net
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def visit(self, case: Case) -> Visit:
        file = self._folder / f"{case.name}.json"
        with _alone(file.with_suffix(".lock")):
            if not file.exists():
                seen = self._make(case)
                file.write_text(json.dumps(asdict(seen)))
            return Visit(**json.loads(file.read_text()))

    def _make(self, case: Case) -> Visit:
        net = self._net
        try:
            case.arrange(net)
            trusted = net.both if case.trusts_company else net.amazon.file
            plain = Plain(net, case.target, str(trusted), case.headers)
            return Visit(plain=plain.measure(case.whole_truth))
        finally:
            net.reset()


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
