"""The API part of a world: REST APIs, what is saved and what is deployed, and the roles that call them."""

from dataclasses import dataclass, field
from typing import Any, Literal

from apidoctor.lab.description.backend import Integration

Document = dict[str, Any]
"""A policy document; ids stand in it as ``<endpoint:NAME>``, ``<api:NAME>``, ``<vpc:NAME>``."""


@dataclass
class Method:
    """One method of an API; without an integration of its own it is mocked."""

    path: str
    authorization: str = "NONE"
    verb: str = "GET"
    api_key: bool = False
    authorizer: str = ""
    """Name in :attr:`Api.authorizers`, with authorization CUSTOM or COGNITO_USER_POOLS."""
    integration: Integration = field(default_factory=Integration)
    required: list[str] = field(default_factory=list)
    """Query parameters that the request validator asks for."""
    consumes: str = ""
    """The only content type that the integration takes (passthrough NEVER); empty: any."""

    @property
    def key(self) -> str:
        """``GET /pets``."""
        return f"{self.verb} {self.path}"


@dataclass
class Authorizer:
    """A Lambda authorizer or a Cognito user pool, and what it says to which token."""

    kind: Literal["TOKEN", "COGNITO_USER_POOLS"] = "TOKEN"
    admitted: list[str] = field(default_factory=list)
    """Values of the Authorization header that pass."""
    denied: dict[str, str] = field(default_factory=dict)
    """Values that a Lambda authorizer denies, to the row that says so: ``L1``, ``L1-identity`` or ``L2``."""
    broken: str = ""
    """Row of an authorizer that cannot decide: ``L4`` (its function cannot be called) or ``L5`` (it fails)."""
    ttl_s: int = 300
    """``authorizerResultTtlInSeconds``."""


@dataclass
class Throttle:
    """A token bucket: *burst* calls at once, *rate* more each second."""

    rate: float
    burst: int


@dataclass
class Canary:
    """A canary release: the share of calls in percent that meet another deployment."""

    percent: float
    methods: list[Method]


@dataclass
class Stage:
    """A stage with its logging, tracing, web ACL and throttle."""

    access_log: bool = True
    execution_log: str = "INFO"
    tracing: bool = True
    web_acl: str = ""
    """Name in the world's ``web_acls``."""
    throttle: Throttle | None = None
    """Throttle of every method; None: the account's, which no lab reaches."""
    canary: Canary | None = None


@dataclass
class GatewayResponse:
    """A customised gateway response; *body* is its template for JSON, None leaves the body as it is."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass
class Deployment:
    """What a stage really runs; it stays as it was when the API is edited later."""

    methods: list[Method]
    policy: Document | None
    disabled: bool = False
    """Whether the default name was switched off when it was deployed."""


@dataclass
class Api:
    """A REST API as it is saved, and the deployment of its stages."""

    account: str
    methods: list[Method]
    policy: Document | None = None
    type: str = "PRIVATE"
    stages: dict[str, Stage] = field(default_factory=lambda: {"prod": Stage()})
    endpoints: list[str] = field(default_factory=list)
    """Endpoints in ``endpointConfiguration.vpcEndpointIds``: each gives an alias name."""
    disabled: bool = False
    """``disableExecuteApiEndpoint``."""
    strict: bool = False
    """``endpointAccessMode`` STRICT: the server name of TLS must be the Host."""
    tls13: bool = False
    """``securityPolicy`` that takes TLS 1.3 only; the lab's listeners then do so for every name."""
    authorizers: dict[str, Authorizer] = field(default_factory=dict)
    responses: dict[str, GatewayResponse] = field(default_factory=dict)
    """Customised gateway responses by their type, ``DEFAULT_4XX`` for all of that class."""
    deployment: Deployment | None = None
    """None: what is saved is deployed."""
    id: str = ""

    @property
    def deployed(self) -> Deployment:
        """What callers meet."""
        return self.deployment or Deployment(list(self.methods), self.policy, self.disabled)


@dataclass
class Role:
    """An IAM role with inline policies; *trusted* are account ids or role ARNs that may assume it."""

    account: str
    policies: dict[str, Document] = field(default_factory=dict)
    trusted: list[str] = field(default_factory=list)
    arn: str = ""
