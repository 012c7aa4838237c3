"""Checks, lookers and runs in a few words, for tests of the engine."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from apidoctor.checkkit import Declaration
from apidoctor.engine.events import Event
from apidoctor.engine.registry import Check, Registry
from apidoctor.engine.runner import Limits
from apidoctor.engine.session import Session
from apidoctor.facts.looker import Answer, Looker, Seen
from apidoctor.model.facts import every
from apidoctor.model.finding import Finding, passed
from apidoctor.model.missing import Lookup, Missing
from apidoctor.model.observation import IdentitySeen
from apidoctor.model.report import Report, Result
from apidoctor.model.request import Request
from apidoctor.model.snapshot import FORMAT, FORMAT_VERSION, Snapshot
from apidoctor.reasoning.scene.case import Case, Sources

ACCOUNT, REGION = "111111111111", "us-east-1"
REQUEST = Request(target="abc1234567", api_id="abc1234567", region=REGION, stage="prod")
EMPTY = Snapshot(FORMAT, FORMAT_VERSION, "2026-11-22T10:42:07Z")

Judge = Callable[[Case], Iterable[Finding]]


def holds(case: Case) -> Iterable[Finding]:
    """A check that always passes."""
    yield passed("It holds.")


def check(id: str, judge: Judge = holds, **declared: Any) -> Check:
    """A check named *id*; *declared* are words of `Declaration`."""
    return Check(id, f"The good state of {id}.", Declaration(judge, **declared))


def wants_group(*names: str) -> Judge:
    """A check that passes once it knows the security groups *names*, which it wants all at once."""

    def judge(case: Case) -> Iterable[Finding]:
        facts = [
            case.inventory.one(ACCOUNT, REGION, "describe_security_groups", "GroupId", name) for name in names
        ]
        yield passed(f"Known: {len(every(facts))}.")

    return judge


def wants(operation: str, key: str = "", region: str = REGION) -> Judge:
    """A check that passes once it has the answer of an operation."""

    def judge(case: Case) -> Iterable[Finding]:
        yield passed(f"Seen: {case.inventory.get(ACCOUNT, region, operation, key).value is not None}.")

    return judge


class World:
    """A looker that answers every `Lookup` with an object for each wanted value, and counts who looks at once."""

    def __init__(
        self, *, meet: int = 1, answers: dict[str, dict[str, Any]] | None = None, stuck: Iterable[str] = ()
    ) -> None:
        self.looks: list[Lookup] = []
        self.most_at_once = 0
        self._answers = answers or {}
        self._stuck = set(stuck)
        self._never = threading.Event()
        self._meeting = threading.Barrier(meet, timeout=10) if meet > 1 else None
        self._lock = threading.Lock()
        self._now = 0

    def can(self, missing: Missing) -> bool:
        return isinstance(missing, Lookup)

    def look(self, missing: Missing) -> Seen:
        assert isinstance(missing, Lookup)
        with self._lock:
            self.looks.append(missing)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        if missing.operation in self._stuck:
            self._never.wait()
        if self._meeting:
            self._meeting.wait()  # nobody goes on before so many look at the same time
        with self._lock:
            self._now -= 1
        return Seen((self._answer(missing),))

    def _answer(self, wanted: Lookup) -> Answer:
        body = self._answers.get(wanted.operation)
        if body is None:
            body = {"SecurityGroups": [{"GroupId": name} for name in wanted.values]}
        place = (wanted.account or ACCOUNT, wanted.region, wanted.operation, wanted.key)
        return Answer(*place, body, wanted.field, wanted.values)


class Broken:
    """A looker with a defect."""

    def can(self, missing: Missing) -> bool:
        return isinstance(missing, Lookup)

    def look(self, missing: Missing) -> Seen:
        raise ZeroDivisionError("the looker is broken")


class Nobody:
    """Whose credentials do not work: STS tells *outcome*."""

    def __init__(self, outcome: Any) -> None:
        self._outcome = outcome

    def can(self, missing: Missing) -> bool:
        return getattr(missing, "kind", "") == "identity"

    def look(self, missing: Missing) -> Seen:
        return Seen((), (IdentitySeen(outcome=self._outcome),))


class Diary:
    """An observer that keeps everything, and does something when an event of a kind comes."""

    def __init__(self, kind: type | None = None, act: Callable[[], None] = lambda: None) -> None:
        self.events: list[Event] = []
        self._kind, self._act = kind, act

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        if self._kind is not None and isinstance(event, self._kind):
            self._act()

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def session(
    checks: Iterable[Check],
    *lookers: Looker,
    snapshot: Snapshot = EMPTY,
    sources: Sources | None = None,
    request: Request = REQUEST,
    limits: Limits | None = None,
) -> Session:
    """A session over *checks*, put in order by the registry as the command does."""
    ordered = list(Registry(checks).checks.values())
    return Session(
        ordered,
        request,
        snapshot,
        sources or Sources(aws=True, probe=True, invoke=True),
        lookers=lookers,
        limits=limits or Limits(run=10, check=10, judgement=5),
    )


def run(checks: Iterable[Check], *lookers: Looker, diary: Diary | None = None, **more: Any) -> Report:
    """Run *checks* and return the report."""
    return session(checks, *lookers, **more).run(diary or Diary())


def only(report: Report, check_id: str) -> Result:
    """The one result of a check."""
    (result,) = [result for result in report.results if result.check == check_id]
    return result


def statuses(report: Report) -> dict[str, str]:
    """Status by check."""
    return {result.check: result.status for result in report.results}
