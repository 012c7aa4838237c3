"""Matching one pattern with ``*`` and ``?`` against a text, as a whole or ARN segment by ARN segment.

Source: IAM User Guide, "IAM JSON policy elements: Resource" and "Condition operators" (ARN operators).

A pattern is cut at its stars; the pieces are found one after the other, each at its first place. That is
right for globs, a hostile pattern cannot make the search explode, and nothing has to be compiled to a
regular expression, which would cost more than it saves for policies that are evaluated once."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, Protocol, TypeAlias

from msgspec import Struct

ARN_SEGMENTS = 6


class Token(NamedTuple):
    """A piece of a pattern."""

    kind: Literal["glob", "text", "variable"]
    """``glob``: wildcards count; ``text``: taken literally; ``variable``: replaced by a context value."""
    text: str
    """The text, or the variable's key in lower case."""
    default: str | None = None


class Matcher(Protocol):
    """A compiled pattern."""

    def matches(self, text: str) -> bool:
        """Whether the whole text fits."""


class Stars(Struct, frozen=True, gc=False):
    """A pattern whose only wildcard is ``*``: its pieces between the stars."""

    pieces: tuple[str, ...]

    def matches(self, text: str) -> bool:
        """Whether the pieces follow each other, the first at the start and the last at the end."""
        first, last = self.pieces[0], self.pieces[-1]
        if len(self.pieces) == 1:
            return text == first
        if not text.startswith(first):
            return False
        at = len(first)
        for piece in self.pieces[1:-1]:
            at = text.find(piece, at)
            if at < 0:
                return False
            at += len(piece)
        return len(text) - at >= len(last) and text.endswith(last)


Piece: TypeAlias = tuple[str, ...]
"""What stands between two stars: literal texts with one arbitrary character between each two."""


class Wild(Struct, frozen=True, gc=False):
    """A pattern with ``?``, and perhaps ``*``."""

    pieces: tuple[Piece, ...]

    def matches(self, text: str) -> bool:
        """Whether the pieces follow each other, the first at the start and the last at the end."""
        first, last = self.pieces[0], self.pieces[-1]
        if len(self.pieces) == 1:
            return len(text) == _width(first) and _fits(first, text, 0)
        if not _fits(first, text, 0):
            return False
        at = _width(first)
        for piece in self.pieces[1:-1]:
            found = next((start for start in range(at, len(text) + 1) if _fits(piece, text, start)), None)
            if found is None:
                return False
            at = found + _width(piece)
        start = len(text) - _width(last)
        return start >= at and _fits(last, text, start)


def _width(piece: Piece) -> int:
    """Number of characters that a piece covers."""
    return sum(map(len, piece)) + len(piece) - 1


def _fits(piece: Piece, text: str, at: int) -> bool:
    """Whether the piece covers the text from a place on."""
    for literal in piece[:-1]:
        if not text.startswith(literal, at):
            return False
        at += len(literal) + 1
        if at > len(text):
            return False
    return text.startswith(piece[-1], at)


class Segments(Struct, frozen=True, gc=False):
    """An ARN pattern with wildcards before its last segment."""

    first: tuple[str, ...]
    """The patterns of the first five segments, mostly plain or ``*``."""
    rest: Matcher

    def matches(self, text: str) -> bool:
        """Whether each of the six segments fits; the last one holds all further colons."""
        segments = text.split(":", ARN_SEGMENTS - 1)
        if len(segments) != ARN_SEGMENTS:
            return False
        for pattern, segment in zip(self.first, segments, strict=False):
            if pattern != segment and pattern != "*" and not glob_matches(pattern, segment):
                return False
        return self.rest.matches(segments[-1])


class Parts(Struct, frozen=True, gc=False):
    """An ARN pattern whose segments are cut into tokens."""

    parts: tuple[Matcher, ...]

    def matches(self, text: str) -> bool:
        """Whether each of the six segments fits."""
        segments = text.split(":", ARN_SEGMENTS - 1)
        return len(segments) == ARN_SEGMENTS and all(
            part.matches(segment) for part, segment in zip(self.parts, segments, strict=True)
        )


class AnyApi(Struct, frozen=True, gc=False):
    """A pattern for what follows the API's id, whatever API it is."""

    rest: Matcher

    def matches(self, text: str) -> bool:
        """Whether the text is an ``execute-api`` ARN with a fitting stage, method and path."""
        rest = after_api(text)
        return rest is not None and self.rest.matches(rest)


def after_api(text: str) -> str | None:
    """What follows the API's id and its slash in an ``execute-api`` ARN; ``None`` for another text."""
    segments = text.split(":", ARN_SEGMENTS - 1)
    if len(segments) != ARN_SEGMENTS or segments[2] != "execute-api":
        return None
    _, slash, rest = segments[5].partition("/")
    return rest if slash else None


class Nothing(Struct, frozen=True, gc=False):
    """A pattern that fits no text: an ARN of too few segments."""

    def matches(self, text: str) -> bool:
        """Never."""
        return False


def glob_matches(pattern: str, text: str) -> bool:
    """Whether a pattern, used once, fits a text."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    if pattern.find("*") == len(pattern) - 1 and "?" not in pattern:
        return text.startswith(pattern[:-1])
    return glob(pattern).matches(text)


def arn_matches(pattern: str, text: str) -> bool:
    """Whether an ARN pattern, used once, fits a text."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    return arn(pattern).matches(text)


def glob(pattern: str) -> Matcher:
    """A pattern whose wildcards span everything."""
    return Stars(tuple(pattern.split("*"))) if "?" not in pattern else glob_of([Token("glob", pattern)])


def arn(pattern: str) -> Matcher:
    """A pattern without variables that is matched as an ARN: the first five segments one by one, and the rest."""
    parts = pattern.split(":", ARN_SEGMENTS - 1)
    if len(parts) != ARN_SEGMENTS:
        return Nothing()
    before = pattern[: -len(parts[-1])] if parts[-1] else pattern
    if "*" not in before and "?" not in before:
        # No wildcard before the last segment: what comes first fits only if the colons agree.
        return glob(pattern)
    return Segments(tuple(parts[:-1]), glob(parts[-1]))


def glob_of(parts: Iterable[Token]) -> Matcher:
    """The same for a pattern cut into tokens; only its ``glob`` tokens have wildcards."""
    pieces: list[list[str]] = [[""]]
    for token in parts:
        stars = token.text.split("*") if token.kind == "glob" else [token.text]
        for at, text in enumerate(stars):
            if at:
                pieces.append([""])
            first, *rest = text.split("?") if token.kind == "glob" else [text]
            pieces[-1][-1] += first
            pieces[-1].extend(rest)
    if all(len(piece) == 1 for piece in pieces):
        return Stars(tuple(piece[0] for piece in pieces))
    return Wild(tuple(tuple(piece) for piece in pieces))


def arn_of(parts: tuple[Token, ...]) -> Matcher:
    """An ARN pattern: the first five segments one by one, and the rest."""
    split = segments(parts)
    if len(split) != ARN_SEGMENTS:
        return Nothing()
    if not any("*" in t.text or "?" in t.text for segment in split[:-1] for t in segment if t.kind == "glob"):
        # No wildcard before the last segment: what comes first fits only if the colons agree.
        return glob_of(parts)
    return Parts(tuple(glob_of(segment) for segment in split))


def segments(parts: Iterable[Token]) -> list[list[Token]]:
    """Split tokens at the first five colons of an ARN; colons inside a variable or a value do not count."""
    found: list[list[Token]] = [[]]
    for token in parts:
        if token.kind != "glob":
            found[-1].append(token)
            continue
        first, *rest = token.text.split(":", ARN_SEGMENTS - len(found))
        found[-1].append(Token("glob", first))
        found.extend([Token("glob", text)] for text in rest)
    return found
