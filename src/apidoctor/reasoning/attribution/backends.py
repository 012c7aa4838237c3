"""500, 502, 503 and 504 of API Gateway itself: what may be wrong behind a method.

Source: API Gateway developer guide, "Gateway response types"; AWS re:Post knowledge center, "Resolve HTTP 500 errors
with a VPC link" and "Troubleshoot HTTP 504 errors from API Gateway".
"""

from collections.abc import Callable

from apidoctor.reasoning.apigateway.fingerprints import Fingerprint
from apidoctor.reasoning.attribution.circumstances import Circumstances
from apidoctor.reasoning.attribution.weight import Hypothesis, Weight

_UNREACHED = "Network error communicating"
_LOG = "The line of the execution log that begins with Execution failed."


def _by_status(fits: tuple[int, ...], open_: tuple[int, ...] = ()) -> Callable[..., Weight]:
    """Weigh by the status alone: a text that was changed says nothing."""

    def weigh(said: Fingerprint, _: Circumstances) -> Weight:
        if said.status in fits:
            return Weight.FITS
        return Weight.OPEN if said.status in open_ else Weight.EXCLUDED

    return weigh


def _unreached(said: Fingerprint, around: Circumstances) -> Weight:
    if said.text.startswith(_UNREACHED):
        return Weight.FITS
    if said.kind == "integration_timeout" and not said.is_customised:
        return Weight.EXCLUDED
    return _by_status((), (500, 503, 504))(said, around)


def _slow(said: Fingerprint, around: Circumstances) -> Weight:
    if said.text.startswith(_UNREACHED):
        return Weight.OPEN
    return _by_status((504,))(said, around)


BACKEND = (
    Hypothesis(
        "B04",
        _slow,
        "The backend is slow, or drops what it is sent.",
        "The integration's latency in the log.",
    ),
    Hypothesis(
        "B05",
        _by_status((502,)),
        "The backend's reply has not the form of a proxy integration.",
        "Malformed Lambda proxy response in the execution log.",
    ),
    Hypothesis(
        "B01", _by_status((), (500,)), "Integration, mapping or the function's permission is wrong.", _LOG
    ),
    Hypothesis("B02", _unreached, "The VPC link, its load balancer or the targets are not reached.", _LOG),
    Hypothesis(
        "B03",
        _by_status((), (500,)),
        "The host of the integration's URI is no name of the backend's certificate.",
        "Host name does not match the certificate subject, in the execution log.",
    ),
)
"""Candidates of an integration's error, by status and text."""
