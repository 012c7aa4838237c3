"""Who answered a test call and what the answer means, read from status, headers and body alone.

Source: API Gateway developer guide, "Gateway response types"; AWS re:Post knowledge center, "Troubleshoot HTTP 403
errors from API Gateway".  Gateway responses can be customized, so a kind is a reading, not a proof.
"""

import json
import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from apidoctor.reasoning.apigateway.authorize import Denial, parse_denial

Kind = Literal[
    "answered",
    "not_api_gateway",
    "forbidden",
    "missing_token",
    "policy_denied",
    "authorizer_denied",
    "unauthorized",
    "signature_mismatch",
    "signature_time",
    "signature_scope",
    "signature_incomplete",
    "token_invalid",
    "token_expired",
    "throttled",
    "integration_error",
    "integration_timeout",
    "other_refusal",
]


class Fingerprint(Struct, frozen=True):
    """The reading of one answer."""

    kind: Kind
    """What the answer is."""
    text: str
    """The message in the body, or its beginning."""
    denial: Denial | None = None
    """For ``policy_denied``: who, what, and which layer spoke."""


ADMITTED = frozenset({"answered", "integration_error", "integration_timeout"})
"""Kinds that only a call gets which passed every policy and found its method."""

_TEXTS: tuple[tuple[str, Kind], ...] = (
    (r"^Missing Authentication Token", "missing_token"),
    (r"^Forbidden$", "forbidden"),
    (r"^Invalid API Key identifier", "forbidden"),
    (r"^User is not authorized to access this resource", "authorizer_denied"),
    (r"^Signature (expired|not yet current)", "signature_time"),
    (r"^The request signature we calculated does not match", "signature_mismatch"),
    (r"Credential should be scoped to", "signature_scope"),
    (r"security token included in the request is expired", "token_expired"),
    (r"security token included in the request is invalid", "token_invalid"),
    (r"in Authorization header|Authorization header (requires|cannot)", "signature_incomplete"),
    (r"^Unauthorized$", "unauthorized"),
    (r"^(Too Many Requests|Limit Exceeded)", "throttled"),
    (r"^Endpoint request timed out", "integration_timeout"),
    (
        r"^(Internal server error|Network error communicating with endpoint|Service Unavailable)",
        "integration_error",
    ),
)
"""Body texts of gateway responses, in the order they are tried."""

_TYPES: dict[str, Kind] = {
    "MissingAuthenticationTokenException": "missing_token",
    "ForbiddenException": "forbidden",
    "InvalidSignatureException": "signature_mismatch",
    "SignatureDoesNotMatch": "signature_mismatch",
    "IncompleteSignatureException": "signature_incomplete",
    "ExpiredTokenException": "token_expired",
    "UnrecognizedClientException": "token_invalid",
    "UnauthorizedException": "unauthorized",
    "TooManyRequestsException": "throttled",
    "LimitExceededException": "throttled",
    "InternalServerErrorException": "integration_error",
}
"""``x-amzn-ErrorType`` without its suffix, for bodies that were customized away."""


def read_answer(status: int, headers: Mapping[str, str], body: str) -> Fingerprint:
    """Read an answer; header names may be in any case."""
    names = {name.lower(): value for name, value in headers.items()}
    text = message_of(body)
    error_type = names.get("x-amzn-errortype", "").partition(":")[0]
    if status < 400:
        return Fingerprint("answered" if is_from_gateway(names) else "not_api_gateway", text)
    if denial := parse_denial(text):
        kind: Kind = "authorizer_denied" if denial.layer == "authorizer" else "policy_denied"
        return Fingerprint(kind, text, denial if kind == "policy_denied" else None)
    if not is_from_gateway(names) and not error_type:
        return Fingerprint("not_api_gateway", text)
    by_text = next((kind for pattern, kind in _TEXTS if re.search(pattern, text, re.IGNORECASE)), None)
    if by_text:
        return Fingerprint(by_text, text)
    if error_type in _TYPES:
        return Fingerprint(_TYPES[error_type], text)
    if error_type:
        return Fingerprint("other_refusal", text)
    return Fingerprint("answered", text)


def message_of(body: str) -> str:
    """Return the message in a JSON or XML body (any key case), else the body's first 300 characters."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict):
        for key, value in document.items():
            if key.lower() == "message":
                return str(value or "")
    if match := re.search(r"<Message>(.*?)</Message>", body, re.DOTALL):
        return match[1]
    return body[:300]


def is_from_gateway(headers: Mapping[str, str]) -> bool:
    """Say whether API Gateway answered: it adds its own request ids to every answer, the backend's included."""
    names = {name.lower() for name in headers}
    return bool(names & {"x-amz-apigw-id", "x-amzn-requestid"})
