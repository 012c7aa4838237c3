"""Addresses and routes of this host, as Linux tells them; elsewhere only what a socket shows."""

import ipaddress
import re
import socket
from pathlib import Path

from apidoctor.model.observation import Route

_PROC = Path("/proc/net")
_MAX_ROUTES = 64
_ANYWHERE = ("192.0.2.1", "2001:db8::1")
"""Addresses that exist nowhere (RFC 5737, RFC 3849): connecting a UDP socket to them sends nothing."""

IPv4 = ipaddress.IPv4Address


def local_addresses() -> list[str]:
    """Return this host's own addresses without loopback and link-local ones."""
    found = [*_fib_addresses(_read("fib_trie")), *_inet6_addresses(_read("if_inet6"))]
    found += [source for there in _ANYWHERE if (source := source_to(there))]
    mine = (ipaddress.ip_address(address) for address in dict.fromkeys(found))
    return [str(ip) for ip in mine if not (ip.is_loopback or ip.is_link_local)]


def source_to(address: str) -> str | None:
    """Return the address this host would send from to reach *address*; None when it has no route."""
    try:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 443))
            return str(probe.getsockname()[0])
    except OSError:
        return None


def probe_routes(address: str = "") -> list[Route]:
    """Return the kernel's IPv4 routes, at most 64; with *address* only the one that leads there.

    Where the kernel's table cannot be read, the route says no more than the source address.
    """
    table = parse_routes(_read("route"))
    if not _is_address(address):
        return [_with_source(route) for route in table[:_MAX_ROUTES]]
    source = source_to(address)
    if ":" in address:
        return [Route(destination=address, source=source)] if source else []
    there = [route for route in table if IPv4(address) in ipaddress.ip_network(route.destination)]
    if not there:
        return [Route(destination=address, source=source)] if source else []
    best = max(there, key=lambda route: ipaddress.ip_network(route.destination).prefixlen)
    return [Route(best.destination, best.via, best.device, source, best.mtu)]


def _is_address(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def parse_routes(text: str) -> list[Route]:
    """Read the text of ``/proc/net/route`` (proc(5)): addresses are little-endian hex, flag 1 is *up*."""
    routes = []
    for line in text.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 11 or not int(fields[3], 16) & 1:
            continue
        destination, gateway, mask = (_little_endian(fields[place]) for place in (1, 2, 7))
        network = ipaddress.ip_network(f"{destination}/{mask}", strict=False)
        via = None if int(gateway) == 0 else str(gateway)
        mtu = int(fields[8]) or _device_mtu(fields[0])
        routes.append(Route(str(network), via, fields[0], None, mtu))
    return routes


def _with_source(route: Route) -> Route:
    network = ipaddress.ip_network(route.destination)
    there = _ANYWHERE[0] if network.prefixlen == 0 else str(network[min(1, network.num_addresses - 1)])
    return Route(route.destination, route.via, route.device, source_to(there), route.mtu)


def _little_endian(text: str) -> IPv4:
    return IPv4(int.from_bytes(bytes.fromhex(text), "little"))


def _device_mtu(device: str) -> int | None:
    try:
        return int(Path(f"/sys/class/net/{device}/mtu").read_text())
    except (OSError, ValueError):
        return None


def _fib_addresses(text: str) -> list[str]:
    """Read local addresses out of ``/proc/net/fib_trie``: an address line followed by ``/32 host LOCAL``."""
    return re.findall(r"\|-- (\d+\.\d+\.\d+\.\d+)\n\s+/32 host LOCAL", text)


def _inet6_addresses(text: str) -> list[str]:
    raw = (line.split()[0] for line in text.splitlines() if line.split())
    return [str(ipaddress.IPv6Address(int(one, 16))) for one in raw]


def _read(name: str) -> str:
    try:
        return (_PROC / name).read_text(errors="replace")
    except OSError:
        return ""
