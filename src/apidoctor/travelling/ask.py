"""One DNS question: to one server over UDP, TCP, TLS or HTTPS, or as a program on this host asks it."""

from __future__ import annotations

import http.client
import io
import secrets
import socket
import ssl
import struct
import threading
import time
from typing import Any, Callable, Sequence, TypeVar
from urllib.parse import urlsplit

from . import tls, wire
from .book import Place, is_address
from .book import server as server_place
from .stamp import VERSION, milliseconds, now

TIMEOUTS = (TimeoutError, socket.timeout)
"""What says that time was up; two classes before Python 3.10."""
_Result = TypeVar("_Result")
_USELESS = ("timeout", "error", "servfail", "refused")
_MAX_DOH = 65535
_DNS_MESSAGE = "application/dns-message"


class _Talk:
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


def unanswered(
    name: str,
    record: str,
    server: str = "system",
    transport: str = "getaddrinfo",
    *,
    edns: int | None = None,
    role: str = "",
    attempt: int = 1,
) -> dict[str, Any]:
    """Return the observation of a question that nobody has answered yet."""
    seen: dict[str, Any] = {"kind": "dns", "at": now(), "name": name.rstrip("."), "type": record}
    seen.update(server=server, transport=transport, outcome="timeout", attempt=attempt)
    if role:
        seen["role"] = role
    if edns is not None:
        seen["edns"] = edns
    return seen


def ask(
    name: str,
    record: str,
    server: str,
    transport: str,
    timeout: float,
    *,
    edns: int | None = 1232,
    role: str = "",
    attempt: int = 1,
    ca_file: str | None = None,
) -> list[dict[str, Any]]:
    """Ask *server* for *record* of *name*, within *timeout* seconds; the last observation is the one that counts.

    *server* is ``ADDR``, ``ADDR:PORT`` or ``[V6]:PORT``; for ``dot`` ``ADDR[:853][#TLSNAME]``, for ``doh`` a URL.
    What was cut off over ``udp`` is asked again over ``tcp``, what a server refuses because of EDNS without it.
    """
    how: dict[str, Any] = {"role": role, "attempt": attempt}
    seen = unanswered(name, record, server, transport, edns=edns, **how)
    started = time.monotonic()
    message: wire.Message | None = None
    note = ""
    try:
        talk = _Talk(name, record, transport, timeout, edns)
        try:
            message = _TRANSPORTS[transport](talk, server, ca_file)
        finally:
            note = talk.note
        seen.update(_told(message, name, record))
    except TIMEOUTS:
        pass
    except (OSError, ValueError, http.client.HTTPException) as error:
        seen.update(outcome="error", reason=words(error))
    seen["elapsed_ms"] = milliseconds(time.monotonic() - started)
    if note:
        seen["reason"] = "; ".join(part for part in (seen.get("reason"), note) if part)
    left = timeout - (time.monotonic() - started)
    if message is None or left <= 0:
        return [seen]
    if message.rcode in ("FORMERR", "NOTIMP", "BADVERS") and edns is not None:
        seen["reason"] = f"{message.rcode} to a question with EDNS; asked again without"
        return [seen, *ask(name, record, server, transport, left, edns=None, ca_file=ca_file, **how)]
    if message.truncated and transport == "udp":
        seen["outcome"] = "answer" if seen.get("addresses") else "error"
        seen.setdefault("reason", "cut off; asked again over TCP")
        return [seen, *ask(name, record, server, "tcp", left, edns=edns, **how)]
    return [seen]


def instead(name: str, record: str, servers: Sequence[str], timeout: float) -> list[dict[str, Any]]:
    """Ask *servers* in place of getaddrinfo: as the C library does, the next one when the first was of no use."""
    seen = unanswered(name, record)
    seen["outcome"] = "error"
    deadline = time.monotonic() + timeout
    for number, address in enumerate(servers):
        share = (deadline - time.monotonic()) / (len(servers) - number)
        seen = ask(name, record, address, "udp", max(share, 0.05))[-1]
        if seen["outcome"] not in _USELESS:
            break
    seen["server"] = "system"
    return [seen]


def system(name: str, record: str, timeout: float) -> dict[str, Any]:
    """Ask getaddrinfo, as programs do; when time is up the question is left alone in its thread."""
    family = socket.AF_INET6 if record == "AAAA" else socket.AF_INET
    seen, started = unanswered(name, record), time.monotonic()

    def look_up() -> list[Any]:
        return socket.getaddrinfo(name, 443, family, socket.SOCK_STREAM, 0, socket.AI_CANONNAME)

    try:
        found = within(look_up, timeout)
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))[: wire.MAX_ADDRESSES]
        owner, canonical = name.rstrip("."), str(found[0][3]).rstrip(".")
        chain = []
        if canonical and canonical.lower() != owner.lower():
            chain.append({"name": owner, "type": "CNAME", "value": canonical})
        chain += [{"name": canonical or owner, "type": record, "value": one} for one in addresses]
        seen.update(outcome="answer", chain=chain, addresses=addresses)
    except socket.gaierror as error:
        seen.update(outcome=_of_getaddrinfo(error), reason=words(error))
    except TIMEOUTS:
        pass
    except (OSError, UnicodeError) as error:
        seen.update(outcome="error", reason=words(error))
    seen["elapsed_ms"] = milliseconds(time.monotonic() - started)
    return seen


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
    thread.start()
    thread.join(max(timeout, 0))
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError
    return results[0]


def words(error: Exception) -> str:
    """Return an error in a few words, as the kernel or the TLS library puts it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"untrusted certificate: {error.verify_message}"
    if isinstance(error, ssl.SSLError) and error.reason:
        return f"TLS: {error.reason}"
    text = (str(getattr(error, "strerror", None) or error) or type(error).__name__)[:300]
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _of_getaddrinfo(error: socket.gaierror) -> str:
    """Name getaddrinfo's error (RFC 3493, section 6.1).

    EAI_AGAIN is a server that failed, refused or kept silent: what came before our own time-out is SERVFAIL.
    """
    named = (("EAI_NODATA", "nodata"), ("EAI_NONAME", "nxdomain"), ("EAI_AGAIN", "servfail"))
    outcomes = {getattr(socket, name): outcome for name, outcome in named if hasattr(socket, name)}
    outcomes.update({11004: "nodata", 11001: "nxdomain", 11002: "servfail"})  # the same of Windows
    return outcomes.get(error.errno, "error")


def _told(message: wire.Message, name: str, record: str) -> dict[str, Any]:
    told = wire.follow(message, name, record)
    reasons = [message.extended] if message.extended else []
    if told["outcome"] == "error" and message.rcode != "NOERROR":
        reasons.insert(0, message.rcode)
    elif told["outcome"] == "error":
        reasons.insert(0, "an alias chain without an end")
    if reasons:
        told["reason"] = "; ".join(reasons)
    if message.truncated:
        told["truncated"] = True
    told["authoritative"] = message.authoritative
    return {key: value for key, value in told.items() if value not in (None, [])}


def _udp(talk: _Talk, server: str, _: str | None) -> wire.Message:
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


def _tcp(talk: _Talk, server: str, _: str | None) -> wire.Message:
    with _connected(talk, server_place(server)) as sock:
        return _framed(talk, sock)


def _dot(talk: _Talk, server: str, ca_file: str | None) -> wire.Message:
    there, _, name = server.partition("#")
    host, port = server_place(there, 853)
    context = tls.verifying(ca_file, "dot")
    with _connected(talk, (host, port)) as sock:
        sock.settimeout(talk.left())
        with context.wrap_socket(sock, server_hostname=name or host) as secured:
            return _framed(talk, secured)


def _framed(talk: _Talk, sock: socket.socket) -> wire.Message:
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


def _doh(talk: _Talk, url: str, ca_file: str | None) -> wire.Message:
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


_TRANSPORTS: dict[str, Callable[[_Talk, str, str | None], wire.Message]] = {
    "udp": _udp,
    "tcp": _tcp,
    "dot": _dot,
    "doh": _doh,
}


class _Stream(io.RawIOBase):
    """Reads a socket until the deadline of the whole talk, however slowly the bytes come."""

    def __init__(self, sock: socket.socket, talk: _Talk) -> None:
        self._sock, self._talk = sock, talk

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._talk.left())
        return self._sock.recv_into(buffer)


class _Answering:
    """What `http.client.HTTPResponse` wants of a socket."""

    def __init__(self, sock: socket.socket, talk: _Talk) -> None:
        self._stream = _Stream(sock, talk)

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(self._stream)


def _sockaddr(there: Place, kind: int) -> tuple[int, Any]:
    """Return family and socket address of a numeric address, with the zone of ``fe80::1%eth0``."""
    if not is_address(there[0]):
        raise ValueError(f"{there[0]} is no IP address")
    found = socket.getaddrinfo(there[0], there[1], 0, kind, 0, socket.AI_NUMERICHOST)
    return int(found[0][0]), found[0][4]


def _connected(talk: _Talk, there: Place) -> socket.socket:
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
