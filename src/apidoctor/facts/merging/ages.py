"""When answers were taken: an age that can be compared, and the marks that keep it beside an answer."""

import functools
import math
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from apidoctor.model.snapshot import NEWER, TAKEN_AT

UNKNOWN = ""
"""Age of what does not tell it: older than everything that does."""


@functools.lru_cache(maxsize=4096)
def instant(age: str) -> float:
    """Return seconds since 1970 of an ISO 8601 text; of any other text, before everything."""
    moment = _moment(age)
    return -math.inf if moment is None else (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()


@functools.lru_cache(maxsize=4096)
def age_of(text: str) -> str:
    """Return *text* in the one spelling of ages, UTC with ``Z``; `UNKNOWN` for what is no moment."""
    moment = _moment(text)
    return UNKNOWN if moment is None else moment.isoformat().replace("+00:00", "Z")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class Part(Struct, frozen=True):
    """An answer without its marks, and its age."""

    age: str
    """Age of its oldest piece."""
    body: Any
    """The answer."""
    newer: dict[str, Any] = {}
    """Ages of the pieces of a joined list that are newer: ``objects`` by identity, ``asked`` by field and value."""


def read_part(raw: Any, age: str) -> Part:
    """Take the marks off an answer of a snapshot of this *age*."""
    if not isinstance(raw, dict) or not isinstance(raw.get(TAKEN_AT), str):
        return Part(age, raw)
    body = {name: value for name, value in raw.items() if name not in (TAKEN_AT, NEWER)}
    newer = raw.get(NEWER)
    return Part(age_of(raw[TAKEN_AT]), body, newer if isinstance(newer, dict) else {})


def marked(part: Part, age: str) -> Any:
    """Put the marks beside an answer of a snapshot of this *age*, where it is not all of that age."""
    if not isinstance(part.body, dict) or (part.age == age and not part.newer):
        return part.body
    return {**part.body, TAKEN_AT: part.age, **({NEWER: part.newer} if part.newer else {})}
