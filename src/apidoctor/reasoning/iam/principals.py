"""Who calls, and whether a Principal element names them.

Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal", "Permissions boundaries for
IAM entities" (which principal a boundary limits), "Cross account resource access in IAM".
"""

import re
from enum import IntEnum
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct

from .truth import Truth

CallerKind: TypeAlias = Literal[
    "anonymous", "unknown", "root", "user", "role", "session", "federated", "service", "provider"
]
"""``role``: a session of a role whose session name is not given; ``federated``: a GetFederationToken session;
``provider``: a token issuer that asks for a role; ``unknown``: signed, but it is not known by whom."""

IAM_KINDS: frozenset[CallerKind] = frozenset({"unknown", "root", "user", "role", "session", "federated"})
"""Callers that belong to an account, so that its identity policies and its SCPs count."""

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_SERVICE_ROLE = ":role/aws-service-role/"
_SERVICE_NAME = ":assumed-role/AWSServiceRoleFor"
"""How the session of a service-linked role begins; the path that proves it does not show there."""


class Grant(IntEnum):
    """How directly a principal is named; in its own account that decides which policies still limit it."""

    NONE = 0
    ACCOUNT = 1
    """The account is named: it decides, with its identity policies."""
    ROLE = 2
    """The role (or the user behind a federated session): boundary and session policy still limit."""
    DIRECT = 3
    """The user, the session or everyone: no silence of identity, boundary or session policy counts."""


Strength: TypeAlias = tuple[Grant, Grant]
"""The grant that is certain, and the greatest that is possible."""

NEVER: Strength = (Grant.NONE, Grant.NONE)
SURELY: Strength = (Grant.DIRECT, Grant.DIRECT)


class Caller(NamedTuple):
    """The principal of a request."""

    kind: CallerKind
    arn: str
    account: str
    base_arn: str | None
    """The role or user behind a session, when it is known."""
    base_unknown: bool
    """The session's role is not known by its ARN (a path does not show in a session's ARN)."""
    session_unknown: bool
    """A role calls under a session name that is not known."""

    @property
    def service_linked(self) -> Truth:
        """Whether it is a service-linked role, which no organization policy limits."""
        if self.base_unknown and _SERVICE_NAME in self.arn:
            return None
        return _SERVICE_ROLE in (self.base_arn or self.arn)


@lru_cache(maxsize=4096)
def caller(arn: str | None, account: str | None, base_arn: str | None, unknown: frozenset[str]) -> Caller:
    """Read a principal. ``base_arn`` is ``aws:PrincipalArn``; ``unknown`` are unknown keys in lower case."""
    base_unknown = "aws:principalarn" in unknown
    if arn is None:
        return Caller(
            "unknown" if base_unknown else "anonymous", "", account or "", base_arn, base_unknown, False
        )
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return Caller("service", arn, account or "", None, False, False)
    kind = _kind(parts[2], parts[5])
    own = account or parts[4]
    if kind in ("session", "federated"):
        return Caller(kind, arn, own, base_arn, base_unknown and base_arn is None, False)
    return Caller(kind, arn, own, arn, False, kind == "role" and "aws:userid" in unknown)


def _kind(service: str, resource: str) -> CallerKind:
    if service == "sts":
        return "federated" if resource.startswith("federated-user/") else "session"
    if resource == "root":
        return "root"
    if resource.startswith(("oidc-provider/", "saml-provider/")):
        return "provider"
    return "role" if resource.startswith("role/") else "user"


class Principals(Struct, frozen=True, gc=False, eq=False):
    """A compiled Principal or NotPrincipal element."""

    everyone: bool
    accounts: frozenset[str]
    arns: frozenset[str]
    services: frozenset[str]
    """Names of AWS services and token issuers."""

    def strength(self, who: Caller) -> Strength:
        """How directly the element names the caller."""
        if self.everyone:
            return SURELY
        if who.kind not in IAM_KINDS:
            return SURELY if who.arn and who.arn in self.services else NEVER
        sure = self._sure(who)
        return sure, max(sure, self._possible(who))

    def _sure(self, who: Caller) -> Grant:
        if who.arn in self.arns:
            return Grant.ROLE if who.kind == "role" else Grant.DIRECT
        if who.base_arn in self.arns:
            return Grant.ROLE
        return Grant.ACCOUNT if who.account in self.accounts else Grant.NONE

    def _possible(self, who: Caller) -> Grant:
        """What it could be, were the unknown part of the caller known."""
        if who.kind == "unknown":
            return Grant.DIRECT if self.accounts or self.arns else Grant.NONE
        if who.session_unknown and any(
            _role_of(arn) == _role_of(who.arn) for arn in self.arns if ":sts:" in arn
        ):
            return Grant.DIRECT
        if who.base_unknown and any(_may_be_of(arn, who) for arn in self.arns if ":iam:" in arn):
            return Grant.ROLE
        return Grant.NONE

    def spares(self, who: Caller, *, deny: bool) -> Truth:
        """Whether a NotPrincipal element leaves the caller out.

        A Deny spares a session only if its account, its role and the session itself are all listed, and a user
        only with the account; an Allow leaves out whoever is listed in any of these ways.
        """
        sure, possible = self.strength(who)
        if possible is Grant.NONE:
            return False
        if not deny or who.kind not in ("session", "role", "federated") or self.everyone:
            if deny and who.kind == "user":
                return who.account in self.accounts and who.arn in self.arns
            return True if sure >= Grant.ACCOUNT else None if possible >= Grant.ACCOUNT else False
        if who.account not in self.accounts or (who.kind != "role" and who.arn not in self.arns):
            return False
        if who.kind == "federated" or who.base_arn in self.arns:
            return None if who.session_unknown else True
        return None if who.base_unknown else False


def _may_be_of(arn: str, who: Caller) -> bool:
    """Whether a session may be one of a role or user: a federated user's session does not tell whose it is."""
    if who.kind == "federated":
        return ":user/" in arn and arn.split(":", 5)[4] == who.account
    return _role_of(arn) == _role_of(who.arn)


def _role_of(arn: str) -> tuple[str, str]:
    """Account and role name of a role's or session's ARN, the path left out."""
    _, _, _, _, account, resource = arn.split(":", 5)
    parts = resource.split("/")
    return account, parts[1] if parts[0] == "assumed-role" and len(parts) > 1 else parts[-1]


EVERYONE = Principals(True, frozenset(), frozenset(), frozenset())
"""``"*"``"""


def compile_principals(aws: list[str], services: list[str]) -> Principals:
    """Compile the ``AWS`` entries and the names of services and issuers. What names nobody is left out."""
    accounts, arns = set(), set()
    for entry in aws:
        parts = entry.split(":", 5)
        if _ACCOUNT.fullmatch(entry):
            accounts.add(entry)
        elif len(parts) == 6 and parts[5] == "root":
            accounts.add(parts[4])
        elif len(parts) == 6:
            arns.add(entry)
    return Principals("*" in aws, frozenset(accounts), frozenset(arns), frozenset(services))


def names_nobody(entry: str) -> bool:
    """Whether an ``AWS`` entry matches no principal: a bare unique id, a partial wildcard, no ARN at all."""
    if entry == "*" or _ACCOUNT.fullmatch(entry):
        return False
    return "*" in entry or "?" in entry or len(entry.split(":", 5)) < 6
