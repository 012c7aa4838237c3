"""Matching text against the patterns of a policy: exact, ``*`` and ``?``, ARN segments, policy variables.

Source: IAM User Guide, "IAM JSON policy elements: Resource", "Condition operators" and "Variables and tags".

A list of patterns is sorted at compile time by what it costs: a set look-up, a prefix, one regular
expression, and, last, the patterns with variables, which depend on the request.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol, TypeAlias

from msgspec import Struct

from .truth import Truth

Mode: TypeAlias = Literal["equals", "like", "arn"]
"""``equals``: no wildcards; ``like``: wildcards span everything; ``arn``: six segments, wildcards in each."""

MULTIVALUED = frozenset(
    {
        "aws:principalorgpaths",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:vpceorgpaths",
        "aws:tagkeys",
        "aws:calledvia",
        "aws:principalservicenameslist",
    }
)
"""Keys (lower case) that hold a set even with one value: a policy variable cannot use them."""

ARN_SEGMENTS = 6
NOTHING = r"(?!)"
"""A regular expression that matches no text."""
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"\s*([^,\s]+)\s*,\s*'(.*)'\s*", re.DOTALL)


class Token(NamedTuple):
    """A piece of a pattern."""

    kind: Literal["glob", "text", "variable"]
    """``glob``: wildcards count; ``text``: taken literally; ``variable``: replaced by a context value."""
    text: str
    """The text, or the variable's key in lower case."""
    default: str | None = None


class Values(Protocol):
    """What a pattern with variables asks of a request."""

    def variable(self, key: str) -> str | None:
        """The single value of a key (lower case), ``None`` when it has none."""

    def is_unknown(self, key: str) -> bool:
        """Whether the key (lower case) has a value that is not known."""


def tokens(pattern: str, *, variables: bool) -> tuple[Token, ...]:
    """Cut a pattern into tokens. Without ``variables`` (Version 2008-10-17) ``${…}`` is plain text."""
    if not variables or "${" not in pattern:
        return (Token("glob", pattern),)
    found, at = [], 0
    for match in _VARIABLE.finditer(pattern):
        if match.start() > at:
            found.append(Token("glob", pattern[at : match.start()]))
        found.append(_variable(match[1]))
        at = match.end()
    if at < len(pattern):
        found.append(Token("glob", pattern[at:]))
    return tuple(found)


def _variable(inside: str) -> Token:
    if inside in ("*", "?", "$"):
        return Token("text", inside)
    if default := _DEFAULT.fullmatch(inside):
        return Token("variable", default[1].lower(), default[2])
    return Token("variable", inside.strip().lower())


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


def _glob_regex(parts: Iterable[Token], character: str) -> str:
    """Regular expression of one run of tokens, with ``*`` as any run of ``character``.

    Every piece between two stars is matched at its first place and never given back (atomic groups): that is
    right for globs, and a hostile pattern cannot make the search explode.
    """
    chunks = [""]
    for token in parts:
        if token.kind == "text":
            chunks[-1] += re.escape(token.text)
            continue
        first, *rest = token.text.split("*")
        chunks[-1] += character.join(map(re.escape, first.split("?")))
        chunks.extend(character.join(map(re.escape, text.split("?"))) for text in rest)
    if len(chunks) == 1:
        return chunks[0]
    middle = "".join(f"(?>{character}*?{chunk})" for chunk in chunks[1:-1] if chunk)
    return f"{chunks[0]}{middle}{character}*{chunks[-1]}"


def _regex(parts: tuple[Token, ...], mode: Mode) -> str:
    """Regular expression of a pattern without variables; an ARN of too few segments matches nothing."""
    if mode != "arn" or parts == (Token("glob", "*"),):
        return _glob_regex(parts, ".")
    split = segments(parts)
    if len(split) != ARN_SEGMENTS:
        return NOTHING
    return ":".join(
        _glob_regex(segment, "[^:]" if at < ARN_SEGMENTS - 1 else ".") for at, segment in enumerate(split)
    )


@lru_cache(maxsize=4096)
def _compiled(parts: tuple[Token, ...], mode: Mode) -> re.Pattern[str]:
    return re.compile(_regex(parts, mode), re.DOTALL)


def glob_regex(pattern: str) -> str:
    """Regular expression of a pattern whose wildcards span everything."""
    return _glob_regex((Token("glob", pattern),), ".")


class Template(Struct, frozen=True, eq=False):
    """A pattern with policy variables."""

    parts: tuple[Token, ...]
    mode: Mode
    fold: bool
    """Compare without case."""

    def variable_keys(self) -> Iterator[str]:
        """The keys of its variables, lower case."""
        return (token.text for token in self.parts if token.kind == "variable")

    def matches(self, text: str, values: Values) -> Truth:
        """Whether the resolved pattern matches; a variable without value or default matches nothing."""
        resolved, certain = [], True
        for token in self.parts:
            if token.kind != "variable":
                resolved.append(token)
                continue
            value = values.variable(token.text)
            if value is None and values.is_unknown(token.text):
                certain = False
                resolved.append(Token("glob", "*"))
            elif value is None and token.default is None:
                return False
            else:
                resolved.append(Token("text", (value if value is not None else token.default) or ""))
        return self._compare(text, resolved, certain)

    def _compare(self, text: str, resolved: list[Token], certain: bool) -> Truth:
        parts = tuple(_folded(resolved, self.fold))
        if certain and self.mode == "equals":
            return "".join(token.text for token in parts) == text
        matched = _compiled(parts, self.mode).fullmatch(text) is not None
        return matched if certain or not matched else None


def _folded(parts: Iterable[Token], fold: bool) -> Iterator[Token]:
    return (token._replace(text=token.text.lower()) for token in parts) if fold else iter(parts)


class Patterns(Struct, frozen=True, eq=False):
    """A compiled list of patterns, matched as OR."""

    everything: bool
    exact: frozenset[str]
    prefixes: tuple[str, ...]
    regex: re.Pattern[str] | None
    templates: tuple[Template, ...]
    fold: bool = False

    def matches(self, text: str, values: Values) -> Truth:
        """Whether any pattern matches ``text``."""
        if self.everything:
            return True
        if self.fold:
            text = text.lower()
        if text in self.exact or (self.prefixes and text.startswith(self.prefixes)):
            return True
        if self.regex is not None and self.regex.fullmatch(text) is not None:
            return True
        if not self.templates:
            return False
        answers = [template.matches(text, values) for template in self.templates]
        return True if True in answers else None if None in answers else False

    def variable_keys(self) -> Iterator[str]:
        """The keys (lower case) of all variables."""
        return (key for template in self.templates for key in template.variable_keys())


def compile_patterns(
    patterns: Iterable[str],
    mode: Mode,
    *,
    variables: bool = False,
    fold: bool = False,
    extra: Iterable[str] = (),
) -> Patterns:
    """Compile a list of patterns; ``extra`` are ready regular expressions that join it."""
    everything, exact, prefixes, regexes, templates = False, set(), [], list(extra), []
    for pattern in patterns:
        parts = tuple(_folded(tokens(pattern, variables=variables), fold))
        if mode == "equals":
            parts = tuple(t if t.kind == "variable" else Token("text", t.text) for t in parts)
        plain = len(parts) == 1 and parts[0].kind == "glob"
        text = "".join(token.text for token in parts)
        if any(token.kind == "variable" for token in parts):
            templates.append(Template(parts, mode, fold))
        elif mode == "equals" or (plain and mode == "like" and not _wild(text)):
            exact.add(text)
        elif plain and text == "*":
            everything = True
        elif mode == "arn" and len(segments(parts)) != ARN_SEGMENTS:
            continue
        elif plain and not _wild(text):
            exact.add(text)
        elif plain and _is_prefix(text, mode):
            prefixes.append(text[:-1])
        else:
            regexes.append(_regex(parts, mode))
    regex = re.compile("|".join(f"(?:{text})" for text in regexes), re.DOTALL) if regexes else None
    return Patterns(everything, frozenset(exact), tuple(prefixes), regex, tuple(templates), fold)


def _wild(text: str) -> bool:
    return "*" in text or "?" in text


def _is_prefix(text: str, mode: Mode) -> bool:
    """Whether the only wildcard is a last ``*`` that stands for anything, so that a prefix is exact."""
    if not text.endswith("*") or _wild(text[:-1]):
        return False
    return mode == "like" or text.count(":") >= ARN_SEGMENTS - 1
