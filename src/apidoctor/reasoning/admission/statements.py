"""Statements of a policy that is attached to an API, or to an endpoint of one, as sets of requests.

The parts of a request are ``principal`` (an ARN; absent for a caller that did not sign), ``path`` (what follows the
API's id: stage, method, path) and the condition keys.
"""

from collections.abc import Iterator

from apidoctor.reasoning.iam import Kind, Policy
from apidoctor.reasoning.iam._elements import complete
from apidoctor.reasoning.iam._globs import glob_matches
from apidoctor.reasoning.iam.statements import Statement

from .boxes import Box, Union, spare, union
from .conditions import held, refused
from .items import Item, glob, text
from .sets import ABSENT, PRESENT, Values, listed, others

ACTION = "execute-api:invoke"
_SHORT = "execute-api:/"
EVERY_PATH = "*"


def admitted(policy: Policy, api_arn: str, *, start: Union) -> Union:
    """The requests of *start* that a policy allows and does not deny.

    Args:
        policy: a valid policy; of repeated keys the reading where the last wins.
        api_arn: the ARN of the API up to and with its id.
        start: the requests in question.
    """
    statements = policy.readings[0].about(ACTION)
    allows = [held_by(each, api_arn) for each in statements if each.allow]
    found = union(box.meet(each) for each in allows for box in start.boxes)
    return spared(policy, api_arn, start=Union(found.boxes, found.complete and start.complete))


def spared(policy: Policy, api_arn: str, *, start: Union) -> Union:
    """The requests of *start* that no Deny of a policy hits."""
    found = start
    for each in policy.readings[0].about(ACTION):
        if not each.allow:
            found = spare(found, held_by(each, api_arn), _refused_by(each, api_arn))
    return found


def held_by(statement: Statement, api_arn: str) -> Box:
    """The requests to which a statement applies."""
    box = Box({"principal": _principals(statement), "path": _paths(statement, api_arn)})
    for clause in statement.clauses:
        box = box.meet(held(clause))
    return box


def _refused_by(statement: Statement, api_arn: str) -> Iterator[Box]:
    """The requests to which a statement does not apply, part by part."""
    yield Box({"principal": _not(_principals(statement))})
    yield Box({"path": _not(_paths(statement, api_arn))})
    for clause in statement.clauses:
        yield refused(clause)


def _not(values: Values) -> Values:
    if values.is_everything:
        return Values(present=False, absent=False)
    if not values.present:
        return PRESENT if values.absent else Values()
    if values.any_of:
        return others(values.any_of[0], absent=not values.absent)
    if values.none_of:
        return listed(values.none_of, absent=not values.absent)
    return ABSENT  # anybody who signed; all others are those who did not


def _principals(statement: Statement) -> Values:
    entries = statement.principals
    if not entries or "*" in entries:
        everyone = not statement.not_principal
        return Values() if everyone else Values(present=False, absent=False)
    items = [item for each in entries if (item := principal(each))]
    # Whoever did not sign is not listed, so NotPrincipal takes them in.
    return others(items) if statement.not_principal else listed(items)


def principal(entry: str) -> Item | None:
    """An entry of a Principal element; ``None`` for one that names no caller of an API."""
    parts = entry.split(":", 5)
    if len(entry) == 12 and entry.isdecimal():
        return Item("account", entry)
    if len(parts) < 6:
        return None
    return Item("account", parts[4]) if parts[5] == "root" else text(entry)


def _paths(statement: Statement, api_arn: str) -> Values:
    items = [item for each in statement.resources for item in path(each, api_arn, statement.origin.kind)]
    if not statement.resources or glob(EVERY_PATH) in items:
        return Values(present=False, absent=False) if statement.not_resource else PRESENT
    return others(items, absent=False) if statement.not_resource else listed(items)


def path(pattern: str, api_arn: str, kind: Kind) -> Iterator[Item]:
    """What a resource pattern says of the part that follows an API's id; nothing for another API's."""
    if pattern == "*":
        yield glob(EVERY_PATH)
        return
    if pattern.startswith(_SHORT) and kind == "resource":
        yield glob(pattern.removeprefix(_SHORT))
        return
    wanted, own = complete(pattern, kind).split(":", 5), api_arn.split(":", 5)
    if len(wanted) < len(own) or not all(
        glob_matches(want, have) for want, have in zip(wanted[:5], own[:5], strict=True)
    ):
        return
    for rest in _after_id(wanted[5], own[5]):
        yield glob(rest)


def _after_id(pattern: str, api_id: str) -> Iterator[str]:
    """The patterns of the rest of a resource, once the API's id and its slash are taken off the front.

    A ``*`` may stop at any place of the id, or go on beyond it.
    """
    places = {0}
    for character in f"{api_id}/":
        reached = set()
        for at in _closed(pattern, places):
            if pattern[at : at + 1] == "*":
                reached.add(at)
            elif pattern[at : at + 1] in ("?", character):
                reached.add(at + 1)
        places = reached
    rests = {pattern[at:] for at in _closed(pattern, places)}
    yield from ["*"] if "*" in rests else sorted(rests)


def _closed(pattern: str, states: set[int]) -> set[int]:
    """The places that are reached when stars stand for nothing."""
    found = set(states)
    for at in states:
        while pattern[at : at + 1] == "*":
            at += 1
            found.add(at)
    return found
