"""The host's clock is right.

Why it matters
--------------
A SigV4 signature is refused when its time is more than about five minutes off, and certificates seem
expired or not yet valid.

How it decides
--------------
The `Date` header of API Gateway's answer is compared with the host's clock at that moment. The date is cut to the
second and was written somewhere between request and answer, so the offset is known to half a second and half that
time. More than five minutes is too much for a signature that is refused, and where a certificate is not yet, or no
longer, valid; any other offset of more than a minute is a warning: it cannot be why an unsigned call, or one whose
signature was read, is refused.

How to fix
----------
Let the host synchronize its clock (169.254.169.123 inside AWS).

References
----------
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    ADMITTED,
    CALL_READS,
    Case,
    Finding,
    answer,
    check,
    clock_offset,
    failed,
    own_signature,
    passed,
    reading,
    skipped,
    warned,
)
from apidoctor.model.observation import TlsSeen
from apidoctor.reasoning.scene.answer import is_signed
from apidoctor.reasoning.scene.clock import A_LOT, TOO_MUCH

OF_DATES = frozenset({"expired", "not_yet_valid"})
"""Outcomes of a handshake that a wrong clock gives."""
OF_TIME = frozenset({"signature_time", "signature_refused", "untyped", "other_refusal"})
"""Readings of a refusal that may be about the time of a signature."""
_FIX = "Synchronize the host's clock (NTP)."


@check(
    reads=CALL_READS,
    probes=("dns", "host", "identity", "tcp", "http"),
    faults=("T07",),
    playbook="signature-refused",
    position=40,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the measured offset."""
    seen, said = answer(case), reading(case)
    answered = said.known and said.value.kind in ADMITTED
    clock = clock_offset(case)
    case.expect(clock.missing)
    if not clock.known and answered and not seen.value.signed:
        yield skipped("The answer to the call does not tell the time, and the call is not signed.")
        return
    measured = clock.value
    off, about = abs(measured.seconds), f"measured to {measured.uncertainty:.1f} s"
    side = "behind" if measured.seconds > 0 else "ahead of"
    text = f"This host's clock is {off:.0f} s {side} API Gateway's ({about})."
    if off + measured.uncertainty > TOO_MUCH and _matters(case):
        yield failed(
            "T07",
            text,
            fix=_FIX,
            evidence=[measured.evidence],
            affects=["time"],
            confidence="certain" if off - measured.uncertainty > TOO_MUCH else "likely",
        )
    elif off > A_LOT:
        yield warned("T07", text, fix=_FIX, evidence=[measured.evidence])
    else:
        yield passed(f"The clocks differ by {off:.0f} s ({about}).", evidence=[measured.evidence])


def _matters(case: Case) -> bool:
    """Say whether time may be why the call fails: a signature that is refused, or a certificate's dates."""
    if any(each.outcome in OF_DATES for each in case.observed(TlsSeen)):
        return True
    seen, said, signs = answer(case), reading(case), is_signed(case)
    case.expect(signs.missing)
    if not said.known:
        return (signs.known and signs.value) or (seen.known and seen.value.signed)
    return (seen.value.signed or own_signature(case).value is not None) and said.value.kind in OF_TIME
