"""What a key does with the row of the cursor: what there is to copy, and its page."""

from collections.abc import Callable, Iterator

from apidoctor.engine.registry import Registry
from apidoctor.model.report import Result
from apidoctor.report import manual
from apidoctor.report.page import Page
from apidoctor.report.playbooks import playbooks
from apidoctor.report.story import layer_of
from apidoctor.tui.rows import Row
from apidoctor.tui.state import TROUBLE, RunState


def results_of(state: RunState, row: Row) -> Iterator[Result]:
    """Yield the results that *row* stands for: of a layer, of a check, or one."""
    if row.kind == "layer":
        for check in state.checks.values():
            if layer_of(check.card.id) == row.key:
                yield from check.results
        return
    check_id, _, number = row.key.partition("#")
    results = state.checks[check_id].results
    yield from (results[int(number)],) if number else results


def to_copy(state: RunState, row: Row) -> str:
    """Return the fix of the first root cause in *row*; its id where there is none."""
    for result in results_of(state, row):
        cause = state.cause_of(result)
        if cause and cause.root.fix:
            return cause.root.fix
        if result.fix:
            return result.fix
    return row.key.partition("#")[0]


def explanation(state: RunState, row: Row, registry: Registry) -> Callable[[Page], None]:
    """Return what puts the page of the row's check on a page, with its playbook when there is trouble."""
    check_id = row.key.partition("#")[0]
    has_trouble = any(result.status in TROUBLE for result in results_of(state, row))

    def fill(page: Page) -> None:
        check = registry.checks.get(check_id)
        if check is None:
            page.flow((state.checks[check_id].card.title, "strong"))
            page.flow((check_id, "dim"))
            page.blank()
            page.flow(f"Not a built-in check: apidoctor explain --checks DIR {check_id}")
            return
        manual.check_page(page, check)
        story = playbooks().get(check.declaration.playbook or "")
        if story and has_trouble:
            page.blank()
            page.flow((page.glyphs.horizontal * min(page.width, 40), "dim"))
            manual.playbook_page(page, story)

    return fill
