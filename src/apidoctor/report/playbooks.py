"""Playbooks as values: the stories of ``playbooks/``, one Markdown file per symptom."""

from pathlib import Path

from msgspec import Struct

from apidoctor._bundled import PLAYBOOKS


class Playbook(Struct, frozen=True):
    """One story, with its head taken apart."""

    name: str
    """The file's name, by which checks and reports point to it."""
    title: str
    """What the user sees."""
    symptoms: tuple[str, ...]
    """Words of error messages that lead here."""
    checks: tuple[str, ...]
    """Ids of the checks to walk through, in order."""
    prose: str
    """The story, in Markdown."""


def playbooks(folder: Path = PLAYBOOKS) -> dict[str, Playbook]:
    """Return every playbook of *folder* by name, in the order of the names."""
    return {path.stem: parse(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.md"))}


def parse(name: str, text: str) -> Playbook:
    """Take a playbook apart: ``# title``, then ``symptom:`` and ``checks:`` lines with commas, then prose."""
    title, head, prose = "", {"symptom": "", "checks": ""}, text.strip().splitlines()
    while prose:
        key, _, value = prose[0].partition(":")
        if prose[0].startswith("# ") and not title:
            title = prose[0][2:].strip()
        elif key in head:
            head[key] = value
        elif prose[0].strip():
            break
        del prose[0]
    return Playbook(name, title, _listed(head["symptom"]), _listed(head["checks"]), "\n".join(prose))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
