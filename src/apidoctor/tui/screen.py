"""The screen of one run: path, tree of checks, detail.  It shows events and the report; it judges nothing."""

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from apidoctor.engine.events import Diagnose
from apidoctor.engine.registry import load
from apidoctor.report.glyphs import Glyphs
from apidoctor.report.page import Line, Page, Span
from apidoctor.tui import bands, chosen, details, help
from apidoctor.tui.filter import FilterLine
from apidoctor.tui.matrix import MakeMatrix, MatrixScreen, Trial
from apidoctor.tui.pages import PageScreen
from apidoctor.tui.pane import Band, Pane
from apidoctor.tui.rows import Row, all_open, next_trouble, parent, rows, where_to_look
from apidoctor.tui.runner import Runner
from apidoctor.tui.state import RunState
from apidoctor.tui.tree import ChecksTree

SMALLEST = (60, 15)
"""Columns and rows below which there is no room for two panes."""

# A run may tell of thousands of checks in a moment; twenty draws a second are enough for an eye.
_SECONDS_BETWEEN_DRAWS = 0.05


class RunScreen(Screen[None]):
    """One run, and its reruns."""

    CSS = """
    Screen, Band, Pane, FilterLine { background: ansi_default; color: ansi_default; }
    #head { height: 4; }
    #foot { height: 3; }
    #body { height: 1fr; }
    #divider { width: 1; }
    #detail { width: 1fr; }
    #filter { height: 1; }
    #small { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "app.quit", show=False),
        Binding("Q", "app.quit_with_report", show=False),
        Binding("n", "trouble(1)", show=False),
        Binding("N", "trouble(-1)", show=False),
        Binding("z", "faults_only", show=False),
        Binding("r", "rerun", show=False),
        Binding("slash", "filter", show=False),
        Binding("e", "explain", show=False),
        Binding("y", "copy", show=False),
        Binding("m", "matrix", show=False),
        Binding("question_mark", "help", show=False),
        Binding("escape", "back", show=False),
    ]

    class Arrived(Message):
        """There are events to take from the runner."""

    def __init__(
        self,
        diagnose: Diagnose,
        *,
        title: str,
        glyphs: Glyphs,
        checks: Sequence[Path] = (),
        matrix: MakeMatrix | None = None,
    ) -> None:
        super().__init__()
        self._check_folders = checks
        self._trial = Trial(matrix) if matrix else None
        self.glyphs = glyphs
        self.state = RunState(title)
        self.runner = Runner(diagnose, self._wake)
        self._folds: dict[str, bool] = {}
        self._faults_only = False
        self._notice = ""
        self._user_moved = False
        self._detailed = ""
        self._foot_height = 3
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Make the regions of the screen."""
        with Vertical(id="all"):
            yield Band(id="head")
            with Horizontal(id="body"):
                yield ChecksTree(self.glyphs, id="tree")
                yield Band(id="divider")
                yield Pane(id="detail")
            yield FilterLine(self.glyphs, id="filter")
            yield Band(id="foot")
        yield Pane(id="small")

    def on_mount(self) -> None:
        """Begin the first run."""
        self._tree.focus()
        self.action_rerun()

    def on_resize(self) -> None:
        """Give the tree its share of the width, or show the small screen when there is none to share.

        Drawing waits until the new sizes of the panes are known.
        """
        width, height = self.size
        small = width < SMALLEST[0] or height < SMALLEST[1]
        if self.query_one("#small").display != small:
            self.query_one("#all").display = not small
            self.query_one("#small").display = small
            (self.query_one("#small") if small else self._tree).focus()
        self._tree.styles.width = bands.tree_width(width)
        self.call_after_refresh(self.draw)

    def on_key(self, event: Key) -> None:
        """Take a notice away with the next key."""
        self._notice = ""

    def on_descendant_focus(self) -> None:
        """Show which pane has the keyboard."""
        self.draw()

    def on_run_screen_arrived(self) -> None:
        """Take the events in, and draw soon.

        Taking in is cheap and done at once; drawing is put off, so that many events share one.
        """
        for event in self.runner.take():
            self.state.apply(event)
        if not self.runner.running:
            self.state.stop()
            self._point_out()
        if self._timer is None:
            self._timer = self.set_timer(_SECONDS_BETWEEN_DRAWS, self.draw)

    def on_checks_tree_moved(self) -> None:
        """Show the detail of the row."""
        self._user_moved = True
        self._draw_detail()

    def on_checks_tree_folded(self, event: ChecksTree.Folded) -> None:
        """Remember the fold."""
        self._user_moved = True
        self._folds[event.key] = event.folded
        self.draw()

    def on_checks_tree_entered(self) -> None:
        """Let the detail have the keyboard."""
        self._detail.focus()

    def on_pane_scrolled(self) -> None:
        """Say how much of the detail is below."""
        self._draw_foot()

    def on_pane_resized(self) -> None:
        """Lay everything out for the new sizes of the panes."""
        self.draw()

    def on_filter_line_changed(self) -> None:
        """Show the rows that are wanted."""
        self.draw()

    def on_filter_line_left(self) -> None:
        """Give the keyboard back to the tree."""
        self._tree.focus()

    def action_filter(self) -> None:
        """Let the user type what the tree shall show."""
        self._filter.start()

    def action_back(self) -> None:
        """Give the keyboard back to the tree; in the tree, take the filter away."""
        if self._tree.has_focus and self._filter.text:
            self._filter.clear()
        self._tree.focus()

    def action_help(self) -> None:
        """Show the help page."""
        self.app.push_screen(PageScreen(help.fill, self.glyphs))

    def action_explain(self) -> None:
        """Show the page of the check, with its playbook when there is trouble."""
        row = self._tree.row
        if row and row.kind != "layer":
            fill = chosen.explanation(self.state, row, load(self._check_folders))
            self.app.push_screen(PageScreen(fill, self.glyphs))
        else:
            self._say("go to a check to explain it")

    def action_copy(self) -> None:
        """Copy the fix, or the id, by OSC 52; what is pasted can be no command of a stranger's."""
        if row := self._tree.row:
            copied = self.glyphs.safe(chosen.to_copy(self.state, row))
            self.app.copy_to_clipboard(copied)
            self._say(f"copied: {copied}")

    def action_matrix(self) -> None:
        """Show every way to invoke at every address; the run must be over, they would get in each other's way."""
        if self.runner.running:
            self._say("the matrix comes after the run")
        elif self._trial is None:
            self._say("no matrix of this run")
        else:
            self.app.push_screen(MatrixScreen(self._trial, self.glyphs))

    def action_faults_only(self) -> None:
        """Show only what has trouble, or everything again."""
        self._faults_only = not self._faults_only
        self.draw()

    def action_trouble(self, step: int) -> None:
        """Go to the next (1) or previous (-1) row with trouble, and open the branches it is in."""
        here = self._tree.row.key if self._tree.row else ""
        found = next_trouble(self._rows(all_open(self.state)), here, step)
        if found is None:
            self._say("no trouble")
            return
        for branch in {parent(found.key), parent(parent(found.key))} - {found.key}:
            self._folds[branch] = False
        self._user_moved = True
        self.draw()
        self._tree.put_cursor_on(found.key)
        self._draw_detail()

    def action_rerun(self) -> None:
        """Run everything (again)."""
        if self.runner.start():
            self.state.running = True
        else:
            self._notice = "a run goes on already"
        self.draw()

    def _say(self, notice: str) -> None:
        """Show *notice* until the next key."""
        self._notice = notice
        self._draw_foot()

    def _rows(self, folds: Mapping[str, bool]) -> list[Row]:
        return rows(self.state, folds, faults_only=self._faults_only, wanted=self._filter.text)

    def draw(self) -> None:
        """Draw the state as it is now.

        Everything is laid out again from the state: what is on the screen can never disagree with it.  The
        rows are cheap (5 000 take about 10 ms), and only the visible ones become strips.
        """
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.query_one("#small").display:
            self._draw_small()
            return
        self._tree.show_rows(self._rows(self._folds))
        self._draw_detail()
        width = self.size.width
        labels = bands.labels(faults_only=self._faults_only, on_detail=self._detail.has_focus)
        self.query_one("#head", Band).lines = (
            bands.title(self.state, self.glyphs, width),
            *bands.path(self.state, self.glyphs, width),
            bands.rule(self.glyphs, width, self.glyphs.cross_down, labels),
        )
        bar: Line = (Span(self.glyphs.vertical, "dim"),)
        self.query_one("#divider", Band).lines = (bar,) * self._tree.size.height

    def _draw_detail(self) -> None:
        page = Page(self.glyphs, self._detail.size.width - 2, break_words=True)
        row = self._tree.row
        if row:
            details.fill(page, self.state, row)
        elif self._filter.text:
            page.flow("Nothing has all these words in id, title, fault or subject.")
        elif self._faults_only:
            page.flow("No trouble so far. z shows everything." if self.state.running else "No trouble.")
        key = row.key if row else ""
        lines = [(Span(" "), *line) for line in page.lines]
        self._detail.show(lines, from_start=key != self._detailed)
        self._detailed = key
        self._draw_foot()

    def _draw_foot(self) -> None:
        width = self.size.width
        more = tuple(f" {pane.below} more " if pane.below else "" for pane in (self._tree, self._detail))
        foot = self.query_one("#foot", Band)
        told = bands.message(self.state, self.glyphs, width, self._failure, self._notice)
        rule = bands.rule(self.glyphs, width, self.glyphs.cross_up, (more[0], more[1]))
        foot.lines = (rule, *told, bands.keys(width))
        if len(foot.lines) != self._foot_height:
            foot.styles.height = self._foot_height = len(foot.lines)

    def _draw_small(self) -> None:
        page = Page(self.glyphs, self.size.width, break_words=True)
        size = f"{self.size.width}x{self.size.height}"
        details.small(page, self.state, f"{size}; two panes need {SMALLEST[0]}x{SMALLEST[1]}", self._failure)
        self.query_one("#small", Pane).show(page.lines)

    @property
    def _tree(self) -> ChecksTree:
        return self.query_one(ChecksTree)

    @property
    def _filter(self) -> FilterLine:
        return self.query_one(FilterLine)

    @property
    def _detail(self) -> Pane:
        return self.query_one("#detail", Pane)

    @property
    def _failure(self) -> str:
        error = self.runner.error
        return f"the run failed: {type(error).__name__}: {error}" if error else ""

    def _point_out(self) -> None:
        """Put the cursor on what to look at first, unless the user is somewhere already.

        A cursor that jumps away under the reader's eyes is worse than one that is not where it could be.
        """
        key = where_to_look(self.state)
        if key and not self._user_moved:
            self._tree.show_rows(self._rows(self._folds))
            self._tree.put_cursor_on(key)

    def _wake(self) -> None:
        """Called from the thread of the run; after the end of the app there is no loop to call."""
        with contextlib.suppress(RuntimeError):
            self.post_message(self.Arrived())
