"""The pane with the tree of layers, checks and results."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from apidoctor.model.report import Status
from apidoctor.report.glyphs import Glyphs, Role
from apidoctor.report.page import Line, Span
from apidoctor.report.safe import cells
from apidoctor.tui.pane import CHOSEN, Pane, strip
from apidoctor.tui.rows import Row, parent


class ChecksTree(Pane, inherit_bindings=False):
    """Rows with a cursor.  Only the visible ones are drawn, so that thousands of them stay quick."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("space,pagedown,ctrl+f", "page(1)", show=False),
        Binding("b,pageup,ctrl+b", "page(-1)", show=False),
        Binding("g,home", "first", show=False),
        Binding("G,end", "last", show=False),
        Binding("h,left", "close", show=False),
        Binding("l,right", "open", show=False),
        Binding("enter", "enter", show=False),
    ]

    class Moved(Message):
        """The user moved the cursor."""

    class Folded(Message):
        """The user folded (or opened) the branch *key*."""

        def __init__(self, key: str, folded: bool) -> None:
            super().__init__()
            self.key = key
            self.folded = folded

    class Entered(Message):
        """The user wants to read the detail of the row of the cursor."""

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self.rows: Sequence[Row] = ()
        self.cursor = 0

    @property
    def row(self) -> Row | None:
        """The row of the cursor; None in an empty tree."""
        return self.rows[self.cursor] if self.rows else None

    @property
    def below(self) -> int:
        """How many rows are below the last visible one."""
        return max(len(self.rows) - self.top - self.size.height, 0)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Replace the rows; the cursor stays on its row, or on what is left of its branch.

        When a row is gone (folded, filtered out, one subject fewer), its check, then its layer is nearest.
        """
        key = self.row.key if self.row else ""
        self.rows = rows
        index = {row.key: number for number, row in enumerate(rows)}
        for wanted in (key, parent(key), parent(parent(key))):
            if wanted in index:
                self._place(index[wanted])
                return
        self._place(self.cursor)

    def put_cursor(self, index: int) -> None:
        """Put the cursor on row number *index*, or the nearest there is, because the user wants it."""
        self._place(index)
        self.post_message(self.Moved())

    def put_cursor_on(self, key: str) -> None:
        """Put the cursor on the row *key*, if it is there; nobody is told."""
        for number, row in enumerate(self.rows):
            if row.key == key:
                self._place(number)

    def move_to(self, top: int) -> None:
        """Scroll so that the cursor is visible, as near to *top* as can be."""
        height = max(self.size.height, 1)
        top = max(min(top, self.cursor), self.cursor - height + 1)
        self.top = max(min(top, len(self.rows) - height), 0)
        self.refresh()

    def action_move(self, step: int) -> None:
        """Move the cursor by *step* rows."""
        self.put_cursor(self.cursor + step)

    def action_page(self, pages: int) -> None:
        """Move the cursor by *pages* screens."""
        self.put_cursor(self.cursor + pages * max(self.size.height - 1, 1))

    def action_first(self) -> None:
        """Move to the first row."""
        self.put_cursor(0)

    def action_last(self) -> None:
        """Move to the last row."""
        self.put_cursor(len(self.rows) - 1)

    def action_close(self) -> None:
        """Fold the branch of the cursor; on a leaf or a folded branch, go to the branch it is in."""
        if not self.row:
            return
        if self.row.folded is False:
            self.post_message(self.Folded(self.row.key, True))
        else:
            self.put_cursor_on(parent(self.row.key))
            self.put_cursor(self.cursor)

    def action_open(self) -> None:
        """Open the branch of the cursor; in an open one, go to its first row."""
        if not self.row:
            return
        if self.row.folded:
            self.post_message(self.Folded(self.row.key, False))
        elif self.row.folded is False:
            self.action_move(1)

    def action_enter(self) -> None:
        """Open or fold a branch; read the detail of a leaf."""
        if not self.row:
            return
        if self.row.folded is None:
            self.post_message(self.Entered())
        else:
            self.post_message(self.Folded(self.row.key, not self.row.folded))

    def _place(self, index: int) -> None:
        self.cursor = max(min(index, len(self.rows) - 1), 0)
        self.move_to(self.top)

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        index = self.top + y
        if index >= len(self.rows):
            return strip((), self.size.width)
        chosen = index == self.cursor
        line = row_line(self.rows[index], self.glyphs, self.size.width, chosen=chosen)
        return strip(line, self.size.width, CHOSEN if chosen and self.has_focus else None)


# Two cells a level: names of checks are long, and 36 columns are all there is at 80.
_DEPTH = {"layer": 0, "check": 2, "result": 4}


def row_line(row: Row, glyphs: Glyphs, width: int, *, chosen: bool) -> Line:
    """Return a row as a line of *width* cells: cursor, fold, sign, label, note."""
    fold = " " if row.folded is None else glyphs.folded if row.folded else glyphs.unfolded
    sign, role = sign_of(row.status, row.running, glyphs)
    head = f"{glyphs.cursor if chosen else ' '}{' ' * _DEPTH[row.kind]}{fold} "
    note = f" {row.note} " if row.note else ""
    room = max(width - cells(head) - 2 - len(note), 4)
    label = glyphs.safe(row.label, width=room)
    label_role: Role = "dim" if row.stale else "strong" if row.kind == "layer" else "plain"
    right = Span(" " * (room - cells(label)) + note, "dim")
    return (Span(head), Span(f"{sign} ", "dim" if row.stale else role), Span(label, label_role), right)


def sign_of(status: Status | None, running: bool, glyphs: Glyphs) -> tuple[str, Role]:
    """Return the sign for something: that it is broken, else that it is running, else its status."""
    if running and status not in ("fail", "error"):
        return glyphs.running, "strong"
    return (glyphs.of(status), status) if status else (glyphs.waiting, "dim")
