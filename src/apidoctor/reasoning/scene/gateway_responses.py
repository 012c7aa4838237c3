"""The gateway responses of an API: what API Gateway says itself where that was changed, and which answer is one.

Source: API Gateway developer guide, "Gateway responses in API Gateway" and "x-amazon-apigateway-gateway-responses".
"""

import json
import re
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.inventory import as_dict
from apidoctor.model.observation import HttpSeen
from apidoctor.reasoning.apigateway.body_template import DEFAULT, filled, is_distinctive
from apidoctor.reasoning.apigateway.fingerprints import Fingerprint, read_answer
from apidoctor.reasoning.apigateway.response_types import RESPONSES
from apidoctor.reasoning.scene.api import export, is_deployment_seen, method, owned_api, stage
from apidoctor.reasoning.scene.case import Case, fact

EXTENSION = "x-amazon-apigateway-gateway-responses"
"""Member of an export that carries the gateway responses the stage runs."""

_TELLS = re.compile(r"\$\{?context\.error\.(message|messageString|responseType)\b")
"""A template with one of these still says why."""


AUTHORIZERS = ("CUSTOM", "COGNITO_USER_POOLS")
"""Authorization types whose refusals have words of their own."""


class GatewayResponse(Struct, frozen=True, kw_only=True):
    """One gateway response, spelt as AWS spells it (in Python's case)."""

    response_type: str
    """``ACCESS_DENIED``, ``DEFAULT_4XX``, …"""
    status_code: int | None = None
    """Status it answers with; None: the one of its type."""
    templates: dict[str, Any] = {}
    """Body by content type; empty: the body of its type."""
    parameters: dict[str, Any] = {}
    """Headers, by ``gatewayresponse.header.NAME``."""
    default_response: bool = True
    """Whether it is as API Gateway made it."""

    @property
    def changes_status(self) -> bool:
        """Whether it answers with another status than its type's."""
        usual = RESPONSES[self.response_type].status if self.response_type in RESPONSES else None
        return not self.default_response and self.status_code is not None and self.status_code != usual

    def is_default_of(self, response_type: str) -> bool:
        """Say whether it stands for a type that has no response of its own."""
        known = RESPONSES.get(response_type)
        return known is not None and self.response_type == f"DEFAULT_{known.status // 100}XX"

    @property
    def hides_text(self) -> bool:
        """Whether a body that was changed no longer tells the cause."""
        bodies = [str(body) for body in self.templates.values()]
        return not self.default_response and any(not _TELLS.search(body) for body in bodies)


@fact
def gateway_responses(case: Case) -> tuple[GatewayResponse, ...]:
    """Return the gateway responses that answer now: those of the deployment where its export tells them, else saved."""
    api = owned_api(case).value
    document = export(case)
    case.expect(document.missing)
    if document.known and document.value and EXTENSION in document.value:
        deployed = as_dict(document.value[EXTENSION], "gateway responses in the export")
        return tuple(
            _read(str(kind), as_dict(body, "gateway response"), False) for kind, body in deployed.items()
        )
    items = case.inventory.items(api.account, case.region, "get_gateway_responses", api.id).value
    return tuple(
        _read(str(item.get("responseType", "")), item, bool(item.get("defaultResponse", False)))
        for item in items
    )


def hides(case: Case, response_type: str) -> bool:
    """Say whether the gateway responses that are read hide that a refusal was of this type."""
    status = RESPONSES[response_type].status if response_type in RESPONSES else 403
    usual = {response_type, f"DEFAULT_{status // 100}XX"}
    own = gateway_responses(case)
    case.expect(own.missing)
    return own.known and any(
        each.response_type in usual and (each.changes_status or each.hides_text) for each in own.value
    )


class OwnWords(Struct, frozen=True, kw_only=True):
    """How an answer compares with the gateway responses that the API's owner changed."""

    types: tuple[str, ...] = ()
    """Types whose response looks as the answer does; ``DEFAULT_4XX`` and ``DEFAULT_5XX`` may hide any other."""
    text: str = ""
    """API Gateway's own message, where the template passes it on."""
    is_changed: bool = True
    """Whether the API has any response of its own."""

    @property
    def type(self) -> str | None:
        """The one type that the answer is of; None when it may be several."""
        return self.types[0] if len(self.types) == 1 and self.types[0] in RESPONSES else None


def own_words(case: Case, seen: HttpSeen) -> OwnWords | None:
    """Compare an answer with the gateway responses that were changed; None when nobody could read those.

    A backend can answer in the same words, so that this is never a proof.
    """
    own = gateway_responses(case)
    case.expect(own.missing)
    if not own.known:
        return None
    changed = [each for each in own.value if not each.default_response]
    types, text = [], ""
    for response in changed:
        found = _looks_as(response, seen)
        if found is None:
            continue
        told = found.get("context.error.responseType", response.response_type)
        if told == response.response_type or response.is_default_of(told):
            types += [told] if _may_be(case, told) else []
            text = text or _message(found)
    return OwnWords(types=tuple(dict.fromkeys(types)), text=text, is_changed=bool(changed))


_SOME = "GatewayResponse"
"""Stands for an error type that is not known: the text alone tells what the answer is."""


def read_own(own: OwnWords, seen: HttpSeen) -> Fingerprint | None:
    """Read an answer as if it still had its error type and status; None when its type is not known."""
    known = RESPONSES.get(own.type or "")
    if known is None and not own.text:
        return None
    error = known.errors[0] if known else _SOME
    status = known.status if known else seen.status or 0
    body = json.dumps({"message": own.text}) if own.text else seen.body or ""
    said = read_answer(status, {**seen.headers, "x-amzn-errortype": error}, body)
    # Its error type is that of every integration's failure.
    return replace(said, kind="integration_timeout") if own.type == "INTEGRATION_TIMEOUT" else said


def _looks_as(response: GatewayResponse, seen: HttpSeen) -> dict[str, str] | None:
    """Return what stands for the variables of the response's template; None when the answer is another one.

    Braces and keys alone, which many a backend's answer has too, are no likeness.
    """
    if not _has_status(response, seen.status or 0):
        return None
    headers = {name.lower(): value for name, value in seen.headers.items()}
    fixed = {name.lower(): value for name, value in _fixed_headers(response).items()}
    if not set(fixed) <= set(headers):
        return None
    answered = _media_type(headers.get("content-type", ""))
    for media_type, template in (response.templates or {"application/json": DEFAULT}).items():
        wanted = _media_type(str(fixed.get("content-type", media_type)).strip("'"))
        found = filled(str(template), seen.body or "") if answered in ("", wanted) else None
        if found is not None and (is_distinctive(str(template)) or _message(found) or _is_typed(found)):
            return found
    return None


def _has_status(response: GatewayResponse, status: int) -> bool:
    if response.status_code is not None:
        return status == response.status_code
    known = RESPONSES.get(response.response_type)
    return status == known.status if known else response.response_type == f"DEFAULT_{status // 100}XX"


def _fixed_headers(response: GatewayResponse) -> dict[str, str]:
    """Return the headers that the response always adds; those mapped from the request may have no value."""
    head = "gatewayresponse.header."
    return {
        name.removeprefix(head): str(value)
        for name, value in response.parameters.items()
        if name.startswith(head) and str(value).startswith("'")
    }


def _media_type(value: str) -> str:
    return value.partition(";")[0].strip().lower()


def _message(found: dict[str, str]) -> str:
    """Return the message that a template passed on, where it is one of API Gateway's own."""
    names = ("context.error.message", "context.error.messageString")
    text = next((found[name] for name in names if found.get(name)), "")
    said = read_answer(403, {"x-amzn-errortype": _SOME}, json.dumps({"message": text}))
    return text if text and not said.is_customised else ""


def _is_typed(found: dict[str, str]) -> bool:
    return found.get("context.error.responseType", "") in RESPONSES


def _may_be(case: Case, response_type: str) -> bool:
    """Say whether the gate that gives this response may stand before the method: what was read can exclude it."""
    called, there = method(case), stage(case)
    case.expect([*called.missing, *there.missing])
    on = there.value if there.known else None
    asked = called.value if called.known else None
    if response_type == "WAF_FILTERED":
        return on is None or bool(on.web_acl_arn)
    if asked is None:
        return True
    if response_type == "INVALID_API_KEY":
        return asked.api_key_required
    if response_type in ("UNAUTHORIZED", "AUTHORIZER_FAILURE", "AUTHORIZER_CONFIGURATION_ERROR"):
        return asked.authorization in AUTHORIZERS
    if response_type in ("MISSING_AUTHENTICATION_TOKEN", "RESOURCE_NOT_FOUND"):
        return asked.authorization == "AWS_IAM" or not is_deployment_seen(case)
    return True


def _read(kind: str, body: dict[str, Any], is_default: bool) -> GatewayResponse:
    status = str(body.get("statusCode") or "")
    return GatewayResponse(
        response_type=kind,
        status_code=int(status) if re.fullmatch(r"[1-9]\d\d", status, re.ASCII) else None,
        templates=as_dict(body.get("responseTemplates"), "templates of a gateway response"),
        parameters=as_dict(body.get("responseParameters"), "parameters of a gateway response"),
        default_response=is_default,
    )
