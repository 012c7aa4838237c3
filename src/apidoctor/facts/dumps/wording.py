"""How notes name many things in one line."""

from collections.abc import Collection

MAX_NAMED = 3
"""How many of a list a note names."""
MAX_LENGTH = 80
"""Longest name in a note; of a longer one, the end says most."""


def some(names: Collection[str]) -> str:
    """Return the first few names in one line, and a sign that there are more."""
    first = [_shown(name) for name in list(names)[:MAX_NAMED]]
    return ", ".join([*first, "…"] if len(names) > len(first) else first)


def counted(what: str, names: Collection[str], says: str) -> str:
    """Return ``14 files were set aside: a.json, b.json, … `` for *what* ``file`` and *says* ``set aside``."""
    verb = "was" if len(names) == 1 else "were"
    return f"{len(names)} {what}{'' if len(names) == 1 else 's'} {verb} {says}: {some(names)}"


def _shown(name: str) -> str:
    plain = "".join(letter if letter.isprintable() else "?" for letter in name)
    return plain if len(plain) <= MAX_LENGTH else f"…{plain[1 - MAX_LENGTH :]}"
