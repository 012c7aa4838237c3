"""How a world behaves: what its resolver answers, what its front door says, and what is asked of it."""

from dataclasses import dataclass, field
from typing import Literal

Layer = Literal[
    "resource-based",
    "identity-based",
    "VPC endpoint",
    "service control",
    "permissions boundary",
    "session",
    "resource control",
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
    domain: str = ""
    """The policy is that of this custom domain (its name in the world), not of the API."""
    row: str = ""
    """Row of the front door's catalogue that says it, for older words; empty: today's."""
    policy: str = ""
    """ARN of the policy, when the text ends with it."""


@dataclass
class Refusal:
    """An answer of the front door's catalogue to calls that reach an API, without a mechanism behind it."""

    row: str
    api: str = ""
    """Only calls of this API (its name in the world); empty: all."""
    method: str = ""
    """Only this method, for example ``GET /orders``; empty: all."""
    after: int = 0
    """How many such calls pass first."""
    values: dict[str, str] = field(default_factory=dict)
    """For the row's placeholders, beside what the front door knows of the request."""


@dataclass
class Plan:
    """A usage plan: which keys may call which stages (``api/stage``), how fast and how often."""

    account: str
    stages: list[str]
    keys: dict[str, str] = field(default_factory=dict)
    """Key name to its value, which no answer of the control plane shows."""
    quota: int | None = None
    """Calls in all; None: as many as one likes."""
    rate: float | None = None
    burst: int = 0
    off: list[str] = field(default_factory=list)
    """Names of keys that are not enabled."""


@dataclass
class WebAcl:
    """A web ACL on a stage: it blocks calls whose header contains a text; an empty header blocks all."""

    account: str
    rule: str = "block-strangers"
    header: str = ""
    contains: str = ""
    status: int | None = None
    """Status of a custom response; None: the gateway's own."""
    body: str = ""
    arn: str = ""


@dataclass
class FrontDoor:
    """The front door's own state."""

    denials: list[Denial] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    """Row to the row in whose words it is said instead, for older or shorter editions."""
    kind_suffix: str = ""
    """What follows the value of ``x-amzn-ErrorType``, for example ``:http://internal.amazon.com/coral/``."""
    tolerance_minutes: int = 5
    """How far a signature's date may be off; 5 and 15 were seen."""
    signature_clock_s: int = 0
    """Seconds that its check of signatures is ahead of true time."""
    date_header_s: int = 0
    """Seconds that the ``Date`` headers of AWS are ahead of the caller's clock."""


@dataclass
class Request:
    """What the user asks for: the URL and the options that belong to it; ids as in policy documents."""

    path: str
    host: str = "<api:pets>.execute-api.us-east-1.amazonaws.com"
    headers: dict[str, str] = field(default_factory=dict)
    unsigned: bool = False
    """The caller signs nothing, whatever the method asks for."""
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
    session: Literal["valid", "expired", "unknown"] = "valid"
    """What the API's Region thinks of the caller's session token; STS elsewhere may still know it."""
