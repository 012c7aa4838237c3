"""Reading a policy document: text in any of the forms AWS hands out, within bounds, duplicate keys kept.

API Gateway returns its policy with the quotes escaped by backslashes, IAM returns documents URL-encoded; both
may be wrapped in a JSON string. A key that is repeated in one object is legal JSON and forbidden in a policy;
what each AWS service makes of it is not documented, so all readings are kept: the first of the repeated
values, the last (what most clients send to AWS), and both together.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, TypeAlias
from urllib.parse import unquote

from msgspec import Struct

from .values import Problem

MAX_DEPTH = 64
"""Deepest nesting that is read; a policy needs six levels."""
MAX_BYTES = 2 * 1024 * 1024
"""Largest document that is read; AWS's own limits are 20,480 characters and below."""
MAX_NODES = 1 << 21
"""Most values that are read, so that an object handed over parsed is bounded like a text."""
MAX_REPEATED = 100
"""Most repeated keys that are told."""
_WRAPPINGS = 4
"""Most wrappings (a JSON string, URL encoding) that are taken off one after the other."""

Pick: TypeAlias = Literal["last", "first", "all"]
"""Which of the values of a repeated key a reading takes."""


class Repeated(Struct, frozen=True):
    """The values of a repeated key, all of them to be true together."""

    values: tuple[Any, ...]


class Document(Struct, frozen=True):
    """A parsed document."""

    readings: tuple[Any, ...]
    """The values it may stand for, first the reading where the last of repeated keys wins. Empty when the
    document cannot be read."""
    problems: tuple[Problem, ...]


class _Duplicates(Struct, frozen=True):
    """A JSON object in which a key is repeated."""

    pairs: tuple[tuple[str, Any], ...]


class _Unreadable(Exception):
    """The document is no JSON value within the bounds; the text says why."""


def read_document(document: str | bytes | Mapping[str, Any]) -> Document:
    """Parse a document. What cannot be parsed gives no reading and one problem; nothing is raised."""
    try:
        parsed, is_plain = _parse(document)
        if is_plain:
            return Document((parsed,), ())
        repeated: list[str] = []
        first = _Reader("last", repeated).read(parsed, 0)
        if not repeated:
            return Document((first,), ())
        others = tuple(_Reader(pick, []).read(parsed, 0) for pick in ("first", "all"))
    except _Unreadable as error:
        return Document((), (Problem("not_a_policy", "", str(error), "invalid"),))
    message = "The key is repeated in one object; AWS forbids it, and clients keep only the last one"
    return Document(
        (first, *others), tuple(Problem("duplicate_key", where, message) for where in repeated[:MAX_REPEATED])
    )


def _parse(document: object) -> tuple[Any, bool]:
    """The parsed document, and whether it is plain: no repeated key and too few brackets to be too deep."""
    if isinstance(document, (bytes, bytearray)):
        if len(document) > MAX_BYTES:
            raise _Unreadable("The document is larger than 2 MiB")
        try:
            document = bytes(document).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise _Unreadable("The document is not UTF-8 text") from None
    is_plain = False
    for _ in range(_WRAPPINGS):
        if not isinstance(document, str):
            break
        if len(document) > MAX_BYTES:
            raise _Unreadable("The document is larger than 2 MiB")
        document, is_plain = _unwrap(document.strip().removeprefix("\ufeff"))
    return document, is_plain


def _unwrap(text: str) -> tuple[Any, bool]:
    """Take one wrapping off: JSON, URL encoding, or the inside of a JSON string with its quotes escaped."""
    try:
        return _loads(text)
    except _Unreadable:
        if text.startswith("%"):
            return unquote(text), False
        if '\\"' in text:
            return _loads(f'"{text}"')
        raise


def _loads(text: str) -> tuple[Any, bool]:
    repeated = False

    def as_object(pairs: list[tuple[str, Any]]) -> Any:
        nonlocal repeated
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        repeated = True
        return _Duplicates(tuple(pairs))

    try:
        value = json.loads(text, object_pairs_hook=as_object, parse_constant=_no_constant)
    except RecursionError:
        raise _Unreadable(f"The document is nested deeper than {MAX_DEPTH} levels") from None
    except ValueError as error:
        raise _Unreadable(f"The document is not JSON: {str(error)[:120]}") from None
    return value, not repeated and text.count("{") + text.count("[") <= MAX_DEPTH


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


class _Reader:
    """Turns what was parsed into plain values, for one way to read repeated keys."""

    def __init__(self, pick: Pick, repeated: list[str]) -> None:
        self._pick = pick
        self._repeated = repeated
        self._nodes = 0
        self._path: list[str] = []

    def read(self, node: Any, depth: int) -> Any:
        """The plain value of ``node``; repeated keys are added to the list with their place."""
        if node is None or isinstance(node, (str, bool, int, float)):
            return node
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise _Unreadable(f"The document is nested deeper than {MAX_DEPTH} levels or has too many values")
        if isinstance(node, (dict, Mapping)):
            return {self._key(key): self._inside(f".{key}", value, depth) for key, value in node.items()}
        if isinstance(node, (list, tuple)):
            return [self._inside(f"[{at}]", value, depth) for at, value in enumerate(node)]
        if isinstance(node, _Duplicates):
            return self._duplicates(node, depth)
        if isinstance(node, date):
            # A YAML template's unquoted ``Version: 2012-10-17`` is a date.
            return node.isoformat()
        raise _Unreadable(f"A value of type {type(node).__name__} is not JSON")

    def _inside(self, step: str, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return value
        self._path.append(step)
        found = self.read(value, depth + 1)
        self._path.pop()
        return found

    def _duplicates(self, node: _Duplicates, depth: int) -> dict[str, Any]:
        found: dict[str, list[Any]] = {}
        for key, value in node.pairs:
            found.setdefault(key, []).append(self._inside(f".{key}", value, depth))
        for key, values in found.items():
            if len(values) > 1:
                self._repeated.append("".join([*self._path, f".{key}"]).removeprefix("."))
        return {key: self._choose(values) for key, values in found.items()}

    def _choose(self, values: list[Any]) -> Any:
        if self._pick == "first" or len(values) == 1:
            return values[0]
        return values[-1] if self._pick == "last" else Repeated(tuple(values))

    @staticmethod
    def _key(key: object) -> str:
        if isinstance(key, str):
            return key
        raise _Unreadable("A key of an object is not text")


def last_of(value: Any) -> Any:
    """The value of a key where all repetitions together have no meaning (an Effect, a list of actions)."""
    return value.values[-1] if isinstance(value, Repeated) else value


def all_of(value: Any) -> tuple[Any, ...]:
    """All values of a key that may be repeated."""
    return value.values if isinstance(value, Repeated) else (value,)
