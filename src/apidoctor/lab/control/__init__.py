"""The AWS control plane of the lab: moto, with what it lacks or answers wrongly mended.

The world is built in the emulator itself.  One WSGI application stands before it for all others: it refuses what
the world refuses, waits as long as it was told, answers what the emulator cannot, and amends the rest.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from email.utils import formatdate
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from msgspec import Struct
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from apidoctor.lab.control.answers import AMENDMENTS, ANSWERS, RECORDS
from apidoctor.lab.control.apis import complete_apis, create_apis
from apidoctor.lab.control.backends import name_backends
from apidoctor.lab.control.calls import Call, Refusal, answer, read_call, refuse
from apidoctor.lab.control.clients import Clients
from apidoctor.lab.control.domains import name_domains
from apidoctor.lab.control.emulator import emulator
from apidoctor.lab.control.endpoints import build_endpoints, build_zones
from apidoctor.lab.control.mending import mend
from apidoctor.lab.control.network import build_network
from apidoctor.lab.control.records import name_web_acls
from apidoctor.lab.control.roles import build_roles, caller_credentials
from apidoctor.lab.description import World
from apidoctor.lab.serving import Servers
from apidoctor.lab.traffic import Traffic

StartResponse = Callable[..., Any]
Refused = Mapping[str, tuple[str, str]]
"""``[ACCOUNT:]service:Operation`` to the code and message of the error."""


class Identity(Struct, frozen=True):
    """Whose access key it is."""

    arn: str
    account: str
    secret: str
    token: str


class ControlPlane:
    """The emulated AWS APIs of one world on a free loopback port."""

    def __init__(
        self,
        world: World,
        delay_ms: int,
        refused: Refused,
        servers: Servers,
        traffic: Traffic | None = None,
    ) -> None:
        self._world = world
        self._traffic = traffic or Traffic()
        self._delay = delay_ms / 1000
        self._refused = refused
        self._built = time.time()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._moto = emulator()
        self._servers = servers
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=_QuietHandler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.credentials: dict[str, str] = {}

    def build(self) -> None:
        """Forget any world built before in this process, build this one, and only then answer."""
        self._forget()
        clients = Clients()
        name_domains(self._world)
        name_backends(self._world)
        name_web_acls(self._world)
        build_network(self._world, clients)
        create_apis(self._world, clients)
        build_roles(self._world, clients)
        build_endpoints(self._world, clients)
        complete_apis(self._world, clients)
        build_zones(self._world, clients)
        mend(self._world)
        self.credentials = caller_credentials(self._world, clients)
        self._servers.start(self._server)

    def identity(self, access_key: str) -> Identity | None:
        """Whose session an access key belongs to; None for a key that was never issued."""
        for account, regions in list(sts_backends.items()):
            session = regions["aws"].get_assumed_role_from_access_key(access_key)
            if session is not None:
                secret, token = session.secret_access_key, session.session_token
                return Identity(session.arn, account, secret, token)
        return None

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        time.sleep(self._delay)
        response = self._respond(environ)
        response.headers["Date"] = formatdate(time.time() + self._world.front_door.date_header_s, usegmt=True)
        return response(environ, start_response)

    def _respond(self, environ: dict[str, Any]) -> Response:
        call = read_call(environ)
        if call is None:
            return Response(status=404)
        identity = self.identity(call.access_key)
        if identity is None:
            error = Refusal("InvalidClientTokenId", "The security token included in the request is invalid.")
            return refuse(call, error)
        refusal = self._refusal(call, identity)
        if refusal is not None:
            return refuse(call, refusal)
        name = f"{call.service}.{call.operation}"
        try:
            if name in RECORDS:
                return answer(call, RECORDS[name](self._world, identity.account, call, self._traffic))
            if name in ANSWERS:
                result = ANSWERS[name](self._world, identity.account, call)
                return result if isinstance(result, Response) else answer(call, result)
        except Refusal as refused:
            return refuse(call, refused)
        response = self._emulated(call, environ)
        if name in AMENDMENTS and response.status_code == 200:
            body = json.loads(response.get_data())
            AMENDMENTS[name](self._world, call, body, self._built)
            response.set_data(json.dumps(body))
        return response

    def _emulated(self, call: Call, environ: dict[str, Any]) -> Response:
        """The emulator's answer; where it fails, an error that an AWS client can read and does not retry."""
        try:
            return Response.from_app(self._moto, environ, buffered=True)
        except Exception as error:
            text = f"The lab cannot answer {call.operation} ({type(error).__name__})."
            return refuse(call, Refusal("NotImplemented", text, 501))

    def _refusal(self, call: Call, identity: Identity) -> Refusal | None:
        action = f"{call.prefix}:{call.operation}"
        for key in (f"{identity.account}:{action}", action):
            if key in self._refused:
                return Refusal(*self._refused[key])
        if action == "sts:AssumeRole" and not _role_exists(call.parameters.get("RoleArn", "")):
            wanted = call.parameters.get("RoleArn", "")
            text = f"User: {identity.arn} is not authorized to perform: {action} on resource: {wanted}"
            return Refusal("AccessDenied", text)
        return None

    def _forget(self) -> None:
        reset = EnvironBuilder(path="/moto-api/reset", method="POST").get_environ()
        Response.from_app(self._moto, reset, buffered=True)


def _role_exists(arn: str) -> bool:
    account, _, name = arn.removeprefix("arn:aws:iam::").partition(":role/")
    if account not in iam_backends:
        return False
    return any(role.name == name for role in iam_backends[account]["aws"].roles.values())


class _QuietHandler(WSGIRequestHandler):
    """Logs nothing: standard error belongs to the tool."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""
