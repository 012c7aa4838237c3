"""From results to causes: which failures explain others, what is left as a root cause, and the verdict."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.engine.runner import Ended
from apidoctor.model.faults import FAULTS
from apidoctor.model.finding import Finding
from apidoctor.model.report import Result, RootCause, Summary, Verdict

LATER = "It did not stop this call: it is met once what did is mended."
"""What is said with the fix of a cause that another one stands before."""
CALL = "invoke/call-is-admitted"
"""The check that a call itself decides."""
BACKEND = "integration/backend-answers"
"""The check of what an admitted call came to."""
WAY = ("invoke/tcp-connects", "invoke/tls-is-trusted")
"""The checks of what comes before the call."""
IDLE = "invoke/idle-connections-live"
"""The check of connections that wait."""
GATES = ("api/", "policy/")
"""Beginnings of the checks by which configuration decides whether a call is let in."""


class Failure(Struct, frozen=True):
    """One failed finding with its check."""

    ended: Ended
    finding: Finding
    result: Result

    @property
    def check(self) -> str:
        """Check id."""
        return self.ended.check.id


def root_causes(ended: Mapping[str, Ended], order: Sequence[str]) -> list[RootCause]:
    """Return the failures that no other failure explains, in the order in which the call meets them.

    That is the order of the path, but what configuration does to calls stands behind what this call itself met.
    A failure is explained by another one when its check, or it alone, names that check in ``explained_by`` and both
    touch the same thing (an address, a policy layer).  Of failures that explain each other in a ring, the first on the
    path counts as the cause of the others.
    """
    failures = [
        Failure(ended[name], finding, result)
        for name in order
        if name in ended
        for finding, result in zip(ended[name].findings, ended[name].results, strict=False)
        if finding.status == "fail"
    ]
    explaining = _explaining(failures)
    causes: dict[tuple[str, str | None, str | None], list[int]] = {}
    for number, failure in enumerate(failures):
        if all(number in explaining[other] and number <= other for other in explaining[number]):
            causes.setdefault(_one_cause(failure), []).append(number)
    now = _met_now(failures, explaining, ended)
    met: list[RootCause] = []
    later: list[RootCause] = []
    for numbers in causes.values():
        cause = _cause([failures[number] for number in numbers], failures, ended, order)
        is_met = not now or numbers[0] in now or not _is_limited(failures[numbers[0]])
        (met if is_met else later).append(cause)
    is_sure = any(cause.confidence != "possible" for cause in met)
    return [*met, *(map(_later, later) if is_sure else later)]


def _is_met(failure: Failure, called: bool) -> bool:
    """Say whether a failure is of the call itself, once one was made, or of the way to it.

    What a connection does that waits is met by none.
    """
    if failure.check in WAY:
        return True
    own = failure.check == BACKEND or (failure.check.startswith("invoke/") and failure.check != IDLE)
    return own and called


def _later(cause: RootCause) -> RootCause:
    return replace(cause, fix=" ".join(filter(None, (cause.fix, LATER))))


def _met_now(
    failures: Sequence[Failure], explaining: Sequence[set[int]], ended: Mapping[str, Ended]
) -> set[int]:
    """Return the numbers of what the call itself met, and of what is behind that; other gates are met later."""
    called = CALL in ended and any(one.status in ("pass", "warn", "fail") for one in ended[CALL].results)
    told = {number for number, failure in enumerate(failures) if _is_met(failure, called)}
    return told.union(*(explaining[number] for number in told))


def _explaining(failures: Sequence[Failure]) -> list[set[int]]:
    """Return for each failure the numbers of all that explain it, directly or through others."""
    direct = [
        [number for number, other in enumerate(failures) if explains(other, failure)] for failure in failures
    ]
    found = []
    for first in direct:
        reached: set[int] = set()
        new = list(first)
        while new:
            number = new.pop()
            if number not in reached:
                reached.add(number)
                new += direct[number]
        found.append(reached)
    return found


def _one_cause(failure: Failure) -> tuple[str, str | None, str | None]:
    """Failures that share this are one cause; a mere guess is made once, not for every subject."""
    finding = failure.finding
    return failure.check, finding.fault, None if finding.confidence == "possible" else finding.subject


def explains(cause: Failure, symptom: Failure) -> bool:
    """Say whether *cause* is a known explanation of *symptom*."""
    if cause.check == symptom.check:
        return False
    one, other = cause.finding.affects, symptom.finding.affects
    touch = not one or not other or bool(one & other)
    could_be = symptom.finding.could_be
    if could_be is not None and _is_limited(cause) and cause.finding.fault not in (None, *could_be):
        return False
    patterns = (*symptom.ended.check.declaration.explained_by, *symptom.finding.explained_by)
    return touch and any(fnmatchcase(cause.check, pattern) for pattern in patterns)


def _is_limited(failure: Failure) -> bool:
    """Say whether a failure is of what configuration does to a call: each has answers of its own."""
    return failure.check.startswith((*GATES, "domain/", "integration/"))


def _cause(
    group: list[Failure], failures: list[Failure], ended: Mapping[str, Ended], order: Sequence[str]
) -> RootCause:
    first = group[0]
    fault = first.finding.fault or "O05"
    evidence = dict.fromkeys(key for failure in group for key in failure.result.evidence)
    return RootCause(
        fault=fault,
        check=first.check,
        title=first.result.summary if not first.finding.fault else f"{FAULTS[fault]}: {first.result.summary}",
        confidence=first.finding.confidence,
        subject=first.finding.subject,
        evidence=list(evidence),
        blocks=_blocked(group, failures, ended, order),
        fixes=[],
        playbook=first.ended.check.declaration.playbook,
        fix=_fix(group),
        candidates=list(first.result.candidates),
    )


def _fix(group: Sequence[Failure]) -> str | None:
    """One object can have several faults of a kind (an ACL: the call and its replies); all have to be mended."""
    own = [failure.finding.fix for failure in group if failure.finding.subject == group[0].finding.subject]
    return " ".join(dict.fromkeys(filter(None, own))) or None


def _blocked(
    group: list[Failure], failures: list[Failure], ended: Mapping[str, Ended], order: Sequence[str]
) -> list[str]:
    """Return the checks that fail or are skipped because of a cause, directly or through others."""
    blocked = {group[0].check}
    reached = list(group)
    while reached:
        cause = reached.pop()
        for failure in failures:
            if failure.check not in blocked and explains(cause, failure):
                blocked.add(failure.check)
                reached.append(failure)
    grown = True
    while grown:
        more = {
            name
            for name, item in ended.items()
            if name not in blocked and any(set(result.because) & blocked for result in item.results)
        }
        blocked |= more
        grown = bool(more)
    return [name for name in order if name in blocked and name != group[0].check]


def summarize(results: Iterable[Result]) -> Summary:
    """Count results by status."""
    counts: dict[str, int] = {}
    for result in results:
        name = "passed" if result.status == "pass" else result.status
        counts[name] = counts.get(name, 0) + 1
    return Summary(**counts)


FROM_REQUEST = frozenset({"naming/name-fits-its-region", "api/request-names-an-api"})
"""Checks that the request alone decides: a run in which only these hold has looked at nothing."""


def _lets_in(results: Sequence[Result]) -> bool:
    """Say whether anything decided that the call is let in; true where that was not asked for."""
    if not any(result.check == CALL for result in results):
        return True
    gates = [one for one in results if one.check == CALL or one.check.startswith(GATES)]
    return any(one.status in ("pass", "warn") and one.check not in FROM_REQUEST for one in gates)


def verdict_of(results: Sequence[Result]) -> tuple[Verdict, int]:
    """Return the verdict and its exit code, as the contract defines them.

    Only a run in which nothing applied is one that evaluated nothing (4): an unknown names what would decide it (3).
    Where neither a test call nor the configuration was looked at, what lets the call in is undecided too (3): a name
    that resolves and a handshake are no answer of the API (fault O05 of the catalogue).
    """
    statuses = {result.status for result in results}
    if "fail" in statuses:
        return "broken", 1
    if "error" in statuses:
        return "undecided", 70
    if any(result.status == "unknown" and result.required for result in results):
        return "undecided", 3
    if {result.check for result in results if result.status in ("pass", "warn")} <= FROM_REQUEST:
        return "undecided", 4
    return ("healthy", 0) if _lets_in(results) else ("undecided", 3)
