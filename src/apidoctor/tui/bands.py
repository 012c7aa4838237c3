"""Head and foot of the screen as lines: title and counts, the path, the rules, the message, the keys."""

from apidoctor.engine.events import DETOURS
from apidoctor.model.report import Status
from apidoctor.report.glyphs import Glyphs, Role
from apidoctor.report.page import Line, Page, Span
from apidoctor.report.safe import cells, cut
from apidoctor.report.story import applies
from apidoctor.report.text import VERDICT_ROLE
from apidoctor.tui.state import RunState, worst_of
from apidoctor.tui.tree import sign_of

_COUNTED: tuple[Status, ...] = ("fail", "error", "unknown", "warn", "pass", "skipped")
_KEYS = (
    "? help",
    "q quit",
    "j/k move",
    "h/l fold",
    "Tab pane",
    "n/N next",
    "e explain",
    "/ filter",
    "z faults",
    "y copy",
    "r rerun",
    "m matrix",
    "Enter open",
    "Q quit with report",
)
"""The most needed first: what does not fit is left out, help has all."""
_MOST_NEXT = 3
"""Lines of the next step; the detail of the cause has it too."""


def title(state: RunState, glyphs: Glyphs, width: int) -> Line:
    """Return the first line: what is diagnosed, the verdict, how many results have each status."""
    counts = state.counts()
    numbers: list[Span] = []
    for status in _COUNTED:
        if counts[status] or status == "fail":
            numbers.append(Span(f" {glyphs.of(status)}{counts[status]}", status))
    verdict = Span(" running", "strong")
    if not state.running and state.report:
        verdict = Span(f" {state.report.verdict}", VERDICT_ROLE[state.report.verdict])
    elif not state.running:
        verdict = Span(" no result", "error")
    right = (verdict, Span(" "), *numbers)
    room = width - sum(cells(span.text) for span in right) - len("apidoctor ")
    name = glyphs.safe(state.title.removeprefix("https://"), width=max(room - 1, 0))
    return (Span("apidoctor ", "dim"), Span(name.ljust(max(room, 0)), "strong"), *right)


def path(state: RunState, glyphs: Glyphs, width: int) -> tuple[Line, Line]:
    """Return two lines: the layers in the order of the path, and under each the sign of its worst status."""
    layers = [
        (layer, checks)
        for layer, checks in state.layers()
        if layer not in DETOURS or any(applies(result) for check in checks for result in check.results)
    ]
    names, step = _fitted([glyphs.safe(layer) for layer, _ in layers], glyphs, width - 2)
    above: list[Span] = [Span(" ")]
    below: list[Span] = [Span(" ")]
    for index, (name, (_, checks)) in enumerate(zip(names, layers, strict=True)):
        joint = step if index else ""
        status = worst_of(checks)
        running = any(check.phase == "running" for check in checks)
        sign, role = sign_of(status, running, glyphs)
        above += [Span(joint, "dim"), Span(name, role if role in ("fail", "error") else "plain")]
        size = cells(name)
        left = (size - 1) // 2
        below += [Span(" " * (len(joint) + left)), Span(sign, role), Span(" " * (size - 1 - left))]
    return tuple(above), tuple(below)


# Full names with narrow steps read better than cut names with wide ones; all eight layers fit 80 columns so.
def _fitted(names: list[str], glyphs: Glyphs, width: int) -> tuple[list[str], str]:
    """Return names that fit and what stands between them: narrow steps first, then ever shorter names."""

    def size(step: str) -> int:
        return sum(map(cells, names)) + len(step) * (len(names) - 1)

    wide = f" {glyphs.step} "
    if size(wide) <= width:
        return names, wide
    while size(glyphs.step) > width and max(map(cells, names)) > 3:
        longest = max(range(len(names)), key=lambda i: cells(names[i]))
        names[longest] = cut(names[longest], cells(names[longest]) - 1, "")
    return names, glyphs.step


def tree_width(width: int) -> int:
    """Return the cells of the tree: names of checks want 36, a detail wants the rest."""
    return max(min(int(width * 0.45), 36), 24) if width < 100 else min(int(width * 0.36), 60)


def labels(*, faults_only: bool, on_detail: bool) -> tuple[str, str]:
    """Return the names of the panes, in brackets the one that has the keyboard."""
    name = "faults only" if faults_only else "checks"
    return (f" {name} ", "[detail]") if on_detail else (f"[{name}]", " detail ")


def rule(glyphs: Glyphs, width: int, joint: str, labels: tuple[str, str]) -> Line:
    """Return a horizontal line with *joint* where the panes meet, and a label at the head of each part."""
    at = tree_width(width)
    left, right = (f"{glyphs.horizontal}{label}" if label else "" for label in labels)
    left = cut(left, at, "").ljust(at, glyphs.horizontal)
    right = cut(right, max(width - at - 1, 0), "").ljust(width - at - 1, glyphs.horizontal)
    return (Span(left + joint + right, "dim"),)


def message(state: RunState, glyphs: Glyphs, width: int, failure: str, notice: str) -> list[Line]:
    """Return the lines above the keys: why the run failed, what is being looked at, or what to do next.

    A next step is a sentence that must not lose its end: it is wrapped.  A *notice* takes the place of all
    that, and as many lines: rows must not jump at every notice.
    """
    lines = _message(state, glyphs, width, failure)
    if not notice:
        return lines
    return [(Span(" " + glyphs.safe(notice, width=width - 1), "strong"),), *([()] * (len(lines) - 1))]


def _message(state: RunState, glyphs: Glyphs, width: int, failure: str) -> list[Line]:
    role: Role = "plain"
    if failure:
        text, role = failure, "strong"
    elif state.running:
        text = f"{state.finished()}/{len(state.checks)} checks"
        if seen := state.looked_up:
            text += f"  {seen.what} ({seen.where}): {seen.outcome}, {seen.elapsed_ms:.0f} ms"
    elif state.report and state.next_step:
        page = Page(glyphs, width, break_words=True)
        page.flow(state.next_step, first=(" next: ", "plain"))
        return page.lines[:_MOST_NEXT]
    else:
        text = state.told if state.report else ""
    return [(Span(" " + glyphs.safe(text, width=width - 1), role),)]


def leave(below: int) -> Line:
    """Return the last line of a page over the whole terminal."""
    more = f"{below} more lines  j/k scroll" if below else "the end"
    return (Span(f" Esc back  {more}", "dim"),)


def keys(width: int) -> Line:
    """Return the last line: the keys, as many as fit."""
    line = ""
    for key in _KEYS:
        if len(line) + len(key) + 2 <= width:
            line += f"  {key}" if line else f" {key}"
    return (Span(line, "dim"),)
