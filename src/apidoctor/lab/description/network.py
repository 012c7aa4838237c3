"""The network part of a world: VPCs, what stands in them, and what leads from one to the other."""

from dataclasses import dataclass, field
from typing import Literal

Packets = Literal["open", "timeout", "refused"]
"""What a TCP connection to an address meets: an answer, silence, or a reset."""


@dataclass
class Vpc:
    """A VPC and its two DNS attributes."""

    account: str
    cidr: str
    dns_support: bool = True
    dns_hostnames: bool = True
    id: str = ""


@dataclass
class Subnet:
    """A subnet; *acl* and *route_table* are names in the world, empty for the VPC's default ones."""

    vpc: str
    cidr: str
    zone: str
    acl: str = ""
    route_table: str = ""
    id: str = ""


@dataclass
class Rule:
    """One security group rule: *peer* is a CIDR or ``group:NAME``; *ports* None with protocol ``-1``."""

    peer: str
    protocol: str = "tcp"
    ports: tuple[int, int] | None = (443, 443)


@dataclass
class Group:
    """A security group."""

    vpc: str
    ingress: list[Rule] = field(default_factory=list)
    egress: list[Rule] = field(default_factory=list)
    id: str = ""


@dataclass
class AclEntry:
    """One network ACL entry; *protocol* is a number as text (``6`` TCP, ``-1`` all, then without ports)."""

    number: int
    action: Literal["allow", "deny"]
    cidr: str
    ports: tuple[int, int] | None
    protocol: str = "6"


@dataclass
class Acl:
    """A custom network ACL; the final deny (rule 32767) is always there."""

    vpc: str
    ingress: list[AclEntry] = field(default_factory=list)
    egress: list[AclEntry] = field(default_factory=list)
    id: str = ""


@dataclass
class Route:
    """A route beside the local one: *via* is ``peering:NAME`` or ``vpn:NAME``."""

    destination: str
    via: str
    propagated: bool = False
    """Learned from a virtual private gateway instead of written by hand."""


@dataclass
class RouteTable:
    """A route table of its own, associated with the subnets that name it."""

    vpc: str
    routes: list[Route] = field(default_factory=list)
    id: str = ""


@dataclass
class Peering:
    """A VPC peering connection between two VPCs of the world."""

    requester: str
    accepter: str
    status: str = "active"
    id: str = ""


@dataclass
class VpnGateway:
    """A virtual private gateway with one VPN connection to a data centre."""

    vpc: str
    remote: str
    """Prefix of the data centre."""
    telemetry: Literal["UP", "DOWN"] = "UP"
    id: str = ""
    connection: str = ""
    """Id of the VPN connection."""


@dataclass
class Interface:
    """One network interface of an endpoint."""

    subnet: str
    address: str
    packets: Packets = "open"
    id: str = ""


@dataclass
class Endpoint:
    """An interface endpoint for execute-api."""

    vpc: str
    groups: list[str]
    interfaces: list[Interface]
    private_dns: bool = True
    policy: dict[str, object] | None = None
    """None: the default policy, which allows everything."""
    state: str = "available"
    last_error: tuple[str, str] | None = None
    """Code and message of ``LastError``."""
    age_minutes: int = 120
    """How long ago it was created."""
    id: str = ""
    label: str = ""
    """First label of its regional name, ``vpce-<17 hex>-<8 characters>``."""

    @property
    def addresses(self) -> list[str]:
        """Private addresses of its interfaces, in order."""
        return [interface.address for interface in self.interfaces]


@dataclass
class HostedZone:
    """A customer's private hosted zone; *records* lead a full name to an endpoint's name or an address."""

    name: str
    account: str
    vpcs: list[str]
    records: dict[str, str] = field(default_factory=dict)
    id: str = ""


@dataclass
class Instance:
    """An instance in a subnet, the host the caller runs on."""

    subnet: str
    address: str
    groups: list[str]
    id: str = ""
    interface: str = ""
    """Id of its network interface."""
    mac: str = ""
