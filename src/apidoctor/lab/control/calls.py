"""Recognises which operation a request asks for, and writes answers in its service's protocol."""

import re
from io import BytesIO
from typing import Any

from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from msgspec import Struct
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

MAX_BODY = 1 << 20
"""Bytes of a request that are read; the control plane's requests are far smaller."""

_SCOPE = re.compile(r"Credential=([A-Za-z0-9]{3,128})/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_SERVICES = {"elasticloadbalancing": "elbv2"}
"""Signing names that differ from botocore's name of the service."""


class Call(Struct, frozen=True):
    """One recognised request."""

    access_key: str
    prefix: str
    """Service as IAM actions spell it, ``ec2``."""
    service: str
    """Service as botocore names it, ``elbv2``."""
    operation: str
    """``DescribeSubnets``."""
    parameters: dict[str, str]
    """Parts of the path of a REST call, or the form of a query call."""
    request: Any
    """The parsed request, from which the protocol of an answer follows."""


class Refusal(Exception):
    """An error that the control plane answers with, in whatever protocol the call used."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def read_call(environ: dict[str, Any]) -> Call | None:
    """Recognise a signed request; None for anything else.  The body stays readable for whoever comes next."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if scope is None:
        return None
    length = min(int(environ.get("CONTENT_LENGTH") or 0), MAX_BODY)
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    request = Request({**environ, "wsgi.input": BytesIO(body)})
    prefix = scope[3]
    service = _SERVICES.get(prefix, prefix)
    if prefix == "apigateway" and request.path.startswith("/v2/"):
        service = "apigatewayv2"
    try:
        operation, parts = get_service_router(service).match(request)
    except (NotFound, NotImplementedError, KeyError):
        return None
    form = {key: str(value) for key, value in request.values.items()}
    return Call(scope[1], prefix, service, operation.name, {**form, **parts}, request)


def answer(call: Call, result: dict[str, Any] | Refusal) -> Response:
    """Serialise a result, or an error with status 403, as the service's model says."""
    model = get_service_model(call.service)
    protocol = determine_request_protocol(model, call.request.content_type)
    serializer = get_serializer_class(model.service_name, protocol)(model.operation_model(call.operation))
    written = serializer.serialize(result)
    status = 403 if isinstance(result, Refusal) else written["status_code"]
    headers = {key: str(value) for key, value in written["headers"].items()}
    return Response(written["body"], status, headers)
