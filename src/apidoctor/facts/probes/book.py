"""Where a connection really goes: the address book of ``--connect-to``, and addresses never probed."""

import ipaddress
from collections.abc import Iterable, Mapping

from apidoctor.errors import UsageError

Place = tuple[str, int]
"""An address (or a name, on the left side of a mapping) and a port."""

_NEVER = (ipaddress.ip_network("fd00:ec2::/32"),)
"""Instance metadata over IPv6 (EC2 user guide, *Use IMDS*); its IPv4 address is link-local."""


class AddressBook:
    """Maps places of the world to the places that are connected to, as curl's ``--connect-to`` does."""

    def __init__(self, entries: Mapping[Place, Place] | None = None) -> None:
        self._entries = dict(entries or {})

    @classmethod
    def parse(cls, specs: Iterable[str]) -> "AddressBook":
        """Read ``NAME-OR-IP:PORT=ADDR:PORT`` specs; raise `UsageError` for one that is none."""
        entries = {}
        for spec in specs:
            left, equals, right = spec.partition("=")
            if not equals:
                raise UsageError(f"--connect-to {spec!r}: write NAME-OR-IP:PORT=ADDR:PORT")
            entries[place(left)] = place(right)
        return cls(entries)

    def find(self, name: str, address: str, port: int) -> Place | None:
        """Return where to connect for *address* (or for *name*, when the address has no entry).

        None means that it must not be connected to: it is no IP address, or one of this host or link, which
        nobody asked for by an entry.
        """
        for known in (address, name):
            if known and (mapped := self._entries.get((_spelt(known), port))):
                return mapped
        return (address, port) if _is_outside(address) else None


def place(text: str) -> Place:
    """Read ``HOST:PORT`` or ``[V6]:PORT``; raise `UsageError` when it is neither."""
    host, colon, port = text.strip().rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise UsageError(f"{text!r} is no ADDRESS:PORT")
    return _spelt(host.removeprefix("[").removesuffix("]")), int(port)


def _spelt(host: str) -> str:
    """Return one spelling for each address and name."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host.lower().rstrip(".")


def _is_outside(address: str) -> bool:
    """Say whether *address* is another host's: neither loopback, link-local, unspecified nor multicast."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback or ip.is_link_local or ip.is_unspecified or ip.is_multicast:
        return False
    return not any(ip in network for network in _NEVER)
