"""Observations: what a host saw when it looked at names, addresses and answers.  Outcomes are closed lists."""

from typing import Any, Literal

from msgspec import Struct, field

DnsOutcome = Literal["answer", "nxdomain", "nodata", "servfail", "refused", "timeout", "error"]
TcpOutcome = Literal["connected", "timeout", "refused", "reset", "no_route", "error"]
TlsOutcome = Literal[
    "verified",
    "untrusted",
    "name_mismatch",
    "expired",
    "not_yet_valid",
    "handshake_failure",
    "protocol_version",
    "timeout",
    "reset",
]
HttpOutcome = Literal["response", "timeout", "reset", "proxy_error", "error"]
Transport = Literal["getaddrinfo", "udp", "tcp", "dot", "doh"]
Role = Literal["", "configured", "link", "vpc", "inbound", "outside", "given"]
"""What a DNS server is to the host: ``""`` is getaddrinfo or not known, ``configured`` stands in resolv.conf (or what
takes its place), ``link`` belongs to one link of systemd-resolved or macOS, ``vpc`` is the Amazon-provided server,
``inbound`` an address of a Route 53 Resolver inbound endpoint, ``outside`` a public resolver, ``given`` named by the
user in place of the host's own."""


class Observation(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What every observation has."""

    at: str = ""
    """When, ISO 8601 in UTC."""
    vantage: str = ""
    """A name for the host that looked."""


class Route(Struct, frozen=True):
    """One route of the host's kernel."""

    destination: str = ""
    """Destination prefix."""
    via: str | None = None
    """Next hop."""
    device: str | None = None
    """Link."""
    source: str | None = None
    """Source address."""
    mtu: int | None = None
    """MTU in bytes."""


class Link(Struct, frozen=True):
    """One link of the host, with what its resolver knows of it."""

    device: str = ""
    """Name of the link."""
    mtu: int | None = None
    """MTU in bytes."""
    addresses: list[str] = field(default_factory=list)
    """Addresses of the link."""
    resolvers: list[str] = field(default_factory=list)
    """DNS servers of this link."""
    domains: list[str] = field(default_factory=list)
    """Domains asked on this link; ``~example.com`` only routes questions, ``example.com`` is a search domain too."""


class Cloud(Struct, frozen=True):
    """What the instance metadata service says of the host."""

    instance_id: str | None = None
    """``i-…``."""
    eni: str | None = None
    """Primary network interface, ``eni-…``."""
    subnet: str | None = None
    """``subnet-…``."""
    vpc: str | None = None
    """``vpc-…``."""
    account: str | None = None
    """Account that owns the interface."""
    region: str | None = None
    """Region of the host."""
    vpc_cidrs: list[str] = field(default_factory=list)
    """IPv4 networks of the VPC: the DNS server is the second address after the base of the first."""


class HostSeen(Observation, frozen=True, kw_only=True, tag="host"):
    """The host itself."""

    hostname: str | None = None
    """Its name."""
    addresses: list[str] = field(default_factory=list)
    """Its own addresses."""
    resolvers: list[str] = field(default_factory=list)
    """Configured DNS servers."""
    search: list[str] = field(default_factory=list)
    """Search domains."""
    resolver_source: str | None = None
    """Where the servers were read: ``resolv.conf``, ``systemd-resolved``, ``scutil``, ``registry`` or ``option``."""
    resolver_options: list[str] = field(default_factory=list)
    """Options of resolv.conf, for example ``ndots:5``, ``rotate``."""
    nsswitch: list[str] = field(default_factory=list)
    """Sources of host names in their order, for example ``files``, ``resolve``, ``dns``."""
    links: list[Link] = field(default_factory=list)
    """Links of the host."""
    hosts_entries: dict[str, list[str]] = field(default_factory=dict)
    """Names in the hosts file that matter for the target."""
    proxies: dict[str, str | None] = field(default_factory=dict)
    """``https_proxy``, ``no_proxy`` as the environment sets them, without credentials; ``pac`` where one is noticed."""
    clock_offset_ms: float | None = None
    """Server's clock minus this host's, in milliseconds."""
    routes: list[Route] = field(default_factory=list)
    """Kernel routes to the addresses of the target."""
    platform: str | None = None
    """Operating system."""
    cloud: Cloud | None = None
    """Set when the host is in AWS."""
    cloud_missing: str | None = None
    """Why the host's network interface is not known although it may be an instance: what its metadata did not tell."""


class DnsRecord(Struct, frozen=True):
    """One record of an answer."""

    name: str = ""
    """Owner name, without the final dot."""
    type: str = ""
    """``A``, ``AAAA``, ``CNAME``, …"""
    value: str = ""
    """Its data as text."""
    ttl: int | None = None
    """Seconds it may be cached."""


class DnsSeen(Observation, frozen=True, kw_only=True, tag="dns"):
    """One question to one server."""

    name: str
    """The name asked for."""
    outcome: DnsOutcome
    """What came back."""
    type: str = "A"
    """Record type."""
    server: str = "system"
    """``system`` for getaddrinfo, else the server's address."""
    transport: Transport = "getaddrinfo"
    """How it was asked."""
    chain: list[DnsRecord] = field(default_factory=list)
    """The records of the answer, aliases first."""
    addresses: list[str] = field(default_factory=list)
    """Addresses the name ends at."""
    soa: str | None = None
    """Zone named by the SOA record of a negative answer."""
    role: Role = ""
    """What the server is to the host."""
    attempt: int = 1
    """Which of several equal questions this was; 1 is the first."""
    edns: int | None = None
    """UDP size that was offered by EDNS; None: EDNS was not used."""
    truncated: bool = False
    """The answer was cut off (TC): the same question over TCP follows."""
    authoritative: bool | None = None
    """The AA flag of the answer."""
    reason: str | None = None
    """The error in words, where the outcome is ``error`` or more is known than the outcome tells."""
    elapsed_ms: float | None = None
    """Time to the answer in milliseconds."""


class Hop(Struct, frozen=True):
    """One hop on the way to an address."""

    ttl: int
    """Its distance: the time to live that the packet was sent with."""
    address: str | None = None
    """Who answered; None: nobody did."""
    elapsed_ms: float | None = None
    """Time to the answer in milliseconds."""
    said: str | None = None
    """What it answered, when that is more than *time exceeded*: ``prohibited``, ``connected`` …"""


class TcpSeen(Observation, frozen=True, kw_only=True, tag="tcp"):
    """One TCP connection attempt."""

    address: str
    """Address of the peer as the world knows it (not where ``--connect-to`` led)."""
    outcome: TcpOutcome
    """How it ended."""
    port: int = 443
    """Port of the peer."""
    source: str | None = None
    """Local address."""
    source_port: int | None = None
    """Local port."""
    attempt: int = 1
    """Which of several attempts from different source ports this was; 1 is the first."""
    reason: str | None = None
    """The kernel's error in words, for example ``No route to host``."""
    mss: int | None = None
    """Maximum segment size agreed on, in bytes."""
    hops: list[Hop] = field(default_factory=list)
    """The way there, where the kernel tells it without privilege."""
    idle_s: float | None = None
    """How long the connection was left idle, when that was asked for."""
    idle_outcome: Literal["alive", "reset", "dead"] | None = None
    """Whether it still carried data after that; ``dead`` keeps silent."""
    elapsed_ms: float | None = None
    """Time until the outcome in milliseconds."""
    form: str = ""
    """Which way to invoke the connection was made for; ``""``: for none in particular."""
    server_name: str | None = None
    """For such a connection: the SNI of the handshake that was to follow."""
    host: str | None = None
    """For such a connection: the Host of the call that was to follow."""


class TlsSeen(Observation, frozen=True, kw_only=True, tag="tls"):
    """One TLS handshake."""

    address: str
    """Address of the peer."""
    outcome: TlsOutcome
    """How it ended."""
    port: int = 443
    """Port of the peer."""
    server_name: str | None = None
    """SNI sent, and the name the certificate was checked against."""
    version: str | None = None
    """``TLSv1.2``, ``TLSv1.3``."""
    alpn: str | None = None
    """Protocol agreed on."""
    subject: str | None = None
    """Subject of the server's certificate."""
    issuer: str | None = None
    """Its issuer."""
    sans: list[str] = field(default_factory=list)
    """Names in the certificate (at most 100)."""
    not_before: str | None = None
    """Start of its validity."""
    not_after: str | None = None
    """End of its validity."""
    elapsed_ms: float | None = None
    """Time of the handshake in milliseconds."""
    reason: str | None = None
    """Why it failed, in the words of the TLS library."""
    form: str = ""
    """Which way to invoke the handshake was made for; ``""``: for none in particular."""
    host: str | None = None
    """For such a handshake: the Host of the call that was to follow."""


Rung = Literal["", "impossible", "unsigned", "signed"]
"""Which test call it was: to a path that no API has, the user's call without a signature, the same with one; ``""`` is
not told."""


class Peer(Struct, frozen=True):
    """Who was at the other end of TLS."""

    version: str | None = None
    """``TLSv1.2``, ``TLSv1.3``."""
    subject: str | None = None
    """Subject of the server's certificate."""
    issuer: str | None = None
    """Its issuer."""
    trusted: bool = True
    """Whether the certificate was verified; False only when the user asked to call all the same."""


class Signing(Struct, frozen=True):
    """What was signed, and what the server says that it should have been; secrets masked."""

    canonical_request: str | None = None
    """Canonical request that was signed (IAM user guide, "Create a signed AWS API request")."""
    string_to_sign: str | None = None
    """String to sign."""
    received_canonical_request: str | None = None
    """Canonical request as the server computed it, where its answer shows one."""
    received_string_to_sign: str | None = None
    """String to sign as the server computed it."""


class HttpSeen(Observation, frozen=True, kw_only=True, tag="http"):
    """One HTTP request and its answer."""

    url: str
    """The URL of the request."""
    outcome: HttpOutcome
    """How it ended."""
    form: str = "private-dns"
    """Which way to invoke was used."""
    method: str = "GET"
    """HTTP method."""
    address: str | None = None
    """Address of the peer."""
    server_name: str | None = None
    """SNI sent."""
    host: str | None = None
    """Host header really sent."""
    sent: dict[str, str] = field(default_factory=dict)
    """Request headers of interest, redacted, names in lower case."""
    signed: bool = False
    """Whether the request carried a SigV4 signature."""
    status: int | None = None
    """Status code."""
    headers: dict[str, str] = field(default_factory=dict)
    """Response headers of interest, redacted."""
    body: str | None = None
    """First 2 KiB of the body, redacted."""
    elapsed_ms: Any = None
    """Milliseconds by phase: ``{connect, tls, first_byte, total}``."""
    rung: Rung = ""
    """Which test call it was."""
    peer: Peer | None = None
    """The other end of the TLS connection that carried it."""
    signing: Signing | None = None
    """What was signed, for a signed call."""
    body_bytes: int | None = None
    """Bytes of the body that were read."""
    truncated: bool = False
    """The body broke off, or was longer than is read."""
    failed_at: Literal["", "tcp", "tls", "http"] = ""
    """The phase at which it failed; ``""``: it did not fail, or nobody told."""


class PathMtuSeen(Observation, frozen=True, kw_only=True, tag="path_mtu"):
    """The largest packet that reaches an address."""

    address: str
    """Address of the peer."""
    outcome: Literal["ok", "smaller", "black_hole", "error"]
    """``ok``: packets of the link's size get there; ``smaller``: the kernel was told of a smaller limit;
    ``black_hole``: big packets vanish in silence."""
    mtu: int | None = None
    """Bytes that get there (``ok``, ``smaller``)."""
    link_mtu: int | None = None
    """MTU of the link that leads there, in bytes."""
    reason: str | None = None
    """How it was measured, or why it could not be."""


class IdentitySeen(Observation, frozen=True, kw_only=True, tag="identity"):
    """Whose credentials the host has."""

    outcome: Literal["ok", "expired", "invalid", "none", "timeout"]
    """How STS answered."""
    principal: str | None = None
    """ARN that STS told."""
    account: str | None = None
    """Its account."""
    region: str | None = None
    """Region of the session."""
    clock_offset_ms: float | None = None
    """STS's clock minus this host's, in milliseconds."""


AnyObservation = HostSeen | DnsSeen | TcpSeen | TlsSeen | HttpSeen | PathMtuSeen | IdentitySeen
