"""What should be: the verdict of the checks on configuration and DNS alone, as if nobody had connected anywhere."""

from collections.abc import Sequence

from msgspec.structs import replace

from apidoctor.engine.diagnosis import root_causes, verdict_of
from apidoctor.engine.registry import Check
from apidoctor.engine.runner import Ended, Limits, Runner
from apidoctor.engine.store import Store
from apidoctor.facts.looker import Looker
from apidoctor.model.observation import HttpSeen, PathMtuSeen, TcpSeen, TlsSeen
from apidoctor.model.report import Result, RootCause
from apidoctor.model.request import Request
from apidoctor.model.snapshot import Snapshot
from apidoctor.reasoning.matrix import Cause, Expectation
from apidoctor.reasoning.scene.case import Sources

_TRIED = (TcpSeen, TlsSeen, HttpSeen, PathMtuSeen)
_NO_AWS = "AWS's configuration was not read"
_MOST_MISSING = 5


def untried(snapshot: Snapshot) -> Snapshot:
    """Return *snapshot* without what trying to connect showed."""
    kept = [seen for seen in snapshot.observations if not isinstance(seen, _TRIED)]
    return replace(snapshot, observations=kept)


def expect(
    checks: Sequence[Check],
    request: Request,
    snapshot: Snapshot,
    sources: Sources,
    lookers: Sequence[Looker] = (),
    limits: Limits | None = None,
) -> tuple[Expectation, Snapshot]:
    """Return what the checks say of *request* before anybody tries it, and *snapshot* with what they looked up."""
    store = Store(untried(snapshot))
    only_config = Sources(aws=sources.aws)
    runner = Runner(checks, request, store, only_config, lookers, limits=limits)
    runner.run()
    order = [check.id for check in checks]
    causes = [] if runner.stop_reason else root_causes(runner.ended, order)
    results = [result for ended in runner.ended.values() for result in ended.results]
    missing = [
        gap
        for result in results
        if result.status == "unknown" and result.required
        for gap in (result.missing or [result.summary])
    ]
    if not sources.aws or runner.stop_reason:
        missing.insert(0, runner.stop_reason or _NO_AWS)
    expectation = Expectation(
        causes=tuple(_cause(cause, runner.ended) for cause in causes if not _is_guess(cause)),
        missing=tuple(dict.fromkeys(missing))[:_MOST_MISSING],
        decided=sources.aws and not runner.stop_reason and verdict_of(_held(results))[0] == "healthy",
    )
    seen = store.snapshot(None)
    tried = [one for one in snapshot.observations if isinstance(one, _TRIED)]
    return expectation, replace(seen, observations=[*seen.observations, *tried])


def _is_guess(cause: RootCause) -> bool:
    """Say whether a cause only names the likeliest fault of an answer of DNS: no configuration speaks for it."""
    return cause.check == "naming/name-resolves" and cause.confidence == "possible"


def _held(results: Sequence[Result]) -> list[Result]:
    """Leave failures out: what is left says whether enough is known besides them."""
    return [result for result in results if result.status != "fail"]


def _cause(cause: RootCause, ended: dict[str, Ended]) -> Cause:
    """Return a root cause with the addresses that its findings are about."""
    findings = [
        finding
        for finding in ended[cause.check].findings
        if finding.status == "fail" and (finding.fault or "O05") == cause.fault
    ]
    same = [finding for finding in findings if finding.subject == cause.subject] or findings
    about: set[str] = set()
    for finding in same:
        if not finding.affects:
            about = set()
            break
        about |= finding.affects
    sentence = cause.title.partition(": ")[2] or cause.title
    return Cause(cause.fault, cause.check, sentence, cause.confidence, tuple(sorted(about)))
