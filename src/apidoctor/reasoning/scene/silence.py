"""A test call that went out over TLS and got no answer: which faults fit, the likeliest first.

Source: fault catalogue, B04, N15, N16 and N17; API Gateway developer guide, "Quotas" (an integration has 29 s by
default, then API Gateway itself answers 504).
"""

from typing import Literal

from msgspec import Struct

from apidoctor.model.missing import Probe
from apidoctor.model.observation import HttpSeen, PathMtuSeen
from apidoctor.model.report import Candidate, Confidence
from apidoctor.reasoning.apigateway.fingerprints import is_from_gateway
from apidoctor.reasoning.scene.answer import answer, rung_answer
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.integration import DEFAULT_TIMEOUT, integration

SPARE = 1.0
"""Seconds after a time-out of an integration by which API Gateway has told it."""
RESET = (
    Candidate(
        "N16",
        "possible",
        "A firewall or proxy on the way may cut the connection when it has read the request.",
        "The same call from the endpoint's own subnet, past every firewall.",
    ),
    Candidate(
        "N17",
        "possible",
        "Call and replies may take different ways through a firewall that keeps state.",
        "The same call several times: some pass, some are reset; appliance mode of the transit gateway.",
    ),
)
"""What a reset after the request may mean."""


class Silence(Struct, frozen=True):
    """What else is known of a call that got no answer in time."""

    waited: float | None = None
    """Seconds that the answer was waited for; None: not told."""
    limit: float | None = None
    """Seconds that API Gateway gives the backend; None: not known."""
    backend: bool = True
    """Whether anything stands behind the method (no MOCK)."""
    refusal: Literal["answered", "silent"] | None = None
    """What became of a call of a path that no API has, which no backend sees; None: not made."""
    begun: bool = False
    """Whether an answer began, and its head did not end in time."""
    path: Literal["whole", "hole"] | None = None
    """Whether packets of full size get through; None: not measured."""


@fact
def silence(case: Case) -> Silence:
    """Return what is known of the call that got no answer: worth one more harmless call, and a measured path."""
    seen = answer(case).value
    own = integration(case)
    begun = isinstance(seen.elapsed_ms, dict) and "first_byte" in seen.elapsed_ms
    measured = [one for one in case.observed(PathMtuSeen) if one.address == seen.address]
    size = Probe("path_mtu", name=case.request.name or "", address=seen.address or "", port=case.request.port)
    unmeasured = [size] if case.sources.probe and seen.address and not measured else []
    # Of an answer that began, the backend is not to blame: no other call is worth being made.
    other = None if begun else rung_answer(case, "impossible")
    case.expect([*(other.missing if other else ()), *own.missing, *unmeasured])
    known = own.value if own.known else None
    return Silence(
        _waited(seen),
        known.timeout if known else None,
        not (known and known.kind == "MOCK"),
        _of_refusal(other.value) if other and other.known else None,
        begun,
        _of_path(measured[0]) if measured else None,
    )


def _of_refusal(seen: HttpSeen) -> Literal["answered", "silent"] | None:
    if seen.outcome == "response" and is_from_gateway(seen.headers):
        return "answered"
    return "silent" if seen.outcome == "timeout" else None


def _of_path(seen: PathMtuSeen) -> Literal["whole", "hole"] | None:
    if seen.outcome == "black_hole":
        return "hole"
    return "whole" if seen.outcome in ("ok", "smaller") else None


def _waited(seen: HttpSeen) -> float | None:
    """Return how long the answer was waited for, in seconds."""
    spent = seen.elapsed_ms if isinstance(seen.elapsed_ms, dict) else {}
    total, *before = (spent.get(phase) for phase in ("total", "connect", "tls"))
    if not isinstance(total, int | float):
        return None
    return round((total - sum(each for each in before if isinstance(each, int | float))) / 1000, 1)


def candidates(known: Silence) -> list[Candidate]:
    """Return every fault that fits a call without an answer in time."""
    small = known.refusal == "answered"
    slow = _slow(known)
    found = [slow] if slow else []
    if not small or not slow:
        found.append(
            Candidate(
                "N16",
                "possible",
                "A firewall or proxy on the way may hold the request or its answer back.",
                "The same call from the endpoint's own subnet, past every firewall.",
            )
        )
    if known.path != "whole":
        hole = known.path == "hole"
        large = Candidate(
            "N15",
            "likely" if hole else "possible",
            "Full packets vanish on this path."
            if hole
            else "Large packets may be lost on the way: those of a large request or answer.",
            "The path's MTU, which apidoctor probe measures; the same call with a small answer (HEAD).",
        )
        found.insert(0 if hole else len(found), large)
    if known.refusal == "silent" and slow and known.path != "hole":
        found = [*found[1:], slow]  # no backend has a part in that call
    return found


def _slow(known: Silence) -> Candidate | None:
    """Return B04; None where API Gateway would have given the backend up, and where it answers as a whole."""
    waited, limit = known.waited, known.limit
    if (
        known.begun
        or not known.backend
        or (limit is not None and waited is not None and waited > limit + SPARE)
    ):
        return None
    sure: Confidence = "likely" if known.refusal == "answered" and known.path != "hole" else "possible"
    after = f"after {limit or DEFAULT_TIMEOUT:g} s" + ("" if limit else " unless told otherwise")
    words = "The backend may take longer than its answer was waited for; a small request is seldom lost on the way."
    if limit is None and waited is not None and waited > DEFAULT_TIMEOUT + SPARE:
        words = f"The backend may be slow, and its integration be given more than the usual {DEFAULT_TIMEOUT:g} s."
    return Candidate(
        "B04",
        sure,
        words,
        f"The time to the first byte in the backend's own log; API Gateway's own 504, {after} (--timeout); "
        "timeoutInMillis of the integration.",
    )
