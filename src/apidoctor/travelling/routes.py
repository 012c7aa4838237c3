"""Addresses, links and routes of this host, asked of the Linux kernel as ``ip`` does (rtnetlink(7))."""

from __future__ import annotations

import ipaddress
import os
import socket
import struct
import time
from typing import Any, Dict, Iterator

_HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_ROUTE = struct.Struct("=BBBBBBBBI")  # rtmsg: family, dst, src, tos, table, protocol, scope, type, flags
_LINK = struct.Struct("=BxHiII")  # ifinfomsg: family, type, index, flags, change
_ADDRESS = struct.Struct("=BBBBI")  # ifaddrmsg: family, prefix, flags, scope, index
_GET_LINK, _GET_ADDRESS, _GET_ROUTE, _DUMP, _FIB_MATCH, _CLONED = 18, 22, 26, 0x300, 0x2000, 0x200
_UNICAST, _LOCAL, _REFUSING = 1, 2, (6, 7, 8)  # rtm_type; the last ones: blackhole, unreachable, prohibit
_MAIN = 254
_MOST = 4096
"""Most messages of one answer that are read, within a second: a router may hold a million routes."""
_ANYWHERE = ("192.0.2.1", "2001:db8::1")
"""Addresses that exist nowhere (RFC 5737, RFC 3849): connecting a UDP socket to them sends nothing."""

Row = Dict[str, Any]


def addresses() -> list[str]:
    """Return this host's own addresses without loopback and link-local ones."""
    found = [address for link in links() for address in link["addresses"]]
    return found or [source for source in map(source_to, _ANYWHERE) if source]


def links(limit: int = 64) -> list[Row]:
    """Return device, MTU and addresses of each link that is up, those with addresses first."""
    found: dict[int, Row] = {}
    try:
        for (_, _, index, flags, _), given in _ask(_GET_LINK, _LINK, _LINK.pack(0, 0, 0, 0, 0), _DUMP):
            if flags & 9 == 1:  # up, and no loopback
                name = given.get(3, b"").rstrip(b"\0").decode("utf-8", "replace")
                found[index] = {"device": name, "mtu": _number(given.get(4)), "addresses": []}
        for row, given in _ask(_GET_ADDRESS, _ADDRESS, bytes(_ADDRESS.size), _DUMP):
            address = _text(given.get(2) or given.get(1))
            if address and row[4] in found and not _is_near(address):
                found[row[4]]["addresses"].append(address)
    except OSError:
        return []
    return sorted(found.values(), key=lambda link: not link["addresses"])[:limit]


def route_to(address: str) -> Row:
    """Return the route that a packet to *address* takes, by policy rules too, as ``ip route get`` tells it.

    ``destination`` is the prefix that matched.  Without ``device`` the kernel has no way there, or a blackhole,
    unreachable or prohibit route.  ``mtu`` is what the kernel learnt of the path, else the link's.
    """
    route: Row = dict.fromkeys(("via", "device", "source", "mtu"))
    try:
        route = {"destination": address, **route, **_got(address, 0)}
        route["destination"] = _got(address, _FIB_MATCH)["destination"]
    except (_Refused, ValueError):
        pass
    except OSError:
        return _without_netlink(address, route)
    return {"destination": address, **route}


def table(limit: int = 64) -> list[Row]:
    """Return the routes of the main table, at most *limit*; one that refuses packets has no device."""
    found = []
    try:
        for family in (socket.AF_INET, socket.AF_INET6):
            question = _ROUTE.pack(family, 0, 0, 0, 0, 0, 0, 0, 0)
            for row, given in _ask(_GET_ROUTE, _ROUTE, question, _DUMP):
                main = (_number(given.get(15)) or row[4]) == _MAIN
                if main and row[7] in (_UNICAST, *_REFUSING) and not row[8] & _CLONED:
                    route = _read(row, given)
                    if not _is_near(route["destination"].partition("/")[0]):
                        found.append(route)
    except OSError:
        found = found or _proc_routes()
    return found[:limit]


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


def place(address: str, port: int, where: tuple[str, int] | None = None) -> tuple[str, int]:
    """Return where to connect; `ValueError` for an address that is none: no name is ever looked up instead."""
    if where is None:
        ipaddress.ip_address(address.partition("%")[0])
    return where or (address, port)


def device_mtu(device: str | None) -> int | None:
    """Return the MTU of a link in bytes, by SIOCGIFMTU (netdevice(7)); None when it is not known."""
    try:
        import fcntl

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            asked = struct.pack("=16s24x", (device or "").encode()[:15])
            return int(struct.unpack_from("=i", fcntl.ioctl(any_socket, 0x8921, asked), 16)[0])
    except (OSError, ImportError):
        return None


class _Refused(OSError):
    """The kernel answered a question with an error."""


def _ask(kind: int, shape: struct.Struct, body: bytes, flags: int) -> Iterator[tuple[Any, dict[int, bytes]]]:
    """Put one question to the kernel and yield head and attributes of the answers; `OSError` without netlink."""
    family = getattr(socket, "AF_NETLINK", None)
    if family is None:
        raise OSError("no netlink on this system")
    until, read = time.monotonic() + 1, 0
    with socket.socket(family, socket.SOCK_RAW, 0) as kernel:
        kernel.sendto(_HEADER.pack(_HEADER.size + len(body), kind, 1 | flags, 1, 0) + body, (0, 0))
        while read < _MOST:
            kernel.settimeout(max(until - time.monotonic(), 0.001))
            data = kernel.recv(1 << 16)
            while len(data) >= _HEADER.size:
                length, got = _HEADER.unpack_from(data)[:2]
                content, data = data[_HEADER.size : length], data[max(length + 3 & ~3, _HEADER.size) :]
                read += 1
                if got == 3:  # NLMSG_DONE
                    return
                if got == 2:  # NLMSG_ERROR
                    code = -struct.unpack_from("=i", content)[0]
                    raise _Refused(code, os.strerror(code))
                if len(content) >= shape.size:
                    yield shape.unpack_from(content), _attributes(content[shape.size :])
                    if not flags & _DUMP:
                        return


def _attributes(data: bytes) -> dict[int, bytes]:
    """Read a row of ``rtattr``: length, type, content, padded to four bytes."""
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4:
            break
        found[kind & 0x3FFF] = data[4:length]
        data = data[length + 3 & ~3 :]
    return found


def _got(address: str, flags: int) -> Row:
    """Ask for the route to one address; *flags* ``_FIB_MATCH``: the entry of the table that led to it."""
    raw = ipaddress.ip_address(address.partition("%")[0]).packed
    question = _ROUTE.pack(family_of(address), len(raw) * 8, 0, 0, 0, 0, 0, 0, flags)
    for row, given in _ask(_GET_ROUTE, _ROUTE, question + struct.pack("=HH", 4 + len(raw), 1) + raw, 0):
        if row[7] in _REFUSING:  # what IPv6 answers in place of an error
            break
        return _read(row, given)
    raise _Refused("no way there")


def _read(row: Any, given: dict[int, bytes]) -> Row:
    hop = given
    nexthop = given.get(9, b"")  # of several, the first: rtnexthop is length, flags, hops, index, attributes
    if len(nexthop) >= 8:
        hop = {4: nexthop[4:8], **_attributes(nexthop[8 : struct.unpack_from("=H", nexthop)[0]])}
    device = _device(_number(hop.get(4))) if row[7] in (_UNICAST, _LOCAL) else None
    nothing = "0.0.0.0" if row[0] == socket.AF_INET else "::"
    return {
        "destination": f"{_text(given.get(1)) or nothing}/{row[1]}",
        "via": _text(hop.get(5)) or _text(hop.get(18, b"")[2:]),
        "device": device,
        "source": _text(given.get(7)),
        "mtu": _number(_attributes(given.get(8, b"")).get(2)) or device_mtu(device),
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


def _without_netlink(address: str, route: Row) -> Row:
    """Return the main table's longest match and the source that a socket shows."""
    known = [{"destination": address, **route}]
    source = source_to(address)
    if source and ":" not in address:
        ip = ipaddress.ip_address(address)
        known += [one for one in _proc_routes() if ip in ipaddress.ip_network(one["destination"])]
    return {**max(known, key=lambda one: int(one["destination"].partition("/")[2] or -1)), "source": source}


def _proc_routes() -> list[Row]:
    try:
        with open("/proc/net/route", encoding="ascii", errors="replace") as file:
            return parse_proc(file.read(1 << 20))
    except OSError:
        return []


def parse_proc(text: str) -> list[Row]:
    """Read the text of ``/proc/net/route`` (proc(5)): addresses are little-endian hex, flag 1 is *up*."""
    routes = []
    for line in text.splitlines()[1:]:
        try:
            device, destination, gateway, flags, _, _, _, mask, mtu = line.split()[:9]
            base, via, bits = (
                ipaddress.IPv4Address(bytes.fromhex(word)[::-1]) for word in (destination, gateway, mask)
            )
            network = str(ipaddress.ip_network(f"{base}/{bits}", strict=False))
            route = {"destination": network, "via": str(via) if int(via) else None, "device": device}
            if int(flags, 16) & 1:
                routes.append({**route, "source": None, "mtu": int(mtu) or device_mtu(device)})
        except ValueError:
            continue
    return routes
