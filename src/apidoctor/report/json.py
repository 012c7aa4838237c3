"""The report for programs: one JSON document (contract: the report format)."""

from apidoctor.model.encoding import write
from apidoctor.model.report import Report


def render(report: Report) -> bytes:
    """Return *report* as UTF-8 JSON with two-space indent and a final line feed."""
    return write(report)
