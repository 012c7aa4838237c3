"""The report as GitHub workflow commands: annotations on a workflow run.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from apidoctor.model.report import Report
from apidoctor.report.safe import safe
from apidoctor.report.story import counts, tell


def render(report: Report) -> str:
    """Return one ``::error`` per root cause and defect, one ``::warning`` per warning and undecided group.

    A last ``::notice`` has the verdict.  Data cannot begin a command of its own: line breaks and ``%`` in it
    are percent-encoded.
    """
    story = tell(report)
    lines = []
    for cause in story.causes:
        root = cause.root
        details = [f"{cause.heading} ({root.confidence})", *cause.found]
        details += [f"Subject: {root.subject}" if root.subject else ""]
        details += [f"Fix: {root.fix}" if root.fix else "", f"See: apidoctor explain {root.fault}"]
        lines.append(command("error", f"{root.fault} {root.check}", details))
    for result, fault in story.explained:
        lines += [] if fault else [command("error", result.check, [result.summary])]
    for result in story.errors:
        lines.append(command("error", f"defect in {result.check}", [result.summary]))
    for result in story.warnings:
        title = f"{result.fault or ''} {result.check}".strip()
        lines.append(command("warning", title, [result.summary, f"Fix: {result.fix}" if result.fix else ""]))
    for unknown in story.unknowns:
        checks = ", ".join(dict.fromkeys(result.check for result in unknown.results))
        lines.append(
            command("warning", "undecided", [checks, *(f"Missing: {gap}" for gap in unknown.missing)])
        )
    lines.append(command("notice", f"apidoctor: {report.verdict}", [counts(report, story)]))
    return "".join(line + "\n" for line in lines)


def command(name: str, title: str, message: list[str]) -> str:
    """Return one workflow command with the non-empty lines of *message*, everything escaped."""
    head = _data(safe(title)).replace(":", "%3A").replace(",", "%2C")
    return f"::{name} title={head}::{'%0A'.join(_data(safe(line)) for line in message if line)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
