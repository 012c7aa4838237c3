"""Lists of patterns, matched as OR, with the policy variables in them.

Source: IAM User Guide, "IAM policy elements: Variables and tags".

A list is sorted at compile time by what it costs: a set look-up, a prefix, single patterns, and, last, the
patterns with variables, which depend on the request.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from ._globs import (
    ARN_SEGMENTS,
    Matcher,
    Token,
    after_api,
    arn,
    arn_matches,
    arn_of,
    glob,
    glob_matches,
    glob_of,
)
from .truth import Truth

Mode: TypeAlias = Literal["equals", "like", "arn", "api"]
"""``equals``: no wildcards; ``like``: wildcards span everything; ``arn``: six segments, wildcards in each; ``api``:
what follows the id of whatever API it is."""

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

_DEFAULT = re.compile(r"\s*([^,\s]+)\s*,\s+'(.*)'\s*", re.DOTALL)
_LONGEST_VARIABLE = 1024
"""Most characters of a variable in which a default is looked for."""
_ANYTHING = Token("glob", "*")
_SPECIAL = frozenset("*?:")
"""Characters that mean something in a pattern, and nothing in a value."""


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
    found: list[Token] = []
    at = 0
    while (start := pattern.find("${", at)) >= 0 and (end := pattern.find("}", start)) >= 0:
        if start > at:
            found.append(Token("glob", pattern[at:start]))
        found.append(_variable(pattern[start + 2 : end]))
        at = end + 1
    if at < len(pattern):
        found.append(Token("glob", pattern[at:]))
    return tuple(found)


def _variable(inside: str) -> Token:
    if inside in ("*", "?", "$"):
        return Token("text", inside)
    if "," in inside and len(inside) <= _LONGEST_VARIABLE and (default := _DEFAULT.fullmatch(inside)):
        return Token("variable", default[1].lower(), default[2])
    return Token("variable", inside.strip().lower())


@lru_cache(maxsize=1024)
def _matcher(parts: tuple[Token, ...], mode: Mode) -> Matcher:
    """A resolved pattern, kept: the same caller is often asked about again."""
    return arn_of(parts) if mode == "arn" else glob_of(parts)


class Template(Struct, frozen=True, gc=False):
    """A pattern with policy variables."""

    parts: tuple[Token, ...]
    mode: Mode
    fold: bool
    """Compare without case."""

    def variable_keys(self) -> Iterator[str]:
        """The keys of its variables, lower case."""
        return (token.text for token in self.parts if token.kind == "variable")

    def matches(self, text: str, values: Values) -> Truth:
        """Whether the resolved pattern matches; a variable without value or default matches nothing.

        A variable whose value is not known fits anything: if even so the pattern does not match, it never
        does."""
        resolved, certain = [], True
        for token in self.parts:
            if token.kind != "variable":
                resolved.append(token)
                continue
            value = values.variable(token.text)
            if value is None and values.is_unknown(token.text):
                certain = False
                resolved.append(_ANYTHING)
            elif value is None and token.default is None:
                return False
            else:
                resolved.append(Token("text", (value if value is not None else token.default) or ""))
        matched = self._fits(resolved, text)
        return matched if certain or not matched else None

    def _fits(self, resolved: list[Token], text: str) -> bool:
        if self.mode == "api":
            rest = after_api(text)
            return rest is not None and glob_of(resolved).matches(rest)
        if self.fold:
            resolved = list(_folded(resolved, fold=True))
        for token in resolved:
            if token.kind == "text" and not _SPECIAL.isdisjoint(token.text):
                return _matcher(tuple(resolved), self.mode).matches(text)
        # No wildcard came from a value, so the pattern can be put together as text.
        pattern = "".join([token.text for token in resolved])
        return arn_matches(pattern, text) if self.mode == "arn" else glob_matches(pattern, text)


def _folded(parts: Iterable[Token], fold: bool) -> Iterator[Token]:
    return (token._replace(text=token.text.lower()) for token in parts) if fold else iter(parts)


class Pattern(Protocol):
    """A compiled list of patterns."""

    def matches(self, text: str, values: Values) -> Truth:
        """Whether any pattern matches ``text``."""

    def variable_keys(self) -> Iterable[str]:
        """The keys (lower case) of all variables."""


class OneOf(Struct, frozen=True, gc=False):
    """Patterns without wildcards and variables."""

    texts: Collection[str]

    def matches(self, text: str, values: Values) -> Truth:
        """Whether ``text`` is one of them."""
        return text in self.texts

    def variable_keys(self) -> Iterable[str]:
        """There are none."""
        return ()


class Prefix(Struct, frozen=True, gc=False):
    """A pattern whose only wildcard is its last ``*``."""

    prefix: str

    def matches(self, text: str, values: Values) -> Truth:
        """Whether ``text`` begins with it."""
        return text.startswith(self.prefix)

    def variable_keys(self) -> Iterable[str]:
        """There are none."""
        return ()


class Patterns(Struct, frozen=True, gc=False):
    """A compiled list of patterns."""

    everything: bool
    exact: frozenset[str]
    prefixes: tuple[str, ...]
    matchers: tuple[Matcher, ...]
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
        for matcher in self.matchers:
            if matcher.matches(text):
                return True
        if not self.templates:
            return False
        answers = [template.matches(text, values) for template in self.templates]
        return True if True in answers else None if None in answers else False

    def variable_keys(self) -> Iterator[str]:
        """The keys (lower case) of all variables."""
        return (key for template in self.templates for key in template.variable_keys())


_MANY = 8
"""From so many texts on, looking one up in a set is quicker than comparing each."""


def compile_patterns(
    patterns: Collection[str],
    mode: Mode,
    *,
    variables: bool = False,
    fold: bool = False,
    extra: Iterable[Matcher] = (),
    templates: Iterable[Template] = (),
) -> Pattern:
    """Compile a list of patterns; ``extra`` and ``templates`` are ready ones that join it."""
    if fold or extra or templates or (variables and _has_variable(patterns)):
        return _sorted(patterns, mode, extra, templates, variables=variables, fold=fold)
    if mode == "equals":
        return OneOf(frozenset(patterns) if len(patterns) > _MANY else patterns)
    simple = _simple(next(iter(patterns)), mode) if len(patterns) == 1 else None
    return simple or _sorted(patterns, mode, extra, templates, variables=variables, fold=fold)


def _has_variable(patterns: Collection[str]) -> bool:
    for each in patterns:  # noqa: SIM110  # quicker than a generator, and asked of every list
        if "${" in each:
            return True
    return False


def _simple(text: str, mode: Mode) -> Pattern | None:
    """A pattern that is a text or a prefix."""
    star = text.find("*")
    if "?" in text or -1 < star < len(text) - 1:
        return None
    if mode == "arn" and text.count(":") < ARN_SEGMENTS - 1:
        return None
    return OneOf((text,)) if star < 0 else Prefix(text[:-1])


def _sorted(
    patterns: Collection[str],
    mode: Mode,
    extra: Iterable[Matcher],
    ready: Iterable[Template],
    *,
    variables: bool,
    fold: bool,
) -> Patterns:
    everything, exact, prefixes, matchers, templates = False, set(), [], list(extra), list(ready)
    for pattern in patterns:
        if variables and "${" in pattern:
            parts = tuple(_folded(tokens(pattern, variables=True), fold))
            if mode == "equals":
                parts = tuple(t if t.kind == "variable" else Token("text", t.text) for t in parts)
            templates.append(Template(parts, mode, fold))
            continue
        text = pattern.lower() if fold else pattern
        wild = mode != "equals" and ("*" in text or "?" in text)
        if text == "*" and mode == "like":
            everything = True
        elif mode == "arn" and text.count(":") < ARN_SEGMENTS - 1:
            continue
        elif not wild:
            exact.add(text)
        elif _is_prefix(text, mode):
            prefixes.append(text[:-1])
        else:
            matchers.append(arn(text) if mode == "arn" else glob(text))
    return Patterns(everything, frozenset(exact), tuple(prefixes), tuple(matchers), tuple(templates), fold)


def _is_prefix(text: str, mode: Mode) -> bool:
    """Whether the only wildcard is a last ``*`` that stands for anything, so that a prefix is exact."""
    if text.find("*") != len(text) - 1 or "?" in text:
        return False
    return mode == "like" or text.count(":") >= ARN_SEGMENTS - 1
