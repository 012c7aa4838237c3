"""What a judgement comes to when nothing more will be seen: unknowns with their reasons, and what nobody asked for."""

from collections.abc import Mapping

from msgspec.structs import replace

from apidoctor.engine.looking import Look
from apidoctor.model.finding import Finding, skipped
from apidoctor.model.inventory import is_refusal
from apidoctor.model.missing import Gap, Lookup, Missing, Probe
from apidoctor.reasoning.scene.case import Sources


def settle(finding: Finding, sources: Sources, refusals: Mapping[Missing, str]) -> Finding:
    """Return the final form of a finding.

    An unknown that misses only what the user left out was not asked for: it is skipped.  What was asked in vain is told
    with the reason (*refusals*: error codes by look-up).
    """
    if finding.status != "unknown" or not finding.missing:
        return finding
    finding = replace(finding, missing=tuple(_explained(gap, refusals) for gap in finding.missing))
    left_out = [left_out_of(gap, sources) for gap in finding.missing]
    if all(left_out):
        words = " and ".join(sorted({name for name in left_out if name}))
        return skipped(f"Not looked at: {words}.", subject=finding.subject)
    return finding


def _explained(gap: Missing, refusals: Mapping[Missing, str]) -> Missing:
    code = refusals.get(gap)
    if code is None or not isinstance(gap, Lookup) or gap.reason:
        return gap
    return replace(gap, refused=is_refusal(code), reason=code)


def left_out_of(gap: Missing, sources: Sources) -> str | None:
    """Say which source of this run would have shown *gap*, when the user left that source out."""
    if isinstance(gap, Gap) and gap.optional:
        return gap.what.partition(": ")[2]
    if isinstance(gap, Lookup) and not sources.aws:
        return "no AWS answers (left out)"
    # Where the caller is and who it is are no probes: without them the path itself is unknown.
    if isinstance(gap, Probe) and gap.kind not in ("host", "identity"):
        if gap.kind == "http" and not sources.invoke:
            return "no test calls (left out)"
        if not sources.probe:
            return "no probes from the caller's host"
    return None


def late_finding(finding: Finding, late: set[Missing], reason: str = "timed out") -> Finding:
    """Say of an unknown which of its look-ups did not end, and why."""
    if finding.status != "unknown":
        return finding
    gaps = tuple(
        replace(gap, reason=reason) if isinstance(gap, Lookup) and gap in late else gap
        for gap in finding.missing
    )
    return replace(finding, missing=gaps)


def refusal(look: Look) -> str | None:
    """Return the error code when AWS did not answer."""
    errors = (answer.body["error"] for answer in look.seen.answers if "error" in answer.body)
    return next((str(error.get("Code", "error")) for error in errors), None)


def outcome(look: Look) -> str:
    """Say in one word how a look-up ended."""
    if look.defect:
        return "defect"
    if code := refusal(look):
        return code
    for seen in look.seen.observations:
        return str(getattr(seen, "outcome", "ok"))
    return "ok"
