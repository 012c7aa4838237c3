"""Packets, protocols and ports."""

from functools import lru_cache

from msgspec import Struct

from apidoctor.reasoning.network.values import Direction

PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}
"""Names that EC2 takes beside numbers (IpPermission, EC2 API reference)."""

EVERY = -1
"""The protocol of a rule for all traffic."""

ICMP = frozenset({1, 58})
"""Protocols whose rules may name a type and code."""

WITH_PORTS = frozenset({6, 17})
"""Protocols whose rules carry a port range."""

NO_PORT = -1
"""Stands for the port of a protocol that has none; a rule for all of a protocol holds it."""

LAST_PORT = 65535
_LAST_PROTOCOL = 255

_NAMES = {number: name for name, number in PROTOCOLS.items()} | {EVERY: "all traffic"}


def protocol_number(value: object) -> int | None:
    """Return the number of a protocol given by name, number or ``-1``; None when it is none."""
    if isinstance(value, str):
        return _named(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if EVERY <= value <= _LAST_PROTOCOL else None


@lru_cache(maxsize=1024)
def _named(value: str) -> int | None:
    known = PROTOCOLS.get(value.lower())
    if known is not None:
        return known
    try:
        number = int(value)
    except ValueError:
        return None
    return number if EVERY <= number <= _LAST_PROTOCOL else None


def traffic(protocol: int, first: int, last: int) -> str:
    """Say protocol and ports in words: ``tcp 443``, ``udp 1024-65535``, ``all traffic``."""
    name = _NAMES.get(protocol, f"protocol {protocol}")
    if protocol not in WITH_PORTS:
        return name
    if (first, last) == (0, LAST_PORT):
        return f"all {name}"
    return f"{name} {first}" if first == last else f"{name} {first}-{last}"


class Packet(Struct, frozen=True):
    """The packets of one direction of a flow."""

    direction: Direction
    """Which way they go."""
    protocol: int
    """IP protocol number."""
    source: int
    """Where they come from."""
    source_text: str
    """The same, as text."""
    destination: int
    """Where they go."""
    destination_text: str
    """The same, as text."""
    first: int
    """Lowest destination port; `NO_PORT` for a protocol without."""
    last: int
    """Highest destination port."""

    @property
    def what(self) -> str:
        """Protocol and ports in words."""
        return traffic(self.protocol, self.first, self.last)
