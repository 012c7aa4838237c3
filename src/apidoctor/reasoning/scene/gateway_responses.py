"""The gateway responses of an API: what API Gateway says itself, where its owner changed that.

Source: API Gateway developer guide, "Gateway responses in API Gateway" and "x-amazon-apigateway-gateway-responses".
"""

import re
from typing import Any

from msgspec import Struct

from apidoctor.model.inventory import as_dict
from apidoctor.reasoning.scene.api import export, owned_api
from apidoctor.reasoning.scene.case import Case, fact

EXTENSION = "x-amazon-apigateway-gateway-responses"
"""Member of an export that carries the gateway responses the stage runs."""

STATUS = {
    "ACCESS_DENIED": 403,
    "API_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_FAILURE": 500,
    "BAD_REQUEST_BODY": 400,
    "BAD_REQUEST_PARAMETERS": 400,
    "EXPIRED_TOKEN": 403,
    "INTEGRATION_FAILURE": 504,
    "INTEGRATION_TIMEOUT": 504,
    "INVALID_API_KEY": 403,
    "INVALID_SIGNATURE": 403,
    "MISSING_AUTHENTICATION_TOKEN": 403,
    "QUOTA_EXCEEDED": 429,
    "REQUEST_TOO_LARGE": 413,
    "RESOURCE_NOT_FOUND": 404,
    "THROTTLED": 429,
    "UNAUTHORIZED": 401,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "WAF_FILTERED": 403,
}
"""Status of each response type unless it was changed (guide, "Gateway response types"); ``DEFAULT_…`` keep theirs."""

_TELLS = re.compile(r"\$\{?context\.error\.(message|messageString|responseType)\b")
"""A template with one of these still says why."""


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
        usual = STATUS.get(self.response_type)
        return not self.default_response and self.status_code is not None and self.status_code != usual

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
    usual = {response_type, f"DEFAULT_{STATUS.get(response_type, 403) // 100}XX"}
    own = gateway_responses(case)
    case.expect(own.missing)
    return own.known and any(
        each.response_type in usual and (each.changes_status or each.hides_text) for each in own.value
    )


def _read(kind: str, body: dict[str, Any], is_default: bool) -> GatewayResponse:
    status = str(body.get("statusCode") or "")
    return GatewayResponse(
        response_type=kind,
        status_code=int(status) if re.fullmatch(r"[1-9]\d\d", status, re.ASCII) else None,
        templates=as_dict(body.get("responseTemplates"), "templates of a gateway response"),
        parameters=as_dict(body.get("responseParameters"), "parameters of a gateway response"),
        default_response=is_default,
    )
