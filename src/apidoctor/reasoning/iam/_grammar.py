"""From a parsed document to its statements, with everything that makes it no policy.

Source: IAM User Guide, "Grammar of the IAM JSON policy language". Two kinds of wrong are kept apart: a document whose
*shape* is not a policy (AWS refuses to save it) is invalid as a whole, and that is told here; a *value* that can never
match (an unknown operator, a short ARN in an endpoint policy) matches nothing, and `_lint` tells it.
"""

from typing import Any

from ._documents import Repeated, all_of, last_of
from ._raw import (
    RESOURCE_OPTIONAL,
    WITH_PRINCIPAL,
    WITHOUT_PRINCIPAL,
    Block,
    RawPrincipal,
    RawStatement,
    Texts,
    Together,
)
from .values import SHOWN, Kind, Problem

VERSIONS = ("2008-10-17", "2012-10-17")
"""The first is what a document without ``Version`` has: there, ``${…}`` is plain text."""
_POLICY_ELEMENTS = ("Version", "Id", "Statement")
_STATEMENT_ELEMENTS = (
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
)
_PRINCIPAL_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")
MAX_PROBLEMS = 100
"""Most problems that are told of one document."""


class Notes:
    """Collects what makes a document invalid: the first hundred."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def invalid(self, where: str, message: str) -> None:
        """The shape is not a policy's: nothing can be decided with the document."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem("not_a_policy", where, message, "invalid"))

    def names(self, value: dict[str, Any], known: tuple[str, ...], where: str) -> None:
        """Note every key that the grammar does not have."""
        for name in value:
            if name not in known:
                meant = next((each for each in known if each.lower() == name.strip().lower()), None)
                hint = f"; it is spelt {meant}" if meant else ""
                self.invalid(f"{where}.{name[:SHOWN]}".lstrip("."), f"There is no such element{hint}")

    def texts(self, value: Any, where: str) -> Texts:
        """One text or a list of texts; an empty list when it is neither."""
        if isinstance(value, str) or (
            isinstance(value, list) and all(isinstance(each, str) for each in value)
        ):
            return value
        self.invalid(where, "The value is not text or a list of texts")
        return []


def read_statements(document: Any, notes: Notes, kind: Kind) -> tuple[list[RawStatement], bool]:
    """The statements of one reading, and whether policy variables count; ``notes`` says why it is no policy."""
    if not isinstance(document, dict):
        notes.invalid("", "A policy is a JSON object")
        return [], False
    notes.names(document, _POLICY_ELEMENTS, "")
    version = last_of(document.get("Version", VERSIONS[0]))
    if version not in VERSIONS:
        notes.invalid("Version", f"The Version is neither {VERSIONS[0]} nor {VERSIONS[1]}")
    if "Statement" not in document:
        notes.invalid("Statement", "There is no Statement")
        return [], False
    found: list[Any] = []
    for value in all_of(document["Statement"]):
        found.extend(value if isinstance(value, list) else [value])
    return [
        _statement(each, f"Statement[{at}]", notes, kind) for at, each in enumerate(found)
    ], version == VERSIONS[1]


def _statement(raw: Any, where: str, notes: Notes, kind: Kind) -> RawStatement:
    if not isinstance(raw, dict):
        notes.invalid(where, "A statement is a JSON object")
        raw = {}
    notes.names(raw, _STATEMENT_ELEMENTS, where)
    effect = last_of(raw.get("Effect"))
    if effect not in ("Allow", "Deny"):
        notes.invalid(f"{where}.Effect", "The Effect is neither Allow nor Deny")
    elements: dict[str, Any] = {"Effect": effect}
    sid = last_of(raw.get("Sid"))
    if isinstance(sid, str):
        elements["Sid"] = sid
    elif sid is not None:
        notes.invalid(f"{where}.Sid", "The Sid is not text")
    elements.update(_choice(raw, "Action", where, notes, needed=True))
    elements.update(_choice(raw, "Resource", where, notes, needed=kind not in RESOURCE_OPTIONAL))
    elements.update(_principal(raw, where, notes, kind))
    if "Condition" not in raw:
        return RawStatement(**elements)
    first, *others = _blocks(raw["Condition"], f"{where}.Condition", notes) or [{}]
    return (
        Together(**elements, Condition=first, also=tuple(others))
        if others
        else RawStatement(**elements, Condition=first)
    )


def _choice(raw: dict[str, Any], name: str, where: str, notes: Notes, *, needed: bool) -> dict[str, Texts]:
    """The element, or its ``Not`` form, with its list."""
    present = [each for each in (name, f"Not{name}") if each in raw]
    if len(present) != 1:
        if present:
            notes.invalid(f"{where}.{name}", f"{name} and Not{name} are both there")
        elif needed:
            notes.invalid(f"{where}.{name}", f"There is neither {name} nor Not{name}")
        return {}
    at = f"{where}.{present[0]}"
    values = notes.texts(last_of(raw[present[0]]), at)
    if values == []:
        notes.invalid(at, "The list is empty")
    return {present[0]: values}


def _principal(raw: dict[str, Any], where: str, notes: Notes, kind: Kind) -> dict[str, str | RawPrincipal]:
    present = [name for name in ("Principal", "NotPrincipal") if name in raw]
    if not present:
        if kind in WITH_PRINCIPAL:
            notes.invalid(f"{where}.Principal", "There is neither Principal nor NotPrincipal")
        return {}
    name, at = present[0], f"{where}.{present[0]}"
    if kind in WITHOUT_PRINCIPAL or len(present) > 1:
        notes.invalid(at, "The element is not allowed here")
    if name == "NotPrincipal" and kind == "trust":
        notes.invalid(at, "A trust policy cannot have NotPrincipal")
    value = last_of(raw[name])
    if value == "*":
        return {name: "*"}
    if not isinstance(value, dict) or not value:
        notes.invalid(at, 'A principal is "*" or an object such as {"AWS": …}')
        return {}
    notes.names(value, _PRINCIPAL_TYPES, at)
    listed = {
        each: notes.texts(last_of(value[each]), f"{at}.{each}") for each in _PRINCIPAL_TYPES if each in value
    }
    return {name: RawPrincipal(**listed)}


def _blocks(condition: Any, where: str, notes: Notes) -> list[Block]:
    """The Condition; repeated keys give a further block for each further value."""
    found: list[Block] = [{}]
    for block in all_of(condition):
        if not isinstance(block, dict):
            notes.invalid(where, "A Condition is an object of operators")
            continue
        for name, operators in block.items():
            for keys in all_of(operators):
                at = f"{where}.{name[:SHOWN]}"
                if not isinstance(keys, dict):
                    notes.invalid(at, "A condition operator holds an object of keys")
                    continue
                _add(found, name, keys, at, notes)
    return found


def _add(blocks: list[Block], name: str, keys: dict[str, Any], where: str, notes: Notes) -> None:
    for key, value in keys.items():
        for one in all_of(value):
            values = one if isinstance(one, list) else [one]
            if isinstance(one, Repeated) or not all(
                isinstance(each, (str, bool, int, float)) for each in values
            ):
                notes.invalid(
                    f"{where}.{key[:SHOWN]}",
                    "A condition value is text, a number, true or false, or a list of these",
                )
                continue
            block = next((each for each in blocks if key not in each.get(name, {})), None)
            if block is None:
                blocks.append(block := {})
            block.setdefault(name, {})[key] = one
