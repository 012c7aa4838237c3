"""What may stand in a line of configuration: DNS names and server addresses, checked to the last character.

Names and addresses of a run come from DNS answers, AWS and dumps: a stranger's text.  Pasted into a resolver's
configuration, a quote or a line feed in one of them would be a line of its own.  So nothing is escaped here:
what is no plain name or address is refused.
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DNS_PORT = 53
"""Where a Route 53 Resolver inbound endpoint listens, UDP and TCP."""

_MOST = 64
# Only ASCII, without re.IGNORECASE: that would let the Kelvin sign through as a "k".
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_WITH_PORT = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<four>[0-9.]+))(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Server:
    """A DNS server to which queries are forwarded."""

    address: str
    """IPv4 or IPv6 address, in its canonical spelling."""
    port: int = DNS_PORT
    """UDP and TCP port."""

    @property
    def is_six(self) -> bool:
        """Say whether the address is an IPv6 one."""
        return ":" in self.address

    def spelt(self, sign: str) -> str:
        """Return the address, and the port behind *sign* when it is not 53 (``10.1.0.10@5353``)."""
        return self.address if self.port == DNS_PORT else f"{self.address}{sign}{self.port}"

    def bracketed(self) -> str:
        """Return ``ADDRESS``, or ``ADDRESS:PORT`` with an IPv6 address in brackets when the port is not 53."""
        if self.port == DNS_PORT:
            return self.address
        return f"[{self.address}]:{self.port}" if self.is_six else f"{self.address}:{self.port}"


def zone(text: str) -> str:
    """Return a zone's name in lower case without its last dot; raise ValueError for what is no such name.

    A single label is refused too: to forward ``com`` or ``.`` would send a whole country's names to AWS.
    """
    labels = text.removesuffix(".").split(".")
    if len(text) > 254 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"not the name of a DNS zone: {text[:80]!a}")
    if labels[-1].isdigit():
        raise ValueError(f"an address, not the name of a DNS zone: {text[:80]!a}")
    return ".".join(labels).lower()


def server(text: str) -> Server:
    """Return the server that *text* names (``ADDRESS``, ``ADDRESS:PORT``, ``[IPv6]:PORT``); else ValueError.

    Scopes (``fe80::1%eth0``) are refused: ipaddress takes any text behind the percent sign, and they mean
    nothing on another host.
    """
    found = _WITH_PORT.fullmatch(text)
    address, port = (found["six"] or found["four"], found["port"]) if found else (text, None)
    if "%" in address or len(address) > 45:
        raise ValueError(f"not the address of a DNS server: {text[:80]!a}")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        raise ValueError(f"not the address of a DNS server: {text[:80]!a}") from None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    number = DNS_PORT if port is None else int(port)
    if parsed.is_unspecified or parsed.is_multicast or int(parsed) == 0xFFFFFFFF or not 0 < number < 65536:
        raise ValueError(f"no DNS server can have this address: {text[:80]!a}")
    return Server(str(parsed), number)


def zones(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the zones' names, each once, in order; ValueError when there is none or an odd one."""
    return tuple(dict.fromkeys(zone(text) for text in _several(texts, "zones")))


def servers(texts: Sequence[str], *, some: bool = True) -> tuple[Server, ...]:
    """Return the servers, each once, in order; ValueError for an odd one, or when there is none but *some* must be."""
    found = _several(texts, "servers") if some or texts else ()
    return tuple(dict.fromkeys(server(text) for text in found))


def _several(texts: Sequence[str], what: str) -> Iterable[str]:
    if isinstance(texts, str) or not 0 < len(texts) <= _MOST:
        raise ValueError(f"between 1 and {_MOST} {what} are needed, in a list")
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{what} must be text")
    return texts
