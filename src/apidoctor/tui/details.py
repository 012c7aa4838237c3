"""The detail of one row of the tree, as a page."""

from collections.abc import Sequence

from apidoctor.model.report import Result
from apidoctor.report.evidence import evidence
from apidoctor.report.page import Page, Piece
from apidoctor.report.story import explaining_fault, layer_of
from apidoctor.report.text import brief, one, remedy, sign
from apidoctor.tui import bands
from apidoctor.tui.rows import Row
from apidoctor.tui.state import TROUBLE, CheckState, RunState

# A layer of a large estate has thousands of results, and a detail is laid out at every move of the cursor.
_MOST_RESULTS = 50


def fill(page: Page, state: RunState, row: Row) -> None:
    """Put on *page* all that is known of *row*."""
    if row.kind == "layer":
        _layer(page, row, [check for check in state.checks.values() if layer_of(check.card.id) == row.key])
        return
    id_, _, number = row.key.partition("#")
    check = state.checks[id_]
    if check.stale:
        page.flow(("From the run before; the new result is not in yet.", "dim"))
    if number:
        _result(page, state, check.results[int(number)])
    elif len(check.results) == 1:
        _result(page, state, check.results[0])
    else:
        _check(page, check)


def small(page: Page, state: RunState, why: str, failure: str) -> None:
    """Say that the terminal is too small for two panes, and what the plain report says."""
    page.flow(("too small", "strong"), f"({why})")
    if state.report:
        brief(page, state.report)
    else:
        page.lines += bands.message(state, page.glyphs, page.width, failure, "")


def _layer(page: Page, row: Row, checks: list[CheckState]) -> None:
    held = sum(check.status == "pass" for check in checks)
    aside = sum(check.does_not_apply for check in checks)
    note = f", {aside} {'does' if aside == 1 else 'do'} not apply" if aside else ""
    page.flow((row.label, "strong"), f"{held} of {len(checks)} checks hold{note}")
    page.blank()
    for check in checks:
        if check.status in TROUBLE:
            _some(page, [result for result in check.results if result.status in TROUBLE])
        elif check.status:
            page.flow(check.card.title, first=sign(page, check.status))
        else:
            page.flow((check.card.title, "dim"), first=check.phase.ljust(11))


def _some(page: Page, results: Sequence[Result]) -> None:
    """Add the first results, one line each; the tree has them all."""
    for result in results[:_MOST_RESULTS]:
        one(page, result)
    if len(results) > _MOST_RESULTS:
        page.flow((f"and {len(results) - _MOST_RESULTS} more", "dim"), first=" " * 11)


def _check(page: Page, check: CheckState) -> None:
    """Show a check that has no result yet, or several."""
    page.flow((check.card.title, "strong"))
    page.flow((check.card.id, "dim"))
    page.blank()
    if not check.results:
        page.flow("Being judged." if check.phase == "running" else "Not judged yet.")
        for needed in check.card.needs:
            page.field("needs", needed, indent=0)
    _some(page, check.results)


def _result(page: Page, state: RunState, result: Result) -> None:
    cause = state.cause_of(result)
    head: list[Piece] = [(result.fault, "strong")] if result.fault else []
    head += [(f"root cause, {cause.root.confidence}", "strong")] if cause else []
    page.flow(*head, first=sign(page, result.status), rest=0)
    page.flow((cause.heading if cause else result.title, "strong"))
    page.flow((result.check, "dim"))
    page.blank()
    if result.subject:
        page.field("subject", result.subject, indent=0)
    page.field("cause" if cause else "found", result.summary, indent=0)
    _reasons(page, state, result, is_cause=cause is not None)
    if cause and state.report:  # the remedy first: in a short pane it must not be below the evidence
        remedy(page, state.report, cause.root, indent=0)
        page.blank()
    if result.fix:
        page.field("fix", result.fix, "strong", indent=0)
    for key in dict.fromkeys([*result.evidence, *(cause.root.evidence if cause else ())]):
        if key in state.evidence:
            evidence(page, state.evidence[key], indent=0)
    if not cause and result.fault:
        page.field("see", f"apidoctor explain {result.fault}", indent=0)
    if result.traceback:
        page.blank()
        page.verbatim(result.traceback, indent=0)


def _reasons(page: Page, state: RunState, result: Result, *, is_cause: bool) -> None:
    """Add what is missing, and which other checks or causes the result follows from."""
    for gap in result.missing:
        page.field("missing", gap, "unknown", indent=0)
    for other in result.because:
        status = state.checks[other].status if other in state.checks else None
        page.field("because", f"{other} ({page.glyphs.of(status)} {status})" if status else other, indent=0)
    causes = state.report.root_causes if state.report and result.status == "fail" else []
    if not is_cause and (fault := explaining_fault(result, causes)):
        page.field("because", f"{fault} (root cause)", indent=0)
