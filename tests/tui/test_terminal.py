"""The screen on a real terminal (a pty): what `run` draws, leaves behind and asks."""

import os
import pty
import select
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from apidoctor.tui.terminal import ambiguous_is_wide

TESTS = Path(__file__).parents[1]
CODE = """
import sys
sys.path.insert(0, sys.argv[1])
from report import samples
from tui.fakes import FakeDiagnose
from apidoctor.tui import run
report = run(FakeDiagnose(samples.broken()), title="orders")
print("returned", report and report.verdict)
"""


class Session:
    """The program on a terminal, and somebody at the keys."""

    def __init__(self, **environ: str) -> None:
        self._terminal, terminal = pty.openpty()
        env = {
            "PATH": os.environ["PATH"],
            "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "80",
            "LINES": "24",
        }
        command = [sys.executable, "-c", CODE, str(TESTS)]
        self.process = subprocess.Popen(
            command,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env=env | environ,
            start_new_session=True,
        )
        os.close(terminal)
        self.seen = ""

    def until(self, text: str, seconds: float = 15) -> None:
        """Read until *text* was seen, or the end."""
        end = time.monotonic() + seconds
        while text not in self.seen and time.monotonic() < end:
            if select.select([self._terminal], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self._terminal, 65536).decode(errors="replace")
                except OSError:  # the program closed its end
                    return

    def press(self, keys: str) -> None:
        """Press *keys*."""
        os.write(self._terminal, keys.encode())

    def end(self) -> str:
        """Wait for the end; return all that was seen."""
        self.until("never shown")
        self.process.wait(10)
        os.close(self._terminal)
        return self.seen


def test_capital_q_leaves_the_plain_report_and_gives_the_terminal_back():
    session = Session(NO_COLOR="1")
    session.until("root cause")
    session.press("Q")
    seen = session.end()

    after = seen.rpartition("\x1b[?1049l")[2]
    assert "fix      Let sg-0e1 admit tcp 443" in after
    assert "returned broken" in after
    assert session.process.returncode == 0


def test_ctrl_c_quits_and_leaves_nothing():
    session = Session()
    session.until("root cause")
    session.press("\x03")
    after = session.end().rpartition("\x1b[?1049l")[2]

    assert "fix  " not in after
    assert "returned broken" in after


@pytest.mark.parametrize("environ", [{"TERM": "dumb"}, {"APIDOCTOR_PLAIN": "1"}, {"ACCESSIBLE": "1"}])
def test_where_no_screen_is_wanted_the_run_is_told_line_by_line(environ):
    session = Session(NO_COLOR="1", **environ)
    seen = session.end()

    assert "\x1b" not in seen
    assert "network/endpoint-group-admits-caller\r\n" in seen
    assert "next: Let sg-0e1 admit tcp 443" in seen


def answer(reply: bytes | None) -> tuple[bool, bytes]:
    """Ask a terminal that gives *reply* whether it draws wide; return the conclusion and what it was sent."""
    ours, theirs = pty.openpty()
    sent: list[bytes] = []

    def terminal() -> None:
        sent.append(os.read(ours, 64))
        if reply is not None:
            os.write(ours, reply)

    thread = threading.Thread(target=terminal)
    thread.start()
    wide = ambiguous_is_wide(theirs, theirs)
    thread.join()
    sent.append(os.read(ours, 64))
    os.close(ours)
    os.close(theirs)
    return wide, b"".join(sent)


@pytest.mark.parametrize(
    ("reply", "wide"),
    [(b"\x1b[1;3R", True), (b"\x1b[1;2R", False), (b"j\x1b[24;3R", True), (b"xyz", False), (None, False)],
)
def test_a_terminal_that_draws_frames_two_cells_wide_is_found_out_by_asking_it(monkeypatch, reply, wide):
    monkeypatch.setenv("TERM", "xterm")
    concluded, sent = answer(reply)

    assert concluded is wide
    assert sent.startswith("\r─\x1b[6n".encode())
    assert sent.endswith(b"\r\x1b[K")


def test_nobody_is_asked_without_a_terminal(tmp_path):
    with (tmp_path / "file").open("w+") as file:
        assert not ambiguous_is_wide(file.fileno(), file.fileno())
        assert file.read() == ""
