"""AWS objects as typed values: only the members that checks read, spelt as AWS spells them (in Python's case)."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from apidoctor.model.convert import convert
from apidoctor.model.facts import Undecided
from apidoctor.model.missing import Gap

S = TypeVar("S", bound="Owned")


class Owned(Struct, frozen=True, kw_only=True):
    """An object with the account and Region it was seen in (not AWS's own members)."""

    account: str = ""
    """Account whose answer showed it."""


class DnsEntry(Struct, frozen=True, kw_only=True, rename="pascal"):
    """One DNS name of an endpoint."""

    dns_name: str = ""
    """The name; the wildcard form begins with ``*.``."""
    hosted_zone_id: str = ""
    """Zone for an alias record."""


class LastError(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Why an endpoint failed."""

    code: str = ""
    """AWS's code."""
    message: str = ""
    """AWS's text."""


class Group(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A security group on an endpoint or interface."""

    group_id: str = ""
    """``sg-…``."""


class VpcEndpoint(Owned, frozen=True, kw_only=True, rename="pascal"):
    """ec2 VpcEndpoint."""

    vpc_endpoint_id: str
    """``vpce-…``."""
    vpc_endpoint_type: str = ""
    """``Interface``, ``Gateway``, …"""
    vpc_id: str = ""
    """The VPC it stands in."""
    service_name: str = ""
    """Ends in ``.execute-api`` for API Gateway."""
    state: str = ""
    """``available`` when usable; compare without case."""
    policy_document: str | None = None
    """The endpoint policy as text; None: not shown."""
    subnet_ids: list[str] = field(default_factory=list)
    """One per Availability Zone."""
    network_interface_ids: list[str] = field(default_factory=list)
    """One interface per subnet."""
    groups: list[Group] = field(default_factory=list)
    """Its security groups."""
    private_dns_enabled: bool | None = None
    """Whether the AWS-managed private zone is associated with the VPC."""
    dns_entries: list[DnsEntry] = field(default_factory=list)
    """Its names."""
    ip_address_type: str | None = None
    """``ipv4``, ``dualstack``, ``ipv6``."""
    owner_id: str | None = None
    """Account that owns it."""
    last_error: LastError | None = None
    """Why it failed."""
    creation_timestamp: str | None = None
    """When it was made."""

    @property
    def is_available(self) -> bool:
        """Whether it carries traffic (API model: State; wire values are lower camel)."""
        return self.state.lower() == "available"

    @property
    def names(self) -> list[str]:
        """Its own public names (regional and zonal), without the private ones."""
        return [entry.dns_name for entry in self.dns_entries if ".vpce." in entry.dns_name]


class PrivateAddress(Struct, frozen=True, kw_only=True, rename="pascal"):
    """One address of an interface."""

    private_ip_address: str = ""
    """IPv4 address."""


class NetworkInterface(Owned, frozen=True, kw_only=True, rename="pascal"):
    """ec2 NetworkInterface."""

    network_interface_id: str
    """``eni-…``."""
    subnet_id: str = ""
    """Its subnet."""
    vpc_id: str = ""
    """Its VPC."""
    availability_zone: str = ""
    """Zone name in the account that asked."""
    private_ip_address: str | None = None
    """Primary IPv4 address."""
    private_ip_addresses: list[PrivateAddress] = field(default_factory=list)
    """All IPv4 addresses."""
    groups: list[Group] = field(default_factory=list)
    """Its security groups."""
    owner_id: str | None = None
    """Account that owns it."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its IPv4 addresses, the primary one first."""
        more = [item.private_ip_address for item in self.private_ip_addresses]
        return tuple(dict.fromkeys(address for address in [self.private_ip_address, *more] if address))


class EndpointConfiguration(Struct, frozen=True, kw_only=True, rename="camel"):
    """How an API can be reached."""

    types: list[str] = field(default_factory=list)
    """``PRIVATE``, ``REGIONAL``, ``EDGE``."""
    vpc_endpoint_ids: list[str] = field(default_factory=list)
    """Endpoints that get an alias name."""


class RestApi(Owned, frozen=True, kw_only=True, rename="camel"):
    """apigateway RestApi."""

    id: str
    """API id."""
    name: str = ""
    """Its name."""
    endpoint_configuration: EndpointConfiguration = EndpointConfiguration()
    """Types and associated endpoints."""
    policy: str | None = None
    """The *saved* (draft) resource policy as AWS prints it: backslash-escaped JSON text."""
    disable_execute_api_endpoint: bool = False
    """Whether the default name is switched off (takes effect with the next deployment)."""

    endpoint_access_mode: str | None = None
    """``BASIC`` or ``STRICT``, for an API with a newer security policy."""
    security_policy: str | None = None
    """TLS policy; the newer ones begin with ``SecurityPolicy_``."""
    api_key_source: str | None = None
    """``HEADER``, or ``AUTHORIZER``: the Lambda authorizer tells the API key."""
    api_status: str | None = None
    """``AVAILABLE``, ``UPDATING``, ``PENDING``, ``FAILED``, …"""
    api_status_message: str | None = None
    """AWS's text about the status."""

    @property
    def is_private(self) -> bool:
        """Whether interface endpoints carry calls to it."""
        return "PRIVATE" in [kind.upper() for kind in self.endpoint_configuration.types]


class DomainName(Owned, frozen=True, kw_only=True, rename="camel"):
    """apigateway DomainName."""

    domain_name: str
    """The name, in lower case."""
    domain_name_id: str | None = None
    """Tells private domains of one name apart; a public one has none."""
    domain_name_arn: str | None = None
    """``arn:aws:apigateway:REGION:ACCOUNT:/domainnames/NAME+ID``."""
    domain_name_status: str | None = None
    """``AVAILABLE``, ``UPDATING``, ``PENDING``, ``PENDING_CERTIFICATE_REIMPORT``, ``FAILED``, …"""
    domain_name_status_message: str | None = None
    """AWS's text about the status."""
    endpoint_configuration: EndpointConfiguration = EndpointConfiguration()
    """Its types."""
    certificate_arn: str | None = None
    """The certificate in ACM."""
    certificate_upload_date: str | None = None
    """When the certificate was last set."""
    security_policy: str | None = None
    """TLS policy; the newer ones begin with ``SecurityPolicy_``."""
    endpoint_access_mode: str | None = None
    """``BASIC`` or ``STRICT``, with a newer security policy."""
    policy: str | None = None
    """Who may call through it (``execute-api:Invoke``)."""
    management_policy: str | None = None
    """Which accounts may make an access association (``apigateway:CreateAccessAssociation``)."""
    routing_mode: str | None = None
    """Whether mappings, routing rules or both lead to APIs."""

    @property
    def is_private(self) -> bool:
        """Whether it is called through VPC endpoints."""
        return "PRIVATE" in [kind.upper() for kind in self.endpoint_configuration.types]

    @property
    def owner(self) -> str:
        """The account that owns it, as its ARN says; without one the account that showed it."""
        parts = (self.domain_name_arn or "").split(":", 5)
        return parts[4] if len(parts) == 6 and parts[4] else self.account

    @property
    def is_own(self) -> bool:
        """Whether its owner showed it: others see neither its policies nor its mappings."""
        return self.owner == self.account

    @property
    def key(self) -> str:
        """How answers about it are keyed: ``NAME/ID``, or ``NAME`` for a public one."""
        return f"{self.domain_name}/{self.domain_name_id}" if self.domain_name_id else self.domain_name


class AccessAssociation(Owned, frozen=True, kw_only=True, rename="camel"):
    """apigateway DomainNameAccessAssociation: an endpoint may be used to call a private custom domain.

    AWS shows neither a status nor a date of it.
    """

    domain_name_access_association_arn: str = ""
    """Its own ARN, in the account of the endpoint."""
    domain_name_arn: str = ""
    """The domain."""
    access_association_source_type: str = "VPCE"
    """Always ``VPCE``."""
    access_association_source: str = ""
    """The endpoint: its id, or an ARN that ends with it."""

    @property
    def endpoint(self) -> str:
        """The endpoint's id."""
        return self.access_association_source.rpartition("/")[2]

    @property
    def domain(self) -> tuple[str, str, str]:
        """Owner, name and id of the domain, as its ARN says; empty texts where it does not."""
        parts = self.domain_name_arn.split(":", 5)
        name, _, identity = parts[-1].removeprefix("/domainnames/").partition("+")
        return parts[4] if len(parts) == 6 else "", name.lower(), identity


class AccessLogSettings(Struct, frozen=True, kw_only=True, rename="camel"):
    """Where a stage writes its access log."""

    destination_arn: str | None = None
    """Log group or Firehose stream."""
    format: str | None = None
    """The line's template."""


class CanarySettings(Struct, frozen=True, kw_only=True, rename="camel"):
    """The second deployment that part of a stage's calls get."""

    percent_traffic: float | None = None
    """Percent of the calls that it gets."""
    deployment_id: str | None = None
    """The deployment it runs."""
    stage_variable_overrides: dict[str, Any] | None = None
    """Its own stage variables (values are masked); the others are the stage's."""


class Stage(Owned, frozen=True, kw_only=True, rename="camel"):
    """apigateway Stage."""

    stage_name: str
    """Its name."""
    deployment_id: str | None = None
    """The deployment it runs."""
    access_log_settings: AccessLogSettings | None = None
    """None: no access log."""
    method_settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Logging, metrics and throttles by method; ``*/*`` for all."""
    tracing_enabled: bool = False
    """Whether X-Ray traces are recorded."""
    variables: dict[str, Any] = field(default_factory=dict)
    """Stage variables (values are masked)."""
    web_acl_arn: str | None = None
    """The web ACL in front of the stage."""
    canary_settings: CanarySettings | None = None
    """None: no canary."""
    created_date: str | None = None
    """When it was made."""
    last_updated_date: str | None = None
    """When it was last changed."""


def read(kind: type[S], answer: Mapping[str, Any], account: str = "") -> S:
    """Read an AWS object.  Raises `Undecided` when it is not of that shape: what cannot be read is unknown."""
    members = {key: value for key, value in answer.items() if value is not None}
    try:
        return msgspec.structs.replace(convert(members, kind, strict=False), account=account)
    except msgspec.ValidationError as error:
        raise Undecided([Gap(f"fact: a readable {kind.__name__} (account {account}): {error}")]) from None
