"""Refusals of a signature and of the credentials behind it.

Source: IAM user guide, "Troubleshoot Signature Version 4"; API Gateway developer guide, "Gateway response types".
"""

from apidoctor.reasoning.apigateway.fingerprints import Fingerprint, Kind
from apidoctor.reasoning.attribution.circumstances import Circumstances
from apidoctor.reasoning.attribution.weight import Hypothesis, Weight, both, from_known, proves, stays_open

TOLERANCE_S = 300
"""Seconds that a signature's date may be off: the server's texts speak of 5 minutes (others of 15)."""


def _no_signature_at_all(_: Fingerprint, around: Circumstances) -> Weight:
    """A19: something that is no SigV4 stands in Authorization."""
    there = Weight.EXCLUDED if around.method_found is False else Weight.OPEN
    speaks = around.signature.is_there and not around.signature.is_whole
    return both(Weight.FITS if speaks else Weight.OPEN, there)


def _damaged(_: Fingerprint, around: Circumstances) -> Weight:
    """A26: a whole signature was sent, and a part of it arrived."""
    return Weight.FITS if around.signature.is_whole else Weight.EXCLUDED


def _route_reads_a_token(_: Fingerprint, around: Circumstances) -> Weight:
    """H02: of an unknown route the token is read as a signature."""
    if around.signature.is_aws:
        return Weight.EXCLUDED
    return from_known(around.method_found, False)


def _old_request(_: Fingerprint, around: Circumstances) -> Weight:
    if around.offset_s is None:
        return Weight.FITS
    return Weight.EXCLUDED if abs(around.offset_s) > TOLERANCE_S else Weight.PROVED


def _wrong_clock(_: Fingerprint, around: Circumstances) -> Weight:
    if around.offset_s is None:
        return Weight.OPEN
    return Weight.PROVED if abs(around.offset_s) > TOLERANCE_S else Weight.EXCLUDED


_DATE = "The Date header beside the clock."
_CANONICAL = (
    "The canonical request that the server shows beside the one that was signed (apidoctor sign --explain)."
)
_MISMATCHED = (
    Hypothesis("A15", stays_open, "Another Host is signed than is sent.", _CANONICAL),
    Hypothesis(
        "A25",
        stays_open,
        "Path, query, headers or body are signed in another form, or the key is wrong.",
        _CANONICAL,
    ),
    Hypothesis("A26", stays_open, "Something on the way changes what was signed.", _CANONICAL),
)
SIGNATURES: dict[Kind, tuple[Hypothesis, ...]] = {
    "signature_incomplete": (
        Hypothesis(
            "A26",
            _damaged,
            "A whole signature was sent: something on the way cuts off or changes Authorization.",
            "The same call past the proxy; the same as a presigned URL, which has no Authorization header to lose.",
        ),
        Hypothesis(
            "A19",
            _no_signature_at_all,
            "What stands in Authorization is no SigV4, and the method asks for one.",
            "The method's authorization type.",
        ),
        Hypothesis(
            "H02",
            _route_reads_a_token,
            "The route is unknown, so that API Gateway reads the token as a signature.",
            "The same call without Authorization: Missing Authentication Token.",
        ),
    ),
    "signature_mismatch": _MISMATCHED,
    "signature_refused": (
        *_MISMATCHED,
        Hypothesis("A16", stays_open, "The request was signed long before it arrived.", _DATE),
        Hypothesis("T07", stays_open, "The caller's clock is wrong.", _DATE),
        Hypothesis(
            "A14", stays_open, "The call is signed for another Region or service.", "The credential scope."
        ),
    ),
    "signature_time": (
        Hypothesis(
            "A16",
            _old_request,
            "The request was signed long before it arrived.",
            _DATE,
        ),
        Hypothesis("T07", _wrong_clock, "The caller's clock is wrong.", _DATE),
    ),
    "signature_scope": (Hypothesis("A14", proves, "The call is signed for another Region or service.", ""),),
    "token_invalid": (
        Hypothesis("A17", proves, "The access key is unknown or off, or its session token is missing.", ""),
    ),
    "token_expired": (Hypothesis("A17", proves, "The temporary credentials have expired.", ""),),
}
"""Candidates by what the answer says of the signature."""
