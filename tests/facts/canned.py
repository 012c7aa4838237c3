"""An AWS endpoint whose answers the test writes: errors, throttling, odd pages, pages without end."""

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate

from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

logging.getLogger("werkzeug").setLevel(logging.ERROR)

Reply = Callable[[Request], Response | None]

EC2 = "http://ec2.amazonaws.com/doc/2016-11-15/"
STS = "https://sts.amazonaws.com/doc/2011-06-15/"


def asked(request: Request) -> str:
    """Return which operation a request asks for: an Action, or method and path."""
    return request.form.get("Action") or f"{request.method} {request.path}"


def identity(account: str = "111111111111", name: str = "user/ops") -> Response:
    """Return STS's answer to GetCallerIdentity."""
    return Response(
        f'<GetCallerIdentityResponse xmlns="{STS}"><GetCallerIdentityResult>'
        f"<Arn>arn:aws:iam::{account}:{name}</Arn><UserId>AIDAEXAMPLE</UserId><Account>{account}</Account>"
        "</GetCallerIdentityResult></GetCallerIdentityResponse>",
        content_type="text/xml",
    )


def role(arn: str, key: str, action: str = "AssumeRole") -> Response:
    """Return STS's answer to AssumeRole, or to another action that answers in the same way."""
    return Response(
        f'<{action}Response xmlns="{STS}"><{action}Result><Credentials>'
        f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
        "<SessionToken>token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>"
        f"<AssumedRoleUser><Arn>{arn}</Arn><AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser>"
        f"</{action}Result></{action}Response>",
        content_type="text/xml",
    )


def query_error(code: str, message: str = "no", status: int = 403) -> Response:
    """Return an error as services with the query protocol write it."""
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    return Response(body, status, content_type="text/xml")


def ec2_error(code: str, message: str = "no", status: int = 400) -> Response:
    """Return an error as EC2 writes it."""
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Response(f"<Response><Errors>{error}</Errors></Response>", status, content_type="text/xml")


def ec2_list(name: str, member: str, items: list[str], token: str = "") -> Response:
    """Return an answer of EC2 with a list of items (XML) and a token for the next page."""
    inner = "".join(f"<item>{item}</item>" for item in items)
    next_token = f"<nextToken>{token}</nextToken>" if token else ""
    body = f'<{name}Response xmlns="{EC2}"><{member}>{inner}</{member}>{next_token}</{name}Response>'
    return Response(body, content_type="text/xml")


def access_key(request: Request) -> str:
    """Return the access key id that signed a request."""
    found = re.search(r"Credential=([^/]+)/", request.headers.get("Authorization", ""))
    return found[1] if found else ""


class Canned:
    """A running server; ``requests`` holds what was asked, its clock may be ahead by some seconds."""

    def __init__(self, reply: Reply) -> None:
        self.requests: list[str] = []
        self.ahead = 0.0

        class Handler(WSGIRequestHandler):
            def date_time_string(handler, timestamp: float | None = None) -> str:
                return formatdate(time.time() + self.ahead, usegmt=True)

        self._reply = reply
        self._server = make_server("127.0.0.1", 0, self._answer, True, request_handler=Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def _answer(self, environ, start_response):
        request = Request(environ)
        request.get_data(parse_form_data=True)
        self.requests.append(asked(request))
        response = self._reply(request)
        if response is None and asked(request) == "GetCallerIdentity":
            response = identity()
        return (response or query_error("NotFound", "nothing canned", 404))(environ, start_response)

    def close(self) -> None:
        self._server.shutdown()


@contextmanager
def canned(reply: Reply) -> Iterator[Canned]:
    server = Canned(reply)
    try:
        yield server
    finally:
        server.close()
