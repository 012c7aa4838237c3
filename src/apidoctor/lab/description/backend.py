"""What stands behind an API's methods: integrations, functions, VPC links and their load balancers."""

from dataclasses import dataclass, field
from typing import Literal

Health = Literal["healthy", "unhealthy", "initial", "unused"]
"""``TargetHealth.State`` of a target."""


@dataclass
class Integration:
    """What a method calls; a function or a link that is named must work, or the call fails as AWS says."""

    type: Literal["MOCK", "AWS_PROXY", "HTTP_PROXY", "HTTP"] = "MOCK"
    uri: str = ""
    function: str = ""
    """Name in the world's ``functions``."""
    link: str = ""
    """Name in the world's ``links``."""
    fails: str = ""
    """Row of a failure that nothing else explains (``I1`` … ``I5``); empty: it works."""
    log: str = ""
    """Reason that the execution log gives for that failure."""
    status: int = 200
    body: str = ""
    """What the backend answers; empty: the mock's own answer."""
    headers: dict[str, str] = field(default_factory=dict)
    """Headers of the backend's answer; its Date, Server and Connection come out as ``x-amzn-Remapped-…``."""
    timeout_ms: int = 29000
    takes_ms: int = 0
    """How long the backend takes; longer than the time-out is a 504 at once: the lab does not wait."""


@dataclass
class Function:
    """A Lambda function that an integration calls."""

    account: str
    permitted: bool = True
    """Whether its policy lets API Gateway call it."""
    malformed: bool = False
    """Whether it returns what a proxy integration cannot read."""
    arn: str = ""


@dataclass
class VpcLink:
    """A VPC link of a REST API to a network load balancer with one target."""

    account: str
    vpc: str
    status: Literal["AVAILABLE", "PENDING", "FAILED", "INACTIVE"] = "AVAILABLE"
    message: str = ""
    """``statusMessage``."""
    target: str = "10.1.8.30"
    """Address of the target behind the load balancer."""
    health: Health = "healthy"
    reason: str = ""
    """``TargetHealth.Reason``."""
    id: str = ""
    balancer: str = ""
    """ARN of the load balancer."""
    group: str = ""
    """ARN of its target group."""
