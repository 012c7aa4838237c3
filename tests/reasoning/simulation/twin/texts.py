"""Texts of policies: variables, wildcards and ARNs.

A text is read into marks, one for each character: the character and where it comes from. ``written`` stands for
itself, ``wild`` is a ``*`` or ``?`` that stands for others, ``filled`` came out of a variable.

Sources: IAM User Guide, "Policy elements: Variables and tags" and "Condition operators".
"""

import re
from typing import Any

Context = dict[str, Any]
Mark = tuple[str, str]

MULTIVALUED = {
    "aws:principalorgpaths",
    "aws:resourceorgpaths",
    "aws:sourceorgpaths",
    "aws:vpceorgpaths",
    "aws:tagkeys",
    "aws:calledvia",
    "aws:principalservicenameslist",
}
"""Keys that hold several values, also where there is only one ("Multivalued context keys")."""

VARIABLE = re.compile(r"\$\{([^}]*)\}")
KEY_AND_DEFAULT = re.compile(r"\s*([^,]*?)\s*(?:,\s+'(.*)'\s*)?", re.DOTALL)
"""A default stands after a comma *and white space*, in single quotes ("Specifying default values")."""


def as_list(value: Any) -> list[Any]:
    """Most leaf values may be written alone or as a list ("Grammar of the IAM JSON policy language")."""
    return value if isinstance(value, list) else [value]


def as_text(value: Any) -> str:
    """A number or a truth value of JSON means the text that JSON writes for it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def held(context: Context, key: str) -> list[str]:
    """The values of a key, none when it is absent; names of keys compare without case ("Condition")."""
    for name, values in context.items():
        if name.lower() == key.lower():
            return [] if values is None else [as_text(value) for value in as_list(values)]
    return []


def fill(inner: str, context: Context) -> str | None:
    """What a variable stands for; ``None`` when it has no value.

    Only keys with one value can be used. A key with an empty value counts as one without a value ("Policy variables
    with no value"); then the default stands in for it.
    """
    found = KEY_AND_DEFAULT.fullmatch(inner)
    if not found:
        return None
    key, default = found.groups()
    values = held(context, key)
    if len(values) == 1 and values[0] and key.lower() not in MULTIVALUED:
        return values[0]
    return default


def read_text(text: str, context: Context, variables: bool) -> list[Mark] | None:
    """The marks of a text; ``None`` when one of its variables has no value.

    ``${*}``, ``${?}`` and ``${$}`` are the plain characters. A wildcard inside a value is a plain character too.
    """
    marks: list[Mark] = []
    at = 0
    while at < len(text):
        found = VARIABLE.match(text, at) if variables else None
        if found is None:
            marks.append((text[at], "wild" if text[at] in "*?" else "written"))
            at += 1
            continue
        inner = found.group(1)
        value = inner if inner in ("*", "?", "$") else fill(inner, context)
        if value is None:
            return None
        marks.extend((character, "filled") for character in value)
        at = found.end()
    return marks


def matches(marks: list[Mark], value: str, *, wildcards: bool = True, ignore_case: bool = False) -> bool:
    """Does the whole value fit the marks?"""
    pattern = ""
    for character, origin in marks:
        if origin == "wild" and wildcards:
            pattern += ".*" if character == "*" else "."
        else:
            pattern += re.escape(character)
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return re.fullmatch(pattern, value, flags) is not None


def matches_plainly(text: str, value: str, *, ignore_case: bool = False) -> bool:
    """Does the value fit a text with wildcards and without variables?"""
    marks = read_text(text, {}, variables=False)
    return marks is not None and matches(marks, value, ignore_case=ignore_case)


def matches_arn(marks: list[Mark], value: str) -> bool:
    """The six segments are compared one by one; a value that fills a segment does not begin another one."""
    segments: list[list[Mark]] = [[]]
    for mark in marks:
        if mark[0] == ":" and mark[1] == "written" and len(segments) < 6:
            segments.append([])
        else:
            segments[-1].append(mark)
    parts = value.split(":", 5)
    if len(segments) != 6 or len(parts) != 6:
        return False
    return all(matches(segment, part) for segment, part in zip(segments, parts, strict=True))
