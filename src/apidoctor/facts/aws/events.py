"""Events that come late: log lines and traces of a call appear seconds after it.

An answer without events is asked for again, at growing distances, until something is there or the patience of the
operation (`Operation.late`) is over.  What was written down of a call may hold anything the call held: bodies, headers
and keys are masked before anything is kept.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from apidoctor.facts.redact import MASK, mask_known, redact, redact_value
from apidoctor.model.operations import Operation

MAX_PAGES = 8
"""Most pages of events in one read: CloudWatch Logs may give empty ones before the first event."""
MAX_EVENTS = 200
"""Most events that are kept of one read; an execution log has some twenty for a request."""
MAX_MESSAGE = 8192
"""Most characters that are kept of one event."""
MAX_SEGMENTS = 20
"""Most segments that are kept of one trace."""
FIRST_PAUSE = 0.5
"""Seconds to the second read; each pause is half as long again as the one before."""
LONGEST_PAUSE = 4.0
"""Seconds between two reads at most."""
SPARE = 1.0
"""Seconds that are left to the run when it ends before the patience does."""

_DEEPEST = 12
_QUOTABLE = re.compile(r"[\w=+/.:-]{8,128}")
_WORDY = re.compile(
    r"((?:Method|Endpoint) (?:request|response) (?:headers|query string|path|body)[^:]{0,40}: ?).*", re.DOTALL
)
_QUERY = re.compile(r"(Endpoint request URI: [^\s?]*\?)\S*")
_KEY_MEMBER = re.compile(r'("[^"]*(?:api_?-?key|secret|token|password)"\s*:\s*")[^"]*(")', re.IGNORECASE)
_LONG_WORD = re.compile(r"(?<![\w/-])[A-Za-z0-9]{30,128}(?![\w-])")
_KEPT = ("name", "id", "start_time", "end_time", "error", "fault", "throttle", "origin", "namespace", "type")
_KEPT_PARTS = ("http", "request", "response", "aws", "cause", "exceptions", "subsegments")
_KEPT_VALUES = ("method", "url", "status", "api_id", "rest_api_id", "api_stage", "request_id", "message")


def parameters(name: str, values: tuple[str, ...], since: str) -> dict[str, Any]:
    """Return the parameters that narrow events: a pattern that any of *values* fits, and the beginning of the time.

    A term with other characters than letters and digits stands in quotes, a question mark before each means "or"
    (CloudWatch Logs user guide, "Filter pattern syntax").  Values that could break out of the quotes are left out.
    """
    terms = [value for value in values if _QUOTABLE.fullmatch(value)] or ["nothing to look for"]
    pattern = " ".join(f'?"{term}"' for term in terms) if len(terms) > 1 else f'"{terms[0]}"'
    moment = _milliseconds(since)
    return {name: pattern} | ({} if moment is None else {"startTime": moment})


def _milliseconds(since: str) -> int | None:
    try:
        return int(datetime.fromisoformat(since).timestamp() * 1000)
    except ValueError:
        return None


def patiently(
    read: Callable[[], dict[str, Any]],
    row: Operation,
    values: tuple[str, ...],
    deadline: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, Any]:
    """Read until there are events with one of *values* and no more are coming, or patience is over.

    *deadline* (a moment of *clock*) ends patience before its time.

    Whatever *read* raises at first is raised; later, what was read before stands.
    """
    end = clock() + row.late
    if deadline is not None:
        end = min(end, deadline - SPARE)
    answer, count, pause = read(), -1, FIRST_PAUSE
    while True:
        # The lines of one request are written one by one: two reads that show the same are the end.
        seen = sum(_is_wanted(event, values) for event in answer.get(row.items) or ())
        if (seen and seen == count) or clock() + pause > end:
            return answer
        count = seen
        sleep(pause)
        pause = FIRST_PAUSE if seen else min(pause * 1.5, LONGEST_PAUSE)
        try:
            answer = read()
        except Exception:  # whatever it is: what was seen before it is worth more
            return answer


def _is_wanted(event: Any, values: tuple[str, ...]) -> bool:
    """Say whether an event or trace is one of those that were asked for; without a question each is."""
    text = str(event.get("message") or event.get("Id") or "") if isinstance(event, Mapping) else ""
    return not values or any(value in text for value in values)


def cleaned(method: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer with events as it may be kept: bounded, and without what the call carried."""
    member, keep = EVENTS[method]
    listed = answer.get(member)
    listed = listed if isinstance(listed, list) else []
    kept = {name: answer[name] for name in ("partial", "asked") if name in answer}
    kept |= {"partial": True} if len(listed) > MAX_EVENTS else {}
    return {**kept, member: [keep(item) for item in listed[:MAX_EVENTS] if isinstance(item, Mapping)]}


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    message = masked(str(event.get("message", ""))[:MAX_MESSAGE])
    return {name: event[name] for name in ("timestamp", "logStreamName") if name in event} | {
        "message": message
    }


def masked(message: str) -> str:
    """Return a log line without bodies, headers, queries and keys.

    A word of thirty letters and digits or more is an API key as far as anybody knows: the ids that are looked for are
    shorter, or have hyphens.
    """
    message = _WORDY.sub(rf"\1{MASK}", message)
    message = _QUERY.sub(rf"\1{MASK}", message)
    message = _KEY_MEMBER.sub(rf"\1{MASK}\2", message)
    return redact(_LONG_WORD.sub(MASK, message))


def without(value: Any, secrets: tuple[str, ...]) -> Any:
    """Return an answer with the given texts masked wherever they stand."""
    if isinstance(value, str):
        return mask_known(value, secrets)
    if isinstance(value, list):
        return [without(item, secrets) for item in value]
    if isinstance(value, dict):
        return {name: without(item, secrets) for name, item in value.items()}
    return value


def _trace(trace: Mapping[str, Any]) -> dict[str, Any]:
    segments = trace.get("Segments")
    kept = [
        {"Id": segment.get("Id"), "Document": json.dumps(_document(segment.get("Document")))}
        for segment in (segments[:MAX_SEGMENTS] if isinstance(segments, list) else ())
        if isinstance(segment, Mapping)
    ]
    return {name: trace[name] for name in ("Id", "Duration") if name in trace} | {"Segments": kept}


def _document(text: Any) -> Any:
    """Return the members of a segment that tell how a call went; what is no segment is dropped."""
    try:
        document = json.loads(text)
        return redact_value(_chosen(document)) if isinstance(document, dict) else {}
    except (TypeError, ValueError, RecursionError):
        return {}


def _chosen(value: Any, depth: int = 0) -> Any:
    if depth > _DEEPEST:
        return {}
    if isinstance(value, list):
        return [_chosen(item, depth + 1) for item in value[:MAX_SEGMENTS]]
    if not isinstance(value, dict):
        return value if isinstance(value, int | float | bool) else str(value)[:200]
    kept: dict[str, Any] = {}
    for name, item in value.items():
        if name in _KEPT_PARTS and isinstance(item, dict | list):
            kept[name] = _chosen(item, depth + 1)
        elif name in (*_KEPT, *_KEPT_VALUES) and not isinstance(item, dict | list):
            kept[name] = str(item).partition("?")[0][:300] if name == "url" else _chosen(item, depth + 1)
    return kept


EVENTS: dict[str, tuple[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "filter_log_events": ("events", _event),
    "batch_get_traces": ("Traces", _trace),
}
"""Reads of events: the member that lists them, and what is kept of one."""
