"""A call made through roles that are assumed first: who may assume, what the session may do, what the API admits.

Source: IAM User Guide, "Troubleshoot IAM roles", "Methods to assume a role" (role chaining: one hour at most),
"Access to AWS accounts owned by third parties" (ExternalId); STS API Reference, "AssumeRole".
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.reasoning.iam import Outcome, Policies, Policy, Problem, Request

LONGEST_CHAINED = 3600
"""Seconds that a session lasts at most which another session asked for."""
LONGEST_DEFAULT = 3600
"""Seconds that a role's sessions last at most, unless the role says otherwise."""
_OF_PRINCIPAL = ("aws:principal", "aws:userid", "aws:username", "aws:tokenissuetime", "aws:multifactorauth")


class Role(Struct, frozen=True):
    """A role that is assumed on the way."""

    arn: str
    trust: Policy
    """Its trust policy."""
    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session_name: str = "session"
    session: Policy | None = None
    """The session policy that is passed in the call."""
    external_id: str | None = None
    """The ExternalId that is passed in the call."""
    duration: int | None = None
    """Seconds that are asked for."""
    longest: int = LONGEST_DEFAULT
    """The role's MaxSessionDuration."""
    rcps: tuple[tuple[Policy, ...], ...] = ()
    """Resource control policies of the role's organization."""
    scps: tuple[tuple[Policy, ...], ...] = ()
    """Service control policies for the role's account: they limit what its sessions do."""
    context: Mapping[str, tuple[str, ...]] = {}
    """Context keys of the role's session, for example its organization and its tags."""

    @property
    def account(self) -> str:
        """The account of the role."""
        return self.arn.split(":", 5)[4] if self.arn.count(":") >= _COLONS else ""

    @property
    def session_arn(self) -> str:
        """The principal that the session is: without the role's path."""
        partition = self.arn.split(":", 2)[1]
        name = self.arn.rpartition("/")[2]
        return f"arn:{partition}:sts::{self.account}:assumed-role/{name}/{self.session_name}"


_COLONS = 5


class Hop(Struct, frozen=True):
    """One step of the way: a role to assume, with the request for it and the policies that decide it."""

    role: Role
    request: Request
    policies: Policies


def hops(request: Request, policies: Policies, roles: tuple[Role, ...]) -> Iterator[Hop]:
    """The roles to assume one after the other, the first by the request's own principal."""
    caller, mine = request, policies
    for role in roles:
        yield Hop(role, _asking(caller, role), _deciding(mine, role))
        caller, mine = through(caller, role), _attached(role)


def arrived(request: Request, policies: Policies, roles: tuple[Role, ...]) -> tuple[Request, Policies]:
    """The call itself, made by the session of the last role, and the policies that decide it."""
    last = roles[-1]
    own = replace(_attached(last), resource=policies.resource, endpoint=policies.endpoint, rcps=policies.rcps)
    return through(request, last), own


def through(request: Request, role: Role) -> Request:
    """The same request, made by a session of a role."""
    context = {
        key: values for key, values in request.context.items() if not key.lower().startswith(_OF_PRINCIPAL)
    }
    context.update(
        {
            "aws:PrincipalArn": (role.arn,),
            "aws:PrincipalAccount": (role.account,),
            "aws:PrincipalType": ("AssumedRole",),
            **role.context,
        }
    )
    return replace(request, principal_arn=role.session_arn, principal_account=role.account, context=context)


def _asking(caller: Request, role: Role) -> Request:
    context = {**caller.context, "sts:RoleSessionName": (role.session_name,)}
    if role.external_id is not None:
        context["sts:ExternalId"] = (role.external_id,)
    return replace(
        caller, action="sts:AssumeRole", resource=role.arn, resource_account=role.account, context=context
    )


def _deciding(mine: Policies, role: Role) -> Policies:
    return Policies(
        identity=mine.identity,
        resource=role.trust,
        boundary=mine.boundary,
        session=mine.session,
        scps=mine.scps,
        rcps=role.rcps,
    )


def _attached(role: Role) -> Policies:
    return Policies(identity=role.identity, boundary=role.boundary, session=role.session, scps=role.scps)


def refused_duration(role: Role, *, chained: bool) -> Problem | None:
    """Why STS refuses the duration that is asked for, whatever the policies say."""
    if role.duration is None:
        return None
    if chained and role.duration > LONGEST_CHAINED:
        message = f"A role that assumes another gets a session of at most {LONGEST_CHAINED} seconds"
        return Problem("duration_too_long", role.arn, message, "invalid")
    if role.duration > role.longest:
        message = f"The role's sessions last at most {role.longest} seconds, {role.duration} are asked for"
        return Problem("duration_too_long", role.arn, message, "invalid")
    return None


class StepAnswer(Struct, frozen=True, omit_defaults=True):
    """How one step of the way was decided."""

    action: str
    resource: str
    principal: str | None
    decision: Outcome
