"""The API part of a world: REST APIs, what is saved and what is deployed, and the roles that call them."""

from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]
"""A policy document; ids stand in it as ``<endpoint:NAME>``, ``<api:NAME>``, ``<vpc:NAME>``."""


@dataclass
class Method:
    """One method of an API with a MOCK integration."""

    path: str
    authorization: str = "NONE"
    verb: str = "GET"
    api_key: bool = False

    @property
    def key(self) -> str:
        """``GET /pets``."""
        return f"{self.verb} {self.path}"


@dataclass
class Stage:
    """A stage with its logging and tracing."""

    access_log: bool = True
    execution_log: str = "INFO"
    tracing: bool = True


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
