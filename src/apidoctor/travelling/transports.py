"""The ways a DNS question travels: UDP, TCP, TLS and HTTPS, each bounded by one deadline."""

from __future__ import annotations

import http.client
import io
import secrets
import socket
import struct
import threading
import time
from typing import Any, Callable, TypeVar
from urllib.parse import urlsplit

from . import tls, wire
from .book import Place, is_address
from .book import server as server_place
from .stamp import VERSION

TIMEOUTS = (TimeoutError, socket.timeout)
"""What says that time was up; two classes before Python 3.10."""
_Result = TypeVar("_Result")
_MAX_DOH = 65535
_DNS_MESSAGE = "application/dns-message"


class Talk:
    """One question on its way: the bytes, how to know the answer, and when time is up."""

    def __init__(self, name: str, record: str, transport: str, timeout: float, edns: int | None) -> None:
        # RFC 8484, section 4.1: an id of 0 lets caches work, and TLS already tells who answers.
        self.number = 0 if transport == "doh" else secrets.randbelow(65536)
        self.name, self.record = name, record
        self.data = wire.question(name, record, self.number, edns)
        self.started = time.monotonic()
        self.deadline = self.started + timeout
        self.note = ""

    def left(self) -> float:
        """Return the seconds left; raise `TimeoutError` when there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def read(self, data: bytes) -> wire.Message:
        """Return the answer in *data*; raise `wire.WireError` when it is none to this question."""
        message = wire.read(data)
        if not wire.answers(message, self.name, self.record, self.number):
            raise wire.WireError("an answer to another question")
        return message


def within(call: Callable[[], _Result], timeout: float) -> _Result:
    """Return what *call* returns; raise `TimeoutError` when it takes longer: its thread ends by itself."""
    results: list[_Result] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(call())
        except Exception as error:  # handed to the caller
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    try:
        thread.start()
    except RuntimeError as error:
        raise OSError(str(error)) from None
    thread.join(max(timeout, 0))
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError
    return results[0]


def _udp(talk: Talk, server: str, _: str | None) -> wire.Message:
    """Ask over UDP; half-way the question is sent once more, as one lost datagram says nothing of a server.

    The socket is connected: datagrams of others do not arrive, and ICMP errors do.
    """
    ignored = sent = 0
    family, there = _sockaddr(server_place(server), socket.SOCK_DGRAM)
    half = (talk.started + talk.deadline) / 2
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(there)
            while True:
                left, to_half = talk.left(), half - time.monotonic()
                if sent == 0 or (sent == 1 and to_half <= 0):
                    sock.send(talk.data)
                    sent += 1
                    talk.note = "sent twice" if sent > 1 else ""
                sock.settimeout(to_half if sent == 1 and 0 < to_half < left else left)
                try:
                    data = sock.recv(65535)
                except TIMEOUTS:
                    continue
                if data[:2] == talk.data[:2]:
                    return talk.read(data)
                ignored += 1
        except ConnectionResetError:  # Windows' word for a closed port
            raise ConnectionRefusedError("connection refused") from None
        finally:
            if ignored:
                more = f"datagrams with a wrong id were ignored: {ignored}"
                talk.note = f"{talk.note}; {more}" if talk.note else more


def _tcp(talk: Talk, server: str, _: str | None) -> wire.Message:
    with _connected(talk, server_place(server)) as sock:
        return _framed(talk, sock)


def _dot(talk: Talk, server: str, ca_file: str | None) -> wire.Message:
    there, _, name = server.partition("#")
    host, port = server_place(there, 853)
    context = tls.verifying(ca_file, "dot")
    with _connected(talk, (host, port)) as sock:
        sock.settimeout(talk.left())
        with context.wrap_socket(sock, server_hostname=name or host) as secured:
            return _framed(talk, secured)


def _framed(talk: Talk, sock: socket.socket) -> wire.Message:
    """Ask over a stream, where each message follows its length."""
    sock.settimeout(talk.left())
    sock.sendall(struct.pack("!H", len(talk.data)) + talk.data)
    stream = io.BufferedReader(_Stream(sock, talk))
    head = stream.read(2)
    if len(head) < 2:
        raise wire.WireError("closed without an answer")
    (size,) = struct.unpack("!H", head)
    data = stream.read(size)
    if len(data) < size:
        raise wire.WireError("closed within the answer")
    return talk.read(data)


def _doh(talk: Talk, url: str, ca_file: str | None) -> wire.Message:
    """Ask over HTTPS (RFC 8484); no redirect is followed, no proxy used."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        raise ValueError("DNS over HTTPS needs an https URL without a user")
    path = (parts.path or "/dns-query") + (f"?{parts.query}" if parts.query else "")
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: {_DNS_MESSAGE}\r\n"
        f"Content-Type: {_DNS_MESSAGE}\r\nContent-Length: {len(talk.data)}\r\n"
        f"User-Agent: apidoctor-probe/{VERSION}\r\nConnection: close\r\n\r\n"
    )
    context = tls.verifying(ca_file, "http/1.1")
    with _connected(talk, (parts.hostname, parts.port or 443)) as sock:
        sock.settimeout(talk.left())
        with context.wrap_socket(sock, server_hostname=parts.hostname) as secured:
            secured.settimeout(talk.left())
            secured.sendall(head.encode("ascii") + talk.data)
            response = http.client.HTTPResponse(_Answering(secured, talk), method="POST")  # type: ignore[arg-type]
            response.begin()
            if response.status != 200:
                raise ValueError(f"HTTP status {response.status}")
            if response.getheader("content-type", "").partition(";")[0].strip().lower() != _DNS_MESSAGE:
                raise ValueError(f"no {_DNS_MESSAGE} came back")
            return talk.read(response.read(_MAX_DOH))


TRANSPORTS: dict[str, Callable[[Talk, str, str | None], wire.Message]] = {
    "udp": _udp,
    "tcp": _tcp,
    "dot": _dot,
    "doh": _doh,
}
"""Asks over each transport: takes the talk, the server and the CA file, and returns the answer."""


class _Stream(io.RawIOBase):
    """Reads a socket until the deadline of the whole talk, however slowly the bytes come."""

    def __init__(self, sock: socket.socket, talk: Talk) -> None:
        self._sock, self._talk = sock, talk

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._talk.left())
        return self._sock.recv_into(buffer)


class _Answering:
    """What `http.client.HTTPResponse` wants of a socket."""

    def __init__(self, sock: socket.socket, talk: Talk) -> None:
        self._stream = _Stream(sock, talk)

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(self._stream)


def _sockaddr(there: Place, kind: int) -> tuple[int, Any]:
    """Return family and socket address of a numeric address, with the zone of ``fe80::1%eth0``."""
    if not is_address(there[0]):
        raise ValueError(f"{there[0]} is no IP address")
    found = socket.getaddrinfo(there[0], there[1], 0, kind, 0, socket.AI_NUMERICHOST)
    return int(found[0][0]), found[0][4]


def _connected(talk: Talk, there: Place) -> socket.socket:
    """Connect to an address, or to the first address of a name that lets us."""
    if is_address(there[0]):
        found = [_sockaddr(there, socket.SOCK_STREAM)]
    else:
        host, port = there
        looked = within(lambda: socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM), talk.left())
        found = [(int(one[0]), one[4]) for one in looked[:4]]
    problem: OSError | None = None
    for number, (family, address) in enumerate(found):
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(talk.left() / (len(found) - number))
            sock.connect(address)
            return sock
        except OSError as error:
            sock.close()
            problem = error
    raise problem or TimeoutError()
