"""TCP: can this host open a connection to that address, and does an idle one live?"""

from __future__ import annotations

import errno
import os
import select
import socket
import ssl
import struct
import sys
import time
from typing import Any

from . import hops, routes, tls
from .stamp import VERSION, milliseconds, now

_OUTCOMES = {
    errno.ETIMEDOUT: "timeout",
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.ENETUNREACH: "no_route",
    errno.EHOSTUNREACH: "no_route",
}
_KEPT = "local firewall or tunnel refuses (no packet leaves this host)"
"""The kernel had to send again, and nothing of it went out: a drop in the output hook looks like that."""
_TIMESTAMPS = 12
"""Bytes that the timestamp option (RFC 7323) takes of every segment."""


def connect(
    address: str, port: int, timeout: float, *, where: tuple[str, int] | None = None, attempt: int = 1
) -> dict[str, Any]:
    """Connect once, from a source port of the kernel's choice, and close without sending a byte."""
    seen: dict[str, Any] = {"kind": "tcp", "at": now(), "address": address, "port": port, "attempt": attempt}
    started = time.monotonic()
    try:
        there = routes.place(address, port, where)
        with socket.socket(routes.family_of(there[0]), socket.SOCK_STREAM) as connection:
            connection.settimeout(max(timeout, 0.001))
            hops.tell_errors(connection)
            try:
                connection.connect(there)
                seen["outcome"] = "connected"
                if there == (address, port):  # elsewhere, this end says nothing about the world
                    seen["mss"] = info(connection).get("mss")
                    seen["source"], seen["source_port"] = connection.getsockname()[:2]
            except OSError as error:
                seen["outcome"], seen["reason"] = _failure(error, there[0])
                who, state = hops.icmp_error(connection)[0], info(connection)
                if seen["outcome"] == "timeout" and state.get("again") and not state["sent_again"]:
                    seen.update(outcome="error", reason=_KEPT)
                elif who and who == routes.source_to(there[0]):
                    seen.update(outcome="error", reason=f"local firewall refuses ({seen['reason']})")
                elif who:
                    seen["reason"] += f" (said by {who})"
    except tls.FAILURES as error:
        seen["outcome"], seen["reason"] = "error", tls.reason_of(error)
    return {**seen, "elapsed_ms": milliseconds(time.monotonic() - started)}


def outcome_of(error: BaseException) -> str:
    """Name what a failed connect saw; a time-out of ours and one of the kernel are the same."""
    if isinstance(error, (socket.timeout, TimeoutError)):
        return "timeout"
    return _OUTCOMES.get(getattr(error, "errno", None) or 0, "error")


def _failure(error: OSError, address: str) -> tuple[str, str]:
    """Return outcome and reason; what the host itself refuses is told from what the world does."""
    words = os.strerror(error.errno) if error.errno else "no answer in time"
    if error.errno in (errno.EACCES, errno.EINVAL) and routes.route_to(address)["device"] is None:
        # What connect(2) answers on a prohibit and on a blackhole route.
        kind = "prohibit" if error.errno == errno.EACCES else "blackhole"
        return "no_route", f"a {kind} route of this host ({words})"
    if error.errno in (errno.EPERM, errno.EACCES):
        return "error", f"local firewall refuses ({words})"
    return outcome_of(error), words


def info(connection: socket.socket) -> dict[str, int]:
    """Return what Linux knows of a connection (``struct tcp_info`` in linux/tcp.h); empty elsewhere.

    ``mss`` is the segment size agreed on, before options are taken off; ``again`` counts how often the oldest packet
    had to be sent again, ``sent_again`` what of that left the host.
    """
    if not sys.platform.startswith("linux"):
        return {}
    try:
        raw = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
        values = struct.unpack("=8B24I", raw)
    except (OSError, struct.error):
        return {}
    mss = values[10] + (_TIMESTAMPS if values[5] & 1 else 0)
    again = {"again": values[2], "sent_again": values[15]}
    return {"state": values[0], "mss": mss, "unacked": values[12], **again}


def idle(
    address: str,
    port: int,
    server_name: str,
    seconds: float,
    timeout: float,
    *,
    where: tuple[str, int] | None = None,
    ca_file: str | None = None,
) -> dict[str, Any]:
    """Ask (HEAD), keep silent for *seconds*, ask again on the same connection; *timeout* bounds each half.

    ``idle_outcome`` is missing when the connection was never idle: the reason says why.
    """
    name = server_name or address
    seen: dict[str, Any] = {"kind": "tcp", "at": now(), "address": address, "port": port, "idle_s": seconds}
    context = tls.verifying(ca_file, "http/1.1")
    started = time.monotonic()
    try:
        there = routes.place(address, port, where)
        with socket.create_connection(there, max(timeout, 0.001)) as connection:
            seen["outcome"] = "connected"
            if there == (address, port):
                seen["source"], seen["source_port"] = connection.getsockname()[:2]
            seen["elapsed_ms"] = milliseconds(time.monotonic() - started)
            connection.settimeout(tls.left(started + timeout))
            with context.wrap_socket(connection, server_hostname=name) as secured:
                head = _asked(secured, name, started + timeout)
                if not head or b"\nconnection: close" in head.lower():
                    seen["reason"] = "the server does not keep connections open"
                else:
                    seen.update(_after_silence(secured, name, seconds, timeout))
    except tls.FAILURES as error:
        if "outcome" in seen:
            seen["reason"] = f"no first answer: {tls.reason_of(error)}"
        elif isinstance(error, OSError):
            seen["outcome"], seen["reason"] = _failure(error, (where or (address,))[0])
        else:
            seen["outcome"], seen["reason"] = "error", tls.reason_of(error)
    return {"elapsed_ms": milliseconds(time.monotonic() - started), **seen}


def _after_silence(secured: ssl.SSLSocket, name: str, seconds: float, timeout: float) -> dict[str, Any]:
    """Wait, watching for an end that comes by itself, then ask again."""
    began = time.monotonic()
    while True:
        left = seconds - (time.monotonic() - began)
        if left <= 0 or not select.select([secured], [], [], left)[0]:
            break
        secured.settimeout(0.1)
        try:
            ended = not secured.recv(4096)
        except (socket.timeout, TimeoutError, ssl.SSLWantReadError):
            continue  # a session ticket is no data
        except OSError:
            ended = True
        if ended:
            after = time.monotonic() - began
            return {"idle_outcome": "reset", "reason": f"the peer ended it after {after:.1f} s of silence"}
    try:
        return {"idle_outcome": "alive" if _asked(secured, name, time.monotonic() + timeout) else "reset"}
    except (socket.timeout, TimeoutError):
        return {"idle_outcome": "dead"}
    except OSError as error:
        return {"idle_outcome": "reset", "reason": tls.reason_of(error)}


def _asked(secured: ssl.SSLSocket, name: str, deadline: float) -> bytes:
    """Send a HEAD request and return the answer's head (64 KiB at most); empty when the peer hangs up."""
    host = f"[{name}]" if ":" in name else name
    request = f"HEAD / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: apidoctor-probe/{VERSION}\r\n\r\n"
    head = b""
    secured.settimeout(tls.left(deadline))
    secured.sendall(request.encode("ascii"))
    while b"\r\n\r\n" not in head and len(head) < 65536:
        secured.settimeout(tls.left(deadline))
        part = secured.recv(8192)
        if not part:
            return b""
        head += part
    return head
