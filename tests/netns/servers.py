"""TLS, HTTP and proxy servers: threads of the tests that listen in the network of a node."""

import contextlib
import datetime
import email.utils
import socket
import ssl
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from netns import plan
from netns.node import Node

PATIENCE = 20
"""Seconds that a connection may be silent."""


@dataclass(frozen=True)
class Request:
    """One request as a server received it."""

    method: str
    path: str
    headers: Mapping[str, str]


Answer = Callable[[Request], bytes]


def response(
    status: str, body: str, *headers: str, kind: str = "application/json", offset: float = 0
) -> bytes:
    """An HTTP/1.1 response; *offset* is how many seconds the server's clock is ahead."""
    now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=offset)
    lines = [
        f"HTTP/1.1 {status}",
        f"Date: {email.utils.format_datetime(now, usegmt=True)}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return ("\r\n".join(lines) + f"\r\n\r\n{body}").encode()


def by_gateway(status: str, body: str, error: str = "", offset: float = 0) -> bytes:
    """A response that has the marks of API Gateway."""
    marks = [f"x-amzn-RequestId: {uuid.uuid4()}", "x-amz-apigw-id: Kq0xDEXAMPLE="]
    return response(status, body, *marks, *([f"x-amzn-ErrorType: {error}"] if error else []), offset=offset)


FORBIDDEN = ("403 Forbidden", '{"message":"Forbidden"}', "ForbiddenException")


class Endpoint:
    """What the endpoint's interfaces answer; ``offset`` is how far its clock is ahead, in seconds."""

    offset: float = 0
    own = (plan.NAME, plan.ALIAS, plan.PRIVATE_DOMAIN)

    def __call__(self, request: Request) -> bytes:
        known = request.headers.get("host") in self.own or request.headers.get("x-apigw-api-id") == plan.API
        if not known:
            return by_gateway(*FORBIDDEN, offset=self.offset)
        return by_gateway("200 OK", '{"orders":[]}', offset=self.offset)


def front_door(request: Request) -> bytes:
    """API Gateway's public side: it serves the company's public domain, and refuses private APIs."""
    if request.headers.get("host") == plan.REGIONAL_DOMAIN:
        return by_gateway("200 OK", '{"public":true}')
    return by_gateway(*FORBIDDEN)


def block_page(request: Request) -> bytes:
    """What an inspecting firewall says instead of the server."""
    page = "<html><body><h1>Access blocked by policy</h1></body></html>"
    return response("403 Forbidden", page, "Via: 1.1 inspection.corp.example", kind="text/html")


class Server:
    """A listener; each connection gets a thread that calls ``serve``."""

    def __init__(self, node: Node, address: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with node.inside():
            self._listener = socket.create_server((address, port), family=family, backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        raise NotImplementedError

    def close(self) -> None:
        # Closing alone does not wake the thread that waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._guarded, args=(connection,), daemon=True).start()

    def _guarded(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        with contextlib.suppress(OSError), connection:
            self.serve(connection)


class TlsServer(Server):
    """HTTPS with keep-alive; ``contexts`` are chosen by SNI, the first is for all other names."""

    def __init__(
        self,
        node: Node,
        address: str,
        answer: Answer,
        contexts: Mapping[str, ssl.SSLContext],
        port: int = 443,
    ) -> None:
        self.answer = answer
        self._context = next(iter(contexts.values()))
        self._contexts = contexts
        self._context.sni_callback = self._choose
        super().__init__(node, address, port)

    def serve(self, connection: socket.socket) -> None:
        with self._context.wrap_socket(connection, server_side=True) as secured:
            while (request := _read(secured)) is not None:
                secured.sendall(self.answer(request))

    def _choose(self, secured, name: str | None, _) -> None:
        if name in self._contexts:
            secured.context = self._contexts[name]


class Proxy(Server):
    """An HTTP proxy for CONNECT.  It refuses everything, or joins the client with one address of its own network."""

    def __init__(self, node: Node, address: str, port: int = 3128) -> None:
        self.asked: list[str] = []
        self.leads_to: str | None = None
        self._node = node
        super().__init__(node, address, port)

    def serve(self, connection: socket.socket) -> None:
        request = _read(connection)
        if request is None:
            return
        self.asked.append(f"{request.method} {request.path}")
        if request.method != "CONNECT" or self.leads_to is None:
            page = "<html><body>proxy.corp.example: destination not allowed</body></html>"
            connection.sendall(
                response("403 Forbidden", page, "X-Proxy-Error: ERR_ACCESS_DENIED", kind="text/html")
            )
            return
        with self._node.inside():
            way = socket.create_connection((self.leads_to, 443), timeout=PATIENCE)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with way:
            other = threading.Thread(target=_pump, args=(connection, way), daemon=True)
            other.start()
            _pump(way, connection)
            other.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _read(connection: socket.socket) -> Request | None:
    """Read one request, without its body's content; None when the client has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part or len(data) > 1 << 16:
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    method, path = (*first.split(" "), "", "")[:2]
    left = int(headers.get("content-length") or 0) - len(body)
    while left > 0 and (part := connection.recv(min(left, 65536))):
        left -= len(part)
    return Request(method, path, headers)
