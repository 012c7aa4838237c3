"""The plain report: what a terminal, a CI log and a screen reader get.  No frames, nothing that moves."""

from apidoctor.model.report import Report, Result, RootCause, Status, Verdict
from apidoctor.report.evidence import evidence, gist, headline
from apidoctor.report.glyphs import UNICODE, Glyphs, Role
from apidoctor.report.page import LABEL_WIDTH, Page, Piece
from apidoctor.report.safe import cells, cut
from apidoctor.report.story import Cause, Story, Unknown, counts, next_step, note_line, tell

# More names than that are not read; all of them are in the JSON, and with --verbose here.
_MOST_NAMES = 4
VERDICT_ROLE: dict[Verdict, Role] = {"healthy": "pass", "broken": "fail", "undecided": "unknown"}
"""The status whose colour a verdict has."""
_COLUMN = 11
"""Cells of a sign, the longest status word and two spaces."""
_LEAST = 60
"""Cells of a message that are worth a line; where there are fewer, it wraps."""


def render(
    report: Report, *, glyphs: Glyphs = UNICODE, colour: bool = False, width: int = 100, verbose: bool = False
) -> str:
    """Return *report* as plain text of *width* cells, the thing to mend first at the head (see `fill`)."""
    page = Page(glyphs, width)
    fill(page, report, verbose=verbose)
    return page.text(colour=colour)


def fill(page: Page, report: Report, *, verbose: bool = False) -> None:
    """Put the whole report on *page*.

    With *verbose*, what passed and what was skipped is listed too, evidence is longer and defects show their
    traceback.  The same report gives the same text.
    """
    story = tell(report)
    head(page, report, story)
    for cause in story.causes:
        page.blank()
        _cause(page, report, cause, verbose=verbose)
    page.blank()
    for result, fault in story.explained:
        _explained(page, result, fault, verbose=verbose)
    for result in story.warnings:
        one(page, result, verbose=verbose)
        if result.fix:
            page.field("fix", result.fix)
    for unknown in story.unknowns:
        _unknown(page, unknown, verbose=verbose)
    for result in story.errors:
        _error(page, result, verbose=verbose)
    if verbose:
        page.blank()
        for result in story.passes + story.skipped:
            one(page, result, verbose=True)
    page.blank()
    _foot(page, report, story, verbose=verbose)


def brief(page: Page, report: Report) -> None:
    """Put on *page* what fits nearly anywhere: the verdict, and each root cause with what to do."""
    verdict(page, report)
    for cause in tell(report).causes:
        page.flow((cause.root.fault, "strong"), cause.heading, first=f"{page.glyphs.of('fail')} ")
        if cause.root.fix:
            page.flow(cause.root.fix, first="  fix: ")


def verdict(page: Page, report: Report) -> None:
    """Add the verdict, the counts and the exit code."""
    text = counts(report, tell(report))
    took = f"{report.run.duration_ms / 1000:.1f} s"
    role = VERDICT_ROLE[report.verdict]
    page.flow((f"{report.verdict}:", role), f"{text} in {took}", f"exit {report.exit_code}")


def head(page: Page, report: Report, story: Story) -> None:
    """Add what was judged, from where, when, and the path with a sign for each layer."""
    target, caller = report.target, report.caller
    what = target.url or target.api_id or "no target"
    principal = f" as {caller.principal}" if caller.principal else ""
    when = report.run.started.replace("T", " ")
    details = [target.region, f"from {caller.from_}{principal}", when]
    details += [f"source {report.run.source}"] if report.run.source != "live" else []
    page.flow((f"{target.method} {what}", "strong"), first="apidoctor ", rest=2)
    page.flow(*(part for part in details if part), first="  ", gap="   ")
    if story.path:
        steps: list[Piece] = []
        for index, (layer, status) in enumerate(story.path):
            steps += [page.glyphs.step] if index else []
            steps.append((f"{layer} {page.glyphs.of(status)}", status))
        page.flow(*steps, first="path  ", gap=" ")


def one(page: Page, result: Result, *, verbose: bool = False) -> None:
    """Add a result: sign and word, what was found, which check said so.

    Of a message in many lines, only the first is shown, unless *verbose*.
    """
    status = result.status
    found: list[Piece] = [(result.fault, "strong")] if result.fault else []
    text = result.summary or result.title
    text = text if verbose else headline(text)
    subject = f" {result.subject}" if result.subject and result.subject not in text else ""
    page.flow(*found, text, (f"({result.check}{subject})", "dim"), first=sign(page, status))


def sign(page: Page, status: Status) -> tuple[str, Role]:
    """Return sign and word of a status as the head of a line, in a column of its own."""
    return f"{page.glyphs.of(status)} {status}".ljust(_COLUMN), status


def names(checks: list[str], *, most: int = _MOST_NAMES) -> str:
    """Return ``3 checks: a, b, c``, at most *most* by name."""
    more = f" and {len(checks) - most} more" if len(checks) > most else ""
    return f"{len(checks)} check{'s' if len(checks) != 1 else ''}: {', '.join(checks[:most])}{more}"


def remedy(page: Page, report: Report, root: RootCause, *, verbose: bool = False, indent: int = 4) -> None:
    """Add what to change, what that unblocks, and where to read on."""
    _candidates(page, root, indent, most=100 if verbose else _MOST_NAMES)
    if root.fix:
        page.field("fix", root.fix, "strong", indent=indent)
    for fix in report.fixes:
        if fix.id not in root.fixes:
            continue
        then = f"; then fails: {', '.join(fix.then_fails)}" if fix.then_fails else ""
        tried = f" (on the snapshot: {fix.tested}{then})" if fix.tested != "untested" else ""
        page.field(f"fix {fix.id}", f"{fix.title}{tried}", indent=indent)
        for tool, text in fix.render.items() if verbose else ():
            page.flow((f"{tool}:", "dim"), first=" " * (indent + 2))
            page.verbatim(text, indent=indent + 4)
    if root.blocks:
        page.field("blocks", names(root.blocks, most=100 if verbose else _MOST_NAMES), indent=indent)
    pages = [root.fault, *([root.playbook] if root.playbook else [])]
    page.field("see", ", ".join(f"apidoctor explain {name}" for name in pages), indent=indent)


def _candidates(page: Page, root: RootCause, indent: int, *, most: int) -> None:
    """Add the other faults that would explain the same, and what would tell the first one from them."""
    others = root.candidates[1:]
    for other in others[:most]:
        page.field("or", f"{other.fault} ({other.confidence}): {other.because}", indent=indent)
    if len(others) > most:
        page.field("or", ", ".join(other.fault for other in others[most:]), indent=indent)
    if others and root.candidates[0].separate:
        page.field("tell by", root.candidates[0].separate, indent=indent)


def _cause(page: Page, report: Report, cause: Cause, *, verbose: bool) -> None:
    root = cause.root
    page.flow(
        (root.fault, "strong"),
        (cause.heading, "strong"),
        (f"({root.confidence})", "dim"),
        first=sign(page, cause.status),
    )
    if root.subject:
        page.field("subject", root.subject)
    for text in cause.found[: None if verbose else _MOST_NAMES]:
        page.field("cause", text)
    remedy(page, report, root, verbose=verbose)
    items = [report.evidence[key] for key in root.evidence if key in report.evidence]
    if verbose:
        for item in items:
            evidence(page, item, verbose=True)
    else:
        gist(page, items, root.subject)


def _explained(page: Page, result: Result, fault: str, *, verbose: bool) -> None:
    """Add a failure that is an echo, with the cause it echoes: short unless *verbose*; others in full."""
    because = f"({result.check}, {f'because of {fault}' if fault else 'no other failure explains it'})"
    text = result.summary or result.title
    if not verbose:
        text = headline(text)
    if fault and not verbose:
        room = page.width - _COLUMN - cells(because) - 2
        # What is cut shorter says nothing: then it wraps, and is cut to two lines.
        text = cut(page.glyphs.safe(text), room if room >= _LEAST else 2 * max(page.width - _COLUMN, _LEAST))
    page.flow(text, (because, "dim"), first=sign(page, "fail"))


def _unknown(page: Page, unknown: Unknown, *, verbose: bool) -> None:
    if len(unknown.results) == 1:
        one(page, unknown.results[0], verbose=verbose)
    else:
        checks = list(dict.fromkeys(result.check for result in unknown.results))
        page.flow(names(checks, most=100 if verbose else _MOST_NAMES), first=sign(page, "unknown"))
    for gap in unknown.missing or ("nothing that can be looked up",):
        page.field("missing", gap, indent=_COLUMN)


def _error(page: Page, result: Result, *, verbose: bool) -> None:
    one(page, result, verbose=verbose)
    if verbose and result.traceback:
        page.verbatim(result.traceback, indent=_COLUMN)


def _foot(page: Page, report: Report, story: Story, *, verbose: bool) -> None:
    for note in report.run.notes:
        page.field("note", note_line(note), indent=0)
        if verbose and note_line(note) != note:
            page.verbatim(note, indent=LABEL_WIDTH)
    if not report.run.complete:
        page.flow(("This run was stopped before its end; what is above is partial.", "warn"))
    verdict(page, report)
    if step := next_step(report, story):
        page.flow(step, first="next: ")
