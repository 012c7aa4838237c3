"""The tree of layers, checks and results as rows, with folding and the filter.

A pure function of the state, so that what the tree shows can be tested without a screen.  Rows have keys that
outlive them: cursor and folds hold through reruns, filters and results that land.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from apidoctor.model.report import Result, Status
from apidoctor.report.story import is_found_by
from apidoctor.tui.state import TROUBLE, CheckState, RunState, worst_of


class Row(Struct, frozen=True):
    """One line of the tree."""

    key: str
    """Says which row it is through every change of the tree: a layer, a check id, or ``check#number``."""
    kind: Literal["layer", "check", "result"]
    """What it stands for."""
    label: str
    """Its words; foreign text."""
    status: Status | None
    """Worst status below it; None before it is known."""
    running: bool = False
    """Something below it is being judged."""
    stale: bool = False
    """Everything below it is from the run before."""
    folded: bool | None = None
    """None for a leaf."""
    note: str = ""
    """What stands at the right: how many hold (or do not apply) of how many."""


def rows(
    state: RunState, folds: Mapping[str, bool], *, faults_only: bool = False, wanted: str = ""
) -> list[Row]:
    """Return the rows that can be seen.

    *folds* says by key what the user folded (True) or opened (False).  What the user did not touch is open
    when there is trouble in it.  With *faults_only*, only trouble is left; with *wanted*, only what has all
    its words in id, title, fault or subject, and nothing is folded.
    """
    words = wanted.lower().split()
    listed: list[Row] = []
    for layer, checks in state.layers():
        status = worst_of(checks)
        if faults_only and status not in TROUBLE:
            continue
        shown = [
            row
            for check in checks
            if not faults_only or check.status in TROUBLE
            for row in _check(check, {} if words else folds, faults_only, words)
        ]
        if shown or not words:
            listed.append(_layer(layer, checks, status, folds, is_open=bool(words)))
        if shown and not listed[-1].folded:
            listed += shown
    return listed


def all_open(state: RunState) -> dict[str, bool]:
    """Return the folds of a tree in which nothing is folded."""
    return dict.fromkeys((*(layer for layer, _ in state.layers()), *state.checks), False)


def _layer(
    layer: str, checks: list[CheckState], status: Status | None, folds: Mapping[str, bool], *, is_open: bool
) -> Row:
    # What does not apply is listed too and is no trouble: the number on the right is that of the rows.
    fine = sum(check.status == "pass" or check.does_not_apply for check in checks)
    return Row(
        key=layer,
        kind="layer",
        label=layer,
        status=status,
        running=any(check.phase == "running" for check in checks),
        stale=all(check.stale for check in checks),
        folded=False if is_open else folds.get(layer, status not in TROUBLE),
        note=f"{fine}/{len(checks)}",
    )


def _check(
    check: CheckState, folds: Mapping[str, bool], faults_only: bool, words: Sequence[str]
) -> list[Row]:
    """Return the row of a check and, when it judged several subjects and is open, theirs; none if unwanted."""
    key, several = check.card.id, len(check.results) > 1
    named = _has(words, key, check.card.title)
    results = [
        (number, result)
        for number, result in enumerate(check.results)
        if named or _has(words, key, check.card.title, result.subject, result.fault)
    ]
    if not named and not results:
        return []
    row = Row(
        key=key,
        kind="check",
        label=key.partition("/")[2] or key,
        status=check.status,
        running=check.phase == "running",
        stale=check.stale,
        folded=folds.get(key, not words and check.status not in TROUBLE) if several else None,
        note=f"{sum(r.status == 'pass' for r in check.results)}/{len(check.results)}" if several else "",
    )
    if row.folded is not False:
        return [row]
    return [
        row,
        *(
            _result(key, number, result, check.stale)
            for number, result in results
            if not faults_only or result.status in TROUBLE
        ),
    ]


def _has(words: Sequence[str], *texts: str | None) -> bool:
    """Say whether every word is in one of the texts."""
    lowered = [text.lower() for text in texts if text]
    return all(any(word in text for text in lowered) for word in words)


def _result(check: str, number: int, result: Result, stale: bool) -> Row:
    return Row(
        key=f"{check}#{number}",
        kind="result",
        label=result.subject or result.summary,
        status=result.status,
        stale=stale,
    )


def parent(key: str) -> str:
    """Return the key of the row above in the tree (the layer for a check); the key itself for a layer."""
    check, hash_, _ = key.partition("#")
    return check if hash_ else key.partition("/")[0]


def where_to_look(state: RunState) -> str | None:
    """Return the key of the row to look at first: the first root cause, else the first trouble."""
    causes = state.report.root_causes if state.report else []
    first: str | None = None
    for check in state.checks.values():
        for number, result in enumerate(check.results):
            if result.status not in TROUBLE or not result.required:
                continue
            key = f"{result.check}#{number}" if len(check.results) > 1 else result.check
            if causes and is_found_by(causes[0], result):
                return key
            first = first or key
    return first


def next_trouble(listed: Sequence[Row], here: str, step: int) -> Row | None:
    """Return the next leaf with trouble after the row *here* (before it with -1), around the end; None: no trouble."""
    start = next((number for number, row in enumerate(listed) if row.key == here), 0)
    for offset in range(1, len(listed) + 1):
        row = listed[(start + step * offset) % len(listed)]
        if row.status in TROUBLE and row.folded is None:
            return row
    return None
