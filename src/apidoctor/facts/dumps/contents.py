"""Which answers of AWS a JSON document holds: one, one for each of many objects, or a whole account's.

Content has the last word: a list called ``Subnets`` is that of DescribeSubnets, whatever its file is called.  Only
where several operations share a member (``items``, ``Routes``) does the name of the file decide.
"""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from apidoctor.facts.dumps.names import ACCOUNT, REGION, Hint, find_operation
from apidoctor.model.operations import OPERATIONS, Operation

MORE = ("NextToken", "nextToken", "NextMarker", "position")
"""Members of an answer that lead to its next page."""
_ANYBODYS = frozenset({"items", "item", "Items"})
"""Members that files of other programs have as well: they need an operation's name beside them."""


class Answer(Struct):
    """One answer of one operation."""

    operation: Operation
    """Its row of the table; of an operation that is not there, a plain one."""
    body: Any
    """The answer, as the snapshot holds it for this object."""
    key: str = ""
    """The object it is about; empty for the whole Region's answer."""
    account: str = ""
    """The account that the document names for it."""
    region: str = ""
    """The Region that the document names for it."""


class _Wrapped(Struct, frozen=True):
    """A list of Batfish's own (bf-aws-snapshot): answers about one object each, with the object's id beside them."""

    operation: str
    """What each answer is of."""
    asked: dict[str, list[str]] = {}
    """By what the answers were filtered, so that each shows a part only."""


_WRAPPED = {
    "TransitGatewayStaticRoutes": _Wrapped("search_transit_gateway_routes", {"Type": ["static"]}),
    "TransitGatewayPropagations": _Wrapped("get_transit_gateway_route_table_propagations"),
    "LoadBalancerListeners": _Wrapped("describe_listeners"),
    "LoadBalancerTargetHealth": _Wrapped("describe_target_health"),
}


def _by_member() -> dict[str, list[Operation]]:
    rows: dict[str, list[Operation]] = {}
    for row in OPERATIONS.values():
        if row.items:
            rows.setdefault(row.items, []).append(row)
            if row.service == "directconnect":  # Batfish writes its members in capitals
                rows.setdefault(row.items[0].upper() + row.items[1:], []).append(row)
    return rows


_MEMBERS = _by_member()


def answers_in(document: Any, hint: Hint) -> list[Answer]:
    """Return the answers in a document, none when it is not AWS's; *hint* is what the file's path tells."""
    row = hint.operation
    if isinstance(document, list):
        return _bare_list(document, row)
    if not isinstance(document, dict):
        return []
    if "ResponseMetadata" in document:  # of boto3, not of the answer
        document = {name: value for name, value in document.items() if name != "ResponseMetadata"}
    if row is not None and isinstance(document.get("error"), dict):
        return [Answer(row, {"error": document["error"]}, hint.key)]
    if row is not None and (found := _of_operation(document, row, hint)):
        return found
    return [answer for name, value in document.items() for answer in _member(document, name, value, hint)]


def is_more(body: Any) -> bool:
    """Say whether AWS had more to tell than an answer holds."""
    return isinstance(body, dict) and bool(
        any(isinstance(body.get(name), str) and body[name] for name in MORE)
        or body.get("IsTruncated") is True
        or body.get("AdditionalRoutesAvailable") is True
        or body.get("partial")
    )


def _bare_list(document: list[Any], row: Operation | None) -> list[Answer]:
    """Read what ``--query Vpcs`` leaves: the objects alone, known by an id of theirs."""
    if row is None or not row.items or row.params or not _are_objects(document):
        return []
    ids = [field for field in row.narrow if field.isalnum()]
    if not document or not ids or not all(any(field in item for field in ids) for item in document):
        return []
    return [Answer(row, {row.items: document})]


def _of_operation(document: dict[str, Any], row: Operation, hint: Hint) -> list[Answer]:
    """Read a document as the answer of *row*, or as one answer for each key; nothing when it fits neither."""
    lists = [name for name in document if name in _MEMBERS and _are_objects(document[name])]
    if row.items and lists and (lists != [row.items] or _has_blocks(document[row.items])):
        return []
    if row.name in ("get_policy", "iam.get_policy") and "Policy" in document:
        row = OPERATIONS["iam.get_policy" if isinstance(document["Policy"], dict) else "get_policy"]
    if row.items and not row.params:
        return [Answer(row, document)] if lists else []
    if not row.params:
        return [Answer(row, document)] if document else []
    key = _own_key(document, row) or hint.key
    if row.items in document if row.items else key:
        return [Answer(row, document, key)] if key else []
    if document and all(isinstance(value, dict) for value in document.values()):
        return [Answer(row, body, key) for key, body in document.items()]
    return []


def _member(document: dict[str, Any], name: str, value: Any, hint: Hint) -> Iterator[Answer]:
    """Read one member of a document that holds several answers, of one or of many places."""
    if isinstance(value, dict):
        yield from _inner(name, value, hint)
    elif name in _WRAPPED and _are_objects(value):
        yield from _unwrapped(_WRAPPED[name], value)
    elif name in _MEMBERS and _are_objects(value):
        row = _row_for(name, value, hint)
        if row is None:
            return
        if name != row.items:
            value = [_with_small_names(item) for item in value]
        pages = {more: document[more] for more in (*MORE, "AdditionalRoutesAvailable") if more in document}
        yield from _listed(row, value, pages, hint)


def _inner(name: str, value: dict[str, Any], hint: Hint) -> Iterator[Answer]:
    """Read the object behind an account, a Region or an operation."""
    if ACCOUNT.fullmatch(name) or REGION.fullmatch(name) or name in ("global", "accounts"):
        for answer in answers_in(value, hint):
            if ACCOUNT.fullmatch(name):
                answer.account = answer.account or name
            elif name != "accounts":
                answer.region = answer.region or name
            yield answer
    elif row := find_operation(name):
        inner = Hint(row, ids=hint.ids)
        yield from answers_in(value, inner)


def _row_for(member: str, items: list[dict[str, Any]], hint: Hint) -> Operation | None:
    """Choose among the operations that answer with *member*: by name, by the objects, by an id in the name."""
    rows = _MEMBERS[member]
    if hint.operation in rows:
        return hint.operation
    keyed = [row for row in rows if row.params and items and row.params[0] in items[0]]
    named = [row for row in rows if row.params and row.params[0] in hint.ids]
    for fitting in (keyed, named):
        if len(fitting) == 1:
            return fitting[0]
    return rows[0] if len(rows) == 1 and member not in _ANYBODYS else None


def _listed(
    row: Operation, items: list[dict[str, Any]], pages: dict[str, Any], hint: Hint
) -> Iterator[Answer]:
    """Give a list as the answer of its operation: to the object its items name, or the file's name does."""
    if _has_blocks(items):
        yield from _prefix_lists(row, items)
        return
    if not row.params:
        yield Answer(row, {row.items: items, **pages})
        return
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        own = item.get(row.params[0])
        groups.setdefault(own if isinstance(own, str) else "", []).append(item)
    for own, part in (groups or {"": []}).items():
        key = own or (hint.key if hint.operation is row else "") or hint.ids.get(row.params[0], "")
        if key:
            yield Answer(row, {row.items: part, **pages}, key)


def _has_blocks(items: list[dict[str, Any]]) -> bool:
    return any("Cidrs" in item and "PrefixListId" in item for item in items)


def _prefix_lists(row: Operation, items: list[dict[str, Any]]) -> Iterator[Answer]:
    """Read what DescribePrefixLists answers: AWS's own lists only, but with their blocks."""
    yield Answer(row, {row.items: items, "partial": True})
    for item in items:
        blocks, key = item.get("Cidrs"), item.get("PrefixListId")
        if isinstance(blocks, list) and isinstance(key, str):
            entries = {"Entries": [{"Cidr": block} for block in blocks]}
            yield Answer(OPERATIONS["get_managed_prefix_list_entries"], entries, key)


def _unwrapped(wrapped: _Wrapped, items: list[dict[str, Any]]) -> Iterator[Answer]:
    row = OPERATIONS[wrapped.operation]
    for item in items:
        key = item.get(row.params[0])
        if isinstance(key, str) and _are_objects(item.get(row.items)):
            some = {"partial": True, "asked": wrapped.asked} if wrapped.asked else {}
            yield Answer(row, {**item, **some}, key)


def _own_key(document: dict[str, Any], row: Operation) -> str:
    """Return the object that an answer itself names."""
    if row.name == "describe_vpc_attribute":
        names = [name for name in document if re.match("enable[A-Z]", name, re.IGNORECASE)]
        vpc = document.get("VpcId")
        return (
            f"{vpc}/{names[0][0].lower()}{names[0][1:]}" if isinstance(vpc, str) and len(names) == 1 else ""
        )
    if len(row.params) != 1:
        return ""
    inner = [value for value in document.values() if isinstance(value, dict)]
    own = [part.get(row.params[0]) for part in (document, *(inner if len(inner) == 1 else ()))]
    return next((key for key in own if isinstance(key, str)), "")


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _with_small_names(value: Any) -> Any:
    """Spell members as Direct Connect does, which begins them with a small letter."""
    if isinstance(value, list):
        return [_with_small_names(item) for item in value]
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _with_small_names(item) for name, item in value.items()}
    return value
