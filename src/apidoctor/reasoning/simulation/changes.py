"""The smallest changes of a denied request that would have been allowed: another endpoint, caller, path.

Candidates are read from the policies: what an Allow that did not match lists, and what a Deny that applied spares.
Each is tried by deciding the changed request, alone and then in pairs; only what is really allowed is told.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.reasoning.iam import Request
from apidoctor.reasoning.iam._conditions import Clause
from apidoctor.reasoning.iam.decide import documents
from apidoctor.reasoning.iam.statements import Statement

from .answer import judge
from .case import Case

MAX_CANDIDATES = 120
"""Most single changes that are tried."""
MAX_PAIRS = 600
"""Most pairs that are tried when no single change suffices."""
MAX_TOLD = 12
_COLONS = 5
"""Colons of an ARN."""
_USER_OR_ROLE = re.compile(r":(?:user|role)/")
_ROOT = re.compile(r"(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?")
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
_CHOSEN = ("aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip", "aws:sourceip", "execute-api:viadomainarn")
"""Keys that a caller chooses by the way the call takes; they are tried first."""


class Change(Struct, frozen=True):
    """One thing that is different in a request that is allowed."""

    what: Literal["context", "resource", "principal", "action"]
    to: str | None
    """The new value; ``None``: the context key is absent."""
    key: str | None = None
    """The context key."""
    pattern: str | None = None
    """What the policy lists, where that is a pattern and ``to`` one value that fits it."""


def changes(case: Case) -> tuple[tuple[Change, ...], ...]:
    """The minimal sets of changes after which the case is allowed; empty when none was found."""
    candidates = list({(*_place(each), each.to): each for each in _candidates(case)}.values())
    candidates.sort(key=_preference)
    candidates = candidates[:MAX_CANDIDATES]
    single = [(each,) for each in candidates if _allowed(case, (each,))]
    if single:
        return tuple(single[:MAX_TOLD])
    pairs: list[tuple[Change, ...]] = []
    for number, pair in enumerate(combinations(candidates, 2)):
        if number >= MAX_PAIRS or len(pairs) >= MAX_TOLD:
            break
        if _place(pair[0]) != _place(pair[1]) and _allowed(case, pair):
            pairs.append(pair)
    return tuple(pairs)


def _preference(change: Change) -> tuple[int, str]:
    if change.what == "context":
        return (0 if (change.key or "").lower() in _CHOSEN else 2), change.key or ""
    return {"resource": 1, "principal": 3, "action": 4}[change.what], ""


def _place(change: Change) -> tuple[str, str]:
    return change.what, (change.key or "").lower()


def _allowed(case: Case, wanted: Iterable[Change]) -> bool:
    request = case.request
    for each in wanted:
        request = _changed(request, each)
    return judge(replace(case, request=request)).decision == "allow"


def _changed(request: Request, change: Change) -> Request:
    if change.what == "resource":
        return replace(request, resource=change.to or "")
    if change.what == "action":
        return replace(request, action=change.to or "")
    if change.what == "principal":
        return _called_by(request, change.to or "")
    lowered = (change.key or "").lower()
    context = {key: values for key, values in request.context.items() if key.lower() != lowered}
    if change.to is not None:
        context[change.key or ""] = (change.to,)
    return replace(request, context=context)


def _called_by(request: Request, arn: str) -> Request:
    """The request of another user or role of the account that the policy names."""
    account = arn.split(":")[4]
    context = {
        key: values for key, values in request.context.items() if not key.lower().startswith("aws:principal")
    }
    context.update({"aws:PrincipalArn": (arn,), "aws:PrincipalAccount": (account,)})
    return replace(request, principal_arn=arn, principal_account=account, context=context)


def _candidates(case: Case) -> Iterator[Change]:
    yield from _other_methods(case.request)
    for _, _, _, policy in documents(case.policies):
        for statement in policy.statements:
            yield from _from_statement(statement, case.request)


def _other_methods(request: Request) -> Iterator[Change]:
    """The same path called with another method, of a call of an API."""
    parts = request.resource.split("/", 3)
    if len(parts) == 4 and ":execute-api:" in parts[0]:
        for method in _METHODS:
            if method != parts[2]:
                yield Change("resource", "/".join((*parts[:2], method, parts[3])))


def _from_statement(statement: Statement, request: Request) -> Iterator[Change]:
    for clause in statement.clauses:
        for wanted in clause.wanted:
            yield _of_clause(clause, wanted, statement)
    if not statement.not_resource:
        for pattern in statement.resources:
            yield from _resource(pattern, request)
    if not statement.not_action and statement.allow:
        for pattern in statement.actions:
            if "*" not in pattern and "?" not in pattern and pattern.lower() != request.action.lower():
                yield Change("action", pattern)
    for entry in statement.principals:
        if entry.startswith("arn:") and entry.count(":") >= _COLONS and _USER_OR_ROLE.search(entry):
            yield Change("principal", entry)
        elif account := _ROOT.fullmatch(entry):
            partition = request.resource.split(":")[1] if request.resource.startswith("arn:") else "aws"
            yield Change("principal", f"arn:{partition}:iam::{account[1]}:role/any", pattern=entry)


def _of_clause(clause: Clause, wanted: str, statement: Statement) -> Change:
    """The change by which an Allow would hold, or a Deny with a negated condition would not.

    Of a Deny with a positive one, only what has but two values can be turned round.
    """
    name, is_true = clause.operator.lower(), wanted.lower() == "true"
    if name.endswith("null"):
        return Change("context", None if is_true is statement.allow else "x", clause.key)
    if name.startswith("bool") and not statement.allow:
        return Change("context", "false" if is_true else "true", clause.key)
    value = _concrete(wanted, "")
    return Change("context", value, clause.key, wanted if value != wanted else None)


def _resource(pattern: str, request: Request) -> Iterator[Change]:
    if pattern.startswith("execute-api:/"):
        api = request.resource.partition("/")[0]
        pattern = f"{api}/{pattern.removeprefix('execute-api:/')}"
    if pattern == "*" or pattern.count(":") < _COLONS or "${" in pattern:
        return
    value = _concrete(pattern, request.resource)
    if value != request.resource:
        yield Change("resource", value, pattern=pattern if value != pattern else None)


def _concrete(pattern: str, like: str) -> str:
    """A value that fits a pattern, as like the given one as a piecewise comparison makes it."""
    if (
        "/" in pattern
        and ":" not in pattern.partition("/")[2]
        and pattern.replace("/", "").replace(".", "").isdigit()
    ):
        return pattern.partition("/")[0]  # the first address of a range
    if "*" not in pattern and "?" not in pattern:
        return pattern
    separators = re.compile(r"([:/])")
    mine, theirs = separators.split(pattern), separators.split(like)
    last = len(mine) - 1
    pieces = []
    for at, piece in enumerate(mine):
        given = theirs[at] if at < len(theirs) else ""
        if piece == "*":
            rest = "".join(theirs[at:]) if at == last else given
            pieces.append(rest if rest and ("/" in rest or ":" not in rest) else "x")
        else:
            pieces.append(piece.replace("*", "x").replace("?", "x"))
    return "".join(pieces)
