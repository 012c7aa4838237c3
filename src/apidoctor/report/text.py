"""The plain report: what a terminal, a CI log and a screen reader get.  No frames, nothing that moves."""

from apidoctor.model.report import Evidence, Report, Result, RootCause, Status, Verdict
from apidoctor.report.glyphs import UNICODE, Glyphs, Role
from apidoctor.report.page import LABEL_WIDTH, Page, Piece
from apidoctor.report.story import Cause, Story, Unknown, counts, next_step, tell
from apidoctor.report.values import STORY, facts, origin

# More names than that are not read; all of them are in the JSON, and with --verbose here.
_MOST_NAMES = 4
_MOST_KEY = 40
_SHORT = 40
"""Characters of a value that may share its line with others."""
VERDICT_ROLE: dict[Verdict, Role] = {"healthy": "pass", "broken": "fail", "undecided": "unknown"}
"""The status whose colour a verdict has."""
_COLUMN = 11
"""Cells of a sign, the longest status word and two spaces."""


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
        _explained(page, result, fault)
    for result in story.warnings:
        one(page, result)
    for unknown in story.unknowns:
        _unknown(page, unknown, verbose=verbose)
    for result in story.errors:
        _error(page, result, verbose=verbose)
    if verbose:
        page.blank()
        for result in story.passes + story.skipped:
            one(page, result)
    page.blank()
    _foot(page, report, story)


def brief(page: Page, report: Report) -> None:
    """Put on *page* what fits nearly anywhere: the verdict, and each root cause with what to do."""
    verdict(page, report)
    for cause in tell(report).causes:
        page.flow((cause.root.fault, "strong"), cause.heading, first=f"{page.glyphs.of('fail')} ")
        if cause.root.fix:
            page.flow(cause.root.fix, first="  fix: ")


def verdict(page: Page, report: Report) -> None:
    """Add the verdict, the counts and the exit code."""
    summary = report.summary
    text = counts(report)
    if not (summary.fail or summary.error or summary.unknown or summary.warn) and summary.passed:
        text = f"all {summary.passed} checks hold" + (
            f", {summary.skipped} skipped" if summary.skipped else ""
        )
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


def one(page: Page, result: Result) -> None:
    """Add a result in one line: sign and word, what was found, which check said so."""
    status = result.status
    found: list[Piece] = [(result.fault, "strong")] if result.fault else []
    subject = f" {result.subject}" if result.subject else ""
    text = result.title if status == "pass" else result.summary or result.title
    page.flow(*found, text, (f"({result.check}{subject})", "dim"), first=sign(page, status))


def sign(page: Page, status: Status) -> tuple[str, Role]:
    """Return sign and word of a status as the head of a line, in a column of its own."""
    return f"{page.glyphs.of(status)} {status}".ljust(_COLUMN), status


def evidence(page: Page, item: Evidence, *, verbose: bool = False, indent: int = 4) -> None:
    """Add where something was seen and what, a few lines."""
    column = indent + LABEL_WIDTH
    pairs = facts(item.value, most=40 if verbose else 8)
    short = [_pair(page, key, text) for key, text in pairs if key not in STORY and len(text) <= _SHORT]
    summed = ", ".join(short)
    if len(short) == len(pairs) and column + len(origin(item)) + 2 + len(summed) <= page.width:
        page.flow(origin(item), summed, first=" " * indent + "seen".ljust(LABEL_WIDTH))
        return
    page.field("seen", origin(item), indent=indent)
    if short:
        page.flow(summed, first=" " * column, rest=column + 2)
    for key, text in pairs:
        if key in STORY or len(text) > _SHORT:
            page.flow(_pair(page, key, text), first=" " * column, rest=column + 2)


def _pair(page: Page, key: str, text: str) -> str:
    return f"{page.glyphs.safe(key, width=_MOST_KEY)}: {text}" if key else text


def names(checks: list[str], *, most: int = _MOST_NAMES) -> str:
    """Return ``3 checks: a, b, c``, at most *most* by name."""
    more = f" and {len(checks) - most} more" if len(checks) > most else ""
    return f"{len(checks)} check{'s' if len(checks) != 1 else ''}: {', '.join(checks[:most])}{more}"


def remedy(page: Page, report: Report, root: RootCause, *, verbose: bool = False, indent: int = 4) -> None:
    """Add what to change, what that unblocks, and where to read on."""
    if root.fix:
        page.field("fix", root.fix, "strong", indent=indent)
    for fix in report.fixes:
        if fix.id not in root.fixes:
            continue
        then = f"; then fails: {', '.join(fix.then_fails)}" if fix.then_fails else ""
        page.field(f"fix {fix.id}", f"{fix.title} (on the snapshot: {fix.tested}{then})", indent=indent)
        for tool, text in fix.render.items() if verbose else ():
            page.flow((f"{tool}:", "dim"), first=" " * (indent + 2))
            page.verbatim(text, indent=indent + 4)
    if root.blocks:
        page.field("blocks", names(root.blocks, most=100 if verbose else _MOST_NAMES), indent=indent)
    pages = [root.fault, *([root.playbook] if root.playbook else [])]
    page.field("see", ", ".join(f"apidoctor explain {name}" for name in pages), indent=indent)


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
    for key in root.evidence:
        if key in report.evidence:
            evidence(page, report.evidence[key], verbose=verbose)
    remedy(page, report, root, verbose=verbose)


def _explained(page: Page, result: Result, fault: str) -> None:
    """Add a failure that is an echo, with the cause it echoes."""
    because = f"because of {fault}" if fault else "no other failure explains it"
    text = result.summary or result.title
    page.flow(text, (f"({result.check}, {because})", "dim"), first=sign(page, "fail"))


def _unknown(page: Page, unknown: Unknown, *, verbose: bool) -> None:
    if len(unknown.results) == 1:
        one(page, unknown.results[0])
    else:
        checks = list(dict.fromkeys(result.check for result in unknown.results))
        page.flow(names(checks, most=100 if verbose else _MOST_NAMES), first=sign(page, "unknown"))
    for gap in unknown.missing or ("nothing that can be looked up",):
        page.field("missing", gap, indent=_COLUMN)


def _error(page: Page, result: Result, *, verbose: bool) -> None:
    one(page, result)
    if verbose and result.traceback:
        page.verbatim(result.traceback, indent=_COLUMN)


def _foot(page: Page, report: Report, story: Story) -> None:
    for note in report.run.notes:
        page.field("note", note, indent=0)
    if not report.run.complete:
        page.flow(("This run was stopped before its end; what is above is partial.", "warn"))
    verdict(page, report)
    if step := next_step(report, story):
        page.flow(step, first="next: ")
