"""The answers of several snapshots for one account, Region and operation, joined into one.

An answer counts more than a refusal, and that more than what cannot be read.  Of two answers about one object the
newer counts; lists are joined object by object (see ``lists``).
"""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from apidoctor.facts.merging.ages import Part, instant, marked, read_part
from apidoctor.facts.merging.lists import canonical, join_lists, member_of
from apidoctor.model.inventory import is_not_found
from apidoctor.model.operations import OPERATIONS, Operation, operation

Aged = tuple[str, Any]
"""The age of a snapshot, and an answer in it as it stands there."""


def join_operation(name: str, region: str, found: Sequence[Aged], age: str) -> tuple[Any, bool]:
    """Return what stands under an operation in a merged snapshot of this *age*, and whether answers differed."""
    row = operation(name, region)
    if _is_keyed(row, [raw for _, raw in found]):
        by_key: dict[str, list[Part]] = {}
        for taken, raw in found:
            if isinstance(raw, dict) and _error(raw) is None:
                for key, body in raw.items():
                    by_key.setdefault(key, []).append(read_part(body, taken))
        if by_key:
            differ = any(_differ(row, parts) for parts in by_key.values())
            return {key: marked(_all(row, parts), age) for key, parts in by_key.items()}, differ
        found = [(taken, raw) for taken, raw in found if raw != {}]
        if not found:
            return {}, False
    parts = [read_part(raw, taken) for taken, raw in found]
    return marked(_all(row, parts), age), _differ(row, parts)


def _all(row: Operation, parts: Sequence[Part]) -> Part:
    return functools.reduce(lambda one, other: _join(row, one, other), parts)


def _join(row: Operation, one: Part, other: Part) -> Part:
    """Return what counts of two answers about the same."""
    rank = _rank(row, one.body)
    if rank != _rank(row, other.body):
        return max(one, other, key=lambda part: _rank(row, part.body))
    if rank == 0 and one.body != other.body:  # no mark can stand beside null: these have no age
        return max(one, other, key=lambda part: canonical(part.body))
    member = member_of(row, one.body)
    if _is_told(row, one) and _is_told(row, other) and member and member == member_of(row, other.body):
        return join_lists(row, member, one, other)
    if one.body == other.body or instant(one.age) != instant(other.age):
        return max(one, other, key=lambda part: instant(part.age))
    return max(one, other, key=lambda part: (_error(part.body) is None, canonical(part.body)))


def _rank(row: Operation, body: Any) -> int:
    """Say how much an answer tells: 2 what AWS says of the object (also that there is none), 1 a refusal, 0 nothing."""
    if not isinstance(body, dict):
        return 0
    error = _error(body)
    if error is not None:
        return 2 if is_not_found(str(error.get("Code", ""))) else 1
    return 2 if not row.items or member_of(row, body) else 0


def _is_told(row: Operation, part: Part) -> bool:
    return _rank(row, part.body) == 2 and _error(part.body) is None


def _differ(row: Operation, parts: Sequence[Part]) -> bool:
    """Say whether whole answers tell different things: some of the inputs are out of date, or see another world."""
    told = [part.body for part in parts if _rank(row, part.body) == 2 and not part.body.get("partial")]
    return any(body != told[0] for body in told[1:])


def _is_keyed(row: Operation, raws: Sequence[Any]) -> bool:
    """Say whether an operation is about one object each; one that is not in the table shows it by its shape."""
    if row.params or row.name in OPERATIONS:
        return bool(row.params)
    told = [raw for raw in raws if isinstance(raw, dict) and raw and _error(raw) is None]
    return bool(told) and all(isinstance(body, dict) for raw in told for body in raw.values())


def _error(body: Any) -> Mapping[str, Any] | None:
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else None
