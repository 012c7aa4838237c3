"""Where a connection really goes: the address book of ``--connect-to``, and addresses never probed."""

from __future__ import annotations

import ipaddress
import re
from typing import Iterable, Mapping, Tuple

Place = Tuple[str, int]
"""An address (or a name, on the left side of a mapping) and a port."""

_NEVER = (ipaddress.ip_network("fd00:ec2::/32"),)
"""Instance metadata over IPv6 (EC2 user guide, *Use IMDS*); its IPv4 address is link-local."""


class UsageError(ValueError):
    """What the user typed cannot be used; the text says what to write instead."""


_LONGEST = 512
"""Characters of a spec: two names and two ports are shorter."""


class AddressBook:
    """Maps places of the world to the places that are connected to, as curl's ``--connect-to`` does."""

    def __init__(self, entries: Mapping[Place, Place] | None = None) -> None:
        self._entries: dict[Place, Place] = dict(entries or {})

    @classmethod
    def parse(cls, specs: Iterable[str]) -> AddressBook:
        """Read ``NAME-OR-IP:PORT=ADDR:PORT`` specs; raise `UsageError` for one that is none."""
        entries = {}
        for spec in specs:
            if len(spec) > _LONGEST:
                raise UsageError(f"--connect-to: longer than {_LONGEST} characters")
            left, equals, right = spec.partition("=")
            if not equals:
                raise UsageError(f"--connect-to {spec!r}: write NAME-OR-IP:PORT=ADDR:PORT")
            there = place(right)
            if not is_address(there[0]):
                raise UsageError(f"--connect-to {spec!r}: {there[0]} is no IP address")
            if not (is_outside(there[0]) or ipaddress.ip_address(there[0]).is_loopback):
                raise UsageError(
                    f"--connect-to {spec!r}: {there[0]} is the link's own or a metadata service's"
                )
            here = place(left)
            if not (is_address(here[0]) or re.fullmatch(r"[\w.-]{1,253}", here[0], re.ASCII)):
                raise UsageError(f"--connect-to {spec!r}: {here[0]!r} is no name")
            entries[here] = there
        return cls(entries)

    def mapped(self, name: str, port: int) -> Place | None:
        """Return where *name* itself (or an address) is mapped to; None when it has no entry."""
        return self._entries.get((spelt(name), port))

    def find(self, name: str, address: str, port: int) -> Place | None:
        """Return where to connect for *address* (or for *name*, when the address has no entry).

        None means that it must not be connected to: it is no IP address, or one of this host or link, which
        nobody asked for by an entry.
        """
        for known in (address, name):
            there = self.mapped(known, port) if known else None
            if there:
                return there
        return (address, port) if is_outside(address) else None


def place(text: str) -> Place:
    """Read ``HOST:PORT`` or ``[V6]:PORT``; raise `UsageError` when it is neither."""
    host, colon, port = text.strip().rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) < 65536):
        raise UsageError(f"{text!r} is no ADDRESS:PORT")
    return spelt(host[1:-1] if host[0] == "[" and host[-1] == "]" else host), int(port)


def server(text: str, port: int = 53) -> Place:
    """Read ``1.2.3.4``, ``1.2.3.4:5353``, ``2001:db8::1`` or ``[2001:db8::1]:5353``; *port* if unsaid."""
    with_port = text.count(":") == 1 or (text.startswith("[") and not text.endswith("]"))
    return place(text) if with_port else (spelt(text.strip().strip("[]")), port)


def spelt(host: str) -> str:
    """Return one spelling for each address and name."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host.lower().rstrip(".")


def is_address(text: str) -> bool:
    """Say whether *text* is an IP address (a zone as in ``fe80::1%eth0`` may follow)."""
    try:
        return bool(ipaddress.ip_address(text.partition("%")[0]).version)
    except ValueError:
        return False


def is_outside(address: str) -> bool:
    """Say whether *address* is another host's: neither loopback, link-local, unspecified nor multicast."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback or ip.is_link_local or ip.is_unspecified or ip.is_multicast:
        return False
    return not any(ip in network for network in _NEVER)


def is_private(address: str) -> bool:
    """Say whether *address* is of a network that the Internet does not route."""
    return is_address(address) and ipaddress.ip_address(address.partition("%")[0]).is_private
