"""A world as plain, mutable values: worlds make it, faults edit it, and only then is anything started.

Things refer to each other by their names in the world.  Their AWS ids are filled in while the world is built,
so texts written before hold placeholders (:meth:`World.fill`).
"""

import re
from dataclasses import dataclass, field

from apidoctor.lab.description.api import (
    Api,
    Authorizer,
    Canary,
    Deployment,
    Document,
    GatewayResponse,
    Method,
    Role,
    Stage,
    Throttle,
)
from apidoctor.lab.description.backend import Function, Integration, VpcLink
from apidoctor.lab.description.behaviour import (
    Caller,
    Denial,
    DnsView,
    FrontDoor,
    Plan,
    Refusal,
    Request,
    WebAcl,
)
from apidoctor.lab.description.box import Box, Proxy
from apidoctor.lab.description.domain import Association, Domain, Mapping
from apidoctor.lab.description.network import (
    Acl,
    AclEntry,
    Endpoint,
    Group,
    HostedZone,
    Instance,
    Interface,
    Packets,
    Peering,
    Route,
    RouteTable,
    Rule,
    Subnet,
    Vpc,
    VpnGateway,
)

REGION = "us-east-1"
SERVICE = f"com.amazonaws.{REGION}.execute-api"
DEFAULT_ZONE = f"execute-api.{REGION}.amazonaws.com"
"""Zone of the default names, ``{api}.`` before it."""
ENDPOINT_ZONE = f"execute-api.{REGION}.vpce.amazonaws.com"
"""Zone of the endpoints' own names."""
PUBLIC_ADDRESSES = ("198.51.100.10", "198.51.100.11")
"""The public front door of API Gateway; a documentation range (RFC 5737) stands for it."""
SOA_SERVER = "ns-1536.awsdns-00.co.uk"
SOA_MAIL = "awsdns-hostmaster.amazon.com"
"""Primary server and mailbox in the SOA record of every zone of Route 53."""


@dataclass
class World:
    """Everything there is in one world."""

    name: str
    request: Request
    caller: Caller
    vpcs: dict[str, Vpc] = field(default_factory=dict)
    subnets: dict[str, Subnet] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    acls: dict[str, Acl] = field(default_factory=dict)
    route_tables: dict[str, RouteTable] = field(default_factory=dict)
    peerings: dict[str, Peering] = field(default_factory=dict)
    vpn_gateways: dict[str, VpnGateway] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    zones: dict[str, HostedZone] = field(default_factory=dict)
    instances: dict[str, Instance] = field(default_factory=dict)
    apis: dict[str, Api] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    domains: dict[str, Domain] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    web_acls: dict[str, WebAcl] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    links: dict[str, VpcLink] = field(default_factory=dict)
    boxes: list[Box] = field(default_factory=list)
    """Middle boxes before every interface of every endpoint, the caller's side first."""
    proxy: Proxy | None = None
    """The forward proxy of the caller's environment."""
    dns: DnsView = field(default_factory=DnsView)
    front_door: FrontDoor = field(default_factory=FrontDoor)
    dead: list[str] = field(default_factory=list)
    """Addresses that nobody has (any more): a connection to them times out."""

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint the world is about."""
        return self.endpoints["main"]

    @property
    def api(self) -> Api:
        """The API the world is about."""
        return self.apis["pets"]

    @property
    def instance(self) -> Instance | None:
        """The caller's host, when it stands in a VPC."""
        return self.instances.get("caller")

    def set_packets(self, packets: Packets, *subnets: str) -> None:
        """Let connections to the main endpoint's interfaces in *subnets* (all without any) meet *packets*."""
        for interface in self.endpoint.interfaces:
            if not subnets or interface.subnet in subnets:
                interface.packets = packets

    def fill(self, text: str) -> str:
        """Put ids for ``<api:NAME>``, ``<endpoint:NAME>``, ``<vpc:NAME>``, a host name for ``<host:NAME>``.

        ``<host:NAME>`` is the regional name of an endpoint; ``<host:NAME/ZONE>`` the zonal one.
        """
        return re.sub(r"<(\w+):([^>]+)>", lambda match: self._look_up(match[1], match[2]), text)

    def _look_up(self, kind: str, name: str) -> str:
        if kind == "host":
            endpoint, _, zone = name.partition("/")
            label = self.endpoints[endpoint].label + (f"-{zone}" if zone else "")
            return f"{label}.{ENDPOINT_ZONE}"
        if kind == "api":
            return self.apis[name].id
        if kind == "domain":
            return self.domains[name].id
        return self.endpoints[name].id if kind == "endpoint" else self.vpcs[name].id


__all__ = [
    "DEFAULT_ZONE",
    "ENDPOINT_ZONE",
    "PUBLIC_ADDRESSES",
    "REGION",
    "SERVICE",
    "SOA_MAIL",
    "SOA_SERVER",
    "Acl",
    "AclEntry",
    "Api",
    "Association",
    "Authorizer",
    "Box",
    "Caller",
    "Canary",
    "Denial",
    "Deployment",
    "DnsView",
    "Document",
    "Domain",
    "Endpoint",
    "FrontDoor",
    "Function",
    "GatewayResponse",
    "Group",
    "HostedZone",
    "Instance",
    "Integration",
    "Interface",
    "Mapping",
    "Method",
    "Packets",
    "Peering",
    "Plan",
    "Proxy",
    "Refusal",
    "Request",
    "Role",
    "Route",
    "RouteTable",
    "Rule",
    "Stage",
    "Subnet",
    "Throttle",
    "Vpc",
    "VpcLink",
    "VpnGateway",
    "WebAcl",
    "World",
]
