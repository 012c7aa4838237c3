"""The report as Markdown, for an issue, a pull request or a chat.

What is read in other people's repositories must not act there: no link, mention, image or
HTML out of foreign text.
"""

import re

from apidoctor.model.report import Evidence, Report, Result
from apidoctor.report.safe import safe
from apidoctor.report.story import Cause, Unknown, counts, next_step, note_line, tell
from apidoctor.report.text import names
from apidoctor.report.values import facts, origin

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$])")
_ACTIVE = {"\\<": "&lt;", "@": "&#64;", "://": "&#58;//"}
"""An HTML element, a mention, and the bare URLs that GitHub turns into links."""
_MOST_KEY = 40


def render(report: Report) -> str:
    """Return *report* as GitHub-flavoured Markdown; foreign text is escaped or stands in code spans.

    So it can neither open a link, an HTML element, a table column nor mention a person.
    """
    story = tell(report)
    path = " → ".join(f"{layer} {status}" for layer, status in story.path)
    lines = [
        f"## apidoctor: {report.verdict}",
        "",
        f"{code(report.target.method + ' ' + (report.target.url or report.target.api_id or '?'))}  ",
        f"from {code(report.caller.from_)}, {code(report.run.started)}",
        "",
        prose(path),
    ]
    for cause in story.causes:
        lines += ["", *_cause(report, cause)]
    others = [_row(r, f"because of {fault}" if fault else "") for r, fault in story.explained]
    others += [_row(r, f"fix: {r.fix}" if r.fix else "") for r in story.warnings + story.errors]
    others += [row for unknown in story.unknowns for row in _unknown(unknown)]
    if others:
        lines += ["", "| status | check | found | note |", "| --- | --- | --- | --- |", *others]
    lines += ["", f"**{report.verdict}**: {counts(report, story)} (exit {report.exit_code})"]
    lines += [f"\nNote: {prose(note_line(note))}" for note in report.run.notes]
    step = next_step(report, story)
    return "\n".join([*lines, *(["", f"Next: {prose(step)}"] if step else [])]) + "\n"


def prose(text: str) -> str:
    """Return foreign text with everything that Markdown or HTML would act on escaped."""
    text = _SPECIAL.sub(r"\\\1", safe(text))
    for active, harmless in _ACTIVE.items():
        text = text.replace(active, harmless)
    return text


def code(text: str) -> str:
    """Return foreign text as a code span, with a fence longer than any in it; a table's ``|`` is escaped."""
    text = safe(text).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if len(fence) > 1 else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _cause(report: Report, cause: Cause) -> list[str]:
    root = cause.root
    lines = [f"### {prose(root.fault)} {prose(cause.heading)} ({root.confidence})", ""]
    lines += [f"- **Subject**: {code(root.subject)}"] if root.subject else []
    lines += [f"- **Cause**: {prose(text)}" for text in cause.found]
    for other in root.candidates[1:]:
        lines.append(f"- **Or**: {prose(f'{other.fault} ({other.confidence}): {other.because}')}")
    if root.candidates and root.candidates[0].separate:
        lines.append(f"- **Tell by**: {prose(root.candidates[0].separate)}")
    for key in root.evidence:
        lines += _evidence(report.evidence[key]) if key in report.evidence else []
    lines += [f"- **Fix**: {prose(root.fix)}"] if root.fix else []
    for fix in report.fixes:
        lines += [f"- **Fix {fix.id}**: {prose(fix.title)} ({fix.tested})"] if fix.id in root.fixes else []
    lines += [f"- **Blocks**: {prose(names(root.blocks))}"] if root.blocks else []
    return [*lines, f"- **See**: {code(f'apidoctor explain {root.fault}')}"]


def _evidence(evidence: Evidence) -> list[str]:
    lines = [f"- **Seen**: {code(origin(evidence))}"]
    for key, text in facts(evidence.value):
        label = f"{prose(safe(key, width=_MOST_KEY))}: " if key else ""
        lines.append(f"  - {label}{code(text)}")
    return lines


def _row(result: Result, note: str) -> str:
    check = f"{result.check} {result.subject}" if result.subject else result.check
    return f"| {result.status} | {code(check)} | {prose(result.summary)} | {prose(note)} |"


def _unknown(unknown: Unknown) -> list[str]:
    note = "missing " + "; ".join(unknown.missing) if unknown.missing else ""
    return [_row(result, note) for result in unknown.results]
