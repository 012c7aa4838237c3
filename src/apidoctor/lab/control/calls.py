"""Recognises which operation a request asks for, and writes answers in its service's protocol."""

import json
import re
from io import BytesIO
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

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
    protocol: str
    """How it is spoken: ``ec2``, ``query``, ``json``, ``rest-json`` or ``rest-xml``."""
    body: dict[str, Any] = {}
    """The JSON document of a call that has one."""


class Refusal(Exception):
    """An error that the control plane answers with, in whatever protocol the call used."""

    def __init__(self, code: str, message: str, status: int = 403) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


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
    protocol = determine_request_protocol(get_service_model(service), request.content_type)
    form = {key: str(value) for key, value in request.values.items()}
    return Call(scope[1], prefix, service, operation.name, {**form, **parts}, protocol, _document(body))


def _document(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def answer(call: Call, result: dict[str, Any]) -> Response:
    """Serialise a result as the service's model says."""
    model = get_service_model(call.service)
    serializer = get_serializer_class(model.service_name, call.protocol)(
        model.operation_model(call.operation)
    )
    written = serializer.serialize(result)
    headers = {key: str(value) for key, value in written["headers"].items()}
    return Response(written["body"], written["status_code"], headers)


def refuse(call: Call, refusal: Refusal) -> Response:
    """Write an error as the call's protocol spells it (AWS API references, "Common errors")."""
    code, text = escape(refusal.code), escape(refusal.message)
    if "json" in call.protocol:
        body = json.dumps({"__type": refusal.code, "message": refusal.message})
        headers = {"x-amzn-ErrorType": refusal.code}
        return Response(body, refusal.status, headers, content_type="application/json")
    if call.protocol == "ec2":
        error = f"<Errors><Error><Code>{code}</Code><Message>{text}</Message></Error></Errors>"
        body = f"<Response>{error}<RequestID>{uuid4()}</RequestID></Response>"
    else:
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>"
        body = f"<ErrorResponse>{error}<RequestId>{uuid4()}</RequestId></ErrorResponse>"
    return Response(body, refusal.status, content_type="text/xml")
