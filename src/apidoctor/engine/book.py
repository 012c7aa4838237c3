"""Turns findings into results, and numbers the evidence."""

from collections.abc import Iterable

import msgspec

from apidoctor.engine.registry import Check
from apidoctor.facts.redact import redact, redact_value
from apidoctor.model.finding import Finding
from apidoctor.model.report import Candidate, Evidence, Result
from apidoctor.model.wording import describe_missing


def _clean(candidate: Candidate) -> Candidate:
    return msgspec.structs.replace(candidate, because=redact(candidate.because))


class Book:
    """Keeps the evidence of a run; the same evidence gets the same key."""

    def __init__(self) -> None:
        self.evidence: dict[str, Evidence] = {}
        self._keys: dict[bytes, str] = {}

    def result(
        self, check: Check, finding: Finding, elapsed_ms: float, because: Iterable[str] = ()
    ) -> Result:
        """Make a result of *finding*."""
        return Result(
            check=check.id,
            title=check.title,
            status=finding.status,
            fault=finding.fault,
            summary=redact(finding.summary),
            subject=redact(finding.subject) if finding.subject else finding.subject,
            because=list(because),
            evidence=[self._key(item) for item in finding.evidence],
            missing=list(dict.fromkeys(redact(describe_missing(gap)) for gap in finding.missing)),
            duration_ms=round(elapsed_ms, 3),
            required=check.declaration.required if finding.required is None else finding.required,
            fix=finding.fix if finding.status == "warn" else None,
            candidates=[_clean(candidate) for candidate in finding.candidates],
        )

    def defect(self, check: Check, what: str, trace: str, elapsed_ms: float) -> Result:
        """Make the result of a check that a defect ended; *what* has it, *trace* is the traceback."""
        lines = trace.strip().splitlines()
        return Result(
            check=check.id,
            title=check.title,
            status="error",
            fault=None,
            summary=redact(f"{what} has a defect: {lines[-1] if lines else 'unknown'}"),
            subject=None,
            because=[],
            evidence=[],
            missing=[],
            duration_ms=round(elapsed_ms, 3),
            required=check.declaration.required,
            traceback=redact(trace),
        )

    def _key(self, item: Evidence) -> str:
        subject = redact(item.subject) if item.subject else item.subject
        item = msgspec.structs.replace(item, value=redact_value(item.value), subject=subject)
        packed = msgspec.json.encode(item)
        if packed not in self._keys:
            key = f"e{len(self.evidence) + 1}"
            self._keys[packed] = key
            self.evidence[key] = item
        return self._keys[packed]
