"""The user's pages on a page of text: of a check, a fault, a playbook.

They are written in little Markdown: paragraphs, lists, headings (``# …``, or a line underlined with dashes).
"""

import re
from collections.abc import Iterable, Iterator

from apidoctor.engine.registry import Check
from apidoctor.model.faults import FAMILIES, FAULTS
from apidoctor.report.page import Page
from apidoctor.report.playbooks import Playbook

_ITEM = re.compile(r"(?:[-*]|\d+\.) ")
_UNDERLINE = re.compile(r"-{3,}$")
_INDENT = 2
_COMMAND = "    "
"""What every line of a block of commands begins with."""
_MOST_FAULTS = 12
"""A check that finds more faults than this has a page about none of them."""


def check_page(page: Page, check: Check) -> None:
    """Add the page of a check, and what it declares."""
    title, _, text = check.page.strip().partition("\n")
    page.flow((check.id, "dim"))
    page.flow((title.rstrip("."), "strong"))
    page.blank()
    prose(page, text)
    page.blank()
    declared = check.declaration
    for fault in declared.faults:
        page.field("finds", f"{fault}  {FAULTS[fault]}", indent=0)
    for need in declared.needs:
        page.field("needs", need, indent=0)
    if declared.playbook:
        page.field("next", f"apidoctor explain {declared.playbook}", indent=0)


def fault_page(page: Page, fault: str, checks: Iterable[Check]) -> None:
    """Add what a fault is, which of *checks* find it, and the page of each, which ends in what to read next.

    The page of a check that finds many faults says little of this one: it is only pointed to.
    """
    finders = [check for check in checks if fault in check.declaration.faults]
    page.flow((fault, "strong"), (FAULTS[fault], "strong"))
    page.field("family", FAMILIES[fault[0]], indent=0)
    for check in finders:
        count = len(check.declaration.faults)
        more = f"  of {count} faults: apidoctor explain {check.id}" if count > _MOST_FAULTS else ""
        page.field("found by", check.id + more, indent=0)
    if not finders:
        page.flow("No check of this version finds it yet.")
    for check in finders:
        if len(check.declaration.faults) > _MOST_FAULTS:
            continue
        page.blank()
        page.flow((page.glyphs.horizontal * min(page.width, 40), "dim"))
        check_page(page, check)


def playbook_page(page: Page, playbook: Playbook) -> None:
    """Add a playbook: its symptoms and checks as a list, then its prose."""
    page.flow((playbook.name, "dim"))
    page.flow((playbook.title, "strong"))
    page.blank()
    page.field("symptom", ", ".join(playbook.symptoms), indent=0)
    for number, check in enumerate(playbook.checks):
        page.field("" if number else "checks", check, indent=0)
    page.blank()
    prose(page, playbook.prose)


def prose(page: Page, text: str) -> None:
    """Add Markdown prose, wrapped to the page; indented blocks are commands, whose lines stay as they are."""
    for block in _blocks(text):
        page.blank()
        if all(line.startswith(_COMMAND) for line in block):
            page.verbatim("\n".join(line.removeprefix(_COMMAND) for line in block), role="plain")
            continue
        block = [line.strip() for line in block]
        if len(block) > 1 and _UNDERLINE.match(block[1]):
            page.flow((block[0], "strong"))
            block = block[2:]
        elif block[0].startswith("#"):
            page.flow((block[0].lstrip("# "), "strong"))
            block = block[1:]
        for marker, words in _items(block):
            page.flow(words, first=" " * _INDENT + marker)


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield the lines between blank lines."""
    for block in re.split(r"\n(?:[^\S\n]*\n)+", text.strip("\n")):
        if block.strip():
            yield block.splitlines()


def _items(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each item of a list with its marker, or a paragraph with none."""
    marker, words = "", ""
    for line in lines:
        if item := _ITEM.match(line):
            if words:
                yield marker, words
            marker, words = item[0], line[item.end() :]
        else:
            words = f"{words} {line}".strip()
    if words:
        yield marker, words
