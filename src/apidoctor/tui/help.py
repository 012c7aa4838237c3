"""The help page: what the keys do and what the signs mean."""

from apidoctor.model.report import Status
from apidoctor.report.page import Page
from apidoctor.report.text import sign

_KEYS = (
    ("j k / arrows", "move; in the detail, scroll"),
    ("space b / PgDn PgUp", "a screen down or up"),
    ("g G / Home End", "first or last line"),
    ("h l / left right", "fold or open a branch"),
    ("Enter", "open a branch; read the detail of a check"),
    ("Tab", "the other pane"),
    ("n N", "next or previous trouble, also in folded rows"),
    ("z", "faults only: hide what holds and what was skipped"),
    ("/", "show only rows with these words; Esc shows all"),
    ("e", "explain the check: its page, and the playbook"),
    ("m", "invoke matrix: every way at every address"),
    ("y", "copy the fix (or the id) to the clipboard"),
    ("r", "run everything again; old results stay until new ones land"),
    ("? Esc", "this page; back, then take the filter away"),
    ("q Ctrl-C", "quit"),
    ("Q", "quit and leave the plain report in the terminal"),
)
_STATUSES: tuple[tuple[Status, str], ...] = (
    ("pass", "holds"),
    ("warn", "worth mending, does not break the call"),
    ("fail", "broken"),
    ("unknown", "could not be seen; the detail says what is missing"),
    ("skipped", "pointless after another failure, or does not apply"),
    ("error", "a defect of apidoctor itself"),
)


def fill(page: Page) -> None:
    """Put the help on *page*."""
    page.flow(("Keys", "strong"))
    for key, meaning in _KEYS:
        page.flow(meaning, first=f"  {key:20} ", rest=23)
    page.blank()
    page.flow(("Signs", "strong"))
    for status, meaning in _STATUSES:
        text, role = sign(page, status)
        page.flow(meaning, first=(f"  {text:20} ", role), rest=23)
    page.flow("being judged", first=f"  {page.glyphs.running:20} ", rest=23)
    page.blank()
    page.flow("Nothing here changes anything: apidoctor only looks.")
