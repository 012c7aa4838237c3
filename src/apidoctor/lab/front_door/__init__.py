"""The execute-api front door: one TLS listener per endpoint interface and one for the public side."""

import contextlib
import os
import re
import ssl
import time
from base64 import b64encode
from collections.abc import Callable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from uuid import UUID, uuid4

from apidoctor.lab.description import ENDPOINT_ZONE, Endpoint, World
from apidoctor.lab.front_door import texts
from apidoctor.lab.front_door.certificates import Authority
from apidoctor.lab.front_door.decide import Arrival, KeyRing, decide
from apidoctor.lab.front_door.sigv4 import Signed
from apidoctor.lab.serving import Servers

MAX_BODY = 1 << 20
"""Bytes of a request body; API Gateway itself takes 10 MB."""
IDLE_SECONDS = 10
"""A connection that says nothing for so long is closed."""

Decide = Callable[[Arrival], texts.Reply]


class FrontDoor:
    """All listeners of one world."""

    def __init__(self, world: World, keys: KeyRing, folder: Path, servers: Servers) -> None:
        authority = Authority(folder)
        self.ca_file = authority.ca_file
        self._world = world
        self._keys = keys
        self._tls = _context(authority)
        self._servers = servers

    def listen(self, endpoint: Endpoint | None) -> int:
        """Listen for an interface of *endpoint*, or for the public side; return the loopback port."""
        listener = _Listener(("127.0.0.1", 0), _Handler)
        listener.tls = self._tls
        listener.endpoint = endpoint
        listener.decide = lambda arrival: decide(self._world, self._keys, arrival)
        listener.date_ahead = self._world.front_door.date_header_s
        self._servers.start(listener)
        return int(listener.server_address[1])


class _Socket(ssl.SSLSocket):
    """A TLS connection that remembers the server name it was asked for."""

    asked_name = ""


def _context(authority: Authority) -> ssl.SSLContext:
    """A server that shows the certificate of the name asked for; private APIs want TLS 1.2 at least."""
    default, other = (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) for _ in range(2))
    for context, files in ((default, authority.default_names()), (other, authority.endpoint_names())):
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(files)
        context.set_alpn_protocols(["http/1.1"])
    default.sslsocket_class = _Socket

    def choose(connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if isinstance(connection, _Socket):
            connection.asked_name = name or ""
        if (name or "").lower().endswith(ENDPOINT_ZONE):
            connection.context = other

    default.sni_callback = choose
    return default


class _Listener(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64
    tls: ssl.SSLContext
    endpoint: Endpoint | None
    decide: Decide
    date_ahead: int

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a probe may hang up whenever it likes."""


class _Handler(BaseHTTPRequestHandler):
    """Reads HTTP/1.1 requests from one TLS connection and answers them."""

    server: _Listener
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Shake hands first; the time-out covers that too."""
        self.request.settimeout(self.timeout)
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        """Close the TLS connection, whatever state it is in."""
        with contextlib.suppress(OSError):
            super().finish()
        self.request.close()

    def answer(self) -> None:
        """Answer one request with head and body in one write."""
        length = self.headers.get("Content-Length", "0")
        unbounded = not re.fullmatch(r"\d{1,9}", length) or "Transfer-Encoding" in self.headers
        if unbounded or int(length) > MAX_BODY:
            self.close_connection = True
            self._send(texts.TOO_LARGE)
            return
        body = self.rfile.read(int(length))
        names = dict.fromkeys(name.lower() for name in self.headers)
        headers = {name: ",".join(self.headers.get_all(name, [])) for name in names}
        signed = Signed(self.command, self.path, headers, body)
        self._send(self.server.decide(Arrival(signed, self.request.asked_name, self.server.endpoint)))

    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = answer

    def _send(self, reply: texts.Reply) -> None:
        body = reply.body.encode()
        headers = {
            "Date": formatdate(time.time() + self.server.date_ahead, usegmt=True),
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Connection": "close" if self.close_connection else "keep-alive",
            "x-amzn-RequestId": _request_id(self.headers.get("x-amzn-requestid", "")),
            **({"x-amzn-ErrorType": reply.kind} if reply.kind else {}),
            "x-amz-apigw-id": b64encode(os.urandom(11)).decode(),
            "X-Amzn-Trace-Id": f"Root=1-{int(time.time()):08x}-{os.urandom(12).hex()}",
        }
        head = [f"HTTP/1.1 {reply.status} {self.responses[reply.status][0]}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        tail = b"" if self.command == "HEAD" else body
        self.wfile.write("\r\n".join([*head, "", ""]).encode() + tail)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Hang up on what is no HTTP."""
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: standard error belongs to the tool."""


def _request_id(sent: str) -> str:
    """The client's own request id when it is a UUID, as API Gateway takes it over; else a new one."""
    with contextlib.suppress(ValueError):
        return str(UUID(sent))
    return str(uuid4())
