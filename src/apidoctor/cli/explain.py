"""``apidoctor explain``: the page of a check, a fault or a playbook."""

import shutil
import sys
from typing import TYPE_CHECKING

import click

from apidoctor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apidoctor.engine.registry import Check
    from apidoctor.report.page import Page
    from apidoctor.report.playbooks import Playbook

# Longer lines are hard to read as prose, however wide the terminal is.
_WIDEST = 100


@click.command("explain")
@click.argument("name")
@click.option(
    "--checks",
    multiple=True,
    type=click.Path(),
    metavar="DIR",
    help="A folder with checks of your own (it is code).",
)
@click.option("--ascii", "only_ascii", is_flag=True, help="No characters beyond ASCII.")
def explain_command(name: str, checks: tuple[str, ...], only_ascii: bool) -> int:
    """Show the page of a check, a fault or a playbook.

    NAME is the id of a check, or its last part; the id of a fault; or the name of a playbook.

    \b
    Examples:
      apidoctor explain network/caller-has-a-route
      apidoctor explain caller-has-a-route
      apidoctor explain N06
      apidoctor explain connection-times-out
    """
    # Imported when used: --help shall not wait for the checks.
    from pathlib import Path

    from apidoctor.engine.registry import load
    from apidoctor.report.glyphs import choose_colour, choose_glyphs
    from apidoctor.report.page import Page
    from apidoctor.report.playbooks import playbooks

    width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    page = Page(choose_glyphs(sys.stdout, ascii=only_ascii), width)
    fill(page, name, load(Path(folder) for folder in checks).checks, playbooks())
    click.echo(page.text(colour=choose_colour(sys.stdout)), nl=False, color=True)
    return 0


def fill(page: "Page", name: str, checks: "Mapping[str, Check]", stories: "Mapping[str, Playbook]") -> None:
    """Put the page called *name* on *page*.

    Raises `UsageError` when nothing is called so, with the nearest names, or when several checks are.
    """
    from apidoctor.model.faults import FAULTS
    from apidoctor.report import manual

    found = [id_ for id_ in checks if name in (id_, id_.partition("/")[2])]
    if len(found) == 1:
        manual.check_page(page, checks[found[0]])
    elif found:
        raise UsageError(f"{name} is the name of several checks: {', '.join(found)}")
    elif name.upper() in FAULTS:
        manual.fault_page(page, name.upper(), checks.values())
    elif name in stories:
        manual.playbook_page(page, stories[name])
    else:
        raise UsageError(f"nothing is called {name}; {_advice(name, [*checks, *FAULTS, *stories])}")


def _advice(name: str, known: list[str]) -> str:
    """Say what the user may have meant: the nearest names, also by the last part of a check's id."""
    from difflib import get_close_matches

    by_word: dict[str, str] = {}
    for full in known:
        by_word.setdefault(full.lower(), full)
        by_word.setdefault(full.partition("/")[2] or full.lower(), full)
    near = get_close_matches(name.lower()[:200], by_word, n=3, cutoff=0.6)
    if not near:
        return "see apidoctor list checks, faults or playbooks"
    return f"did you mean {' or '.join(dict.fromkeys(by_word[word] for word in near))}?"
