"""What an access log line says of a call: which gateway response it got, which phase decided, which fault that is.

``error.responseType`` names the gateway response even when status, headers and body were customized away.
Sources: API Gateway developer guide, "Gateway response types" and "Variables for access logging" (each phase of a
request has a status, a latency and an error); the fault catalogue, section 1 (which faults a response can have).
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from apidoctor.model.report import Confidence
from apidoctor.reasoning.apigateway.authorize import parse_denial
from apidoctor.reasoning.apigateway.response_types import RESPONSES, Response

_LAYERS: Mapping[tuple[str, str | None], str] = {
    ("resource", "explicit"): "A03",
    ("resource", "implicit"): "A02",
    ("endpoint", "explicit"): "A09",
    ("endpoint", "implicit"): "A08",
    ("identity", "explicit"): "A12",
    ("identity", "implicit"): "A11",
    ("authorizer", "explicit"): "A20",
    ("authorizer", "implicit"): "A20",
}
"""Layer and kind of a denial, to the fault; guard rails (SCP, RCP, boundary, session) are A12 either way."""

_MESSAGES: tuple[tuple[str, str], ...] = (
    (r"Signature (expired|not yet current)", "A16"),
    (r"Credential should be scoped to", "A14"),
    (r"security token included in the request is (invalid|expired)", "A17"),
    (r"in Authorization header|Authorization header (requires|cannot)", "A19"),
    (r"Invalid API Key identifier", "H10"),
)
"""Texts of ``error.message`` that say more than the type of the response, and the fault each proves."""

PHASES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("waf", "waf", ("H12",)),
    ("authenticate", "authentication", ("A15", "A16", "A17")),
    ("authorizer", "authorizer", ("A20", "A21")),
    ("authorize", "policy", ("A02", "A03", "A11", "A12")),
    ("integration", "integration", ("B01", "B02", "B04")),
)
"""Phases of a request as the variables name them, who answers in each, and the faults of one that fails."""

_SHOWN = 300
QUOTED = (
    "requestId",
    "extendedRequestId",
    "status",
    "error.responseType",
    "error.message",
    "error.messageString",
    "error.validationErrorString",
    "wafResponseCode",
    "identity.vpceId",
    "identity.vpcId",
    "identity.sourceIp",
    "identity.userArn",
    "domainName",
    "stage",
    "httpMethod",
    "path",
    "resourcePath",
    "requestTime",
    "responseLatency",
    "integrationErrorMessage",
    "integrationStatus",
    "integrationLatency",
    "xrayTraceId",
)
"""Variables that a report may quote besides those of the phases; others can hold keys, claims and names."""


class Meaning(Struct, frozen=True):
    """Who refused a call, as far as its line in the access log tells."""

    layer: str | None = None
    """Who answered: see `Response.layer`; for ``policy`` the policy's layer where the text names it."""
    faults: tuple[str, ...] = ()
    """Faults that fit, the likeliest first."""
    confidence: Confidence = "possible"
    """How sure the first is."""
    words: str = ""
    """What happened, in words; empty when the line tells nothing."""


def quoted(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that a report may show."""
    heads = tuple(f"{phase}." for phase, _, _ in PHASES if phase != "authorizer")
    phases = (*heads, "authorizer.status", "authorizer.error", "authorizer.latency")
    return {
        name: value[:_SHOWN] for name, value in values.items() if name in QUOTED or name.startswith(phases)
    }


def read_meaning(
    values: Mapping[str, str], authorization: str | None = None, signed: bool = False
) -> Meaning:
    """Say what the values of an access log line mean.

    *authorization* is the method's type, where it is known; *signed* whether the call had a signature.
    """
    message = message_of(values)
    kind = values.get("error.responseType", "")
    response = RESPONSES.get(kind)
    if values.get("wafResponseCode") == "WAF_BLOCK":
        response = RESPONSES["WAF_FILTERED"]
    if response is not None:
        unsigned = authorization == "AWS_IAM" and not signed
        if response is RESPONSES["MISSING_AUTHENTICATION_TOKEN"] and unsigned:
            return Meaning("authentication", ("A18", "H02"), "likely", "no signature where one is asked for")
        return _of_response(response, message, values, authorization)
    if fault := _of_message(message):
        return Meaning("authentication" if fault != "H10" else "key", (fault,), "certain", message)
    if parse_denial(message):
        return _denied(message, RESPONSES["ACCESS_DENIED"], values, authorization)
    return _of_phase(values)


def message_of(values: Mapping[str, str]) -> str:
    """Return the error's message, without the quotes that ``messageString`` puts around it."""
    return (values.get("error.message") or values.get("error.messageString") or "").strip('"')


def _of_response(
    response: Response, message: str, values: Mapping[str, str], authorization: str | None
) -> Meaning:
    if response is RESPONSES["ACCESS_DENIED"]:
        return _denied(message, response, values, authorization)
    if fault := _of_message(message):
        return Meaning(response.layer, (fault,), "certain", response.words)
    if response is RESPONSES["UNAUTHORIZED"] and authorization in ("COGNITO_USER_POOLS", "CUSTOM"):
        fault = "A21" if authorization == "COGNITO_USER_POOLS" else "A20"
        return Meaning(response.layer, (fault,), "certain", response.words)
    return Meaning(
        response.layer, response.faults, "certain" if response.certain else "possible", response.words
    )


def _of_message(message: str) -> str | None:
    return next((fault for pattern, fault in _MESSAGES if re.search(pattern, message)), None)


def _denied(
    message: str, response: Response, values: Mapping[str, str], authorization: str | None
) -> Meaning:
    """Name the layer that refused: by the message, else by the phase that failed."""
    denial = parse_denial(message)
    if denial is not None and denial.layer is not None:
        fault = "A22" if denial.domain else _LAYERS.get((denial.layer, denial.kind), "A12")
        words = f"the {denial.layer} {'policy ' if denial.layer != 'authorizer' else ''}refused it"
        return Meaning(denial.layer, (fault,), "likely", words)
    by_phase = _of_phase(values)
    if by_phase.layer in ("authorizer", "policy"):
        return by_phase
    if authorization in ("CUSTOM", "COGNITO_USER_POOLS") and denial is None:
        return Meaning("authorizer", ("A20",), "possible", response.words)
    return Meaning(response.layer, response.faults, "possible", response.words)


def _of_phase(values: Mapping[str, str]) -> Meaning:
    """Name the first phase that ended with an error."""
    for phase, layer, faults in PHASES:
        status, error = values.get(f"{phase}.status", ""), values.get(f"{phase}.error", "")
        failed = status[:1] in ("4", "5") if status else bool(error)
        if failed:
            words = f"the phase {phase} ended with {' '.join(part for part in (status, error) if part)}"
            return Meaning(layer, faults, "possible", words[:_SHOWN])
    return Meaning()


def was_customized(values: Mapping[str, str], status: int | None, headers: Mapping[str, str]) -> bool:
    """Say whether the answer that the client saw hides which gateway response it was."""
    response = RESPONSES.get(values.get("error.responseType", ""))
    if response is None or not response.errors:
        return False
    names = {name.lower(): value for name, value in headers.items()}
    told = names.get("x-amzn-errortype", "").partition(":")[0]
    return status is None or status < 400 or told not in response.errors
