"""How a world behaves: what its resolver answers, what its front door says, and what is asked of it."""

from dataclasses import dataclass, field
from typing import Literal

Layer = Literal[
    "resource-based", "identity-based", "VPC endpoint", "service control", "permissions boundary", "session"
]
"""The kinds of policy, as a denial's text names them."""

Failure = Literal["servfail", "refused", "nxdomain", "silent"]
"""Ways a DNS server may fail; ``silent`` answers nothing at all."""


@dataclass
class DnsView:
    """What the caller's resolver knows beside public DNS."""

    endpoint_zone: bool = False
    """The private zone that AWS manages for the endpoint is visible: every default name leads to it."""
    zones: list[str] = field(default_factory=list)
    """Visible customer zones, by their names in the world."""
    failures: dict[str, Failure] = field(default_factory=dict)
    """Name suffix to the way questions below it fail; the longest suffix counts."""


@dataclass
class Denial:
    """A policy that stops a call: data, never evaluated from the policy documents."""

    layer: Layer
    explicit: bool = False
    api: str = ""
    """Only calls of this API (its name in the world); empty: all."""
    method: str = ""
    """Only this method, for example ``GET /orders``; empty: all."""


@dataclass
class FrontDoor:
    """The front door's own state."""

    denials: list[Denial] = field(default_factory=list)
    signature_clock_s: int = 0
    """Seconds that its check of signatures is ahead of true time."""
    date_header_s: int = 0
    """Seconds that the ``Date`` headers of AWS are ahead of the caller's clock."""
    keys: list[str] = field(default_factory=list)
    """API keys that are in a usage plan."""


@dataclass
class Request:
    """What the user asks for: the URL and the options that belong to it; ids as in policy documents."""

    path: str
    host: str = "<api:pets>.execute-api.us-east-1.amazonaws.com"
    headers: dict[str, str] = field(default_factory=dict)
    sign_host: str = ""
    """Name that a broken client signs for instead of the Host it sends."""


@dataclass
class Caller:
    """Who calls, and from where."""

    account: str
    role: str = "app"
    address: str = ""
    """Address outside any VPC; empty for a caller on the world's instance."""
    readers: list[str] = field(default_factory=list)
    """Roles that the tool may assume to read further accounts."""
