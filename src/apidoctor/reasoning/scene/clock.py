"""The clock of the caller's host beside that of AWS."""

from datetime import datetime

from msgspec import Struct

from apidoctor.model.facts import Undecided
from apidoctor.model.missing import Gap
from apidoctor.model.observation import HostSeen, HttpSeen, IdentitySeen
from apidoctor.model.report import Evidence
from apidoctor.reasoning.apigateway.fingerprints import is_from_gateway
from apidoctor.reasoning.dates import http_date
from apidoctor.reasoning.scene.answer import answer
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.seen import received
from apidoctor.reasoning.signing.judge import TOLERANCE

HALF_A_SECOND = 0.5
"""How far a date that is cut to the second may be from its middle."""
TOO_MUCH, A_LOT = TOLERANCE.total_seconds(), 60.0
"""Seconds that a clock is off: what no signature outlives; and what is worth knowing."""


class ClockOffset(Struct, frozen=True):
    """How far two clocks are apart."""

    seconds: float
    """AWS's clock minus this host's."""
    uncertainty: float
    """By how many seconds that may be wrong: half a second of the date, and half the time to the answer."""
    evidence: Evidence
    """Where it was measured."""


@fact
def clock_offset(case: Case) -> ClockOffset:
    """Return AWS's clock minus this host's, measured at an answer of API Gateway, else at STS.

    Somebody else's answer, or one that a cache kept (``Age``), tells nothing of AWS's clock.
    """
    own = answer(case)
    case.expect(own.missing)
    # The call itself first: other test calls may still be on their way, and a second look must say the same.
    for seen in [*([own.value] if own.known else []), *case.observed(HttpSeen)]:
        names = received(seen)
        if "age" in names or not is_from_gateway(names):
            continue
        wait = first_byte_s(seen)
        offset = _offset(names.get("date", ""), seen.at)
        if offset is not None:
            return ClockOffset(offset + wait / 2, HALF_A_SECOND + wait / 2, case.show(seen, "at", "headers"))
    others: list[HostSeen | IdentitySeen] = [*case.observed(HostSeen), *case.observed(IdentitySeen)]
    for other in others:
        if other.clock_offset_ms is not None:
            shown = case.show(other, "clock_offset_ms")
            return ClockOffset(other.clock_offset_ms / 1000, 2 * HALF_A_SECOND, shown)
    raise Undecided(own.missing or [Gap("host: an answer with a Date header")])


def first_byte_s(seen: HttpSeen) -> float:
    """Return how long the answer's head took, in seconds; the server wrote its date somewhere in that time."""
    took = seen.elapsed_ms.get("first_byte") if isinstance(seen.elapsed_ms, dict) else None
    return min(max(float(took), 0.0), 60_000.0) / 1000 if isinstance(took, int | float) else 0.0


def _offset(date: str, at: str) -> float | None:
    """Return the ``Date`` header minus the moment it arrived; HTTP dates are cut to the second, hence the half."""
    try:
        return http_date(date).timestamp() + 0.5 - datetime.fromisoformat(at).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
