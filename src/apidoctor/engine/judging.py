"""Runs one judgement at a time in a thread of its own, so that a check that hangs costs its time-out and no more."""

import contextlib
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.facts import Undecided
from apidoctor.model.faults import FAULTS
from apidoctor.model.finding import Finding, unknown
from apidoctor.model.missing import Gap
from apidoctor.reasoning.scene.case import Case

_SLICES = 20
"""Parts of a check's time; a pause of the whole process uses up one."""


class Judgement(Struct, frozen=True):
    """What came of judging a check once."""

    findings: tuple[Finding, ...]
    """What the check found; empty when it has a defect."""
    elapsed_ms: float
    """Time it took."""
    defect: str | None = None
    """Traceback of a defect."""


class Bench:
    """One judge thread; replaced when a check hangs in it."""

    def __init__(self) -> None:
        self._renew()

    def _renew(self) -> None:
        """Begin with new queues and no thread; a thread that hangs keeps the old ones and is left behind."""
        self._work: queue.SimpleQueue[Callable[[], Judgement] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Judgement] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def judge(self, judge: Callable[[Case], object], case: Case, seconds: float) -> Judgement:
        """Judge *case*; a check that takes longer than *seconds* has a defect: where it hung is its traceback."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, args=(self._work, self._done), daemon=True)
            self._thread.start()
        self._work.put(lambda: _judge(judge, case))
        judgement = self._wait(seconds)
        if judgement is not None:
            return judgement
        stack = "".join(traceback.format_stack(sys._current_frames()[self._thread.ident or 0]))
        self._renew()
        return Judgement((), seconds * 1000, f"{stack}the check did not end within {seconds:g} s")

    def _wait(self, seconds: float) -> Judgement | None:
        """Return the judgement; None after *seconds* in which this process could run.

        One long wait would end the moment that a stopped process goes on (a debugger, a sleeping laptop, a machine
        with no time to give), and call a check that was given no time at all a check that hangs.
        """
        for _ in range(_SLICES):
            with contextlib.suppress(queue.Empty):
                return self._done.get(timeout=seconds / _SLICES)
        return None

    def end(self) -> None:
        """Let the thread go; the next check gets a new one."""
        if self._thread is not None:
            self._work.put(None)
            self._renew()

    @staticmethod
    def _serve(
        work: "queue.SimpleQueue[Callable[[], Judgement] | None]", done: "queue.SimpleQueue[Judgement]"
    ) -> None:
        while (judge := work.get()) is not None:
            done.put(judge())


def _judge(judge: Callable[[Case], object], case: Case) -> Judgement:
    start = time.perf_counter()
    defect = None
    findings: list[Finding] = []
    try:
        for finding in judge(case):  # type: ignore[attr-defined]  # a check that returns no iterable has a defect
            findings.append(_sound(finding))
        if not findings:
            raise ValueError("the check returned no finding at all")
    except Undecided as undecided:
        findings.append(unknown(undecided.missing, "Not enough is known to decide."))
    except BaseException:  # a defect of one check must not end the run, not even sys.exit(): it is kept
        defect = traceback.format_exc()
    return Judgement(tuple(findings) if not defect else (), (time.perf_counter() - start) * 1000, defect)


def _sound(finding: object) -> Finding:
    """Return *finding* as the report can hold it.  Raises TypeError or ValueError for a defect of the check."""
    if not isinstance(finding, Finding):
        raise TypeError(f"a check returns findings, this one returned {finding!r}")
    if finding.fault is not None and finding.fault not in FAULTS:
        raise ValueError(f"there is no fault {finding.fault}; see apidoctor list faults")
    msgspec.json.encode(finding.evidence)  # TypeError, ValueError: what JSON cannot hold is no evidence
    if finding.status == "unknown" and not finding.missing:  # an unknown is never bare
        return replace(finding, missing=(Gap(f"fact: {finding.summary}"),))
    return finding
