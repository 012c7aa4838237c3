"""The line in which the user types what the tree shall show."""

from textual.events import Key
from textual.message import Message

from apidoctor.report.glyphs import Glyphs
from apidoctor.report.page import Span
from apidoctor.tui.pane import Band

# A check's id has about forty characters; nobody types more, but a terminal may paste a book.
_MOST = 100


class FilterLine(Band, can_focus=True):
    """Takes every key while it has the keyboard; hidden while nothing is filtered."""

    class Changed(Message):
        """The text is another one."""

    class Left(Message):
        """The user is done typing."""

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self.text = ""
        """What is looked for; empty when everything is shown."""
        self.display = False

    def start(self) -> None:
        """Begin to type."""
        self.display = True
        self.focus()
        self.write(self.text)

    def clear(self) -> None:
        """Show everything again."""
        self.write("")
        self.display = False

    def write(self, text: str) -> None:
        """Look for *text*."""
        self.text = text[:_MOST]
        typed = Span(f" /{self._glyphs.safe(self.text)}{'_' if self.has_focus else ''}", "strong")
        hint = "  Enter: to the rows  Esc: show all" if self.has_focus else "  Esc: show all"
        self.lines = ((typed, Span(hint, "dim")),)
        self.post_message(self.Changed())

    def on_focus(self) -> None:
        """Show that it takes keys."""
        self.write(self.text)

    def on_blur(self) -> None:
        """Show that it takes none."""
        self.write(self.text)

    def on_key(self, event: Key) -> None:
        """Type; nothing but Ctrl-C means anything else here."""
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.clear()
            self.post_message(self.Left())
        elif event.key in ("enter", "tab", "down"):
            self.display = bool(self.text)
            self.post_message(self.Left())
        elif event.key == "backspace":
            self.write(self.text[:-1])
        elif event.key == "ctrl+u":
            self.write("")
        elif event.is_printable and event.character:
            self.write(self.text + event.character)
