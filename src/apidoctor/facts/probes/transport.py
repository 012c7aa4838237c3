"""httpx's way out for a test call: to the address, with the context and until the deadline that were chosen for it."""

import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from apidoctor.facts.probes.phases import Phases
from apidoctor.travelling.book import Place


class Transport(httpx.BaseTransport):
    """httpx's way out through a pool with a backend of our own; errors stay httpcore's, which name the cause.

    `httpx.HTTPTransport` takes no backend, so the request is handed to httpcore here.
    """

    def __init__(self, backend: "Backend") -> None:
        # httpcore sets the protocols of its context at each connection.  A context that other threads shake hands
        # with must not be changed: that ends the process (CPython issue 141012).  So it gets one of its own, and
        # the streams use the backend's.
        bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._pool = httpcore.ConnectionPool(ssl_context=bare, network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request* and return the answer's head; its body is read by whoever asked."""
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Chunks(answer.stream))

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()


class _Chunks(httpx.SyncByteStream):
    """The body of an httpcore answer."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        """Give the connection back."""
        self._stream.close()


class Backend(httpcore.NetworkBackend):
    """Connects to the chosen place and shakes hands with *context*, whatever URL and client say."""

    def __init__(
        self,
        where: Place,
        context: ssl.SSLContext,
        deadline: float,
        phases: Phases,
        connect: float | None = None,
        answer: float = 0.0,
    ) -> None:
        """*deadline* is a moment of `time.monotonic`; *connect* (seconds) bounds the connect; *phases* is filled.

        *answer* is the moment until which the first byte of the answer is waited for, where that is later.
        """
        self._where = where
        self.context = context
        self.deadline = deadline
        self.phases = phases
        self._connect = connect
        self._answer = answer
        self.heard: float | None = None
        """Seconds after which the answer began; None: it has not."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect; the arguments, which come from the URL and the client, are not looked at."""
        left = _left(self.deadline)
        left = min(left, self._connect or left)
        with self.phases.connecting():
            stream = httpcore.SyncBackend().connect_tcp(*self._where, left, local_address, socket_options)
        return _Stream(stream, self)

    def read(self, stream: httpcore.NetworkStream, max_bytes: int) -> bytes:
        """Read from *stream*: whoever thinks may think until *answer*; after the first byte no time is added."""
        if self.heard is not None:
            return stream.read(max_bytes, _left(self.deadline))
        started = time.monotonic()
        data = stream.read(max_bytes, _left(max(self.deadline, self._answer)))
        self.heard = time.monotonic() - started
        if self._answer > self.deadline:
            self.deadline += self.heard
        return data


class _Stream(httpcore.NetworkStream):
    """A stream whose time-outs are what is left of the whole exchange: a dripping server cannot hold it."""

    def __init__(self, stream: httpcore.NetworkStream, backend: Backend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._backend.read(self._stream, max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._backend.deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            with self._backend.phases.shaking():
                left = _left(self._backend.deadline)
                secured = self._stream.start_tls(self._backend.context, server_hostname, left)
        except (ValueError, TypeError) as error:  # a name that cannot be an SNI
            raise httpcore.ConnectError("the server name cannot be sent") from error
        self._backend.phases.read(secured)
        return _Stream(secured, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left
