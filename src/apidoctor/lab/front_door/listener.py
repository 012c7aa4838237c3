"""Reads HTTP/1.1 requests from TLS connections and writes the answers with the headers of AWS."""

import contextlib
import os
import re
import ssl
import time
from base64 import b64encode
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from uuid import UUID, uuid4

from apidoctor.lab.description import Endpoint
from apidoctor.lab.front_door.arrival import Arrival
from apidoctor.lab.front_door.boxes import Way
from apidoctor.lab.front_door.catalogue import Reply, reply
from apidoctor.lab.front_door.sigv4 import Signed
from apidoctor.lab.front_door.tls import Socket
from apidoctor.lab.traffic import Traffic

MAX_BODY = 1 << 20
"""Bytes of a request body; API Gateway itself takes 10 MB."""
IDLE_SECONDS = 10
"""A connection that says nothing for so long is closed."""
_TRACE = re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}")

Decide = Callable[[Arrival], Reply]


class Listener(ThreadingTCPServer):
    """One port: an interface of an endpoint, or the public side."""

    daemon_threads = True
    request_queue_size = 64
    tls: ssl.SSLContext
    endpoint: Endpoint | None
    decide: Decide
    traffic: Traffic
    way: Way
    date_ahead: int
    kind_suffix: str

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a probe may hang up whenever it likes."""


class Handler(BaseHTTPRequestHandler):
    """Reads HTTP/1.1 requests from one TLS connection and answers them."""

    server: Listener
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
            self._send(reply("R3"), *self._ids())
            return
        body = self.rfile.read(int(length))
        names = dict.fromkeys(name.lower() for name in self.headers)
        headers = {name: ",".join(self.headers.get_all(name, [])) for name in names}
        signed = self.server.way.to_gateway(Signed(self.command, self.path, headers, body))
        refused = self.server.way.refusal()
        if refused is not None:
            self._send(refused, "", "", "")
            return
        ids = self._ids()
        name = self.request.asked_name if isinstance(self.request, Socket) else ""
        arrival = Arrival(signed, name, self.server.endpoint, self.server.traffic, *ids)
        self._send(self.server.decide(arrival), *ids)

    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = answer

    def _ids(self) -> tuple[str, str, str]:
        """Request id, extended request id and trace of this request."""
        request_id = _request_id(self.headers.get("x-amzn-requestid", ""))
        return request_id, b64encode(os.urandom(11)).decode(), _trace(self.headers.get("x-amzn-trace-id", ""))

    def _send(self, answer: Reply, request_id: str, extended_id: str, trace: str) -> None:
        body = answer.body.encode()
        headers = {
            "Date": formatdate(time.time() + self.server.date_ahead, usegmt=True),
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Connection": "close" if self.close_connection else "keep-alive",
        }
        if answer.by != "box":
            headers |= {
                "x-amzn-RequestId": request_id,
                **({"x-amzn-ErrorType": answer.kind + self.server.kind_suffix} if answer.kind else {}),
                "x-amz-apigw-id": extended_id,
                "X-Amzn-Trace-Id": trace,
            }
        given = {name.lower() for name in answer.headers}
        headers = {name: value for name, value in headers.items() if name.lower() not in given}
        head = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}"]
        head += [f"{name}: {value}" for name, value in {**headers, **answer.headers}.items()]
        content = b"" if self.command == "HEAD" else body
        whole = "\r\n".join([*head, "", ""]).encode("utf-8", "surrogateescape")
        self.close_connection |= self.server.way.write(self.wfile, whole, content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Hang up on what is no HTTP."""
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: standard error belongs to the tool."""


def _phrase(status: int) -> str:
    with contextlib.suppress(ValueError):
        return HTTPStatus(status).phrase
    return ""


def _request_id(sent: str) -> str:
    """The client's own request id when it is a UUID, as API Gateway takes it over; else a new one."""
    with contextlib.suppress(ValueError):
        return str(UUID(sent))
    return str(uuid4())


def _trace(sent: str) -> str:
    """The client's own trace when it has a root, as API Gateway takes it over; else a new one."""
    mine = _TRACE.search(sent)
    return mine[0] if mine else f"Root=1-{int(time.time()):08x}-{os.urandom(12).hex()}"
