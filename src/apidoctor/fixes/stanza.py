"""One software's part of a fix, and how a terminal shows it."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

WIDTH = 100
"""Columns that prose fills at most; configuration and commands are never broken: they are there to be pasted."""


@dataclass(frozen=True, slots=True)
class Stanza:
    """What to add to one DNS software so that it forwards private names, and how to see that it does."""

    software: str
    """The software's name, as its makers write it (``Unbound``)."""
    file: str
    """Where the text goes: a file, or the place where commands are typed."""
    text: str
    """Configuration or commands, with a line feed at the end."""
    check: tuple[str, ...]
    """Commands that check the syntax and change nothing; empty where the software has none."""
    reload: tuple[str, ...]
    """Commands that put it in force and forget public answers that are cached."""
    verify: tuple[str, ...]
    """Commands that show private addresses when all is well; on the resolver's own host."""
    caveats: tuple[str, ...]
    """What can go wrong with it or must be known before, one line each."""


def text(stanzas: Mapping[str, Stanza]) -> str:
    """Render *stanzas* for a terminal: plain, no colour, prose at most 100 columns wide.

    A caveat that all of several have is told once, at the end.
    """
    every = [stanza.caveats for stanza in stanzas.values()]
    shared = [one for one in every[0] if all(one in other for other in every)] if len(every) > 1 else []
    parts = [list(_lines(stanza, shared)) for stanza in stanzas.values()]
    if shared:
        parts.append([*_title("All of them"), *_caveats(shared)])
    return "".join("\n".join(part) + "\n" + "\n" * (part is not parts[-1]) for part in parts)


def _title(title: str) -> list[str]:
    return [title, "-" * len(title)]


def _caveats(caveats: Iterable[str]) -> Iterator[str]:
    for caveat in caveats:
        yield from _wrapped(caveat, "- ", "  ")


def _wrapped(line: str, first: str = "", others: str = "") -> list[str]:
    return textwrap.wrap(
        line,
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _lines(stanza: Stanza, shared: Sequence[str]) -> Iterator[str]:
    yield from _title(stanza.software)
    yield from _wrapped(f"In {stanza.file}:")
    yield ""
    for line in stanza.text.splitlines():
        yield f"    {line}".rstrip()
    yield ""
    for title, commands in (("Check", stanza.check), ("Load", stanza.reload), ("Verify", stanza.verify)):
        for index, command in enumerate(commands):
            yield f"{title if not index else '':8}{command}"
    yield from _caveats(caveat for caveat in stanza.caveats if caveat not in shared)
