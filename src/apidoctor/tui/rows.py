"""The tree of layers, checks and results as rows, with folding and the filter.

A pure function of the state, so that what the tree shows can be tested without a screen.  Rows have keys that
outlive them: cursor and folds hold through reruns, filters and results that land.
"""

from collections.abc import Mapping
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
    """What stands at the right: how many hold."""


def rows(state: RunState, folds: Mapping[str, bool], *, faults_only: bool = False) -> list[Row]:
    """Return the rows that can be seen.

    *folds* says by key what the user folded (True) or opened (False).  What the user did not touch is open
    when there is trouble in it.  With *faults_only*, only trouble is left.
    """
    listed: list[Row] = []
    for layer, checks in state.layers():
        status = worst_of(checks)
        if faults_only and status not in TROUBLE:
            continue
        row = _layer(layer, checks, status, folds)
        listed.append(row)
        if row.folded:
            continue
        for check in checks:
            if not faults_only or check.status in TROUBLE:
                listed += _check(check, folds, faults_only)
    return listed


def _layer(layer: str, checks: list[CheckState], status: Status | None, folds: Mapping[str, bool]) -> Row:
    held = sum(check.status == "pass" for check in checks)
    asked = sum(not check.does_not_apply for check in checks)
    return Row(
        key=layer,
        kind="layer",
        label=layer,
        status=status,
        running=any(check.phase == "running" for check in checks),
        stale=all(check.stale for check in checks),
        folded=folds.get(layer, status not in TROUBLE),
        note=f"{held}/{asked}",
    )


def _check(check: CheckState, folds: Mapping[str, bool], faults_only: bool) -> list[Row]:
    """Return the row of a check and, when it judged several subjects and is open, theirs."""
    key, several = check.card.id, len(check.results) > 1
    row = Row(
        key=key,
        kind="check",
        label=key.partition("/")[2] or key,
        status=check.status,
        running=check.phase == "running",
        stale=check.stale,
        folded=folds.get(key, check.status not in TROUBLE) if several else None,
        note=f"{sum(r.status == 'pass' for r in check.results)}/{len(check.results)}" if several else "",
    )
    if row.folded is not False:
        return [row]
    return [
        row,
        *(
            _result(key, number, result, check.stale)
            for number, result in enumerate(check.results)
            if not faults_only or result.status in TROUBLE
        ),
    ]


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


def next_trouble(listed: list[Row], start: int, step: Literal[1, -1]) -> int:
    """Return the index of the next leaf with trouble after *start*, around the end; *start* if there is none.

    A folded branch with trouble in it counts as a leaf.
    """
    for offset in range(1, len(listed) + 1):
        index = (start + step * offset) % len(listed)
        if listed[index].status in TROUBLE and listed[index].folded is not False:
            return index
    return start
