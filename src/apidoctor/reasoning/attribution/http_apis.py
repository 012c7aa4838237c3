"""403 and 404 of an HTTP API: it answers with an id of its own, ``apigw-requestid``, and can never be private.

Source: API Gateway developer guide, "Choose between REST APIs and HTTP APIs" (private endpoints: REST APIs only).  That
the id is an HTTP API's is not told there; it is seen in what public HTTP APIs answer.
"""

from collections.abc import Callable

from apidoctor.reasoning.apigateway.fingerprints import Fingerprint
from apidoctor.reasoning.attribution.circumstances import Circumstances
from apidoctor.reasoning.attribution.weight import Hypothesis, Weight


def _answering(weight: Weight, *statuses: int) -> Callable[[Fingerprint, Circumstances], Weight]:
    """Weigh what an answer with one of *statuses* means; where a REST API of that id is known, none of it fits."""

    def weigh(said: Fingerprint, around: Circumstances) -> Weight:
        return Weight.EXCLUDED if around.api_found or said.status not in statuses else weight

    return weigh


HTTP_API = (
    Hypothesis(
        "H09",
        _answering(Weight.FITS, 403, 404),
        "An HTTP API answers, by the id that only those give: they cannot be private.",
        "apigatewayv2 get-apis in the account that owns it.",
    ),
    Hypothesis(
        "H02",
        _answering(Weight.OPEN, 404),
        "The HTTP API has no such stage or route.",
        "apigatewayv2 get-routes.",
    ),
    Hypothesis(
        "A20",
        _answering(Weight.OPEN, 403),
        "An authorizer of the HTTP API denies.",
        "The authorization type of its route.",
    ),
)
"""Candidates of what an HTTP API itself refuses."""
