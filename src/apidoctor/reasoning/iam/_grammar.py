"""From a parsed document to compiled statements, with everything that is wrong on the way.

Source: IAM User Guide, "Grammar of the IAM JSON policy language". Two kinds of wrong are kept apart: a
document whose *shape* is not a policy (AWS refuses to save it) is invalid as a whole; a *value* that can
never match (an unknown operator, a short ARN in an endpoint policy) is noted, and the part with it matches
nothing.
"""

from typing import Any

from ._documents import all_of, last_of
from ._elements import Notes, compile_actions, compile_condition, compile_principal, compile_resources
from .principals import Principals
from .statements import Statement, Written
from .values import Kind

VERSIONS = ("2008-10-17", "2012-10-17")
"""The first is what a document without ``Version`` has: there, ``${…}`` is plain text."""
_POLICY_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS = frozenset(
    [
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "Condition",
    ]
)
_WITH_PRINCIPAL: frozenset[Kind] = frozenset({"resource", "endpoint", "trust"})
_WITHOUT_PRINCIPAL: frozenset[Kind] = frozenset({"identity", "boundary", "session", "scp"})
_RESOURCE_OPTIONAL: frozenset[Kind] = frozenset({"resource", "trust"})
"""A trust policy has no Resource, and some services' resource policies need none: they speak of what they are
attached to."""


def compile_document(document: Any, notes: Notes, *, kind: Kind, prefix: str | None) -> tuple[Statement, ...]:
    """The compiled statements of one reading; ``notes`` says when the document is not a policy."""
    if not isinstance(document, dict):
        notes.invalid("", "A policy is a JSON object")
        return ()
    notes.names(document, _POLICY_ELEMENTS, "")
    version = last_of(document.get("Version", VERSIONS[0]))
    if version not in VERSIONS:
        notes.invalid("Version", f"The Version is neither {VERSIONS[0]} nor {VERSIONS[1]}")
    if "Statement" not in document:
        notes.invalid("Statement", "There is no Statement")
        return ()
    found: list[Any] = []
    for value in all_of(document["Statement"]):
        found.extend(value if isinstance(value, list) else [value])
    compiler = _Compiler(notes, kind, prefix, variables=version == VERSIONS[1])
    statements = tuple(compiler.statement(each, at) for at, each in enumerate(found))
    _note_repeated_sids(statements, notes)
    return statements


def _note_repeated_sids(statements: tuple[Statement, ...], notes: Notes) -> None:
    seen: set[str] = set()
    for statement in statements:
        if statement.sid in seen:
            notes.warn(
                "repeated_sid", f"Statement[{statement.index}].Sid", "Another statement has the same Sid"
            )
        if statement.sid:
            seen.add(statement.sid)


class _Compiler:
    """Compiles the statements of one document."""

    def __init__(self, notes: Notes, kind: Kind, prefix: str | None, *, variables: bool) -> None:
        self._notes = notes
        self._kind = kind
        self._prefix = prefix
        self._variables = variables

    def statement(self, raw: Any, at: int) -> Statement:
        notes, where = self._notes, f"Statement[{at}]"
        if not isinstance(raw, dict):
            notes.invalid(where, "A statement is a JSON object")
            raw = {}
        notes.names(raw, _STATEMENT_ELEMENTS, where)
        not_action, actions, action_at = self._choice(raw, "Action", where, needed=True)
        not_resource, resources, resource_at = self._choice(
            raw, "Resource", where, needed=self._kind not in _RESOURCE_OPTIONAL
        )
        principals, named = self._principal(raw, where)
        condition = compile_condition(
            raw.get("Condition", {}), f"{where}.Condition", notes, variables=self._variables
        )
        compiled = compile_resources(
            resources, resource_at, notes, kind=self._kind, prefix=self._prefix, variables=self._variables
        )
        return Statement(
            index=at,
            sid=self._sid(raw, where),
            allow=self._allows(raw, where),
            actions=compile_actions(actions, action_at, notes),
            not_action=not_action,
            resources=compiled if resources else None,
            not_resource=not_resource,
            principals=principals,
            not_principal="Principal" not in raw and "NotPrincipal" in raw,
            clauses=tuple(condition),
            written=Written(actions, resources, named),
        )

    def _sid(self, raw: dict[str, Any], where: str) -> str | None:
        sid = last_of(raw.get("Sid"))
        if sid is None or isinstance(sid, str):
            return sid
        self._notes.invalid(f"{where}.Sid", "The Sid is not text")
        return None

    def _allows(self, raw: dict[str, Any], where: str) -> bool:
        effect = last_of(raw.get("Effect"))
        if effect not in ("Allow", "Deny"):
            self._notes.invalid(f"{where}.Effect", "The Effect is neither Allow nor Deny")
        return bool(effect == "Allow")

    def _choice(
        self, raw: dict[str, Any], name: str, where: str, *, needed: bool
    ) -> tuple[bool, tuple[str, ...], str]:
        """Whether it is the ``Not`` form of an element, its list, and where it stands."""
        present = [each for each in (name, f"Not{name}") if each in raw]
        if len(present) != 1:
            if present:
                self._notes.invalid(f"{where}.{name}", f"{name} and Not{name} are both there")
            elif needed:
                self._notes.invalid(f"{where}.{name}", f"There is neither {name} nor Not{name}")
            return False, (), f"{where}.{name}"
        at = f"{where}.{present[0]}"
        values = self._notes.texts(last_of(raw[present[0]]), at)
        if not values:
            self._notes.invalid(at, "The list is empty")
        return present[0] != name, values, at

    def _principal(self, raw: dict[str, Any], where: str) -> tuple[Principals | None, tuple[str, ...]]:
        present = [name for name in ("Principal", "NotPrincipal") if name in raw]
        if not present:
            if self._kind in _WITH_PRINCIPAL:
                self._notes.invalid(f"{where}.Principal", "There is neither Principal nor NotPrincipal")
            return None, ()
        at = f"{where}.{present[0]}"
        if self._kind in _WITHOUT_PRINCIPAL or len(present) > 1:
            self._notes.invalid(at, "The element is not allowed here")
        if present[0] == "NotPrincipal" and self._kind == "trust":
            self._notes.invalid(at, "A trust policy cannot have NotPrincipal")
        return compile_principal(last_of(raw[present[0]]), at, self._notes)
