"""One answer out of several: pages, dumps with different filters, one file for each object.

Absent is not empty: a list that may lack objects is marked ``partial``, with what is known to be whole of it.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Any

from apidoctor.facts.dumps.contents import MORE, is_more
from apidoctor.facts.dumps.places import Placed
from apidoctor.facts.dumps.wording import counted
from apidoctor.model.identity import identity
from apidoctor.model.operations import Operation

Accounts = dict[str, dict[str, dict[str, Any]]]
"""``accounts`` of a snapshot."""


def joined(answers: Iterable[Placed]) -> tuple[Accounts, list[str]]:
    """Return a snapshot's ``accounts`` with the answers joined, and notes on what is partial."""
    parts: dict[tuple[str, str, str], dict[str, list[Placed]]] = defaultdict(lambda: defaultdict(list))
    for each in answers:
        name = each.answer.operation.name.removeprefix("iam.")
        parts[each.account, each.region, name][each.answer.key].append(each)
    accounts: Accounts = {}
    partial = []
    for (account, region, name), by_key in parts.items():
        bodies = {key: _one(found) for key, found in by_key.items()}
        if any(is_more(body) for body in bodies.values()):
            partial.append(f"{region} {name}")
        accounts.setdefault(account, {}).setdefault(region, {})[name] = _whole(bodies)
    notes = [counted("list", partial, "read in part")] if partial else []
    return accounts, [*_with_interfaces_of_instances(accounts), *notes]


def _whole(bodies: dict[str, Any]) -> Any:
    """Return what stands under an operation: the Region's answer, or one for each object."""
    whole = bodies.get("")
    if whole is None or (len(bodies) > 1 and _is_error(whole)):
        return {key: body for key, body in bodies.items() if key}
    return whole


def _one(found: list[Placed]) -> Any:
    """Join what several files say of one list; a refusal never wipes out what another file shows."""
    answers = [each for each in found if not _is_error(each.answer.body)] or found[:1]
    row, first = answers[0].answer.operation, answers[0].answer.body
    lists = [each for each in answers if _items(row, each.answer.body) is not None]
    if not lists:
        return first
    lists.sort(key=lambda each: each.file.hint.page or 0)
    items = _without_twins(row, lists)
    asked = _asked(row, lists)
    body = {name: value for name, value in first.items() if name not in MORE}
    if any(each.answer.body.get("AdditionalRoutesAvailable") is True for each in lists):
        body["AdditionalRoutesAvailable"] = True
    body |= {row.items: items}
    for mark in ("partial", "asked"):
        body.pop(mark, None)
    if _may_lack(row, lists, items, asked):
        told = _by_field(asked) if any(asked) else first.get("asked") if len(lists) == 1 else None
        body |= {"partial": True} | ({"asked": told} if told else {})
    return body


def _may_lack(
    row: Operation, lists: list[Placed], items: list[Any], asked: list[dict[str, list[str]]]
) -> bool:
    """Say whether a list may lack objects: a page is missing, or each file was filtered in another way."""
    hints = [each.file.hint for each in lists]
    pages = sorted(hint.page for hint in hints if hint.page is not None)
    unnumbered = len(lists) - len(pages)
    if pages and (pages[0] > 1 + min(unnumbered, 1) or pages != list(range(pages[0], pages[0] + len(pages)))):
        return True
    ends = [
        each
        for each, ids in zip(lists, asked, strict=True)
        if not (is_more(each.answer.body) or ids or each.file.hint.labelled)
    ]
    if len(ends) < 2:
        return not ends
    if pages and unnumbered < 2:
        return False
    seen = {identity(row, item) for item in items}
    shown = [{identity(row, item) for item in _items(row, each.answer.body) or ()} for each in ends]
    return not any(each >= seen for each in shown)


def _asked(row: Operation, lists: list[Placed]) -> list[dict[str, list[str]]]:
    """Say of each file by which ids it was filtered: what it says itself, or an id in its name fits all objects."""
    asked = []
    for each in lists:
        body, hint = each.answer.body, each.file.hint
        own = body.get("asked") if body.get("partial") else None
        found = dict(own) if isinstance(own, dict) else {}
        if not row.params:
            for field, value in hint.ids.items():
                if all(item.get(field) == value for item in _items(row, body) or ()):
                    found[field] = [value]
        asked.append(found)
    return asked


def _by_field(asked: list[dict[str, list[str]]]) -> dict[str, list[str]]:
    fields: dict[str, dict[str, None]] = {}
    for each in asked:
        for field, values in each.items():
            if isinstance(values, list):
                fields.setdefault(field, {}).update(dict.fromkeys(values))
    return {field: list(values) for field, values in fields.items()}


def _without_twins(row: Operation, lists: list[Placed]) -> list[Any]:
    if len(lists) == 1:
        return _items(row, lists[0].answer.body) or []
    items: dict[Hashable, Any] = {}
    for each in lists:
        for item in _items(row, each.answer.body) or ():
            items.setdefault(identity(row, item), item)
    return list(items.values())


def _with_interfaces_of_instances(accounts: Accounts) -> list[str]:
    """Where nobody asked for interfaces, provide those that DescribeInstances shows of instances."""
    where = []
    for account, regions in accounts.items():
        for region, answers in regions.items():
            shown = answers.get("describe_instances")
            if "describe_network_interfaces" in answers or not isinstance(shown, dict):
                continue
            instances = list(_instances(shown))
            if instances:
                answers["describe_network_interfaces"] = {
                    "NetworkInterfaces": [
                        item for owner, each in instances for item in _interfaces(owner, each)
                    ],
                    "partial": True,
                    "asked": {"Attachment.InstanceId": [str(each["InstanceId"]) for _, each in instances]},
                }
                where.append(f"{account} {region}")
    if not where:
        return []
    said = counted("Region", where, "read with the interfaces of instances alone")
    return [f"{said} (describe-instances; those of endpoints and functions are not among them)"]


def _instances(shown: dict[str, Any]) -> Iterable[tuple[Any, dict[str, Any]]]:
    for reservation in _objects(shown.get("Reservations")):
        for instance in _objects(reservation.get("Instances")):
            if isinstance(instance.get("InstanceId"), str):
                yield reservation.get("OwnerId"), instance


def _interfaces(owner: Any, instance: dict[str, Any]) -> Iterable[dict[str, Any]]:
    placement = instance.get("Placement")
    zone = placement.get("AvailabilityZone") if isinstance(placement, dict) else None
    for item in _objects(instance.get("NetworkInterfaces")):
        attachment = item.get("Attachment")
        attached = dict(attachment) if isinstance(attachment, dict) else {}
        attached["InstanceId"] = instance["InstanceId"]
        if owner is not None:
            attached.setdefault("InstanceOwnerId", owner)
        yield {**({"AvailabilityZone": zone} if zone else {}), **item, "Attachment": attached}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _items(row: Operation, body: Any) -> list[Any] | None:
    items = body.get(row.items) if isinstance(body, dict) and row.items else None
    return items if isinstance(items, list) and all(isinstance(item, dict) for item in items) else None


def _is_error(body: Any) -> bool:
    return isinstance(body, dict) and "error" in body
