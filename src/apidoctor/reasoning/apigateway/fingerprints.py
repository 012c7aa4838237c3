"""Who answered a test call and what the answer means, read from status, headers and body alone.

Source: API Gateway developer guide, "Gateway response types"; AWS re:Post knowledge center, "Troubleshoot HTTP 403
errors from API Gateway".  Gateway responses can be customized, so a kind is a reading, not a proof.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from apidoctor.reasoning.apigateway.authorize import Denial, parse_denial
from apidoctor.reasoning.apigateway.bodies import (
    Key,
    has_no_message,
    is_html,
    is_only_a_message,
    message_in,
)
from apidoctor.reasoning.apigateway.embedded import denial_in, strings_in

Kind = Literal[
    "answered",
    "not_api_gateway",
    "untyped",
    "http_api",
    "forbidden",
    "missing_token",
    "policy_denied",
    "authorizer_denied",
    "authorizer_error",
    "unauthorized",
    "signature_mismatch",
    "signature_refused",
    "signature_time",
    "signature_scope",
    "signature_incomplete",
    "token_invalid",
    "token_expired",
    "waf_challenged",
    "throttled",
    "too_large",
    "bad_request",
    "not_found",
    "integration_error",
    "integration_timeout",
    "other_refusal",
]


class Fingerprint(Struct, frozen=True):
    """The reading of one answer."""

    kind: Kind
    """What the answer is.  ``untyped``: API Gateway passed it on, but whether the backend wrote it or a customized
    gateway response cannot be seen."""
    text: str
    """The message in the body, or its beginning."""
    denial: Denial | None = None
    """For ``policy_denied``: who, what, and which layer spoke."""
    status: int = 0
    """Status code."""
    error_type: str = ""
    """``x-amzn-ErrorType`` without its suffix."""
    key: Key = ""
    """Where the text stood."""
    is_ours: bool = True
    """Whether request ids or an error type show that API Gateway answered (aws.md E.1)."""
    is_customised: bool = False
    """The error type is there, the text is not one that API Gateway writes itself."""


ADMITTED = frozenset({"answered", "bad_request", "integration_error", "integration_timeout"})
"""Kinds that only a call gets which passed every policy and found its method: a request validator looks at parameters
and body after authorization."""


def refused_request(said: Fingerprint) -> str | None:
    """Say who refuses which part of a request that every policy let in, as ``bad_request`` does; None for other kinds.

    API Gateway looks at parameters, body and media type before it asks the backend (aws.md B.4); without its error type
    the same words may be the backend's.
    """
    if said.kind != "bad_request":
        return None
    part = "media type" if said.status == 415 else "parameters or body"
    return f"API Gateway {'' if said.error_type else 'or the backend '}refuses the request's {part}"


_TEXTS: tuple[tuple[str, Kind], ...] = (
    (r"^Missing Authentication Token", "missing_token"),
    (r"^Forbidden$", "forbidden"),
    (r"^Invalid API Key identifier", "forbidden"),
    (r"^User is not authorized to access this resource", "authorizer_denied"),
    (r"^Signature (expired|not yet current)", "signature_time"),
    (r"request signature we calculated does not match", "signature_mismatch"),
    (r"Credential should be scoped to", "signature_scope"),
    (r"security token included in the request is expired", "token_expired"),
    (r"security token included in the request is invalid", "token_invalid"),
    (
        r"in Authorization header|Authorization header (requires|cannot)|not a valid key=value pair",
        "signature_incomplete",
    ),
    (r"^Unauthorized$", "unauthorized"),
    (r"^(Too Many Requests|Limit Exceeded)$", "throttled"),
    (r"^Endpoint request timed out", "integration_timeout"),
    (r"^(Request Too Long|Request URI too long|Request Entity Too Large)", "too_large"),
    (r"^(Missing required request parameters|Invalid request body|Unsupported Media Type)", "bad_request"),
    (
        r"^(Internal server error|Network error communicating with endpoint|Service Unavailable)",
        "integration_error",
    ),
)
"""Body texts of gateway responses, in the order they are tried."""

_TYPES: dict[str, Kind] = {
    "MissingAuthenticationTokenException": "missing_token",
    "ForbiddenException": "forbidden",
    "AccessDeniedException": "policy_denied",
    "InvalidSignatureException": "signature_refused",
    "SignatureDoesNotMatch": "signature_mismatch",
    "IncompleteSignatureException": "signature_incomplete",
    "IncompleteSignature": "signature_incomplete",
    "ExpiredTokenException": "token_expired",
    "UnrecognizedClientException": "token_invalid",
    "InvalidClientTokenId": "token_invalid",
    "UnauthorizedException": "unauthorized",
    "AuthorizerConfigurationException": "authorizer_error",
    "AuthorizerFailureException": "authorizer_error",
    "TooManyRequestsException": "throttled",
    "ThrottlingException": "throttled",
    "LimitExceededException": "throttled",
    "RequestTooLargeException": "too_large",
    "BadRequestException": "bad_request",
    "ResourceNotFoundException": "not_found",
    "InternalServerErrorException": "integration_error",
}
"""``x-amzn-ErrorType`` without its suffix, for bodies that were customized away."""

_WAF_ACTION = "x-amzn-waf-action"
"""Header of AWS WAF's own answers: 405 with ``captcha``, 202 with ``challenge``, without a body where no page was asked
for (AWS WAF developer guide, "CAPTCHA and Challenge action behavior")."""

_XML_TYPE = re.compile(r"^\s*(?:<\?xml[^>]*>\s*)?<(\w{1,80})>")
_BY_STATUS: dict[int, Kind] = {413: "too_large", 414: "too_large", 431: "too_large"}
"""Statuses that API Gateway gives without an error type, before any stage is looked at."""


def read_answer(status: int, headers: Mapping[str, str], body: str) -> Fingerprint:
    """Read an answer; header names may be in any case."""
    names = {name.lower(): value for name, value in headers.items()}
    text, key = message_in(body)
    error_type = names.get("x-amzn-errortype", "").partition(":")[0].strip()
    if not error_type and key == "xml" and (tag := _XML_TYPE.match(body)):
        error_type = tag[1] if tag[1] in _TYPES else ""

    def seen(kind: Kind, **more: Any) -> Fingerprint:
        ours = bool(error_type) or is_from_gateway(names)
        return Fingerprint(kind, text, status=status, error_type=error_type, key=key, is_ours=ours, **more)

    if (action := names.get(_WAF_ACTION, "").strip().lower()) in ("captcha", "challenge"):
        text = f"AWS WAF answers with a {action}, which only a browser passes"
        return seen("waf_challenged")
    if not error_type and is_from_gateway(names) and _is_passed_on(names):
        return seen("answered")
    # A customised gateway response may have any status; its error type is the stronger evidence.
    if status < 400 and error_type not in _TYPES:
        return seen("answered" if is_from_gateway(names) else "not_api_gateway")
    passes_on = _TYPES.get(error_type) == "policy_denied" if error_type else is_from_gateway(names)
    # A sentence that is all of the message stands as it is: its path may hold what ends one in the midst of others.
    whole = key in ("message", "Message") and parse_denial(text) is not None
    if passes_on and not whole and (passed := denial_in(body)):
        text = passed
    # Without the error type, what another service's policies refuse is the backend's own business.
    if (denial := parse_denial(text)) and (error_type or denial.action in (None, "execute-api:Invoke")):
        if denial.layer == "authorizer":
            return seen("authorizer_denied")
        return seen("policy_denied", denial=denial)
    if not is_from_gateway(names) and not error_type:
        return seen("not_api_gateway")
    if not error_type and _is_http_api(names) and is_only_a_message(body) and text == _HTTP_API.get(status):
        return seen("http_api")
    by_text = _kind_of(text)
    if by_text is None:
        found = next((each for each in strings_in(body) if _is_passed(error_type, _kind_of(each))), text)
        by_text, text = _kind_of(found), found
    own = is_only_a_message(body) or by_text in _DISTINCTIVE
    if by_text and (
        _says(error_type, by_text) if error_type else own and status in _STATUSES.get(by_text, ())
    ):
        return seen(by_text)
    if error_type:
        kind = _TYPES.get(error_type, "other_refusal")
        if kind == "integration_error":
            # AUTHORIZER_CONFIGURATION_ERROR and AUTHORIZER_FAILURE tell no text.
            kind = "authorizer_error" if has_no_message(body) else kind
        return seen(kind, is_customised=bool(text))
    if status == 500 and has_no_message(body) and is_only_a_message(body):
        return seen("authorizer_error")  # as above, by a gateway response that leaves the type out
    return seen("untyped" if is_html(body) else _BY_STATUS.get(status, "untyped"))


def _says(error_type: str, by_text: Kind) -> bool:
    """Say whether answers of this type have such a text; another one is the API owner's, and the type counts."""
    kind = _TYPES.get(error_type)
    return kind is None or by_text in _SAID.get(kind, {kind})


def _is_passed(error_type: str, by_text: Kind | None) -> bool:
    """Say whether a text that stands deeper in the body is API Gateway's own, passed on by the owner's template."""
    return by_text in _DISTINCTIVE and (not error_type or _says(error_type, by_text))


_SAID: dict[Kind, set[Kind]] = {
    "policy_denied": {"token_invalid", "token_expired"},
    "signature_refused": {"signature_time", "signature_mismatch", "signature_scope"},
    "signature_mismatch": {"signature_time", "signature_mismatch", "signature_scope"},
    "token_expired": {"token_expired", "token_invalid"},
    "token_invalid": {"token_expired", "token_invalid"},
    "integration_error": {"integration_error", "integration_timeout"},
    "bad_request": {"bad_request", "too_large"},
}
"""What the texts of a type may say, where that is not the same kind alone (faults.md, section 1)."""


def _kind_of(text: str) -> Kind | None:
    return next((kind for pattern, kind in _TEXTS if re.search(pattern, text, re.IGNORECASE)), None)


_STATUSES: dict[Kind, tuple[int, ...]] = {
    "missing_token": (403,),
    "forbidden": (403,),
    "authorizer_denied": (403,),
    "signature_time": (403,),
    "signature_mismatch": (403,),
    "signature_scope": (403,),
    "signature_incomplete": (403,),
    "token_invalid": (403,),
    "token_expired": (403,),
    "unauthorized": (401,),
    "throttled": (429,),
    "integration_timeout": (504,),
    "integration_error": (500, 502, 503, 504),
    "too_large": (413, 414, 431),
    "bad_request": (400, 415),
}
"""Statuses with which a text counts as API Gateway's own where the error type is missing: a backend may use the same
words with another status."""


_DISTINCTIVE = frozenset(
    {
        "missing_token",
        "authorizer_denied",
        "signature_time",
        "signature_mismatch",
        "signature_scope",
        "token_invalid",
        "token_expired",
    }
)
"""Kinds whose texts hardly anybody else writes: members that an owner put beside the message change nothing."""


def _is_passed_on(headers: Mapping[str, str]) -> bool:
    """Say whether an answer came from the backend: API Gateway renames those of its headers that it sets itself."""
    return any(name.startswith("x-amzn-remapped-") for name in headers)


_HTTP_API_ID = "apigw-requestid"
"""The id that HTTP APIs give every answer; REST APIs give the two others."""
_HTTP_API = {403: "Forbidden", 404: "Not Found"}
"""What an HTTP API itself refuses with, by status; its routes and authorizers give no error type."""


def _is_http_api(names: Mapping[str, str]) -> bool:
    return _HTTP_API_ID in names and not {"x-amz-apigw-id", "x-amzn-requestid"} & set(names)


def is_from_gateway(headers: Mapping[str, str]) -> bool:
    """Say whether API Gateway answered: it adds its own request ids to every answer, the backend's included."""
    names = {name.lower() for name in headers}
    return bool(names & {"x-amz-apigw-id", "x-amzn-requestid", _HTTP_API_ID})
