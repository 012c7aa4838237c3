"""The way to an address, hop by hop, without privilege: Linux tells who sent an ICMP error (ip(7), IP_RECVERR)."""

from __future__ import annotations

import errno
import select
import socket
import struct
import sys
import time
from contextlib import suppress
from typing import Any, Dict

from .routes import family_of, place
from .stamp import milliseconds

_LEVEL = {socket.AF_INET: (0, 2, 11), socket.AF_INET6: (41, 16, 25)}
"""Level, IP_TTL or IPV6_UNICAST_HOPS, IP_RECVERR or IPV6_RECVERR (linux/in.h, linux/in6.h)."""
_QUEUE = 0x2000  # MSG_ERRQUEUE
_EXCEEDED = ((2, 11), (3, 3))  # origin (2: ICMP, 3: ICMPv6) and type
_SAID = {
    (2, 3, 0): "network unreachable",
    (2, 3, 1): "host unreachable",
    (2, 3, 3): "port unreachable",
    (2, 3, 9): "prohibited",
    (2, 3, 10): "prohibited",
    (2, 3, 13): "prohibited",
    (3, 1, 0): "network unreachable",
    (3, 1, 1): "prohibited",
    (3, 1, 3): "host unreachable",
    (3, 1, 4): "port unreachable",
    (3, 1, 5): "prohibited",
    (3, 1, 6): "prohibited",
}
"""Origin, type and code of an ICMP error in words (RFC 792, RFC 1812, RFC 4443)."""
_GRACE = 1.2
"""Seconds that nearer hops still have once the end is known: a SYN is sent again after one."""
_UDP_PORT = 33434

Hop = Dict[str, Any]


def hops(address: str, port: int, timeout: float, *, limit: int = 24) -> list[Hop]:
    """Return who answers at each distance to *address* (`model.observation.Hop`); empty elsewhere than on Linux.

    SYNs to *port* are sent with all times to live at once.  A kernel before 5.11 tells no hop of TCP: then UDP is
    asked.  The list ends at the address, or at whoever refuses; silence after the last answer is left out.
    """
    try:
        place(address, port)
    except ValueError:
        return []
    if not sys.platform.startswith("linux"):
        return []
    until = time.monotonic() + timeout
    found = _look(socket.SOCK_STREAM, address, port, timeout * 0.6, limit)
    end = _end(found)
    if not any(hop["address"] for ttl, hop in found.items() if ttl != end):
        nearer = end - 1 if end else limit
        found.update(_look(socket.SOCK_DGRAM, address, _UDP_PORT, until - time.monotonic(), nearer))
    last = end or _end(found) or max(found, default=0)
    return [found.get(ttl) or {"ttl": ttl, "address": None} for ttl in range(1, last + 1)]


def _end(found: dict[int, Hop]) -> int:
    """Return the distance of whoever ends the way; 0 when nobody does."""
    return min((ttl for ttl, hop in found.items() if hop.get("said")), default=0)


def _look(kind: int, address: str, port: int, wait: float, limit: int) -> dict[int, Hop]:
    """Send with each time to live up to *limit* and gather answers for *wait* seconds at most."""
    found: dict[int, Hop] = {}
    waiting: dict[int, tuple[int, socket.socket]] = {}
    poll = select.poll()
    started = time.monotonic()
    until, end = started + wait, limit
    try:
        for ttl in range(1, limit + 1):
            probe = socket.socket(family_of(address), kind)
            waiting[probe.fileno()] = (ttl, probe)
            if not _sent(probe, address, port, ttl, kind):
                break
            poll.register(probe, select.POLLOUT if kind == socket.SOCK_STREAM else 0)
        while time.monotonic() < until and any(ttl not in found for ttl in range(1, end + 1)):
            for number, _ in poll.poll(max(1, (until - time.monotonic()) * 1000)):
                ttl, probe = waiting[number]
                poll.unregister(probe)
                found[ttl] = _heard(probe, ttl, address)
                found[ttl]["elapsed_ms"] = milliseconds(time.monotonic() - started)
                if found[ttl].get("said"):
                    end, until = min(end, ttl), min(until, time.monotonic() + _GRACE)
    except (OSError, OverflowError):
        pass
    for _, probe in waiting.values():
        probe.close()
    return found


def _sent(probe: socket.socket, address: str, port: int, ttl: int, kind: int) -> bool:
    """Send one packet that lives for *ttl* hops; False when this host does not let it out."""
    level, live, _ = _LEVEL[probe.family]
    probe.setblocking(False)
    probe.setsockopt(level, live, ttl)
    tell_errors(probe)
    if kind == socket.SOCK_DGRAM:
        probe.connect((address, port + ttl))
        return probe.send(b"apidoctor") > 0
    # Closed with a reset: the address shall not keep what was opened only to see the way.
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return probe.connect_ex((address, port)) in (0, errno.EINPROGRESS)


def _heard(probe: socket.socket, ttl: int, address: str) -> Hop:
    code = probe.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    who, said = icmp_error(probe)
    if who is None and code in (0, errno.ECONNREFUSED):
        who, said = address, "refused" if code else "connected"
    hop = {"ttl": ttl, "address": who}
    return {**hop, "said": said} if said else hop


def tell_errors(connection: socket.socket) -> None:
    """Have the kernel keep the ICMP errors of a connection, where it can."""
    if sys.platform.startswith("linux"):
        level, _, keep = _LEVEL[connection.family]
        with suppress(OSError):
            connection.setsockopt(level, keep, 1)


def icmp_error(connection: socket.socket) -> tuple[str | None, str | None]:
    """Return who sent the ICMP error that a connection met, and its words (None: time exceeded)."""
    try:
        connection.setblocking(False)
        ancillary = connection.recvmsg(512, 512, _QUEUE)[1]
    except (OSError, AttributeError):
        return None, None
    for level, kind, data in ancillary:
        # sock_extended_err: errno, origin, type, code and so on; 16 bytes later the address of the sender.
        if (level, kind) in ((0, 11), (41, 25)) and len(data) >= 32:
            _, origin, what, code = struct.unpack_from("=IBBB", data)
            family = struct.unpack_from("=H", data, 16)[0]
            raw = data[20:24] if family == socket.AF_INET else data[24:40]
            if family in _LEVEL and (family == socket.AF_INET or len(raw) == 16):
                unnamed = None if (origin, what) in _EXCEEDED else f"ICMP type {what} code {code}"
                return socket.inet_ntop(family, raw), _SAID.get((origin, what, code), unnamed)
    return None, None
