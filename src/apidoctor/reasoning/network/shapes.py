"""Read members of AWS answers without trusting them: a member of the wrong type counts as absent."""

from collections.abc import Mapping
from typing import Any

Item = Mapping[str, Any]
"""An object in an AWS answer."""


def text(item: Item, name: str) -> str:
    """Return a text member; empty when it is absent."""
    value = item.get(name)
    return value if isinstance(value, str) else ""


def whole(item: Item, name: str) -> int | None:
    """Return a whole number; None when it is absent."""
    value = item.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def part(item: Item, name: str) -> Item:
    """Return a nested object; empty when it is absent."""
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def parts(item: Item, name: str) -> list[Item]:
    """Return a list of nested objects, without what is no object."""
    value = item.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def listed(item: Item, name: str) -> list[Item] | None:
    """Return a list of nested objects; None when it is absent or holds anything else."""
    value = item.get(name)
    whole_list = isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return value if whole_list else None


def texts(item: Item, name: str) -> tuple[str, ...]:
    """Return a list of texts, without what is no text."""
    value = item.get(name)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
