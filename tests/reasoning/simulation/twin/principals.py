"""Who calls, and whom Principal and NotPrincipal name.

Sources: IAM User Guide, "Policy elements: Principal" and "Policy elements: NotPrincipal".
"""

from dataclasses import dataclass
from typing import Any

from reasoning.simulation.twin.texts import Context, as_list, held

EVERYONE = "everyone"
ACCOUNT = "account"


@dataclass(frozen=True)
class Caller:
    """The principal of a request."""

    kind: str
    """``anonymous``, ``service``, ``issuer``, ``root``, ``user``, ``role``, ``session`` or ``federated``."""
    arn: str | None = None
    account: str | None = None
    role_arn: str | None = None
    """The role behind a session; its path is not in the session's ARN, so only ``aws:PrincipalArn`` tells it."""
    user_arn: str | None = None
    """The user behind a federated session, where ``aws:PrincipalArn`` names one."""

    @property
    def is_iam(self) -> bool:
        """Does the caller belong to an account?"""
        return self.kind in ("root", "user", "role", "session", "federated")

    @property
    def has_policies(self) -> bool:
        """The root user has no identity policies and needs none ("Policy evaluation logic")."""
        return self.is_iam and self.kind != "root"

    @property
    def is_service_linked(self) -> bool:
        """Policies of the organization have no effect on these roles ("SCP evaluation", "RCPs")."""
        return ":role/aws-service-role/" in (self.role_arn or "")


NOBODY = Caller("anonymous")


def caller_of(request: dict[str, Any], context: Context) -> Caller:
    """The caller of a line; a host name is an AWS service, or the issuer of a web identity token."""
    arn = request.get("principal_arn")
    if arn is None:
        return NOBODY
    parts = arn.split(":", 5)
    if len(parts) != 6:
        by_token = request["action"].lower() == "sts:assumerolewithwebidentity"
        return Caller("issuer" if by_token else "service", arn)
    account = request.get("principal_account") or parts[4]
    behind = "".join(held(context, "aws:PrincipalArn")[:1])
    service, name = parts[2], parts[5]
    if service == "iam" and name.startswith(("saml-provider/", "oidc-provider/")):
        return Caller("issuer", arn)
    if service == "iam" and name == "root":
        return Caller("root", arn, account)
    if service == "iam" and name.startswith("role/"):
        return Caller("role", arn, account, role_arn=arn)
    if service == "sts" and name.startswith("assumed-role/"):
        return Caller("session", arn, account, role_arn=behind if ":role/" in behind else None)
    if service == "sts" and name.startswith("federated-user/"):
        return Caller("federated", arn, account, user_arn=behind if ":user/" in behind else None)
    return Caller("user", arn, account)


def is_account_of(entry: str, caller: Caller) -> bool:
    """An account's number and its root ARN name every principal of the account, not only the root user."""
    if not caller.is_iam or caller.arn is None:
        return False
    return entry in (caller.account, f"arn:{caller.arn.split(':')[1]}:iam::{caller.account}:root")


def way_of(kind: str, entry: str, caller: Caller) -> str | None:
    """How one entry names the caller; there are no wildcards but a lone ``*``."""
    if kind == "AWS" and entry == "*":
        return EVERYONE
    if kind == "AWS" and is_account_of(entry, caller):
        return ACCOUNT
    if kind == "AWS" and caller.is_iam and entry == caller.arn:
        return caller.kind
    if kind == "AWS" and caller.kind == "session" and entry == caller.role_arn:
        return "role"
    if kind == "AWS" and caller.kind == "federated" and entry == caller.user_arn:
        return "user behind"
    if (kind, caller.kind) in (("Service", "service"), ("Federated", "issuer")) and entry == caller.arn:
        return caller.kind
    return None


def ways_named(principal: Any, caller: Caller) -> list[str]:
    """In which ways a Principal element names the caller; none when it does not."""
    if principal == "*":
        return [EVERYONE]
    ways = [way_of(kind, entry, caller) for kind, entries in principal.items() for entry in as_list(entries)]
    return [way for way in ways if way]


def is_spared(principal: Any, caller: Caller) -> bool:
    """Is the caller an exception of a Deny with NotPrincipal?

    A principal of an account is spared only when its account, its role and it itself are all listed.
    """
    if principal == "*":
        return True
    if not caller.is_iam:
        return bool(ways_named(principal, caller))
    entries = as_list(principal.get("AWS", []))
    if "*" in entries:
        return True
    chain = [] if caller.kind == "root" else [caller.arn]
    chain += [caller.role_arn] if caller.kind == "session" else []
    return any(is_account_of(entry, caller) for entry in entries) and all(each in entries for each in chain)
