"""Texts of policies: variables, wildcards and ARNs.

A text is read into pieces, each with what it is: ``written`` stands for itself, ``wild`` is one ``*`` or ``?`` that
stands for others, ``filled`` came out of a variable.

Sources: IAM User Guide, "Policy elements: Variables and tags" and "Condition operators".
"""

import re
from typing import Any

Context = dict[str, Any]
Piece = tuple[str, str]

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
PIECES = re.compile(r"\$\{[^}]*\}|[*?]|[^*?$]+|\$")
PIECES_WITHOUT_VARIABLES = re.compile(r"[*?]|[^*?]+")
WILD = {"*": ".*", "?": "."}
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


def read_text(text: str, context: Context, variables: bool) -> list[Piece] | None:
    """The pieces of a text; ``None`` when one of its variables has no value.

    ``${*}``, ``${?}`` and ``${$}`` are the plain characters. A wildcard inside a value is a plain character too.
    """
    pieces: list[Piece] = []
    for found in (PIECES if variables else PIECES_WITHOUT_VARIABLES).findall(text):
        if variables and found.startswith("${"):
            value = found[2] if found in ("${*}", "${?}", "${$}") else fill(found[2:-1], context)
            if value is None:
                return None
            pieces.append((value, "filled"))
        else:
            pieces.append((found, "wild" if found in "*?" else "written"))
    return pieces


def matches(pieces: list[Piece], value: str, *, wildcards: bool = True, ignore_case: bool = False) -> bool:
    """Does the whole value fit the pieces?"""
    if ignore_case:
        pieces, value = [(text.lower(), origin) for text, origin in pieces], value.lower()
    if wildcards and any(origin == "wild" for _, origin in pieces):
        pattern = "".join(WILD[text] if origin == "wild" else re.escape(text) for text, origin in pieces)
        return re.fullmatch(pattern, value, re.DOTALL) is not None
    return "".join(text for text, _ in pieces) == value


def matches_plainly(text: str, value: str, *, ignore_case: bool = False) -> bool:
    """Does the value fit a text with wildcards and without variables?"""
    pieces = read_text(text, {}, variables=False)
    return pieces is not None and matches(pieces, value, ignore_case=ignore_case)


def matches_arn(pieces: list[Piece], value: str) -> bool:
    """The six segments are compared one by one; what fills a segment does not begin another one."""
    segments: list[list[Piece]] = [[]]
    for text, origin in pieces:
        parts = text.split(":", 6 - len(segments)) if origin == "written" else [text]
        segments[-1].append((parts[0], origin))
        segments.extend([(part, origin)] for part in parts[1:])
    own = value.split(":", 5)
    if len(segments) != 6 or len(own) != 6:
        return False
    return all(matches(segment, part) for segment, part in zip(segments, own, strict=True))
