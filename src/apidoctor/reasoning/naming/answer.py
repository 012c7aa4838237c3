"""What a name gets in a VPC, and who decides."""

import re
from typing import Any, Literal

from msgspec import Struct

from apidoctor.model.missing import Missing

Kind = Literal["addresses", "nodata", "nxdomain", "public", "forwarded", "unknown", "off"]
"""``public``: what the internet's DNS says; ``forwarded``: what servers say that nobody here knows; ``off``: the VPC
has no resolver."""

Decider = Literal[
    "dhcp-options", "dns-firewall", "resolver-rule", "hosted-zone", "endpoint", "api", "vpc", "public"
]
"""Kind of object that decides."""

MAX_ALIASES = 8
"""Most CNAMEs that are followed, as resolvers do."""


class Step(Struct, frozen=True):
    """One step on the way to an answer."""

    name: str
    """The name asked for at this step."""
    decider: Decider
    """Kind of object that decided here."""
    subject: str
    """Its id; empty for public DNS."""
    says: str
    """What it did, in words."""


class Answer(Struct, frozen=True, kw_only=True):
    """The answer to one question from one VPC."""

    name: str
    """The name asked for, in lower case without the final dot."""
    record: str
    """``A`` or ``AAAA``."""
    kind: Kind
    """What comes back."""
    addresses: tuple[str, ...] = ()
    """The addresses, in order."""
    decider: Decider = "public"
    """Kind of object that decided last."""
    decided_by: str = ""
    """Its id: DHCP options, rule group, Resolver rule, hosted zone, endpoint, API, VPC; empty for public DNS."""
    targets: tuple[str, ...] = ()
    """Where a forwarded question goes, ``ip:port``."""
    endpoint: str | None = None
    """The VPC endpoint that the addresses belong to."""
    steps: tuple[Step, ...] = ()
    """The way to it, first step first."""
    missing: tuple[Missing, ...] = ()
    """What would decide an unknown answer."""

    @property
    def words(self) -> str:
        """The answer in words."""
        by = f" ({self.decided_by})" if self.decided_by else ""
        if self.kind == "addresses":
            return f"{', '.join(self.addresses)}{by}"
        if self.kind == "forwarded":
            return f"what {', '.join(self.targets) or 'its targets'} say{by}"
        return _WORDS[self.kind] + by


_WORDS: dict[str, str] = {
    "nodata": "no address of this kind",
    "nxdomain": "NXDOMAIN, no such name",
    "public": "whatever public DNS says",
    "unknown": "not known",
    "off": "nothing: the VPC has no resolver",
}


_LABEL = re.compile(r"[a-z0-9_*]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_ADDRESS = re.compile(r"[0-9.]+|.*:.*")


def is_name(text: str) -> bool:
    """Say whether *text* is a DNS name (RFC 1035, with the underscores and the wildcard that zones hold)."""
    name = text.removesuffix(".")
    if not name or len(name) > 253 or _ADDRESS.fullmatch(name):
        return False
    return all(_LABEL.fullmatch(label) for label in name.split("."))


def plain(name: Any) -> str:
    """Return a name as Route 53 and EC2 write it in lower case, without the final dot, ``\\052`` as ``*``."""
    return str(name or "").rstrip(".").replace("\\052", "*").lower()


def suffixes(name: str) -> list[str]:
    """Return *name* and every domain above it, longest first, the root (``""``) last."""
    found = [name] if name else []
    place = name.find(".")
    while place >= 0:
        found.append(name[place + 1 :])
        place = name.find(".", place + 1)
    return [*found, ""]
