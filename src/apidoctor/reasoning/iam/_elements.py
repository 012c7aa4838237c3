"""The elements of a statement, compiled: actions, resources, principals and conditions.

Source: IAM User Guide, "Grammar of the IAM JSON policy language" and the page of each element; API Gateway
Developer Guide, "Create and attach an API Gateway resource policy to an API" (the short resource forms).
"""

import re
from collections.abc import Iterator
from typing import Any

from ._conditions import Clause, compile_clause, operator_accepts
from ._documents import all_of, last_of
from ._globs import ARN_SEGMENTS, AnyApi, glob, segments
from ._patterns import Patterns, compile_patterns, tokens
from .principals import Principals, compile_principals, names_nobody
from .values import Kind, Problem

_PRINCIPAL_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")
_SHORT = "execute-api:/"
_DOMAIN = ":/domainnames/"
_ACTION = re.compile(r"\*|[^:\s]+:[^\s]+")
MAX_PROBLEMS = 100
"""Most problems that are told of one document."""
_SHOWN = 120
"""Most characters of a foreign value that a message repeats."""


class Notes:
    """Collects the problems of one document: the first hundred, and always one that makes it invalid."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.valid = True

    def invalid(self, where: str, message: str) -> None:
        """The shape is not a policy's: nothing can be decided with the document."""
        if self.valid or len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem("not_a_policy", where, message, "invalid"))
        self.valid = False

    def error(self, code: str, where: str, message: str) -> None:
        """A part that can never match, or that is ambiguous."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code, where, message))

    def warn(self, code: str, where: str, message: str) -> None:
        """A part that probably does not do what was meant."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code, where, message, "warning"))

    def names(self, value: dict[str, Any], known: frozenset[str], where: str) -> None:
        """Note every key that the grammar does not have."""
        for name in value:
            if name not in known:
                self.invalid(f"{where}.{name[:_SHOWN]}".lstrip("."), "There is no such element")

    def texts(self, value: Any, where: str) -> tuple[str, ...]:
        """One text or a list of texts, as a tuple."""
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in values):
            self.invalid(where, "The value is not text or a list of texts")
            return ()
        return tuple(values)


def compile_actions(values: tuple[str, ...], where: str, notes: Notes) -> Patterns:
    """Actions, which have no case; ``*`` aside, one without its service prefix matches nothing."""
    good = []
    for value in values:
        if _ACTION.fullmatch(value):
            good.append(value.lower())
        else:
            message = f"The action {value[:_SHOWN]!r} has no service prefix"
            notes.error("action_without_service", where, message)
    return compile_patterns(good, "like")


def compile_resources(
    values: tuple[str, ...], where: str, notes: Notes, *, kind: Kind, prefix: str | None, variables: bool
) -> Patterns:
    """ARN patterns. The short forms count only in an API's (or domain's) own policy and stand for its ARN."""
    plain, extra = [], []
    for value in values:
        if value.startswith(_SHORT) and kind == "resource":
            tail = value[len(_SHORT) :]
            if prefix is None:
                # The policy belongs to the API that is called, so any API's id is that one's.
                extra.append(AnyApi(glob(tail)))
            else:
                plain += [prefix] if _DOMAIN in prefix and tail == "*" else []
                plain.append(f"{prefix}/{tail}")
        elif _can_match(value, where, notes, variables=variables):
            plain.append(value)
    return compile_patterns(plain, "arn", variables=variables, extra=extra)


def _can_match(value: str, where: str, notes: Notes, *, variables: bool) -> bool:
    if value == "*":
        return True
    if "${" not in value and value.count(":") >= ARN_SEGMENTS - 1:
        return True
    split = segments(tokens(value, variables=variables))
    if len(split) != ARN_SEGMENTS:
        notes.error(
            "resource_is_no_arn", where, f"{value[:_SHOWN]!r} is neither * nor an ARN of six segments"
        )
        return False
    if any(token.kind == "variable" for segment in split[:-1] for token in segment):
        message = "A policy variable stands before the fifth colon of the ARN, where none is replaced"
        notes.error("variable_outside_resource_part", where, message)
        return False
    _warn_plain_variable(value, where, notes, variables=variables)
    return True


def _warn_plain_variable(value: str, where: str, notes: Notes, *, variables: bool) -> None:
    if not variables and "${" in value:
        notes.warn(
            "variable_needs_version_2012", where, "Variables are plain text without Version 2012-10-17"
        )


def compile_principal(value: Any, where: str, notes: Notes) -> tuple[Principals, tuple[str, ...]]:
    """The compiled element, and its entries as written."""
    if value == "*":
        value = {"AWS": "*"}
    if not isinstance(value, dict) or not value:
        notes.invalid(where, 'A principal is "*" or an object such as {"AWS": …}')
        value = {}
    notes.names(value, frozenset(_PRINCIPAL_TYPES), where)
    lists = {
        name: notes.texts(last_of(value[name]), f"{where}.{name}")
        for name in _PRINCIPAL_TYPES
        if name in value
    }
    for entry in lists.get("AWS", ()):
        if names_nobody(entry):
            notes.error("principal_names_nobody", f"{where}.AWS", f"{entry[:_SHOWN]!r} matches no principal")
    issuers = [*lists.get("Service", ()), *lists.get("Federated", ())]
    compiled = compile_principals(list(lists.get("AWS", ())), issuers)
    return compiled, tuple(each for name in lists for each in lists[name])


def compile_condition(block: Any, where: str, notes: Notes, *, variables: bool) -> Iterator[Clause]:
    """The clauses of a Condition; repeated operators and keys give one clause each."""
    for each in all_of(block):
        if not isinstance(each, dict):
            notes.invalid(where, "A Condition is an object of operators")
            continue
        for name, keys in each.items():
            for entries in all_of(keys):
                yield from _operator(name, entries, f"{where}.{name[:_SHOWN]}", notes, variables=variables)


def _operator(name: str, entries: Any, where: str, notes: Notes, *, variables: bool) -> Iterator[Clause]:
    if not isinstance(entries, dict):
        notes.invalid(where, "A condition operator holds an object of keys")
        return
    lowered = [key.lower() for key in entries]
    if len(set(lowered)) != len(lowered):
        message = "A key is repeated with other capitals; keys have no case, and all of them must hold"
        notes.error("duplicate_key_with_different_case", where, message)
    for key, value in entries.items():
        for one in all_of(value):
            yield _clause(name, key, one, f"{where}.{key[:_SHOWN]}", notes, variables=variables)


def _clause(name: str, key: str, value: Any, where: str, notes: Notes, *, variables: bool) -> Clause:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, (str, bool, int, float)) for each in values):
        notes.invalid(where, "A condition value is text, a number, true or false, or a list of these")
        values = []
    wanted = tuple(_scalar(each) for each in values)
    clause = compile_clause(name, key, wanted, variables=variables)
    if clause.test is None:
        notes.error(
            "unknown_operator", where, f"There is no condition operator {name[:_SHOWN]!r}; it never holds"
        )
    for text in wanted:
        if not operator_accepts(name, text):
            notes.error(
                "value_has_wrong_type", where, f"{text[:_SHOWN]!r} is not a value for {name[:_SHOWN]}"
            )
        _warn_plain_variable(text, where, notes, variables=variables)
    return clause


def _scalar(value: str | float | bool) -> str:
    """A condition value as text; JSON's ``true`` and numbers are the same as their text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
