"""One AWS read, built from its row of the table of operations alone."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from apidoctor.facts.aws import events
from apidoctor.facts.aws.answers import clean
from apidoctor.facts.aws.failures import MissingParameter, NotReadOnly, expected, failure_of
from apidoctor.model.inventory import is_not_found
from apidoctor.model.missing import Lookup
from apidoctor.model.operations import READ_ONLY, Operation

MAX_VALUES = 200
"""Most values in one filter (EC2 API reference, *List and filter using the CLI and API*)."""
LONGEST_WINDOW = timedelta(hours=3)
"""How far back the service keeps requests (WAF API reference, *GetSampledRequests*)."""
MAX_PAGES = 400
"""Most pages that are read of one list; a longer one is partial."""
_PAGE_SIZES = {"apigateway": 500}
"""API Gateway gives 25 objects a page unless asked for its maximum, and throttles at 10 pages a second."""
_TOKENS = ("NextToken", "nextToken", "position")
"""Members, in and out, that lead to the next page of operations for which botocore has no paginator."""
_PAGING = frozenset(
    {
        "NextToken",
        "nextToken",
        "position",
        "Marker",
        "NextMarker",
        "IsTruncated",
        "MaxItems",
        "ResponseMetadata",
    }
)


def read(client: Any, row: Operation, lookup: Lookup, deadline: float | None = None) -> dict[str, Any]:
    """Ask AWS and return the answer: pages joined, dates as text, secrets gone.

    Events are waited for, but not past *deadline* (a moment of ``time.monotonic``).

    Raises `NotReadOnly`, `MissingParameter`, and whatever botocore raises (see ``failures``).
    """
    if not READ_ONLY.match(row.method):
        raise NotReadOnly(f"{row.method} is no read")
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[row.method])
    required = model.input_shape.required_members if model.input_shape else ()
    calls = [
        {**row.fixed, **_window(row), **split_key(row, lookup.key, required), **narrowed}
        for narrowed in _narrowed(row, lookup)
    ]

    def once() -> dict[str, Any]:
        return clean(row.method, join([_varied(client, row, model, parameters) for parameters in calls]))

    return events.patiently(once, row, lookup.values, deadline) if row.late else once()


def _window(row: Operation) -> dict[str, Any]:
    """Return the span of time to ask for, up to now; nothing for an operation that takes none."""
    if not row.window:
        return {}
    end = datetime.now(UTC)
    return {row.window: {"StartTime": end - LONGEST_WINDOW, "EndTime": end}}


def _varied(client: Any, row: Operation, model: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the answers of all variants of a call as one; what a call shows that an earlier one showed is left out."""
    first, *others = [
        _found(client, row, model, {**parameters, **variant}) for variant in row.variants or ({},)
    ]
    for other in others:
        known = first.get(row.items, [])
        more = [item for item in other.get(row.items, []) if item not in known]
        first = join([first, {**other, row.items: more}])
    return first


def _found(client: Any, row: Operation, model: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return one answer; in a list asked for by id, an id that does not exist is an empty list."""
    try:
        return _whole(client, row, model, parameters)
    except expected() as error:
        # Of events it is the group that does not exist, and it is not worth waiting for.
        by_id = not row.late and any(name in parameters for name in row.narrow.values())
        if by_id and is_not_found(str(failure_of(error)["error"]["Code"])):
            return {row.items: []}
        raise


def split_key(row: Operation, key: str, required: Any) -> dict[str, str]:
    """Return the parameters that *key* stands for.

    Each takes one part between slashes and the last the rest, but an ARN, which has slashes of its own, takes
    all that the others leave.  Optional parameters at the end may be missing; raises `MissingParameter` for
    others.
    """
    names = row.params
    if not names:
        return {}
    if names[0].endswith("Arn") and len(names) > 1:
        values = key.rsplit("/", len(names) - 1)
    else:
        values = key.split("/", len(names) - 1)
    given = {name: value for name, value in zip(names, values, strict=False) if value}
    lacking = [name for name in names if name not in given and (name in required or name == names[0])]
    if lacking:
        raise MissingParameter(f"{row.method} needs {', '.join(lacking)}")
    return given


def _narrowed(row: Operation, lookup: Lookup) -> list[dict[str, Any]]:
    """Return what narrows each call: nothing, a filter of up to 200 values, or one id.

    A narrowing name in capitals is a parameter: one unknown id there fails the whole call, so that each id
    is asked alone.
    """
    name = row.narrow.get(lookup.field)
    if name is None or not lookup.values:
        return [{}]
    if name == "filterPattern":
        return [events.parameters(name, lookup.values, lookup.since)]
    if name[0].isupper():
        return [{name: [value]} for value in lookup.values]
    chunks = [lookup.values[start : start + MAX_VALUES] for start in range(0, len(lookup.values), MAX_VALUES)]
    return [{"Filters": [{"Name": name, "Values": list(chunk)}]} for chunk in chunks]


def _whole(client: Any, row: Operation, model: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return one answer with all its pages."""
    pages = _pages(client, row, model, parameters)
    answer = join(list(islice(pages, events.MAX_PAGES if row.late else MAX_PAGES)))
    if next(pages, None) is not None:
        answer["partial"] = True
    return answer


def _pages(client: Any, row: Operation, model: Any, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if client.can_paginate(row.method):
        size = {"PageSize": _PAGE_SIZES[row.service]} if row.service in _PAGE_SIZES else {}
        yield from client.get_paginator(row.method).paginate(**parameters, PaginationConfig=size)
        return
    inputs = model.input_shape.members if model.input_shape else {}
    token = next((name for name in _TOKENS if name in inputs), None)
    while True:
        page = getattr(client, row.method)(**parameters)
        yield page
        if token is None or not page.get(token) or page[token] == parameters.get(token):
            return
        parameters = {**parameters, token: page[token]}


def join(pages: list[Mapping[str, Any]] | list[dict[str, Any]]) -> dict[str, Any]:
    """Return one answer out of several: lists one after the other, of other members the last one."""
    joined: dict[str, Any] = {}
    for page in pages:
        for name, value in page.items():
            if isinstance(value, list) and isinstance(joined.get(name), list):
                joined[name] = joined[name] + value
            elif name not in _PAGING:
                joined[name] = value
    return joined
