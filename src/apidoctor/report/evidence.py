"""Evidence on a page: whole, or as few lines as make it believable at a glance."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from apidoctor.model.report import Evidence
from apidoctor.report.page import LABEL_WIDTH, Page
from apidoctor.report.safe import cells, cut
from apidoctor.report.values import STORY, facts, origin

_MOST_KEY = 40
_SHORT = 40
"""Characters of a value that may share its line with others."""
_MOST_LINES = 6
"""Lines of evidence under one cause; all of it is in the JSON, and with --verbose on the page."""
_ASIDE = ("at", "vantage", "elapsed_ms")
"""Members that do not decide anything."""
_DERIVED = ("probe.", "reasoning.", "request")
"""Beginnings of sources that are no AWS object."""
_STEP = " > "
"""Stands between the hops of a path."""
_LINE_END = re.compile(r"\r|\n|\\[nr]")


def evidence(page: Page, item: Evidence, *, verbose: bool = False, indent: int = 4) -> None:
    """Add where something was seen and what was seen, whole."""
    column = indent + LABEL_WIDTH
    pairs = facts(item.value, most=40 if verbose else 8)
    short = [_pair(page, key, text) for key, text in pairs if key not in STORY and len(text) <= _SHORT]
    summed = ", ".join(short)
    if len(short) == len(pairs) and column + len(origin(item)) + 2 + len(summed) <= page.width:
        page.flow(origin(item), summed, first=" " * indent + "seen".ljust(LABEL_WIDTH))
        return
    page.field("seen", origin(item), indent=indent)
    if short:
        page.flow(summed, first=" " * column, rest=column + 2)
    for key, text in pairs:
        if key in STORY or len(text) > _SHORT:
            page.flow(_pair(page, key, text), first=" " * column, rest=column + 2)


def gist(page: Page, items: Iterable[Evidence], about: str | None, *, indent: int = 4) -> None:
    """Add the gist of what one cause rests on, AWS objects first, and say how much more there is.

    *about* is the subject that stands above: a long one is not said again.
    """
    items = sorted(items, key=lambda item: item.source.startswith(_DERIVED))
    short, whole = Page(page.glyphs, page.width), Page(page.glyphs, page.width)
    for item in items:
        said = len(about or "") > _SHORT and item.subject == about
        _short(short, replace(item, subject=None) if said else item, about, indent)
        evidence(whole, item, verbose=True, indent=indent)
    # A line that only says that one more line was left out would save nothing.
    shown = short.lines if len(short.lines) <= _MOST_LINES + 1 else short.lines[:_MOST_LINES]
    page.lines += shown
    if len(shown) < len(short.lines):
        page.field("", f"… {len(whole.lines) - len(shown)} more lines with -v", "dim", indent=indent)


def headline(text: str) -> str:
    r"""Return the first line of a message; one that passed through JSON may have ``\n`` spelt out."""
    return _LINE_END.split(text.strip(), maxsplit=1)[0]


def _short(page: Page, item: Evidence, about: str | None, indent: int) -> None:
    value = item.value if isinstance(item.value, Mapping) else {}
    if item.source == "probe.tcp" and "outcome" in value:
        where = f"{value['address']}:{value.get('port')}" if "address" in value else item.subject or ""
        page.field("seen", f"{item.source} {where} {value['outcome']}", indent=indent)
    elif item.source == "reasoning.reachability" and "path" in value:
        page.field("seen", f"path {_until(str(value['path']), about)}", indent=indent)
    elif item.source == "reasoning.signing" and "element" in value:
        _sides(page, item, value, indent)
    else:
        _pairs(page, item, indent)


def _sides(page: Page, item: Evidence, value: Mapping[str, Any], indent: int) -> None:
    """Add the two lines of two canonical requests one below the other, so that eyes can compare them."""
    column = indent + LABEL_WIDTH
    page.flow(item.source, str(value["element"]), first=" " * indent + "seen".ljust(LABEL_WIDTH))
    for key in ("signed", "sent", "received"):
        if key in value:
            text = cut(page.glyphs.safe(headline(str(value[key]))), 2 * (page.width - column))
            page.flow(text, first=" " * column + f"{key}: ".ljust(LABEL_WIDTH + 1), rest=column + 2)


def _until(path: str, hop: str | None) -> str:
    """Return a path up to *hop*, where it ends for the call; whole when that is not on it."""
    hops = path.split(_STEP)
    return _STEP.join(hops[: hops.index(hop) + 1]) if hop in hops else path


def _pairs(page: Page, item: Evidence, indent: int) -> None:
    """Add the origin and the members that decide, each at most two lines long."""
    column = indent + LABEL_WIDTH
    value = _without_empty(item.value)
    if isinstance(value, Mapping):
        value = {key: part for key, part in value.items() if key not in _ASIDE and part != item.subject}
    pairs = [(key, headline(text)) for key, text in facts(value)]
    short = ", ".join(_pair(page, key, text) for key, text in pairs if len(text) <= _SHORT)
    where = origin(item)
    fits = column + cells(page.glyphs.safe(f"{where}  {short}")) <= page.width
    page.flow(where, short if fits else "", first=" " * indent + "seen".ljust(LABEL_WIDTH))
    if short and not fits:
        page.flow(short, first=" " * column, rest=column + 2)
    room = 2 * (page.width - column - 2)
    for key, text in pairs:
        if len(text) > _SHORT:
            page.flow(
                cut(_pair(page, key, page.glyphs.safe(text)), room), first=" " * column, rest=column + 2
            )


def _without_empty(value: Any, depth: int = 0) -> Any:
    """Return *value* without what AWS lists as empty inside of its objects; what is atop may be the news."""
    if isinstance(value, Mapping):
        parts = {key: _without_empty(part, depth + 1) for key, part in value.items()}
        return {key: part for key, part in parts.items() if depth == 0 or part not in (None, [], {})}
    return [_without_empty(part, depth + 1) for part in value] if isinstance(value, list) else value


def _pair(page: Page, key: str, text: str) -> str:
    return f"{page.glyphs.safe(key, width=_MOST_KEY)}: {text}" if key else text
