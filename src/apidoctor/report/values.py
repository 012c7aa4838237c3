"""Evidence as a person reads it: a few ``key: value`` lines out of any JSON value."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from apidoctor.model.report import Evidence

STORY = ("asked", "got", "wanted")
"""Keys that tell a story, in this order, each on a line of its own."""

_LAST = ("vantage", "at")
"""Keys that place what was seen; all others keep the order they came in."""

# Evidence in a report is there to be believed at a glance; all of it is in the JSON.  These also bound what a
# hostile answer (a thousand rules, a list in a list in a list) can make of a screen.
_MOST_ITEMS = 8
_MOST_DEPTH = 4
_MOST_CHARACTERS = 400


def origin(evidence: Evidence) -> str:
    """Return where evidence was read: ``ec2.describe_security_groups sg-0e1 (222222222222, us-east-1)``."""
    place = ", ".join(part for part in (evidence.account, evidence.region) if part)
    about = f" {evidence.subject}" if evidence.subject else ""
    return f"{evidence.source}{about}" + (f" ({place})" if place else "")


def facts(value: Any, *, most: int = 6) -> list[tuple[str, str]]:
    """Return *value* as at most *most* pairs of a key (empty when there is none) and one line of text."""
    pairs = list(_pairs(value))
    if len(pairs) <= most:
        return pairs
    return [*pairs[: most - 1], ("", f"… and {len(pairs) - most + 1} more")]


def inline(value: Any, depth: int = 0) -> str:
    """Return any JSON value as one line: lists with commas, objects as ``key=value``, long ones cut."""
    text = _inline(value, depth)
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"


def _pairs(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        middle = [key for key in value if key not in STORY + _LAST]
        for key in [
            *(key for key in STORY if key in value),
            *middle,
            *(key for key in _LAST if key in value),
        ]:
            yield str(key), inline(value[key])
    elif _is_list(value) and any(isinstance(item, Mapping) for item in value):
        for item in value:
            yield "", inline(item)
    elif value is not None:
        yield "", inline(value)


def _inline(value: Any, depth: int) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if _is_list(value) and len(value) == 1:
        return inline(value[0], depth)
    if isinstance(value, Mapping):
        return _joined((f"{key}={inline(item, depth + 1)}" for key, item in value.items()), value, " ", depth)
    if _is_list(value):
        return _joined((inline(item, depth + 1) for item in value), value, ", ", depth)
    return str(value)


def _joined(items: Iterator[str], value: Any, separator: str, depth: int) -> str:
    if not value:
        return "none"
    if depth >= _MOST_DEPTH:
        return "(…)"
    shown = [item for item, _ in zip(items, range(_MOST_ITEMS), strict=False)]
    if len(value) > _MOST_ITEMS:
        shown.append(f"… {len(value) - _MOST_ITEMS} more")
    text = separator.join(shown)
    return f"({text})" if depth and len(shown) > 1 else text


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
