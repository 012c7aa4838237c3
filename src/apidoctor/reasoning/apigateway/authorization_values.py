"""The values of API Gateway's authorization flow."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct, field

from apidoctor.reasoning.iam import Gate, Layer, Outcome, Policy, Problem, StatementRef

AuthorizationType: TypeAlias = Literal["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"]
"""A method's ``authorizationType``; ``CUSTOM`` is a Lambda authorizer."""

AuthorizerAnswer: TypeAlias = Policy | Literal["allow", "explicit_deny", "implicit_deny"] | None
"""What an authorizer said: its policy, or only the verdict; ``None``: not known."""

GateName: TypeAlias = Literal[
    "endpoint_policy",
    "access_association",
    "domain_policy",
    "mapping",
    "authentication",
    "service_control_policies",
    "resource_policy",
    "authorizer",
    "identity_policies",
    "permissions_boundary",
    "session_policy",
]
"""What a request must pass, as one step each."""

StepDecision: TypeAlias = Literal["allow", "explicit_deny", "implicit_deny", "indeterminate", "neutral"]
"""``neutral``: it says nothing, and need not."""


class Call(Struct, frozen=True):
    """A call of one method of a private REST API."""

    api_id: str
    account: str
    """Account that owns the API."""
    region: str
    stage: str
    method: str
    path: str = "/"
    """The path that API Gateway sees, without a custom domain's base path."""
    partition: str = "aws"
    authorization: AuthorizationType | None = None
    """The method's authorization type; ``None``: not known."""
    principal_arn: str | None = None
    """Who signs: an IAM user, role or role session."""
    principal_account: str | None = None
    signed: bool = False
    """Whether the Authorization header holds a valid AWS signature; a bearer token is none."""
    endpoint: str | None = None
    """The VPC endpoint that the call goes through; ``None``: not known."""
    endpoint_vpc: str | None = None
    """The VPC that the endpoint is in (not the client's); ``None``: not known."""
    source_ip: str | None = None
    """The client's address as the endpoint sees it; ``None``: not known."""
    domain_arn: str | None = None
    """Execute-side ARN of the private custom domain that the call goes through, if any:
    ``arn:aws:execute-api:us-east-1:111122223333:/domainnames/api.example.com+a1b2c3``."""
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """More context keys, for example the principal's tags, or the role ARN of a session."""
    unknown_context: frozenset[str] = frozenset()
    """More keys that are not known."""


class Step(Struct, frozen=True):
    """What one gate answers."""

    gate: GateName
    decision: StepDecision
    layer: Layer | None = None
    """The policy layer; ``None`` for authentication, an access association and a mapping, which are no policies."""
    decided_by: StatementRef | None = None
    level: int | None = None
    """Level of the organization, for service control policies."""

    @property
    def denies(self) -> bool:
        """Whether the gate is certainly closed."""
        return self.decision in ("explicit_deny", "implicit_deny")


class Verdict(Struct, frozen=True):
    """What API Gateway answers to a call, and what each gate would."""

    decision: Outcome
    steps: tuple[Step, ...] = ()
    """All gates, in the order in which a request meets them."""
    symptom: Step | None = None
    """The gate whose denial the caller sees; the others show once it is mended."""
    decided_by: StatementRef | None = None
    missing: tuple[Gate, ...] = ()
    unknown: tuple[str, ...] = ()
    """Context keys, layers that could not be read, and ``authorization`` for a method's unknown type."""
    problems: tuple[Problem, ...] = ()
    """What was found when the documents were read: repeated keys, and why one is no policy."""
    notes: tuple[str, ...] = ()
    """What a reader should know where AWS's pages disagree."""

    @property
    def denied_layers(self) -> tuple[Layer, ...]:
        """All layers that would deny, whether seen or hidden behind another."""
        found = [step.layer for step in self.steps if step.denies and step.layer is not None]
        return tuple(dict.fromkeys(found))

    @property
    def denied(self) -> bool | None:
        """Whether the call is refused; ``None`` when that hangs on something unknown."""
        if self.symptom is not None:
            return True
        return False if self.decision == "allow" else None


class Denial(Struct, frozen=True):
    """What the text of a 403 says. Fields that the text does not tell are ``None``."""

    layer: Layer | None
    """The layer that the text blames; a role's trust policy is ``resource``."""
    kind: Literal["explicit", "implicit"] | None
    who: str | None = None
    """``anonymous`` or the principal's ARN."""
    action: str | None = None
    resource: str | None = None
    """The ARN as printed, the account masked but for four digits."""
    partition: str | None = None
    region: str | None = None
    account_last4: str | None = None
    api_id: str | None = None
    stage: str | None = None
    method: str | None = None
    path: str | None = None
    """The path that API Gateway believes it was asked for, with its leading slash."""
    domain: str | None = None
    """Name and id of the custom domain, ``name+id``, when a domain's policy speaks."""
    policy_arn: str | None = None
    """The policy that denied, where the text names it."""
