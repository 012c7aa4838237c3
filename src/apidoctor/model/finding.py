"""What a check returns: findings with their evidence, before they are numbered and ordered into a report."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from apidoctor.model.missing import Missing
from apidoctor.model.report import Candidate, Confidence, Evidence, Status


class Finding(Struct, frozen=True, kw_only=True):
    """One judgement about one subject."""

    status: Status
    """``pass``, ``warn``, ``fail``, ``unknown`` or ``skipped``; ``error`` is the engine's word."""
    summary: str
    """One sentence: what was found."""
    subject: str | None = None
    """The object that was judged."""
    fault: str | None = None
    """Fault id for ``fail`` and ``warn``."""
    confidence: Confidence = "certain"
    """How sure a failure is."""
    fix: str | None = None
    """What to change, in one sentence."""
    evidence: tuple[Evidence, ...] = ()
    """What it rests on."""
    missing: tuple[Missing, ...] = ()
    """For ``unknown``: what would decide it."""
    required: bool | None = None
    """Whether this finding counts for the verdict while unknown; None: as its check declares."""
    affects: frozenset[str] = frozenset()
    """What the failure touches (addresses, policy layers): it explains only symptoms that share one; empty: all."""
    explained_by: tuple[str, ...] = ()
    """Further checks whose failure explains this one alone, besides those that its check declares."""
    could_be: frozenset[str] | None = None
    """Faults of API and policies that may stand behind a symptom, where it tells them itself; None: any."""
    candidates: tuple[Candidate, ...] = ()
    """For ``fail``: every fault that would explain it, `fault` first, where that is not proved."""


def passed(summary: str, *, subject: str | None = None, evidence: Iterable[Evidence] = ()) -> Finding:
    """The good state holds."""
    return Finding(status="pass", summary=summary, subject=subject, evidence=tuple(evidence))


def failed(
    fault: str | None,
    summary: str,
    *,
    fix: str | None = None,
    subject: str | None = None,
    confidence: Confidence = "certain",
    evidence: Iterable[Evidence] = (),
    affects: Iterable[str] = (),
    explained_by: Iterable[str] = (),
    could_be: frozenset[str] | None = None,
    candidates: Iterable[Candidate] = (),
) -> Finding:
    """The good state does not hold, and that breaks the call; *fault* is None for a symptom that has many causes."""
    return Finding(
        status="fail",
        summary=summary,
        subject=subject,
        fault=fault,
        confidence=confidence,
        fix=fix,
        evidence=tuple(evidence),
        affects=frozenset(affects),
        explained_by=tuple(explained_by),
        could_be=could_be,
        candidates=tuple(candidates),
    )


def warned(
    fault: str | None,
    summary: str,
    *,
    fix: str | None = None,
    subject: str | None = None,
    evidence: Iterable[Evidence] = (),
) -> Finding:
    """Worth mending, but it does not break the call."""
    return Finding(
        status="warn", summary=summary, subject=subject, fault=fault, fix=fix, evidence=tuple(evidence)
    )


def unknown(
    missing: Iterable[Missing],
    summary: str,
    *,
    subject: str | None = None,
    evidence: Iterable[Evidence] = (),
    required: bool | None = None,
) -> Finding:
    """It could not be seen; *missing* says what would decide it; *required* overrides what the check declares."""
    return Finding(
        status="unknown",
        summary=summary,
        subject=subject,
        missing=tuple(missing),
        evidence=tuple(evidence),
        required=required,
    )


def skipped(summary: str, *, subject: str | None = None) -> Finding:
    """The check does not apply to this call; *summary* says why."""
    return Finding(status="skipped", summary=summary, subject=subject)


def cite(
    source: str,
    value: Any,
    *,
    subject: str | None = None,
    account: str | None = None,
    region: str | None = None,
    at: str | None = None,
) -> Evidence:
    """Make a piece of evidence by hand; `Case.cite` and `Case.observed` fill in the rest."""
    return Evidence(source, account, region, subject, at, value)
