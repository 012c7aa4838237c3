"""The values that go into and come out of a policy decision."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct, field

Kind: TypeAlias = Literal["identity", "resource", "endpoint", "boundary", "session", "scp", "rcp", "trust"]
"""What a document is attached to; the grammar differs (a Principal, short resource forms)."""

Scalar: TypeAlias = str | bool | int | float
"""What a value of a context or condition key may be in JSON."""

Layer: TypeAlias = Literal[
    "identity", "boundary", "session", "resource", "endpoint", "scp", "rcp", "authorizer"
]
"""The layer of a decision that a document takes part in; a trust policy is the ``resource`` layer."""

Outcome: TypeAlias = Literal["allow", "explicit_deny", "implicit_deny", "indeterminate", "invalid"]
"""Implicit denial (nothing allowed) and explicit denial (a Deny applied) are never mixed."""

Gate: TypeAlias = Literal["grant", "boundary", "session", "endpoint", "scp", "rcp"]
"""What must be open; ``grant`` is the identity and resource policies together."""


def texts(value: Scalar | list[Scalar]) -> tuple[str, ...]:
    """The values of a context or condition key as text; JSON's ``true`` and numbers are the same as their text."""
    if type(value) is str:
        return (value,)
    if type(value) is list:
        return tuple([each if type(each) is str else _scalar(each) for each in value])
    return (_scalar(value),)  # type: ignore[arg-type]  # the list is gone


def _scalar(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


SHOWN = 120
"""Most characters of a foreign value that a message repeats."""


class Problem(Struct, frozen=True, gc=False):
    """Something wrong with a document."""

    code: str
    """A stable word, for example ``duplicate_key``."""
    where: str
    """The place in the document, for example ``Statement[1].Effect``; empty for the whole."""
    message: str
    """One sentence for a person."""
    severity: Literal["invalid", "error", "warning"] = "error"
    """``invalid``: this is not a policy, nothing can be decided with it; ``error``: the part never matches or
    is ambiguous; ``warning``: it does something, probably not what was meant."""


class Request(Struct, frozen=True, gc=False):
    """One call to authorize, complete: nothing is inferred."""

    action: str
    """Service and action, ``execute-api:Invoke``; case does not matter."""
    resource: str
    """The ARN that is acted on, or ``*``."""
    principal_arn: str | None = None
    """User, role, role session (``sts`` form) or federated ARN, a service principal; ``None``: not signed."""
    principal_account: str | None = None
    """Account of the caller; read from the ARN when not given."""
    resource_account: str | None = None
    """Account that owns the resource; read from the ARN when not given, else the caller's own."""
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Context keys (case does not matter) and their values. A key that is not here is absent from the call.
    A role session's role ARN is ``aws:PrincipalArn``."""
    unknown_context: frozenset[str] = frozenset()
    """Keys whose presence and value are not known; ``aws:PrincipalTag/*`` stands for every tag.
    ``aws:PrincipalArn`` with no ``principal_arn``: signed by somebody who is not known."""


class StatementRef(Struct, frozen=True, gc=False, omit_defaults=True):
    """Where a statement stands. Indexes count from 0, the organization's root is level 0."""

    layer: Layer
    document: int
    statement: int
    level: int | None = None
    sid: str | None = None


class Decision(Struct, frozen=True, gc=False):
    """What the policies decide about one request."""

    decision: Outcome
    decided_by: StatementRef | None = None
    """The Deny that applied, or the Allow that granted; ``None`` for an implicit denial."""
    missing: tuple[Gate, ...] = ()
    """The gates that certainly nothing opened."""
    unknown: tuple[str, ...] = ()
    """What would decide it: context keys, and layers that could not be read."""
    problems: tuple[Problem, ...] = ()
    """What was found when the documents were read: repeated keys, and why one is no policy."""

    @property
    def denied(self) -> bool | None:
        """Whether the call is refused: ``None`` when that hangs on something unknown.

        An ``indeterminate`` decision with a missing gate is certainly refused; open is only how.
        """
        if self.decision == "indeterminate":
            return True if self.missing else None
        return None if self.decision == "invalid" else self.decision != "allow"


Element: TypeAlias = Literal[
    "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"
]


class NearMiss(Struct, frozen=True, gc=False, omit_defaults=True):
    """A statement that would have allowed the request but for one element."""

    layer: Layer
    document: int
    statement: int
    element: Element
    wanted: tuple[str, ...]
    """What the policy lists."""
    got: tuple[str, ...]
    """What the request has; empty when the key is absent."""
    key: str | None = None
    """The condition key, as the policy spells it."""
    operator: str | None = None
    """The condition operator, as the policy spells it."""
    level: int | None = None
    sid: str | None = None
