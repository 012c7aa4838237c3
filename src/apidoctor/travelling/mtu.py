"""The largest packet that reaches an address, without privilege: a TLS ClientHello longer than one segment beside a
short one, and what the kernel then knows of the path."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from typing import Any, Dict

from . import routes, tcp, tls
from .stamp import now

_STEPS = (1400, 1360, 1300, 1240, 1000, 536)
"""Segment sizes in bytes that are tried, all at once, where bigger ones vanish."""
_LONGEST = 9200
"""Bytes of the longest ClientHello: more than a jumbo frame of EC2 (9001)."""
_FILL = "apidoctor-padding-{:03}-" + "x" * 200

Try = Dict[str, Any]


def path_mtu(
    address: str, port: int, timeout: float, *, server_name: str = "", where: tuple[str, int] | None = None
) -> dict[str, Any]:
    """Find out whether packets of the link's size reach *address*; *timeout* (seconds) bounds it all.

    ``black_hole``: they vanish in silence, ``mtu`` is then the largest size of those tried that gets through.  Any
    answer to the long ClientHello, an alert or a reset too, shows that it arrived.
    """
    seen: dict[str, Any] = {"kind": "path_mtu", "at": now(), "address": address}
    try:
        there = routes.place(address, port, where)
    except ValueError:
        return {**seen, "outcome": "error", "reason": "no address"}
    route = routes.route_to(there[0])
    link = routes.device_mtu(route["device"]) or route["mtu"]
    seen["link_mtu"] = link
    middle, end = time.monotonic() + timeout / 2, time.monotonic() + timeout
    short, long = _hello(server_name, 0), _hello(server_name, min(link or 1500, _LONGEST) + 200)
    small, big = _tried(there, [(short, 0), (long, 0)], middle, last_is_enough=True)
    headers = 60 if ":" in there[0] else 40
    if big.get("answered"):
        return {**seen, **_arrived(big, link, headers, len(long), _known(there))}
    if "answered" not in big or "answered" not in small:
        reason = big.get("reason") or small.get("reason") or "no connection"
        return {**seen, "outcome": "error", "reason": reason}
    if small["answered"] and big.get("unacked", 1) == 0:
        return {
            **seen,
            "outcome": "error",
            "reason": f"a ClientHello of {len(long)} bytes arrives and is not answered",
        }
    if not small["answered"] and small.get("unacked", 1):
        return {**seen, "outcome": "error", "reason": "even small packets are not acknowledged"}
    # When the short one arrived and its answer did not, big packets vanish on the way back: a smaller segment size
    # is also what the peer is told to send.
    lost, words = (long, "to") if small["answered"] else (short, "from")
    whole = int(big.get("mss", 1460))
    steps = _tried(there, [(lost, size) for size in (0, *_STEPS) if size < whole], end)
    through: list[int] = [int(step.get("mss", whole)) for step in steps if step.get("answered")]
    if steps[0].get("answered") and words == "to":
        return {**seen, **_arrived(steps[0], link, headers, len(lost), _known(there))}
    if whole in through or (words == "from" and not through):
        return {
            **seen,
            "outcome": "error",
            "reason": "a ClientHello is acknowledged and not answered in time",
        }
    seen["reason"] = (
        f"packets of {whole + headers} bytes {words} the address vanish, and no ICMP error tells why"
    )
    return {**seen, "outcome": "black_hole", "mtu": max(through) + headers if through else None}


def _arrived(big: Try, link: int | None, headers: int, sent: int, known: int | None) -> dict[str, Any]:
    """Return what a long ClientHello that was answered shows."""
    segment = min(big.get("mss", sent), big.get("mss_after", sent))
    size = segment + headers
    if not link or "mss" not in big:
        return {"outcome": "ok", "reason": f"a ClientHello of {sent} bytes was answered"}
    if known is not None and known < link and known <= size:
        return {"outcome": "smaller", "mtu": known, "reason": "the kernel was told of a smaller path MTU"}
    if sent < segment:
        return {"outcome": "ok", "mtu": sent + headers, "reason": "no larger packet was sent"}
    if size < link:
        by = "the peer's segment size" if segment == big["mss"] else "the kernel's own probing"
        return {"outcome": "smaller", "mtu": size, "reason": f"kept small by {by}"}
    return {
        "outcome": "ok",
        "mtu": link,
        "reason": "a ClientHello of more than one full segment was answered",
    }


def _known(there: tuple[str, int]) -> int | None:
    """Return the path MTU that the kernel knows (IP_MTU, IPV6_MTU of a connected socket)."""
    level, option = (41, 24) if ":" in there[0] else (0, 14)
    try:
        with socket.socket(routes.family_of(there[0]), socket.SOCK_DGRAM) as probe:
            probe.connect(there)
            return probe.getsockopt(level, option)
    except tls.FAILURES:
        return None


def _hello(name: str, size: int) -> bytes:
    """Return a ClientHello of more than *size* bytes: ALPN may list protocols that nobody knows (RFC 7301)."""
    context = tls.trusting()
    context.set_alpn_protocols(["http/1.1", *(_FILL.format(n) for n in range(-(-size // len(_FILL))))])
    outgoing = ssl.MemoryBIO()
    try:
        context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name or None).do_handshake()
    except ssl.SSLWantReadError:
        pass
    except (ValueError, TypeError):  # no name that SNI can carry
        return _hello("", size)
    return outgoing.read()


def _tried(
    there: tuple[str, int], what: list[tuple[bytes, int]], deadline: float, last_is_enough: bool = False
) -> list[Try]:
    """Send each ClientHello over a connection of its own, all at once, each with its largest segment size."""
    results: list[Try] = [{} for _ in what]
    threads = [
        threading.Thread(target=_try, args=(there, hello, size, deadline, result), daemon=True)
        for (hello, size), result in zip(what, results)
    ]
    for thread in threads:
        thread.start()
    for thread in reversed(threads):
        thread.join(max(deadline - time.monotonic(), 0) + 0.2)
        if last_is_enough and results[-1].get("answered"):
            break
    return [dict(result) for result in results]


def _try(there: tuple[str, int], hello: bytes, size: int, deadline: float, result: Try) -> None:
    """Fill *result*: ``answered`` once it was sent, segment sizes, ``unacked`` segments; ``reason`` on failure."""
    try:
        with socket.socket(routes.family_of(there[0]), socket.SOCK_STREAM) as connection:
            # Closed with a reset: what was not delivered is not sent again after the look.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if size:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, size)
            connection.settimeout(tls.left(deadline))
            connection.connect(there)
            result.update(tcp.info(connection))
            connection.settimeout(tls.left(deadline))
            try:
                connection.sendall(hello)
                connection.recv(1)
                answered = True
            except (socket.timeout, TimeoutError):
                answered = False
            except ConnectionError:
                answered = True
            after = tcp.info(connection)
            if after.get("state") in (1, 8):  # established, or closed by the peer alone
                result["mss_after"] = after["mss"]
            result.update(unacked=after.get("unacked", 1), answered=answered)
    except (*tls.FAILURES, AttributeError) as error:  # Windows has no TCP_MAXSEG
        result["reason"] = f"no connection: {tcp.outcome_of(error)}"
