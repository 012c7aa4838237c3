"""A report in the order in which it is told: causes, what they explain, warnings, unknowns, defects."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from apidoctor.engine.events import DETOURS, LAYERS
from apidoctor.model.report import Report, Result, RootCause, Status

# A defect comes before a failure: while one of its checks is broken, a layer's other words are in doubt.
_WORST_FIRST: tuple[Status, ...] = ("error", "fail", "unknown", "warn")

_CROWNS = {"invoke": "invoke/call-is-admitted"}
"""The check without which a layer is not through, whatever passes in it: looks at the way there are no call."""


class Cause(Struct, frozen=True):
    """A root cause with what its check said."""

    root: RootCause
    """The cause."""
    results: list[Result]
    """The results that found it: one check may meet the same fault on several ways to the same object."""

    @property
    def status(self) -> Status:
        """Status of the results: ``fail``, whatever a partial report still holds of them."""
        return self.results[0].status if self.results else "fail"

    @property
    def heading(self) -> str:
        """What is wrong, without what was found (the summary), which a title may end with."""
        for result in self.results:
            if self.root.title.endswith(f": {result.summary}"):
                return self.root.title.removesuffix(f": {result.summary}")
        return self.root.title

    @property
    def found(self) -> list[str]:
        """What was found, one sentence each, without repeating the heading."""
        return [
            text for text in dict.fromkeys(r.summary for r in self.results) if text not in ("", self.heading)
        ]


class Unknown(Struct, frozen=True):
    """Results that lack exactly the same."""

    missing: tuple[str, ...]
    """What would decide them, as the report has it."""
    results: list[Result]
    """At least one."""


class Story(Struct, frozen=True):
    """What there is to tell, sorted."""

    path: list[tuple[str, Status]]
    """The layers that were judged, in path order, each with its worst status."""
    causes: list[Cause]
    """Root causes; the one to mend first at the head."""
    explained: list[tuple[Result, str]]
    """Other failures, each with the fault that explains it (empty when none does)."""
    warnings: list[Result]
    """Worth mending."""
    unknowns: list[Unknown]
    """Undecided, grouped by what is missing."""
    errors: list[Result]
    """Defects."""
    passes: list[Result]
    """What holds."""
    skipped: list[Result]
    """What was pointless or does not apply."""


def tell(report: Report) -> Story:
    """Sort the results of *report*; the order of the path is kept within each group."""
    by_status: dict[str, list[Result]] = {}
    for result in report.results:
        by_status.setdefault(result.status, []).append(result)
    failed = by_status.get("fail", [])
    causes = [
        Cause(root, [result for result in failed if is_found_by(root, result)]) for root in report.root_causes
    ]
    told = {id(result) for cause in causes for result in cause.results}
    return Story(
        path=path(report.results),
        causes=causes,
        explained=[(r, explaining_fault(r, report.root_causes)) for r in failed if id(r) not in told],
        warnings=by_status.get("warn", []),
        unknowns=_grouped(by_status.get("unknown", [])),
        errors=by_status.get("error", []),
        passes=by_status.get("pass", []),
        skipped=by_status.get("skipped", []),
    )


def worst(results: Iterable[Result]) -> Status:
    """Return the status that stands for several results.

    ``pass`` needs one that holds and none that was skipped because of another check; of the test call's own layer,
    also that the call was judged.
    """
    results = list(results)
    found = {result.status for result in results}
    for status in _WORST_FIRST:
        if status in found:
            return status
    blocked = any(
        r.status == "skipped" and (r.because or r.check == _CROWNS.get(layer_of(r.check))) for r in results
    )
    return "pass" if "pass" in found and not blocked else "skipped"


def layer_of(check: str) -> str:
    """Return the layer of a check id."""
    return check.partition("/")[0]


def path(results: Iterable[Result]) -> list[tuple[str, Status]]:
    """Return each layer that has results with its worst status, in path order; unheard-of layers are last."""
    layers: dict[str, list[Result]] = {}
    for result in results:
        layers.setdefault(layer_of(result.check), []).append(result)
    order = [layer for layer in LAYERS if layer in layers]
    order += [layer for layer in layers if layer not in LAYERS]
    shown = [layer for layer in order if layer not in DETOURS or any(map(applies, layers[layer]))]
    return [(layer, worst(layers[layer])) for layer in shown]


def applies(result: Result) -> bool:
    """Say whether a check applied to the call: judged, or kept from being judged by another one."""
    return result.status != "skipped" or bool(result.because)


def counts(report: Report, story: Story) -> str:
    """Return ``1 cause, 2 symptoms; 36 of 48 results hold, 9 skipped``: the trouble as it is listed, then the rest.

    A cause may have several results (one way to the same object each), so trouble and the rest need not add up.
    """
    symptoms = sum(bool(fault) for _, fault in story.explained)
    listed = (
        (len(story.causes), "cause", "causes"),
        (symptoms, "symptom", "symptoms"),
        (len(story.explained) - symptoms, "other failure", "other failures"),
        (len(story.errors), "defect", "defects"),
        (len(story.warnings), "warning", "warnings"),
        (sum(len(unknown.results) for unknown in story.unknowns), "unknown", "unknown"),
    )
    trouble = ", ".join(f"{n} {one if n == 1 else several}" for n, one, several in listed if n)
    held, total = len(story.passes), len(report.results)
    rest = f"{held} of {total} results hold" if trouble else f"all {held} results hold"
    rest += f", {len(story.skipped)} skipped" if story.skipped else ""
    return f"{trouble}; {rest}" if trouble else rest


def next_step(report: Report, story: Story) -> str | None:
    """Return the one thing to do next, as a sentence; None when there is nothing to do.

    A cause that is only possible is not the next step of a run that something stopped, and is said to be a guess.
    """
    root = story.causes[0].root if story.causes else None
    stopped = note_line(report.run.notes[-1]) if report.exit_code == 4 and report.run.notes else ""
    if stopped and (root is None or root.confidence == "possible"):
        return f"Mend what stopped this run: {stopped}"
    if root:
        fix = root.fix or next((fix.title for fix in report.fixes if fix.id in root.fixes), None)
        guess = "possibly: " if root.confidence == "possible" and len(story.causes) == 1 else ""
        return f"{guess}{fix}" if fix else f"apidoctor explain {root.fault}"
    if story.errors:
        return "Report this defect with the JSON report; the other results stand."
    if report.exit_code == 3 and not story.unknowns:
        return "Let the call be made, or the configuration be read: nothing tells whether the call is let in."
    return _widest_gap(story)


def _widest_gap(story: Story) -> str | None:
    """Say what would decide most checks; of several the one that is named first."""
    required = (r for unknown in story.unknowns for r in unknown.results if r.required)
    wanted = dict.fromkeys((gap, result.check) for result in required for gap in result.missing)
    for gap, number in Counter(gap for gap, _ in wanted).most_common(1):
        return f"Get what decides {number} check{'s' if number > 1 else ''}: {gap}"
    return None


def note_line(note: str) -> str:
    """Return a note of the run in one line: of a defect's traceback the last one, which says what happened."""
    return note.strip().splitlines()[-1] if note.startswith("Traceback") else note


def is_found_by(root: RootCause, result: Result) -> bool:
    """Say whether *root* is what *result* tells of; one without a fault of its own gets it as a cause."""
    same = (result.check, result.subject) == (root.check, root.subject)
    return same and result.status == "fail" and result.fault in (root.fault, None)


def explaining_fault(result: Result, causes: list[RootCause]) -> str:
    """Return the fault of the root cause that *result* is an echo of; empty when there is none."""
    for cause in causes:
        if result.check in cause.blocks or result.check == cause.check:
            return cause.fault
    return ""


def _grouped(results: list[Result]) -> list[Unknown]:
    groups: dict[tuple[str, ...], list[Result]] = {}
    for result in results:
        groups.setdefault(tuple(result.missing), []).append(result)
    return [Unknown(missing, members) for missing, members in groups.items()]
