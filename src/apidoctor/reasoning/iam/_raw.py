"""A policy as it is written, typed, and the quick way to read one.

The shape of a plain document is proved by the decoder itself. Whatever it does not take, or what may have repeated
keys, goes the slow way (`_documents`, `_grammar`), which says what is wrong.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Struct, UnsetType

from ._documents import MAX_BYTES
from .values import Kind, Scalar

Texts: TypeAlias = str | list[str]
Block: TypeAlias = dict[str, dict[str, Scalar | list[Scalar]]]
"""A Condition: operator, key, one value or several."""

WITH_PRINCIPAL: frozenset[Kind] = frozenset({"resource", "endpoint", "trust"})
WITHOUT_PRINCIPAL: frozenset[Kind] = frozenset({"identity", "boundary", "session", "scp"})
RESOURCE_OPTIONAL: frozenset[Kind] = frozenset({"resource", "trust"})
"""A trust policy has no Resource, and some services' resource policies need none: they speak of what they are
attached to."""


class RawPrincipal(Struct, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """The object form of a Principal."""

    AWS: Texts | UnsetType = UNSET
    Service: Texts | UnsetType = UNSET
    Federated: Texts | UnsetType = UNSET
    CanonicalUser: Texts | UnsetType = UNSET


class RawStatement(Struct, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """A statement; the fields are the elements of the grammar, in the order in which they are shown."""

    Effect: Literal["Allow", "Deny"]
    Sid: str | UnsetType = UNSET
    Principal: str | RawPrincipal | UnsetType = UNSET
    NotPrincipal: str | RawPrincipal | UnsetType = UNSET
    Action: Texts | UnsetType = UNSET
    NotAction: Texts | UnsetType = UNSET
    Resource: Texts | UnsetType = UNSET
    NotResource: Texts | UnsetType = UNSET
    Condition: Block | UnsetType = UNSET


class Together(RawStatement):
    """A statement whose Condition repeats a key: all the values of the repeated keys must hold."""

    also: tuple[Block, ...] = ()


class RawPolicy(Struct, forbid_unknown_fields=True, gc=False):
    """A policy document."""

    Statement: RawStatement | list[RawStatement]
    Version: Literal["2008-10-17", "2012-10-17"] | UnsetType = UNSET
    Id: str | UnsetType = UNSET


_APART = re.compile(r"\s:")
_DECODER = msgspec.json.Decoder(RawPolicy)


def quick(document: str | bytes | Mapping[str, Any], kind: Kind) -> RawPolicy | None:
    """Return the policy, or ``None`` when the quick way cannot prove that it is one without repeated keys."""
    try:
        if isinstance(document, dict):
            found = msgspec.convert(document, RawPolicy)
            return found if _keys(found, kind) else None
        if isinstance(document, bytes):
            document = document.decode()
        if not isinstance(document, str) or len(document) > MAX_BYTES:
            return None
        found = _DECODER.decode(document)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    # Every key of JSON text ends with a quote and a colon: with as many of them as there are keys left, none is
    # repeated. A colon that stands apart from its quote would not be counted.
    if document.count('":') != _keys(found, kind):
        return None
    spaced = "\n" in document or "\t" in document or "\r" in document
    if " :" in document or (spaced and _APART.search(document)):
        return None
    return found


def _keys(policy: RawPolicy, kind: Kind) -> int:
    """Return how many keys all objects have together; 0 when an element is missing, empty or in the wrong place."""
    found = 1 + (policy.Version is not UNSET) + (policy.Id is not UNSET)
    statements = policy.Statement
    principal_is_good, resource_is_optional = _PRINCIPAL[kind], kind in RESOURCE_OPTIONAL
    for each in statements if isinstance(statements, list) else (statements,):
        actions = (each.Action is not UNSET) + (each.NotAction is not UNSET)
        resources = (each.Resource is not UNSET) + (each.NotResource is not UNSET)
        principals = (each.Principal is not UNSET) + (each.NotPrincipal is not UNSET)
        if actions != 1 or not (each.Action or each.NotAction) or not principal_is_good[principals]:
            return 0
        if resources == 1:
            if not (each.Resource or each.NotResource):
                return 0
        elif resources or not resource_is_optional:
            return 0
        found += 3 + resources - (each.Sid is UNSET)
        if principals:
            entries = _entries(each, kind)
            if not entries:
                return 0
            found += entries
        if each.Condition is not UNSET:
            found += 1 + len(each.Condition)
            for keys in each.Condition.values():
                found += len(keys)
    return found


_PRINCIPAL: dict[Kind, tuple[bool, bool, bool]] = {
    kind: (kind not in WITH_PRINCIPAL, kind not in WITHOUT_PRINCIPAL, False)
    for kind in ("identity", "resource", "endpoint", "boundary", "session", "scp", "rcp", "trust")
}
"""Whether no, one or two elements that name principals are good."""


def _entries(statement: RawStatement, kind: Kind) -> int:
    """Return how many keys the Principal element has, itself included; 0 when it names nobody."""
    value = statement.Principal
    if value is UNSET:
        if kind == "trust":
            return 0
        value = statement.NotPrincipal
    if isinstance(value, RawPrincipal):
        listed = (value.AWS, value.Service, value.Federated, value.CanonicalUser)
        types = 4 - listed.count(UNSET)
        return 1 + types if types else 0
    return int(value == "*")
