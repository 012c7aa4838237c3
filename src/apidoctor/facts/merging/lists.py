"""Two answers of one list, joined object by object.

A list claims something of a moment: a whole one says *these are all*, a partial one *these are all that I was asked
for*.  Of every object the latest claim counts, also the claim that it is gone: a later whole list does not show it, or
a later partial one was asked for it in vain.  Joined so, the order in which lists are joined does not matter.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from apidoctor.facts.dumps.contents import MORE
from apidoctor.facts.merging.ages import Part, age_of, instant
from apidoctor.model.identity import identity
from apidoctor.model.inventory import reach_into
from apidoctor.model.operations import OPERATIONS, Operation

_MARKS = frozenset({"partial", "asked"})


class _Claims(Struct, frozen=True):
    """What a list claims, piece by piece."""

    age: str
    """Age of the answer."""
    whole: str | None
    """Age from which on the list is whole; None for a partial one."""
    objects: dict[str, tuple[str, Any]]
    """Every object with its age, by identity."""
    asked: dict[str, dict[str, str]]
    """By what a partial list was filtered: field, value, and when."""
    rest: dict[str, tuple[str, Any]]
    """The answer's other members, each with its age."""
    items: list[Any] | None
    """The objects as AWS ordered them, where all are of one whole answer."""


def member_of(row: Operation, body: Any) -> str | None:
    """Return the member of an answer that holds its list; None when it holds none, or it is not known which."""
    if not isinstance(body, dict):
        return None
    if row.items:
        return row.items if isinstance(body.get(row.items, []), list) else None
    lists = [name for name, value in body.items() if isinstance(value, list)]
    return lists[0] if len(lists) == 1 and row.name not in OPERATIONS else None


def join_lists(row: Operation, member: str, one: Part, other: Part) -> Part:
    """Return the answer that both lists give together."""
    if one.body == other.body and not one.newer and not other.newer:
        return one if instant(one.age) >= instant(other.age) else other
    row = row if row.items else Operation(row.name, row.service, member)
    return _part(row, _joined(_claims(row, one), _claims(row, other)))


def canonical(value: Any) -> bytes:
    """Return a text that is the same for equal values, to decide a tie."""
    return msgspec.json.encode(value, order="sorted")


def _claims(row: Operation, part: Part) -> _Claims:
    body, ages = part.body, part.newer.get("objects")
    newer: Mapping[str, Any] = ages if isinstance(ages, dict) else {}
    items = body.get(row.items) or []
    objects: dict[str, tuple[str, Any]] = {}
    for item in _single(row, items):
        name = _name(row, item)
        age = _told(newer.get(name), part.age)
        if name not in objects or canonical(objects[name][1]) < canonical(item):
            objects[name] = age, item
    whole = None if body.get("partial") else part.age
    asked = _asked(body.get("asked"), part) if whole is None else _asked(part.newer.get("asked"), part)
    rest = {name: (part.age, value) for name, value in body.items() if name != row.items}
    rest = {name: value for name, value in rest.items() if name not in _MARKS}
    return _Claims(part.age, whole, objects, asked, rest, items if whole is not None and not newer else None)


def _asked(fields: Any, part: Part) -> dict[str, dict[str, str]]:
    """Read by what a list was filtered; *fields* holds a list of values, or values with their ages."""
    ages = part.newer.get("asked")
    newer: Mapping[str, Any] = ages if isinstance(ages, dict) else {}
    asked: dict[str, dict[str, str]] = {}
    for field, values in fields.items() if isinstance(fields, dict) else ():
        told = newer.get(field)
        told = told if isinstance(told, dict) else {}
        for value in values if isinstance(values, list | dict) else ():
            if isinstance(value, str):
                asked.setdefault(field, {})[value] = _told(told.get(value), part.age)
    return asked


def _told(age: Any, default: str) -> str:
    return age_of(age) if isinstance(age, str) else default


def _joined(one: _Claims, other: _Claims) -> _Claims:
    wholes = [each.whole for each in (one, other) if each.whole is not None]
    whole = max(wholes, key=instant) if wholes else None
    asked = _asked_of_both(one, other, whole)
    objects = _latest(_not_before(one.objects, one, whole), _not_before(other.objects, other, whole))
    objects = {name: (age, item) for name, (age, item) in objects.items() if not _is_gone(age, item, asked)}
    rest = _latest(_not_before(one.rest, one, whole), _not_before(other.rest, other, whole))
    same = [
        each.items
        for each in (one, other)
        if each.items is not None and each.objects == objects and each.whole == whole and not asked
    ]
    items = min(same, key=canonical) if len(same) > 1 else same[0] if same else None
    return _Claims(max(one.age, other.age, key=instant), whole, objects, asked, rest, items)


def _not_before(
    pieces: dict[str, tuple[str, Any]], of: _Claims, whole: str | None
) -> dict[str, tuple[str, Any]]:
    """Leave out what a whole list of the other side knows better: of the same age, the whole one counts."""
    if whole is None or of.whole == whole:
        return pieces
    return {name: piece for name, piece in pieces.items() if instant(piece[0]) > instant(whole)}


def _asked_of_both(one: _Claims, other: _Claims, whole: str | None) -> dict[str, dict[str, str]]:
    asked: dict[str, dict[str, str]] = {}
    for each in (one, other):
        for field, values in each.asked.items():
            for value, age in values.items():
                if whole is None or instant(age) > instant(whole):
                    known = asked.setdefault(field, {})
                    known[value] = max(known.get(value, age), age, key=instant)
    return asked


def _latest(one: dict[str, tuple[str, Any]], other: dict[str, tuple[str, Any]]) -> dict[str, tuple[str, Any]]:
    found = dict(one)
    for name, piece in other.items():
        known = found.get(name)
        if known is None or instant(known[0]) < instant(piece[0]):
            found[name] = piece
        elif known != piece and instant(known[0]) == instant(piece[0]):
            found[name] = max(known, piece, key=lambda each: canonical(each[1]))
    return found


def _is_gone(age: str, item: Any, asked: dict[str, dict[str, str]]) -> bool:
    """Say whether an object was asked for later, and not shown."""
    return any(
        isinstance(value, str) and value in values and instant(values[value]) > instant(age)
        for field, values in asked.items()
        for value in reach_into(item, field)
    )


def _part(row: Operation, claims: _Claims) -> Part:
    """Write what is claimed as an answer again."""
    ages = [age for age, _ in claims.objects.values()]
    ages += [age for values in claims.asked.values() for age in values.values()]
    oldest = claims.whole if claims.whole is not None else min(ages or [claims.age], key=instant)
    body = {name: value for name, (_, value) in claims.rest.items()}
    newer: dict[str, Any] = {}
    if claims.items is not None:
        return Part(oldest, {**body, row.items: claims.items})
    objects = {name: claims.objects[name] for name in sorted(claims.objects)}
    body = {name: value for name, value in body.items() if name not in MORE}
    body[row.items] = _together(row, [item for _, item in objects.values()])
    if claims.whole is None:
        body["partial"] = True
        if claims.asked:
            body["asked"] = {field: sorted(claims.asked[field]) for field in sorted(claims.asked)}
    if shown := {name: age for name, (age, _) in objects.items() if age != oldest}:
        newer["objects"] = shown
    told = {
        field: {value: values[value] for value in sorted(values) if values[value] != oldest}
        for field, values in sorted(claims.asked.items())
    }
    if told := {field: values for field, values in told.items() if values}:
        newer["asked"] = told
    return Part(oldest, body, newer)


def _name(row: Operation, item: Any) -> str:
    if row.items == "Reservations" and isinstance(item, dict):
        for instance in reach_into(item, "Instances"):
            if isinstance(instance, dict) and isinstance(instance.get("InstanceId"), str):
                return str(instance["InstanceId"])
    name = identity(row, item)
    return name.decode() if isinstance(name, bytes) else str(name)


def _single(row: Operation, items: list[Any]) -> Iterator[Any]:
    """Yield objects; of a reservation each instance by itself, since a filtered answer shows only some of them."""
    for item in items:
        instances = item.get("Instances") if isinstance(item, dict) and row.items == "Reservations" else None
        if isinstance(instances, list) and len(instances) > 1:
            yield from ({**item, "Instances": [instance]} for instance in instances)
        else:
            yield item


def _together(row: Operation, items: list[Any]) -> list[Any]:
    """Put the instances of one reservation together again."""
    if row.items != "Reservations":
        return items
    reservations: dict[bytes, Any] = {}
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("Instances"), list):
            reservations[canonical(item)] = item
            continue
        frame = {name: value for name, value in item.items() if name != "Instances"}
        known = reservations.setdefault(canonical(frame), {**frame, "Instances": []})
        known["Instances"] = [*known["Instances"], *item["Instances"]]
    return list(reservations.values())
