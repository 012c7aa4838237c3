"""Addresses, links and routes of this host: asked of the Linux kernel by netlink, as ``ip`` does; elsewhere what a
socket shows.  Messages are those of rtnetlink(7), numbers those of linux/rtnetlink.h."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import struct
import time
from typing import Any, Dict, Iterator, Tuple

_HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_ROUTE = struct.Struct("=BBBBBBBBI")  # rtmsg: family, dst, src, tos, table, protocol, scope, type, flags
_LINK = struct.Struct("=BxHiII")  # ifinfomsg: family, type, index, flags, change
_ADDRESS = struct.Struct("=BBBBI")  # ifaddrmsg: family, prefix, flags, scope, index
_ERROR, _DONE = 2, 3
_NEW_LINK, _GET_LINK, _NEW_ADDRESS, _GET_ADDRESS, _NEW_ROUTE, _GET_ROUTE = 16, 18, 20, 22, 24, 26
_REQUEST, _DUMP = 1, 0x300
_CLONED, _FIB_MATCH = 0x200, 0x2000
_DST, _OIF, _GATEWAY, _PREFSRC, _METRICS, _MULTIPATH, _TABLE, _VIA = 1, 4, 5, 7, 8, 9, 15, 18
_MTU_METRIC, _MAIN, _UNICAST, _REFUSING = 2, 254, 1, (6, 7, 8)
_LOCAL = 2
_WAIT = 1.0
"""Seconds that the kernel's whole answer may take."""
_MOST = 4096
"""Most messages of one answer that are read: a router may hold a million routes."""
_ANYWHERE = ("192.0.2.1", "2001:db8::1")
"""Addresses that exist nowhere (RFC 5737, RFC 3849): connecting a UDP socket to them sends nothing."""

Attributes = Dict[int, bytes]
Message = Tuple[int, bytes]
Route = Dict[str, Any]


def addresses() -> list[str]:
    """Return this host's own addresses without loopback and link-local ones."""
    found = [address for link in links() for address in link["addresses"]]
    return found or [source for there in _ANYWHERE for source in [source_to(there)] if source]


def links(limit: int = 64) -> list[Route]:
    """Return device, MTU and addresses of each link that is up, those with addresses first."""
    found: dict[int, Route] = {}
    try:
        for kind, body in _ask(_GET_LINK, _LINK.pack(0, 0, 0, 0, 0), _DUMP):
            if kind == _NEW_LINK and len(body) >= _LINK.size:
                _, _, index, flags, _ = _LINK.unpack_from(body)
                given = _attributes(body[_LINK.size :])
                if flags & 1 and not flags & 8:  # up, no loopback
                    name = given.get(3, b"").rstrip(b"\0").decode("utf-8", "replace")
                    found[index] = {"device": name, "mtu": _number(given.get(4)), "addresses": []}
        for kind, body in _ask(_GET_ADDRESS, _ADDRESS.pack(0, 0, 0, 0, 0), _DUMP):
            if kind == _NEW_ADDRESS and len(body) >= _ADDRESS.size:
                index = _ADDRESS.unpack_from(body)[4]
                given = _attributes(body[_ADDRESS.size :])
                address = _text(given.get(2) or given.get(1))
                if address and index in found and not _is_near(address):
                    found[index]["addresses"].append(address)
    except OSError:
        return []
    return sorted(found.values(), key=lambda link: not link["addresses"])[:limit]


def route_to(address: str) -> Route:
    """Return the route that a packet to *address* takes, by policy rules too, as ``ip route get`` tells it.

    ``destination`` is the prefix that matched.  Without ``device`` (and ``source``) the kernel has no way there, or
    a blackhole, unreachable or prohibit route.  ``mtu`` is what the kernel learnt of the path, else the link's.
    """
    route: Route = Dict.fromkeys(("destination", "via", "device", "source", "mtu"))
    route["destination"] = address
    try:
        raw = ipaddress.ip_address(address.partition("%")[0]).packed
    except ValueError:
        return route
    try:
        route.update(_got(raw, 0))
        route["destination"] = _got(raw, _FIB_MATCH)["destination"]
    except OSError as error:
        if error.errno == errno.EAFNOSUPPORT or not isinstance(error, _Refused):
            return _from_proc(address, route)
    return route


def table(limit: int = 64) -> list[Route]:
    """Return the routes of the main table, at most *limit*; one that refuses packets has no device."""
    try:
        return [route for family in (socket.AF_INET, socket.AF_INET6) for route in _dumped(family)][:limit]
    except OSError:
        return _proc_routes()[:limit]


def source_to(address: str) -> str | None:
    """Return the address this host would send from to reach *address*; None when it has no route."""
    try:
        with socket.socket(family_of(address), socket.SOCK_DGRAM) as probe:
            probe.connect((address, 443))
            return str(probe.getsockname()[0])
    except (OSError, UnicodeError):
        return None


def family_of(address: str) -> int:
    """Return the socket family of an address."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def device_mtu(device: str | None) -> int | None:
    """Return the MTU of a link in bytes, by the ioctl SIOCGIFMTU (netdevice(7)); None when it is not known."""
    try:
        import fcntl

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            asked = struct.pack("=16s24x", (device or "").encode()[:15])
            return int(struct.unpack_from("=i", fcntl.ioctl(any_socket, 0x8921, asked), 16)[0])
    except (OSError, ImportError):
        return None


class _Refused(OSError):
    """The kernel answered a question with an error."""


def _ask(kind: int, body: bytes, flags: int) -> Iterator[Message]:
    """Put one question to the kernel and yield the messages of its answer; `OSError` when it does not answer."""
    netlink = getattr(socket, "AF_NETLINK", None)
    if netlink is None:
        raise OSError(errno.EAFNOSUPPORT, "no netlink on this system")
    until = time.monotonic() + _WAIT
    with socket.socket(netlink, socket.SOCK_RAW, 0) as kernel:
        kernel.bind((0, 0))
        kernel.sendto(_HEADER.pack(_HEADER.size + len(body), kind, _REQUEST | flags, 1, 0) + body, (0, 0))
        read = 0
        while read < _MOST:
            kernel.settimeout(max(until - time.monotonic(), 0.001))
            data = kernel.recv(1 << 16)
            for got, content in _messages(data):
                read += 1
                if got == _ERROR:
                    code = -struct.unpack_from("=i", content)[0]
                    raise _Refused(code, os.strerror(code))
                if got == _DONE:
                    return
                yield got, content
            if not flags & _DUMP:
                return


def _messages(data: bytes) -> Iterator[Message]:
    while len(data) >= _HEADER.size:
        length, kind = _HEADER.unpack_from(data)[:2]
        if length < _HEADER.size:
            return
        yield kind, data[_HEADER.size : length]
        data = data[(length + 3) & ~3 :]


def _attributes(data: bytes) -> Attributes:
    """Read a row of ``rtattr``: length, type, content, padded to four bytes."""
    found: Attributes = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4:
            break
        found[kind & 0x3FFF] = data[4:length]
        data = data[(length + 3) & ~3 :]
    return found


def _got(raw: bytes, flags: int) -> Route:
    """Ask for the route to one address; *flags* ``_FIB_MATCH``: the entry of the table that led to it."""
    family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
    question = _ROUTE.pack(family, len(raw) * 8, 0, 0, 0, 0, 0, 0, flags)
    question += struct.pack("=HH", 4 + len(raw), _DST) + raw
    for kind, body in _ask(_GET_ROUTE, question, 0):
        if kind == _NEW_ROUTE and len(body) >= _ROUTE.size:
            if _ROUTE.unpack_from(body)[7] in _REFUSING:  # what IPv6 answers in place of an error
                raise _Refused(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))
            return _read(body)
    raise OSError(errno.EPROTO, "the kernel's answer is no route")


def _dumped(family: int) -> Iterator[Route]:
    for kind, body in _ask(_GET_ROUTE, _ROUTE.pack(family, 0, 0, 0, 0, 0, 0, 0, 0), _DUMP):
        if kind != _NEW_ROUTE or len(body) < _ROUTE.size:
            continue
        row = _ROUTE.unpack_from(body)
        inside = _number(_attributes(body[_ROUTE.size :]).get(_TABLE)) or row[4]
        if inside == _MAIN and row[7] in (_UNICAST, *_REFUSING) and not row[8] & _CLONED:
            route = _read(body)
            if not _is_near(route["destination"].partition("/")[0]):
                yield route


def _read(body: bytes) -> Route:
    family, length, _, _, _, _, _, kind, _ = _ROUTE.unpack_from(body)
    given = _attributes(body[_ROUTE.size :])
    nothing = "0.0.0.0" if family == socket.AF_INET else "::"
    hop = given
    if (
        _MULTIPATH in given and len(given[_MULTIPATH]) >= 8
    ):  # rtnexthop: length, flags, hops, index, attributes
        size, index = struct.unpack_from("=HxxI", given[_MULTIPATH])
        hop = {_OIF: struct.pack("=I", index), **_attributes(given[_MULTIPATH][8:size])}
    metrics = _attributes(given.get(_METRICS, b""))
    device = _device(_number(hop.get(_OIF))) if kind in (_UNICAST, _LOCAL) else None
    return {
        "destination": f"{_text(given.get(_DST)) or nothing}/{length}",
        "via": _text(hop.get(_GATEWAY)) or _text(hop.get(_VIA, b"")[2:]),
        "device": device,
        "source": _text(given.get(_PREFSRC)),
        "mtu": _number(metrics.get(_MTU_METRIC)) or device_mtu(device),
    }


def _number(raw: bytes | None) -> int | None:
    return struct.unpack("=I", raw)[0] if raw and len(raw) == 4 else None


def _text(raw: bytes | None) -> str | None:
    return str(ipaddress.ip_address(raw)) if raw and len(raw) in (4, 16) else None


def _device(index: int | None) -> str | None:
    try:
        return socket.if_indextoname(index) if index else None
    except OSError:
        return None


def _is_near(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return ip.is_loopback or ip.is_link_local or ip.is_multicast


def _from_proc(address: str, route: Route) -> Route:
    """Return what can be told without netlink: the main table's longest match, and the source."""
    source = source_to(address)
    if source is None:
        return route
    there = [
        known for known in _proc_routes() if ":" not in address and _is_in(address, known["destination"])
    ]
    best = max(there, key=lambda known: int(known["destination"].partition("/")[2]), default=route)
    return dict(best, source=source)


def _is_in(address: str, network: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(network)


def _proc_routes() -> list[Route]:
    try:
        with open("/proc/net/route", encoding="ascii", errors="replace") as file:
            return parse_proc(file.read(1 << 20))
    except OSError:
        return []


def parse_proc(text: str) -> list[Route]:
    """Read the text of ``/proc/net/route`` (proc(5)): addresses are little-endian hex, flag 1 is *up*."""
    routes = []
    for line in text.splitlines()[1:]:
        fields = line.split()
        try:
            destination, gateway, mask = (
                ipaddress.IPv4Address(bytes.fromhex(fields[place])[::-1]) for place in (1, 2, 7)
            )
            network = ipaddress.ip_network(f"{destination}/{mask}", strict=False)
            if int(fields[3], 16) & 1:
                via = str(gateway) if int(gateway) else None
                mtu = int(fields[8]) or device_mtu(fields[0])
                routes.append(
                    {"destination": str(network), "via": via, "device": fields[0], "source": None, "mtu": mtu}
                )
        except (IndexError, ValueError):
            continue
    return routes
