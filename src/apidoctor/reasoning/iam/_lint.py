"""What is wrong with a policy that is one: parts that never match, and parts that do not do what was meant.

Source: IAM User Guide, "Grammar of the IAM JSON policy language"; IAM Access Analyzer policy check reference.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import UNSET

from ._conditions import operator_accepts, operator_exists
from ._elements import SHORT, blocks, complete, listed, variable_is_well_placed
from ._globs import ARN_SEGMENTS
from ._raw import RawPrincipal, RawStatement
from .principals import names_nobody
from .values import SHOWN, Kind, Problem, texts

_ACTION = re.compile(r"\*|[^:\s]+:[^\s]+")
MAX_PROBLEMS = 100
"""Most problems that are told of one document."""


def lint(statements: Iterable[RawStatement], kind: Kind, *, variables: bool) -> Iterator[Problem]:
    """The problems of a document's statements."""
    sids: set[str] = set()
    for at, each in enumerate(statements):
        where = f"Statement[{at}]"
        yield from _actions(each, where)
        yield from _resources(each, where, kind, variables=variables)
        yield from _principals(each, where)
        yield from _conditions(each, f"{where}.Condition", variables=variables)
        if each.Sid:
            if each.Sid in sids:
                yield _warning("repeated_sid", f"{where}.Sid", "Another statement has the same Sid")
            sids.add(each.Sid)


def _warning(code: str, where: str, message: str) -> Problem:
    return Problem(code, where, message, "warning")


def _actions(statement: RawStatement, where: str) -> Iterator[Problem]:
    """``*`` aside, an action without its service prefix matches nothing."""
    for name, value in (("Action", statement.Action), ("NotAction", statement.NotAction)):
        for each in [] if value is UNSET else listed(value):
            if not _ACTION.fullmatch(each):
                message = f"The action {each[:SHOWN]!r} has no service prefix"
                yield Problem("action_without_service", f"{where}.{name}", message)


def _resources(statement: RawStatement, where: str, kind: Kind, *, variables: bool) -> Iterator[Problem]:
    for name, value in (("Resource", statement.Resource), ("NotResource", statement.NotResource)):
        for each in [] if value is UNSET else listed(value):
            if each != "*" and not (kind == "resource" and each.startswith(SHORT)):
                yield from _resource(each, f"{where}.{name}", kind, variables=variables)


def _resource(value: str, where: str, kind: Kind, *, variables: bool) -> Iterator[Problem]:
    if variables and "${" in value and not variable_is_well_placed(value):
        message = "A policy variable stands before the fifth colon of the ARN, where none is replaced"
        yield Problem("variable_outside_resource_part", where, message)
    elif complete(value, kind) != value:
        whole = complete(value, kind)[:SHOWN]
        message = f"{value[:SHOWN]!r} has too few segments for an ARN; AWS completes it to {whole!r}"
        yield _warning("resource_arn_is_short", where, message)
    elif value.count(":") < ARN_SEGMENTS - 1:
        message = f"{value[:SHOWN]!r} is neither * nor an ARN of six segments"
        yield Problem("resource_is_no_arn", where, message)
    else:
        yield from _plain_variable(value, where, variables=variables)


def _plain_variable(value: str, where: str, *, variables: bool) -> Iterator[Problem]:
    if not variables and "${" in value:
        message = "Variables are plain text without Version 2012-10-17"
        yield _warning("variable_needs_version_2012", where, message)


def _principals(statement: RawStatement, where: str) -> Iterator[Problem]:
    for name, value in (("Principal", statement.Principal), ("NotPrincipal", statement.NotPrincipal)):
        if not isinstance(value, RawPrincipal) or value.AWS is UNSET:
            continue
        for each in listed(value.AWS):
            if names_nobody(each):
                message = f"{each[:SHOWN]!r} matches no principal"
                yield Problem("principal_names_nobody", f"{where}.{name}.AWS", message)


def _conditions(statement: RawStatement, where: str, *, variables: bool) -> Iterator[Problem]:
    for block in blocks(statement):
        for name, keys in block.items():
            at = f"{where}.{name[:SHOWN]}"
            if len({key.lower() for key in keys}) != len(keys):
                message = (
                    "A key is repeated with other capitals; keys have no case, and all of them must hold"
                )
                yield Problem("duplicate_key_with_different_case", at, message)
            if not operator_exists(name):
                message = f"There is no condition operator {name[:SHOWN]!r}; it never holds"
                yield Problem("unknown_operator", at, message)
            for key, value in keys.items():
                for text in texts(value):
                    if not operator_accepts(name, text):
                        message = f"{text[:SHOWN]!r} is not a value for {name[:SHOWN]}"
                        yield Problem("value_has_wrong_type", f"{at}.{key[:SHOWN]}", message)
                    yield from _plain_variable(text, f"{at}.{key[:SHOWN]}", variables=variables)
