"""X-Ray traces of a call, read from the segments that API Gateway wrote.

Source: X-Ray developer guide, "Segment documents"; API Gateway's segment is named ``api/stage``, what it asked of the
backend is a subsegment.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

_MOST = 200


class Trace(Struct, frozen=True):
    """What a trace says of one call."""

    status: int | None = None
    """Status that API Gateway answered with."""
    failed: str | None = None
    """Name of the innermost part that failed."""
    backend_status: int | None = None
    """Status that the backend answered with."""


def read_trace(segments: list[Any]) -> Trace | None:
    """Read the segments of one trace; None when there are none that can be read."""
    documents = [found for segment in segments[:_MOST] if (found := _document(segment))]
    if not documents:
        return None
    top = next((one for one in documents if one.get("origin") == "AWS::ApiGateway::Stage"), documents[0])
    parts = list(_parts(top, 0))[:_MOST]
    inner = [part for part in parts if part is not top]
    broken = [part for part in inner if part.get("error") or part.get("fault") or part.get("throttle")]
    return Trace(
        status=_status(top),
        failed=str(broken[-1].get("name", ""))[:200] or None if broken else None,
        backend_status=next(filter(None, map(_status, inner)), None),
    )


def _document(segment: Any) -> dict[str, Any] | None:
    text = segment.get("Document") if isinstance(segment, Mapping) else None
    try:
        document = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and document else None


def _parts(segment: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    yield segment
    inner = segment.get("subsegments")
    for part in inner if isinstance(inner, list) and depth < 12 else ():
        if isinstance(part, dict):
            yield from _parts(part, depth + 1)


def _status(segment: dict[str, Any]) -> int | None:
    http = segment.get("http")
    response = http.get("response") if isinstance(http, dict) else None
    status = response.get("status") if isinstance(response, dict) else None
    return status if isinstance(status, int) else None
