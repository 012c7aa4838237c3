"""One line of a batch: a request and the policies that decide it."""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Raw, Struct, field

from apidoctor.reasoning.apigateway.authorize import AuthorizationType, AuthorizerAnswer, Domain
from apidoctor.reasoning.iam import Kind, Outcome, Policies, Policy, Problem, Request, read_policy
from apidoctor.reasoning.iam.values import Scalar, texts

from .assume import LONGEST_DEFAULT, Role

ARN_COLONS = 5
MAX_LINE = 64 * 1024 * 1024
"""Most bytes of a line that are read."""


def _null() -> Raw:
    return Raw(b"null")


Expected: TypeAlias = Literal["allow", "deny"] | Outcome
"""What a case can be expected to be; ``deny`` is a denial of either kind."""
EXPECTED = ("allow", "deny", "explicit_deny", "implicit_deny", "indeterminate", "invalid")


class RequestLine(Struct):
    """``request``: the call. A context key that is not there is absent from the call."""

    action: str
    resource: str
    principal_arn: str | None = None
    principal_account: str | None = None
    resource_account: str | None = None
    context: dict[str, Scalar | list[Scalar] | None] = field(default_factory=dict)
    unknown_context: list[str] = field(default_factory=list)


class PoliciesLine(Struct, forbid_unknown_fields=True):
    """``policies``: each document an object or the text of one; ``null`` and missing: none is attached.

    Another member is a mistake: a policy under a misspelt name would count for nothing.
    """

    identity: list[Raw] | None = None
    resource: Raw = field(default_factory=_null)
    endpoint: Raw = field(default_factory=_null)
    boundary: Raw = field(default_factory=_null)
    session: Raw = field(default_factory=_null)
    scps: list[list[Raw]] | None = None
    rcps: list[list[Raw]] | None = None


class RoleLine(Struct, forbid_unknown_fields=True):
    """``assume``: a role to assume before the call; the first by the request's principal, whose policies the
    line's are."""

    arn: str
    trust: Raw
    identity: list[Raw] = field(default_factory=list)
    boundary: Raw = field(default_factory=_null)
    session_name: str = "session"
    session: Raw = field(default_factory=_null)
    external_id: str | None = None
    duration: int | None = None
    max_duration: int = LONGEST_DEFAULT
    scps: list[list[Raw]] | None = None
    rcps: list[list[Raw]] | None = None
    context: dict[str, Scalar | list[Scalar]] = field(default_factory=dict)


class DomainLine(Struct, forbid_unknown_fields=True):
    """``domain``: the private custom domain that the call goes through."""

    arn: str
    policy: Raw = field(default_factory=_null)
    associated: bool | None = None
    mapped: bool | None = None


class Line(Struct):
    """A line of a batch."""

    request: RequestLine
    id: Any = None
    policies: PoliciesLine = field(default_factory=PoliciesLine)
    authorization: AuthorizationType | None = None
    authorizer: Raw = field(default_factory=_null)
    domain: DomainLine | None = None
    assume: list[RoleLine] = field(default_factory=list)
    unknown_context: list[str] = field(default_factory=list)
    expect: Any = None


class Case(Struct, frozen=True):
    """A request and the policies that decide it, read."""

    request: Request
    policies: Policies
    id: Any = None
    authorization: AuthorizationType | None = None
    """Given: API Gateway's own flow decides, for a private API's method of this type."""
    authorizer: AuthorizerAnswer = None
    domain: Domain | None = None
    """The private custom domain that the call goes through."""
    roles: tuple[Role, ...] = ()
    """Roles to assume before the call, one by the other."""
    expect: Expected | None = None
    refused: Problem | None = None
    """Why the call is refused before any policy is looked at."""
    private: bool = False
    """The API is known to be private, so that without a resource policy every call is refused."""


class Unreadable(Exception):
    """The line is no case; the text says what is wrong with it."""

    def __init__(self, message: str, identity: Any = None) -> None:
        super().__init__(message)
        self.identity = identity
        """The line's ``id``, where it could be read."""


_DECODER = msgspec.json.Decoder(Line)
_VERDICTS: dict[str, AuthorizerAnswer] = {
    "allow": "allow",
    "deny": "explicit_deny",
    "explicit_deny": "explicit_deny",
    "neutral": "implicit_deny",
    "implicit_deny": "implicit_deny",
}


Reader: TypeAlias = Callable[[str | bytes, Kind], Policy]
"""Reads a policy document."""


def _read_again(document: str | bytes, kind: Kind) -> Policy:
    """Lines of a batch often have the same policies."""
    return read_policy(document, kind=kind)


def read_case(text: bytes, *, read: Reader = _read_again) -> Case:
    """Read a line of a batch; *read* reads its policies.

    Raises:
        Unreadable: it is not JSON, or a member is missing or of another type.
    """
    if len(text) > MAX_LINE:
        raise Unreadable(f"The line is larger than {MAX_LINE // (1024 * 1024)} MiB")
    try:
        line = _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Unreadable(str(error) or "The line is nested too deep", _identity(text)) from None
    if any(each.arn.count(":") < ARN_COLONS for each in line.assume):
        raise Unreadable("assume: a role's ARN is no ARN", line.id)
    return case_of(line, read)


def case_of(line: Line, read: Reader = _read_again) -> Case:
    """Read the policies of a line.

    Raises:
        Unreadable: the authorizer is neither a policy nor a verdict.
    """
    asked = line.request
    trust = asked.action.lower().startswith("sts:assumerole")
    given = line.policies
    return Case(
        request=Request(
            action=asked.action,
            resource=asked.resource,
            principal_arn=asked.principal_arn,
            principal_account=asked.principal_account,
            resource_account=asked.resource_account,
            context={key: texts(value) for key, value in asked.context.items() if value is not None},
            unknown_context=frozenset(line.unknown_context or asked.unknown_context),
        ),
        policies=Policies(
            identity=tuple([_policy(each, "identity", read) for each in given.identity or ()]),
            resource=_optional(given.resource, "trust" if trust else "resource", read),
            endpoint=_optional(given.endpoint, "endpoint", read),
            boundary=_optional(given.boundary, "boundary", read),
            session=_optional(given.session, "session", read),
            scps=_levels(given.scps, "scp", read),
            rcps=_levels(given.rcps, "rcp", read),
        ),
        id=line.id,
        authorization=line.authorization,
        authorizer=_authorizer(line.authorizer, line.id),
        domain=_domain(line.domain, read) if line.domain else None,
        roles=tuple([_role(each, read) for each in line.assume]),
        expect=line.expect if line.expect in EXPECTED else None,
    )


def _identity(text: bytes) -> Any:
    """The ``id`` of a line that is not as it should be, when it is JSON at all."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, (str, int, float)) else None


def _domain(line: DomainLine, read: Reader) -> Domain:
    return Domain(line.arn, _optional(line.policy, "resource", read), line.associated, line.mapped)


def _role(line: RoleLine, read: Reader) -> Role:
    return Role(
        arn=line.arn,
        trust=_policy(line.trust, "trust", read),
        identity=tuple([_policy(each, "identity", read) for each in line.identity]),
        boundary=_optional(line.boundary, "boundary", read),
        session_name=line.session_name,
        session=_optional(line.session, "session", read),
        external_id=line.external_id,
        duration=line.duration,
        longest=line.max_duration,
        scps=_levels(line.scps, "scp", read),
        rcps=_levels(line.rcps, "rcp", read),
        context={key: texts(value) for key, value in line.context.items()},
    )


def _policy(document: Raw, kind: Kind, read: Reader) -> Policy:
    text = bytes(document)
    return read(msgspec.json.decode(text) if text.startswith(b'"') else text, kind)


def _optional(document: Raw, kind: Kind, read: Reader) -> Policy | None:
    return None if bytes(document) == b"null" else _policy(document, kind, read)


def _levels(levels: list[list[Raw]] | None, kind: Kind, read: Reader) -> tuple[tuple[Policy, ...], ...]:
    return tuple([tuple([_policy(each, kind, read) for each in level]) for level in levels or ()])


def _authorizer(value: Raw, identity: Any) -> AuthorizerAnswer:
    """What the authorizer said: a verdict, or its policy."""
    text = bytes(value)
    if text == b"null":
        return None
    if not text.startswith(b'"'):
        return read_policy(text, kind="identity")
    word = msgspec.json.decode(text)
    if word.lstrip().startswith("{"):
        return read_policy(word, kind="identity")
    if word.lower() not in _VERDICTS:
        raise Unreadable(f"The authorizer is neither a policy nor one of {', '.join(_VERDICTS)}", identity)
    return _VERDICTS[word.lower()]


def problem(message: str) -> Problem:
    """What makes a line unreadable, as a problem."""
    return Problem("not_a_case", "", message, "invalid")
