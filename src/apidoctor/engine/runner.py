"""The runner: judges checks as soon as what they need is there, looks up what they miss, and reports what happens.

It knows no check, no AWS operation and no output.  A check runs when the checks it needs have ended; when it misses
facts that someone can look up, it waits for them and is judged again on the richer snapshot; otherwise its findings are
final.  Everything that waits, waits at the same time.
"""

import queue
import time
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.engine.book import Book
from apidoctor.engine.events import CheckFinished, CheckStarted, LookedUp, Observer, RunStarted
from apidoctor.engine.judging import Bench, Judgement
from apidoctor.engine.looking import Look, Lookout, describe
from apidoctor.engine.registry import Check
from apidoctor.engine.settle import late_finding, outcome, refusal, settle
from apidoctor.engine.store import Store
from apidoctor.facts.looker import Looker
from apidoctor.facts.redact import redact
from apidoctor.model.finding import Finding, skipped, unknown
from apidoctor.model.missing import Gap, Missing
from apidoctor.model.observation import IdentitySeen
from apidoctor.model.report import Result
from apidoctor.model.request import Request
from apidoctor.reasoning.scene.case import Case, Sources

WORDS = {"none": "there are none", "expired": "they have expired", "invalid": "they cannot be used"}
"""What is wrong with the caller's credentials, by outcome."""
INTERRUPTED = "the run was interrupted"
"""Why checks end early after Ctrl-C or SIGTERM."""


class Limits(Struct, frozen=True):
    """How long things may take, in seconds."""

    run: float = 60.0
    """The whole run."""
    check: float = 30.0
    """One check, with the look-ups it waits for."""
    judgement: float = 10.0
    """Judging once: it is pure, so more is a defect."""


class Ended(Struct, frozen=True):
    """One check that has its final findings."""

    check: Check
    findings: tuple[Finding, ...]
    results: tuple[Result, ...]


class Interrupted(Exception):
    """The run was told to stop; what was found so far stands."""

    def __init__(self, code: int = 130) -> None:
        self.code = code
        super().__init__("interrupted")


class Runner:
    """One run over one case."""

    def __init__(
        self,
        checks: Sequence[Check],
        request: Request,
        store: Store,
        sources: Sources,
        lookers: Sequence[Looker] = (),
        observer: Observer = lambda event: None,
        limits: Limits | None = None,
    ) -> None:
        self.store = store
        self.book = Book()
        self.ended: dict[str, Ended] = {}
        self.complete = True
        self.stop_reason: str | None = None
        self._request = request
        self._sources = sources
        self._observer = observer
        self._limits = limits or Limits()
        self._queue: queue.SimpleQueue[Look | BaseException] = queue.SimpleQueue()
        self._lookout = Lookout(lookers, self._queue.put)
        self._answered: set[Missing] = set()
        self._refusals: dict[Missing, str] = {}
        self._defects: dict[Missing, str] = {}
        self._pending = {check.id: check for check in checks}
        self._selected = frozenset(self._pending)
        self._waiting: dict[str, set[Missing]] = {}
        self._latest: dict[str, Judgement] = {}
        self._since: dict[str, float] = {}
        self._bench = Bench()
        self._case: Case | None = None
        self._deadline = 0.0

    def stop(self, error: BaseException) -> None:
        """End the run from another thread or a signal handler; *error* is raised from `run` after tidying up."""
        self._queue.put(error)

    def run(self) -> None:
        """Judge every check.  Raises `Interrupted` or KeyboardInterrupt after ending all checks with what is known."""
        try:
            self._run()
        finally:
            self._lookout.end()
            self._bench.end()

    def _run(self) -> None:
        self._deadline = time.monotonic() + self._limits.run
        try:
            self._observer(
                RunStarted(
                    redact(self._request.target), tuple(check.card for check in self._pending.values())
                )
            )
            while self._pending and not self.stop_reason:
                self._judge_ready()
                if self._pending and not self.stop_reason:
                    self._wait()
        except (KeyboardInterrupt, Interrupted):
            self._end_all(INTERRUPTED)
            raise
        if self._pending:
            self._end_all(self.stop_reason or "the run's time was up")

    @property
    def case(self) -> Case:
        """The case on what has been seen so far."""
        if self._case is None or self._case.version != self.store.version:
            self._case = Case(
                self._request,
                self.store.snapshot(None),
                self._sources,
                self.store.version,
                self._worth_waiting,
            )
        return self._case

    def final_case(self) -> Case:
        """Return the case when the run is over: nothing is coming any more."""
        return Case(self._request, self.store.snapshot(None), self._sources, self.store.version)

    def _judge_ready(self) -> None:
        progress = True
        while progress:
            progress = False
            for check in list(self._pending.values()):
                if self._waiting.get(check.id) or not self._needs_ended(check):
                    continue
                progress = True
                self._judge(check)

    def _needs_ended(self, check: Check) -> bool:
        return not any(need in self._pending for need in check.declaration.needs)

    def _judge(self, check: Check) -> None:
        because = self._broken_needs(check)
        if because:
            self._end(check, (skipped(f"Pointless while {', '.join(because)} does not hold."),), 0.0, because)
            return
        if check.id not in self._since:
            self._since[check.id] = time.monotonic()
            self._observer(CheckStarted(check.id))
        judgement = self._bench.judge(check.declaration.judge, self.case, self._limits.judgement)
        self._latest[check.id] = judgement
        if judgement.defect:
            self._end_defect(check, judgement)
            return
        wants = {gap for finding in judgement.findings for gap in finding.missing if self._worth_waiting(gap)}
        if wants and time.monotonic() < self._check_deadline(check.id):
            self._waiting[check.id] = wants
            self._lookout.ask(wants)
        else:
            self._end(check, judgement.findings, judgement.elapsed_ms)

    def _worth_waiting(self, gap: Missing) -> bool:
        return gap not in self._answered and not getattr(gap, "refused", False) and self._lookout.can(gap)

    def _broken_needs(self, check: Check) -> list[str]:
        """Return the needed checks none of whose results holds; one that does not apply holds."""
        broken = []
        for need in check.declaration.needs:
            ended = self.ended.get(need)
            if ended is None:
                continue  # not selected: the user left it out
            if not any(
                r.status in ("pass", "warn") or (r.status == "skipped" and not r.because)
                for r in ended.results
            ):
                broken.append(need)
        return broken

    def _check_deadline(self, name: str) -> float:
        return min(self._deadline, self._since[name] + self._limits.check)

    def _wait(self) -> None:
        """Take in look-ups that ended, or give up on checks whose time is over."""
        now = time.monotonic()
        end = min(
            (self._check_deadline(name) for name in self._waiting if name in self._since),
            default=self._deadline,
        )
        try:
            item = self._queue.get(timeout=max(0.0, end - now))
        except queue.Empty:
            self._give_up()
            return
        self._take(item)
        while not self._queue.empty():
            self._take(self._queue.get())

    def _take(self, item: Look | BaseException) -> None:
        if isinstance(item, BaseException):
            raise item
        self.store.add(item.seen)
        self._answered.update(item.covers)
        if item.defect:
            self._defects.update(dict.fromkeys(item.covers, item.defect))
        if code := refusal(item):
            self._refusals.update(dict.fromkeys(item.covers, code))
        what, where = describe(item.missing)
        self._observer(LookedUp(what, where, outcome(item), round(item.elapsed_ms, 1)))
        for wants in self._waiting.values():
            wants.difference_update(item.covers)
        for seen in item.seen.observations:
            if (
                isinstance(seen, IdentitySeen)
                and seen.outcome in ("none", "expired", "invalid")
                and not item.seen.accounts
            ):
                self.stop_reason = f"AWS credentials ({WORDS[seen.outcome]})"

    def _give_up(self) -> None:
        now = time.monotonic()
        if now >= self._deadline:
            self._end_all("the run's time was up")
            return
        for name in [
            name for name in self._waiting if now >= self._check_deadline(name) and name in self._pending
        ]:
            late = self._waiting.pop(name)
            judgement = self._latest[name]
            findings = tuple(late_finding(finding, late) for finding in judgement.findings)
            self._end(self._pending[name], findings, judgement.elapsed_ms)

    def _end_all(self, reason: str) -> None:
        """End every check with what is known now: a failure that is certain already must not get lost."""
        self.complete = False
        case = self.final_case()
        while self._pending:
            ready = [check for check in self._pending.values() if self._needs_ended(check)]
            for check in ready or list(self._pending.values()):
                self._end_early(check, case, reason)

    def _end_early(self, check: Check, case: Case, reason: str) -> None:
        because = self._broken_needs(check)
        late = self._waiting.get(check.id, set())
        judgement = Judgement((), 0.0)
        if not because and not self.stop_reason:
            judgement = self._bench.judge(check.declaration.judge, case, self._limits.judgement)
        why = "interrupted" if reason == INTERRUPTED else "timed out"
        findings = tuple(
            replace(late_finding(finding, late, why), summary=f"Not decided: {reason}.")
            if finding.status == "unknown"
            else finding
            for finding in judgement.findings
        )
        missing = tuple(late) or (Gap(f"fact: {reason}"),)
        self._end(check, findings or (unknown(missing, f"Not decided: {reason}."),), judgement.elapsed_ms)

    def _end(
        self, check: Check, findings: tuple[Finding, ...], elapsed_ms: float, because: Sequence[str] = ()
    ) -> None:
        final = tuple(settle(finding, self._sources, self._refusals) for finding in findings)
        results = tuple(self._result(check, finding, elapsed_ms, because) for finding in final)
        self._close(Ended(check, final, results))

    def _result(self, check: Check, finding: Finding, elapsed_ms: float, because: Sequence[str]) -> Result:
        """Make the result of a finding; one that is unknown because a looker failed shows that defect."""
        trace = next((self._defects[gap] for gap in finding.missing if gap in self._defects), None)
        if trace is not None:
            return self.book.defect(check, "A look-up", trace, elapsed_ms)
        return self.book.result(check, finding, elapsed_ms, because)

    def _end_defect(self, check: Check, judgement: Judgement) -> None:
        trace = judgement.defect or ""
        result = self.book.defect(check, "The check itself", trace, judgement.elapsed_ms)
        self._close(Ended(check, (), (result,)))

    def _close(self, ended: Ended) -> None:
        del self._pending[ended.check.id]
        self._waiting.pop(ended.check.id, None)
        self.ended[ended.check.id] = ended
        cited = {key for result in ended.results for key in result.evidence}
        evidence = {key: self.book.evidence[key] for key in sorted(cited)}
        self._observer(CheckFinished(ended.check.id, ended.results, evidence))
