"""Who calls: the principal that signs, and the policies attached to it.

Source: IAM user guide, "Policy evaluation logic" and the read-only calls of "Actions, resources, and condition keys for
AWS Identity and Access Management".
"""

import re
from typing import Any

from msgspec import Struct

from apidoctor.model.facts import Undecided, every, together
from apidoctor.model.inventory import as_dict, as_list, as_text
from apidoctor.model.missing import Gap
from apidoctor.reasoning.iam import Policy, read_policy
from apidoctor.reasoning.scene.api import method
from apidoctor.reasoning.scene.case import Case, accounts, fact
from apidoctor.reasoning.scene.seen import identity

_ARN = re.compile(
    r"arn:[\w-]+:(?P<service>iam|sts)::(?P<account>\d{12}):(?P<kind>root|user|role|assumed-role|federated-user)(?:/(?P<name>\S+))?"
)


class Principal(Struct, frozen=True):
    """An IAM identity that signs calls."""

    arn: str
    """As STS tells it: a role session has its ``sts`` ARN."""
    account: str
    """Its account."""
    kind: str
    """``root``, ``user``, ``role``, ``assumed-role``, ``federated-user``."""
    name: str
    """User or role name, without path and session."""


class Attached(Struct, frozen=True):
    """The policies attached to a principal."""

    identity: tuple[Policy, ...]
    """Inline and managed policies, and those of a user's groups."""
    boundary: Policy | None
    """The permissions boundary."""
    role_arn: str | None
    """For a role or a session: the role's ARN with its path."""


def is_principal(arn: str) -> bool:
    """Say whether *arn* names an IAM principal that can call."""
    return _ARN.fullmatch(arn) is not None


def read_principal(arn: str) -> Principal:
    """Read a principal's ARN.  Raises `Undecided` for one that this tool cannot follow."""
    match = _ARN.fullmatch(arn)
    if match is None:
        raise Undecided([Gap(f"fact: a user, role or session ARN; {arn} is none")])
    parts = (match["name"] or "").split("/")
    name = parts[0] if match["kind"] == "assumed-role" else parts[-1]
    return Principal(arn, match["account"], match["kind"], name)


@fact
def principal(case: Case) -> Principal | None:
    """Return who signs the call; None for an unsigned call.

    ``--as`` decides; without it a method with IAM authorization is called by the credentials of the caller's host, any
    other method anonymously.
    """
    wanted = case.request.as_
    if wanted == "anonymous":
        return None
    if wanted:
        return read_principal(wanted)
    found = method(case).value
    if found is None or found.authorization != "AWS_IAM":
        return None
    seen = identity(case).value
    if seen.principal is None:
        raise Undecided([Gap("fact: who calls: no valid credentials on the caller's host; say --as ARN")])
    return read_principal(seen.principal)


@fact
def attached(case: Case, who: Principal) -> Attached:
    """Return the policies attached to a principal."""
    if who.account not in accounts(case).value:
        raise Undecided(
            [Gap(f"account: {who.account} (of {who.arn}); its IAM policies are not readable from here")]
        )
    if who.kind == "root":
        return Attached((read_policy(_EVERYTHING, kind="identity"),), None, None)
    if who.kind in ("role", "assumed-role"):
        return _of_role(case, who)
    if who.kind == "user":
        return _of_user(case, who)
    raise Undecided([Gap(f"fact: the session policy of {who.arn}")])


_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def _of_role(case: Case, who: Principal) -> Attached:
    role = case.inventory.get(who.account, "global", "get_role", who.name)
    inline = _names(case, who.account, "list_role_policies", who.name)
    managed = _arns(case, who.account, "list_attached_role_policies", who.name)
    together(role, inline, managed)
    documents = every(
        [_inline(case, who.account, "get_role_policy", f"{who.name}/{name}") for name in inline.value]
        + [managed_policy(case, who.account, arn) for arn in managed.value]
    )
    found: dict[str, Any] = as_dict((role.value or {}).get("Role"), f"get_role of {who.name}")
    return Attached(
        tuple(read_policy(document, kind="identity") for document in documents),
        _boundary(case, who.account, found),
        as_text(found.get("Arn"), f"ARN of {who.name}"),
    )


def _of_user(case: Case, who: Principal) -> Attached:
    user = case.inventory.get(who.account, "global", "get_user", who.name)
    inline = _names(case, who.account, "list_user_policies", who.name)
    managed = _arns(case, who.account, "list_attached_user_policies", who.name)
    groups = case.inventory.items(who.account, "global", "list_groups_for_user", who.name)
    together(user, inline, managed, groups)
    if groups.value:
        names = ", ".join(str(group.get("GroupName")) for group in groups.value)
        raise Undecided([Gap(f"fact: the policies of the groups of {who.name} ({names})")])
    documents = every(
        [_inline(case, who.account, "get_user_policy", f"{who.name}/{name}") for name in inline.value]
        + [managed_policy(case, who.account, arn) for arn in managed.value]
    )
    found: dict[str, Any] = as_dict((user.value or {}).get("User"), f"get_user of {who.name}")
    return Attached(
        tuple(read_policy(document, kind="identity") for document in documents),
        _boundary(case, who.account, found),
        None,
    )


@fact
def _names(case: Case, account: str, operation: str, name: str) -> list[str]:
    answer = case.inventory.get(account, "global", operation, name).value
    return [str(item) for item in as_list((answer or {}).get("PolicyNames"), f"{operation} of {name}")]


@fact
def _arns(case: Case, account: str, operation: str, name: str) -> list[str]:
    items = case.inventory.items(account, "global", operation, name).value
    return [str(item.get("PolicyArn")) for item in items]


@fact
def _inline(case: Case, account: str, operation: str, key: str) -> Any:
    answer = case.inventory.get(account, "global", operation, key).value
    return (answer or {}).get("PolicyDocument") or {}


@fact
def managed_policy(case: Case, account: str, arn: str) -> Any:
    """Return the document of a managed policy's default version."""
    answer = case.inventory.get(account, "global", "get_policy", arn).value
    version = as_dict((answer or {}).get("Policy"), f"policy {arn}").get("DefaultVersionId")
    if not version:
        raise Undecided([Gap(f"fact: the default version of {arn}")])
    document = case.inventory.get(account, "global", "get_policy_version", f"{arn}/{version}").value
    return as_dict((document or {}).get("PolicyVersion"), f"version {version} of {arn}").get("Document") or {}


def _boundary(case: Case, account: str, owner: dict[str, Any]) -> Policy | None:
    arn = as_dict(owner.get("PermissionsBoundary"), "permissions boundary").get("PermissionsBoundaryArn")
    return read_policy(managed_policy(case, account, arn).value, kind="boundary") if arn else None
