"""Private custom domain names: what they lead to, through which endpoints, and with which certificate.

Source: API Gateway guide, "Custom domain names for private APIs".
"""

from dataclasses import dataclass, field
from typing import Any, Literal

READY_MINUTES = 15
"""A new access association takes about so long until calls pass."""

Certificate = Literal["valid", "expired", "future", "wrong-name", "wildcard"]
"""What the domain's certificate is like; ``wildcard`` is valid for every name beside the domain."""


@dataclass
class Association:
    """The access association of a domain with an endpoint."""

    endpoint: str
    account: str
    """Account of the endpoint: the consumer's."""
    age_minutes: int = 60

    @property
    def ready(self) -> bool:
        """Whether calls pass."""
        return self.age_minutes >= READY_MINUTES


@dataclass
class Mapping:
    """A base path of a domain, without slashes and empty for the root, to a stage of an API."""

    path: str
    api: str
    stage: str = "prod"


@dataclass
class Rule:
    """A routing rule: a header or base paths decide, the smallest priority first."""

    priority: int
    api: str
    stage: str = "prod"
    paths: list[str] = field(default_factory=list)
    """Base paths of any number of segments; empty: every path."""
    header: tuple[str, str] | None = None
    """Name and the value that it must have."""
    strips: bool = True
    """Whether the base path is taken away before the API sees the path."""
    id: str = ""


@dataclass
class Domain:
    """A private custom domain name."""

    name: str
    account: str
    associations: list[Association]
    mappings: list[Mapping] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    routing: Literal["BASE_PATH_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_BASE_PATH_MAPPING"] = (
        "BASE_PATH_MAPPING_ONLY"
    )
    policy: dict[str, Any] | None = None
    """Who may call it (``execute-api:Invoke``); what it denies stands among the front door's denials."""
    status: str = "AVAILABLE"
    message: str = ""
    """``domainNameStatusMessage``."""
    certificate: Certificate = "valid"
    strict: bool = False
    """``endpointAccessMode`` STRICT."""
    id: str = ""

    @property
    def arn(self) -> str:
        """The ARN that manages it."""
        return f"arn:aws:apigateway:us-east-1:{self.account}:/domainnames/{self.name}+{self.id}"

    def admits(self, endpoint: str) -> bool:
        """Whether calls through the endpoint (its name in the world) reach the domain."""
        return any(one.ready for one in self.associations if one.endpoint == endpoint)
