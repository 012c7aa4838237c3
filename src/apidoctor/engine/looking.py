"""Looks up what judgements miss: each thing once, all at once, in threads; what was seen comes back through a queue."""

import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.facts.looker import Looker, Seen
from apidoctor.model.missing import Lookup, Missing, Probe

MAX_THREADS = 32
"""Look-ups under way at once: enough for every probe and read of one path, few enough for a small host."""
MAX_VALUES = 100
"""Most ids in one narrowed read; EC2 takes 200 values for one filter."""


class Look(Struct, frozen=True):
    """One look-up that ended."""

    missing: Missing
    """What was asked, several wants joined."""
    covers: tuple[Missing, ...]
    """The wants that it answers."""
    seen: Seen
    """What it brought."""
    elapsed_ms: float
    """How long it took."""
    defect: str | None = None
    """Traceback, when the looker itself failed: then nothing was seen."""


class Lookout:
    """Hands wants to lookers."""

    def __init__(self, lookers: Sequence[Looker], done: Callable[[Look], None]) -> None:
        self._lookers = lookers
        self._done = done
        self._work: queue.SimpleQueue[tuple[Looker, Missing, tuple[Missing, ...]] | None] = (
            queue.SimpleQueue()
        )
        self._threads = 0
        self._idle = threading.Semaphore(0)
        self.asked: set[Missing] = set()
        """Everything that was ever asked."""

    def can(self, missing: Missing) -> bool:
        """Say whether *missing* is worth waiting for: under way, or new and someone can look."""
        return missing in self.asked or self._looker(missing) is not None

    def ask(self, wants: Iterable[Missing]) -> None:
        """Start every look-up that was not asked before."""
        new = [want for want in dict.fromkeys(wants) if want not in self.asked]
        self.asked.update(new)
        for missing, covers in _joined(new):
            looker = self._looker(missing)
            if looker is not None:
                self._work.put((looker, missing, covers))
                if not self._idle.acquire(blocking=False) and self._threads < MAX_THREADS:
                    self._threads += 1
                    threading.Thread(target=self._serve, daemon=True).start()

    def end(self) -> None:
        """Let every thread go, when its look is over; nothing may be asked afterwards."""
        for _ in range(self._threads):
            self._work.put(None)

    def _looker(self, missing: Missing) -> Looker | None:
        return next((looker for looker in self._lookers if looker.can(missing)), None)

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            looker, missing, covers = work
            start = time.perf_counter()
            seen, defect = Seen(), None
            try:
                seen = looker.look(missing)
            except (
                BaseException
            ):  # whatever it is: a look that does not come back would be waited for in vain
                defect = traceback.format_exc()
            self._done(Look(missing, covers, seen, (time.perf_counter() - start) * 1000, defect))
            self._idle.release()


def describe(missing: Missing) -> tuple[str, str]:
    """Return what was looked up and where, for people: ``ec2.describe_subnets``, ``111111111111/us-east-1``."""
    if isinstance(missing, Lookup):
        return missing.operation, f"{missing.account}/{missing.region}"
    if isinstance(missing, Probe):
        place = (
            f"{missing.address}:{missing.port}" if missing.kind in ("tcp", "tls", "http") else missing.address
        )
        parts = (missing.kind, missing.name or place, missing.detail)
        return " ".join(part for part in parts if part), "this host"
    return missing.what, ""


def _joined(wants: Iterable[Missing]) -> Iterable[tuple[Missing, tuple[Missing, ...]]]:
    """Join narrowed reads of one list into one call; yield each call with the wants it answers."""
    groups: dict[Missing, list[Missing]] = {}
    for want in wants:
        kind = replace(want, values=()) if isinstance(want, Lookup) and want.field else want
        groups.setdefault(kind, []).append(want)
    for kind, members in groups.items():
        if not (isinstance(kind, Lookup) and kind.field):
            yield kind, tuple(members)
            continue
        values = list(
            dict.fromkeys(value for want in members if isinstance(want, Lookup) for value in want.values)
        )
        if len(values) <= MAX_VALUES:
            yield replace(kind, values=tuple(values)), tuple(members)
        else:
            yield from ((want, (want,)) for want in members)
