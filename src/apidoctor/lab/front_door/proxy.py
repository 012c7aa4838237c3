"""The forward proxy of the caller's environment: it answers CONNECT."""

import contextlib
import re
import select
import socket
from http import HTTPStatus
from socketserver import StreamRequestHandler, ThreadingTCPServer

from apidoctor.lab.description import Proxy
from apidoctor.lab.serving import Servers

IDLE_SECONDS = 10
MAX_HEAD = 65536
_CONNECT = re.compile(rb"CONNECT ([^\s:]{1,255}):(\d{1,5}) HTTP/1\.[01]\r?\n")


class ForwardProxy:
    """Listens on a free loopback port; a tunnel that it opens leads to the port of the public side."""

    def __init__(self, proxy: Proxy, public_port: int, servers: Servers) -> None:
        listener = _Listener(("127.0.0.1", 0), _Handler)
        listener.proxy, listener.public_port = proxy, public_port
        servers.start(listener)
        self.url = f"http://127.0.0.1:{listener.server_address[1]}"


class _Listener(ThreadingTCPServer):
    daemon_threads = True
    proxy: Proxy
    public_port: int

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client may hang up whenever it likes."""


class _Handler(StreamRequestHandler):
    server: _Listener
    timeout = IDLE_SECONDS

    def handle(self) -> None:
        """Refuse what is asked for, or open a tunnel and carry bytes both ways until one side ends."""
        first = self.rfile.readline(MAX_HEAD)
        read = len(first)
        while (line := self.rfile.readline(MAX_HEAD)) not in (b"\r\n", b"\n", b""):
            read += len(line)
            if read > MAX_HEAD:
                return
        proxy = self.server.proxy
        if not _CONNECT.fullmatch(first) or proxy.status != 200:
            self._refuse(proxy if proxy.status != 200 else Proxy(400))
            return
        with socket.create_connection(("127.0.0.1", self.server.public_port), IDLE_SECONDS) as there:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with contextlib.suppress(OSError):
                _carry(self.connection, there)

    def _refuse(self, proxy: Proxy) -> None:
        body = proxy.body.encode()
        head = [f"HTTP/1.1 {proxy.status} {HTTPStatus(proxy.status).phrase}"]
        head += [f"{name}: {value}" for name, value in proxy.headers.items()]
        head += ["Content-Type: text/html", f"Content-Length: {len(body)}", "Connection: close", "", ""]
        self.wfile.write("\r\n".join(head).encode() + body)


def _carry(here: socket.socket, there: socket.socket) -> None:
    """Copy bytes between two sockets until one of them ends or both are silent for too long."""
    other = {here: there, there: here}
    while ready := select.select([here, there], [], [], IDLE_SECONDS)[0]:
        for source in ready:
            data = source.recv(65536)
            if not data:
                return
            other[source].sendall(data)
