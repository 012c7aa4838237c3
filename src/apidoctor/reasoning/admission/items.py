"""What a policy lists for one part of a request: texts, patterns, ARNs, accounts; and how two of them overlap."""

import re
from typing import Literal, NamedTuple, TypeAlias

from apidoctor.reasoning.iam._globs import arn_matches, glob_matches

ItemKind: TypeAlias = Literal["text", "glob", "arn", "account"]


class Item(NamedTuple):
    """One listed value."""

    kind: ItemKind
    """``glob``: wildcards span everything; ``arn``: wildcards in each segment; ``account``: everyone of an account."""
    text: str


_FILLINGS = ("", "\0", "\0\0\0")
"""What stands for a ``*`` of the narrower pattern: whatever covers all three covers any."""
_WILD = re.compile(r"[*?]")


def text(value: str) -> Item:
    """A value that is compared as it stands."""
    return Item("text", value)


def glob(pattern: str) -> Item:
    """A pattern; one without wildcards is a text."""
    return Item("glob" if _WILD.search(pattern) else "text", pattern)


def arn(pattern: str) -> Item:
    """An ARN pattern; one without wildcards is a text."""
    return Item("arn" if _WILD.search(pattern) else "text", pattern)


def covers(wide: Item, narrow: Item) -> bool:
    """Whether every value of *narrow* is one of *wide*. ``False`` also when that cannot be told."""
    if wide == narrow or (wide.kind == "glob" and wide.text == "*"):
        return True
    if wide.kind == "text":
        return False
    if wide.kind == "account":
        return narrow.kind != "account" and _account(narrow) == wide.text
    if narrow.kind == "account":
        return False
    matches = glob_matches if wide.kind == "glob" else arn_matches
    if narrow.kind == "text":
        return matches(wide.text, narrow.text)
    if wide.kind == "arn" and narrow.kind == "glob":
        return False
    return all(
        matches(wide.text, narrow.text.replace("*", filling).replace("?", "\0")) for filling in _FILLINGS
    )


def disjoint(one: Item, other: Item) -> bool:
    """Whether no value belongs to both. ``False`` also when that cannot be told."""
    if covers(one, other) or covers(other, one):
        return False
    if "text" in (one.kind, other.kind):
        return True
    if "account" in (one.kind, other.kind):
        both = one.text if one.kind == "account" else _account(one)
        them = other.text if other.kind == "account" else _account(other)
        return bool(both and them and not _WILD.search(both + them) and both != them)
    heads = [_WILD.split(item.text, maxsplit=1)[0] for item in (one, other)]
    shorter = min(map(len, heads))
    return heads[0][:shorter] != heads[1][:shorter]


def _account(item: Item) -> str:
    """The account in an ARN."""
    parts = item.text.split(":", 5)
    return parts[4] if len(parts) == 6 else ""
