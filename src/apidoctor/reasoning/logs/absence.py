"""Why a call may be missing in the logs: absence proves nothing, and some calls are never written down.

Sources: API Gateway developer guide, "Monitor REST APIs" (logs and metrics may lack 413, 431, excessive 429, 4xx of
custom domains without mapping, and internal 5xx); that unknown ids and the endpoint policy's denials never reach a
stage is what the path of a request implies, and is not documented.
"""

from collections.abc import Mapping

from apidoctor.reasoning.apigateway.authorize import parse_denial

UNLOGGED: Mapping[int, str] = {
    413: "a request that is too large (413)",
    431: "a request with too large headers (431)",
    429: "a call that is throttled heavily (429)",
    500: "an internal error of API Gateway (5xx)",
    502: "an internal error of API Gateway (5xx)",
    503: "an internal error of API Gateway (5xx)",
    504: "an internal error of API Gateway (5xx)",
}
"""Status codes of which AWS says that logs and metrics may lack the request."""

GENERAL = (
    "unknown API ids, denials by the endpoint policy, 413, 431, heavy 429, custom domains without a mapping "
    "and internal errors never or not always reach a stage's log"
)
"""Which calls may be missing, in words."""


def denied_before(body: str | None) -> bool:
    """Say whether the endpoint's own policy refused: that is before any stage, so no log of one has the call."""
    denial = parse_denial(body or "")
    return denial is not None and denial.layer == "endpoint"


def why_missing(status: int | None, form: str, text: str) -> str:
    """Say why a call with this answer may be in no log."""
    if status in UNLOGGED:
        return f"AWS may leave out {UNLOGGED[status or 0]}"
    if status == 403 and text == "Forbidden":
        custom = form.startswith("custom-domain")
        what = "has no mapping for its path" if custom else "names another API by its Host or id"
        return f"a call that {what} never reaches this stage"
    return GENERAL
