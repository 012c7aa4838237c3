"""The report as JUnit XML, which every CI server shows: one test case per result.

The format has no standard; this is the core that Jenkins, GitLab and GitHub actions read: a
``testsuite`` with counts, and ``testcase`` with at most one of ``failure``, ``error``, ``skipped``.
"""

from xml.etree import ElementTree as XML

from apidoctor.model.report import Report, Result
from apidoctor.report.safe import safe


def render(report: Report) -> bytes:
    """Return *report* as a JUnit document.

    A failed check is a ``failure``; a defect and a required check that could not be decided are an ``error``
    (a green build must not hide them); what was skipped and undecided advice are ``skipped``.
    """
    seconds = f"{report.run.duration_ms / 1000:.3f}"
    outcomes = [_outcome(result) for result in report.results]
    suite = XML.Element(
        "testsuite",
        name="apidoctor",
        tests=str(len(outcomes)),
        failures=str(outcomes.count("failure")),
        errors=str(outcomes.count("error")),
        skipped=str(outcomes.count("skipped")),
        time=seconds,
        timestamp=safe(report.run.started.removesuffix("Z")),
    )
    for result, outcome in zip(report.results, outcomes, strict=True):
        suite.append(_case(report, result, outcome))
    root = XML.Element("testsuites", name="apidoctor", time=seconds)
    root.append(suite)
    XML.indent(root)
    body: bytes = XML.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def _outcome(result: Result) -> str | None:
    if result.status == "unknown":
        return "error" if result.required else "skipped"
    return {"fail": "failure", "error": "error", "skipped": "skipped"}.get(result.status)


def _case(report: Report, result: Result, outcome: str | None) -> XML.Element:
    """Return the test case of a result; text is made safe first, so no character is illegal in XML 1.0."""
    layer, _, name = result.check.partition("/")
    subject = f" [{result.subject}]" if result.subject else ""
    case = XML.Element(
        "testcase",
        classname=safe(f"apidoctor.{layer}"),
        name=safe(f"{name}{subject}"),
        time=f"{result.duration_ms / 1000:.6f}",
    )
    if outcome:
        told = XML.SubElement(case, outcome, message=safe(result.summary))
        if outcome != "skipped":
            told.set("type", safe(result.fault or result.status))
        told.text = "\n".join(_details(report, result))
    elif result.status == "warn":
        notes = [f"warning: {result.summary}", *([f"fix: {result.fix}"] if result.fix else [])]
        XML.SubElement(case, "system-out").text = "\n".join([safe(line) for line in notes])
    return case


def _details(report: Report, result: Result) -> list[str]:
    lines = [result.title]
    lines += [f"missing: {gap}" for gap in result.missing]
    lines += [f"because of: {check}" for check in result.because]
    lines += [f"fix: {r.fix}" for r in report.root_causes if r.check == result.check and r.fix]
    return [safe(line) for line in lines] + [safe(result.traceback or "", multiline=True)]
