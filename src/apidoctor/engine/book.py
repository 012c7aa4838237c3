"""Turns findings into results: numbers the evidence, and says in words what an unknown misses."""

from collections.abc import Iterable

import msgspec

from apidoctor.engine.registry import Check
from apidoctor.facts.redact import redact, redact_value
from apidoctor.model.finding import Finding
from apidoctor.model.missing import Gap, Missing, Probe
from apidoctor.model.operations import operation
from apidoctor.model.report import Evidence, Result


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
            subject=finding.subject,
            because=list(because),
            evidence=[self._key(item) for item in finding.evidence],
            missing=list(dict.fromkeys(describe_missing(gap) for gap in finding.missing)),
            duration_ms=round(elapsed_ms, 3),
            required=check.declaration.required if finding.required is None else finding.required,
            fix=finding.fix if finding.status == "warn" else None,
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
        item = msgspec.structs.replace(item, value=redact_value(item.value))
        packed = msgspec.json.encode(item)
        if packed not in self._keys:
            key = f"e{len(self.evidence) + 1}"
            self._keys[packed] = key
            self.evidence[key] = item
        return self._keys[packed]


def describe_missing(missing: Missing) -> str:
    """Say what would decide an unknown: ``permission: …``, ``account: …``, ``host: …`` or ``fact: …``."""
    if isinstance(missing, Gap):
        return missing.what
    if isinstance(missing, Probe):
        return f"host: {_probe_words(missing)}"
    row = operation(missing.operation, missing.region)
    place = f"account {missing.account}, {missing.region}" if missing.account else missing.region
    what = missing.key or ", ".join(missing.values)
    action = f"{row.action} on {row.resource(missing.key)}" if row.path else row.action
    if missing.refused:
        return f"permission: {action} ({place}; {missing.reason})"
    if missing.reason:
        return f"fact: {row.method} {what} ({place}; {missing.reason})".replace("  ", " ")
    return f"fact: {row.method} {what} ({place}); needs {action}".replace("  ", " ")


def _probe_words(probe: Probe) -> str:
    match probe.kind:
        case "host":
            return "where the caller is: run apidoctor there, or say --from eni-… or --from ip:ADDRESS"
        case "identity":
            return "who calls: credentials on the caller's host, or --as ARN"
        case "dns":
            return f"what the caller's resolver answers for {probe.name}"
        case "tcp":
            return f"a connection from the caller's host to {probe.address}:{probe.port}"
        case "tls":
            return (
                f"a TLS handshake from the caller's host with {probe.address}:{probe.port} for {probe.name}"
            )
    return f"a {probe.detail} test call from the caller's host to {probe.name}"
