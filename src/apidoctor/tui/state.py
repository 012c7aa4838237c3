"""What the screen knows of a run: the last word of every check.  No widget, no diagnosis."""

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from apidoctor.engine.events import (
    LAYERS,
    CheckCard,
    CheckFinished,
    CheckStarted,
    Event,
    LookedUp,
    RunFinished,
    RunStarted,
)
from apidoctor.model.report import Evidence, Report, Result, Status
from apidoctor.report.story import Cause, counts, is_found_by, next_step, tell, worst

Phase = Literal["waiting", "running", "done"]

TROUBLE: frozenset[Status] = frozenset({"fail", "error", "unknown", "warn"})
"""What a person has to look at.  What was skipped is an echo of one of these, or does not apply."""


class CheckState(Struct):
    """One check and what is known of it."""

    card: CheckCard
    """Id, title, needs."""
    phase: Phase = "waiting"
    """Whether it is being judged."""
    results: tuple[Result, ...] = ()
    """Its results; those of the run before until new ones land."""
    stale: bool = False
    """The results are from the run before."""

    @property
    def status(self) -> Status | None:
        """The worst status of its results; None before there is any."""
        return worst(self.results) if self.results else None

    @property
    def does_not_apply(self) -> bool:
        """It was skipped for its own reasons, not because of another check."""
        return bool(self.results) and all(r.status == "skipped" and not r.because for r in self.results)


class RunState:
    """Takes in events; keeps what an earlier run said until the new run says otherwise."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.checks: dict[str, CheckState] = {}
        self.evidence: dict[str, Evidence] = {}
        self.report: Report | None = None
        self.running = False
        self.next_step: str | None = None
        self.told = ""
        self._causes: list[Cause] = []
        self.looked_up: LookedUp | None = None

    def apply(self, event: Event) -> None:
        """Take in what happened."""
        match event:
            case RunStarted(title=title, checks=cards):
                self._start(title, cards)
            case CheckStarted(check=check):
                self._at(check).phase = "running"
            case LookedUp():
                self.looked_up = event
            case CheckFinished(check=check, results=results, evidence=evidence):
                self.evidence.update(evidence)
                self._finish(check, results)
            case RunFinished(report=report):
                self._end(report)

    def stop(self) -> None:
        """Take in that the run ended without a report: what it was judging is as before."""
        self.running = False
        for check in self.checks.values():
            check.phase = "done" if check.results else "waiting"

    def layers(self) -> Iterator[tuple[str, list[CheckState]]]:
        """Yield each layer with its checks, in the order of the path; unheard-of layers last."""
        layers: dict[str, list[CheckState]] = {layer: [] for layer in LAYERS}
        for check in self.checks.values():
            layers.setdefault(check.card.layer, []).append(check)
        return ((layer, checks) for layer, checks in layers.items() if checks)

    def counts(self) -> dict[Status, int]:
        """Return how many results have each status."""
        counts: dict[Status, int] = dict.fromkeys(("fail", "warn", "unknown", "error", "pass", "skipped"), 0)
        for check in self.checks.values():
            for result in check.results:
                counts[result.status] += 1
        return counts

    def finished(self) -> int:
        """Return how many checks of the current run have their results."""
        return sum(check.phase == "done" and not check.stale for check in self.checks.values())

    def cause_of(self, result: Result) -> Cause | None:
        """Return the root cause that *result* tells of; None when it is none, or before there is a report."""
        return next((cause for cause in self._causes if is_found_by(cause.root, result)), None)

    def _at(self, check: str) -> CheckState:
        if check not in self.checks:
            self.checks[check] = CheckState(CheckCard(check, check))
        return self.checks[check]

    def _start(self, title: str, cards: Iterable[CheckCard]) -> None:
        # Evidence and report of the run before stay: a result that is still shown rests on them.
        before = self.checks
        self.title, self.running, self.looked_up = title or self.title, True, None
        self.checks = {}
        for card in cards:
            results = before[card.id].results if card.id in before else ()
            self.checks[card.id] = CheckState(card, "waiting", results, stale=bool(results))

    def _finish(self, check: str, results: tuple[Result, ...]) -> None:
        state = self._at(check)
        state.phase, state.results, state.stale = "done", results, False

    def _end(self, report: Report) -> None:
        """Take the report for the last word: it is what every other output shows.

        Its evidence and results replace what the events brought.
        """
        self.report, self.evidence = report, dict(report.evidence)
        story = tell(report)
        self.next_step, self._causes = next_step(report, story), story.causes
        self.told = counts(report, story)
        by_check: dict[str, list[Result]] = {}
        for result in report.results:
            by_check.setdefault(result.check, []).append(result)
        for check, results in by_check.items():
            self._finish(check, tuple(results))
        self.stop()


def worst_of(checks: Iterable[CheckState]) -> Status | None:
    """Return the worst status of several checks; None while it may still become worse than holding."""
    checks = list(checks)
    status = worst(result for check in checks for result in check.results)
    return status if status in TROUBLE or all(check.results for check in checks) else None
