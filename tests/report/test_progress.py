"""Progress: one line that is written over on a terminal, one line per check elsewhere."""

import subprocess
import sys

import pytest
from report import samples
from report.test_glyphs import Terminal

from apidoctor.engine.events import CheckCard, CheckFinished, CheckStarted, LookedUp, RunFinished, RunStarted
from apidoctor.report.progress import Progress

CHECK = "network/endpoint-group-admits-caller"


def events():
    report = samples.broken()
    yield RunStarted(
        "orders \x1b[2J", tuple(CheckCard(name, title) for name, title in samples.TITLES.items())
    )
    yield LookedUp("ec2.describe_subnets", "222222222222/us-east-1", "ok", 41.0)
    for result in report.results:
        yield CheckStarted(result.check)
        yield CheckFinished(result.check, (result,), {})
    yield RunFinished(report)


def shown(stream, **options) -> str:
    with Progress(stream, clock=iter(range(999)).__next__, **options) as progress:
        for event in events():
            progress(event)
    return stream.getvalue()


def test_a_log_gets_one_line_for_each_finished_check_and_nothing_else():
    lines = shown(Terminal(tty=False), environ={}).splitlines()

    assert len(lines) == len(samples.TITLES)
    assert f"✗ fail     {CHECK}" in lines


@pytest.mark.parametrize("options", [{"environ": {"TERM": "dumb"}}, {"environ": {}, "plain": True}])
def test_a_terminal_that_cannot_or_shall_not_redraw_gets_the_same_lines(options):
    text = shown(Terminal(), **options)

    assert "\r" not in text
    assert len(text.splitlines()) == len(samples.TITLES)


def test_a_terminal_gets_one_line_that_is_written_over_and_erased_at_the_end():
    text = shown(Terminal(), environ={})

    assert "\n" not in text
    assert "1/17" not in text.split("\r")[1]
    assert "ec2.describe_subnets (222222222222/us-east-1): ok" in text
    assert text.endswith("\r\x1b[K")


def test_the_line_fits_the_terminal_and_a_title_cannot_control_it(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    drawn = shown(Terminal(), environ={}).split("\r\x1b[K")

    assert max(len(line) for line in drawn) == 29
    assert not any("\x1b" in line for line in drawn)


def test_the_line_is_erased_when_the_run_fails():
    stream = Terminal()

    def fail(progress):
        progress.announce("reading the snapshot")
        raise RuntimeError

    with pytest.raises(RuntimeError), Progress(stream, environ={}) as progress:
        fail(progress)

    assert stream.getvalue() == "\r\x1b[Kreading the snapshot\r\x1b[K"


@pytest.mark.parametrize("tty", [True, False])
def test_quiet_is_silent(tty):
    assert shown(Terminal(tty=tty), environ={}, quiet=True) == ""


def test_an_announcement_is_the_first_line_of_a_log():
    stream = Terminal(tty=False)
    Progress(stream, environ={}).announce("reading \x1b[2J")

    assert stream.getvalue() == "reading \\x1b[2J\n"


def test_a_burst_of_events_is_not_a_burst_of_redraws():
    stream = Terminal()
    progress = Progress(stream, environ={}, clock=lambda: 0.0)
    for event in events():
        progress(event)

    assert stream.getvalue().count("\r") == 1


@pytest.mark.parametrize("module", ["progress", "text", "json", "ndjson", "junit", "github", "markdown"])
def test_telling_imports_neither_the_cloud_nor_a_screen_library(module):
    code = (
        f"import sys, apidoctor.report.{module}\n"
        "heavy = {'boto3', 'botocore', 'httpx', 'textual', 'rich'}\n"
        "print(*sorted({n.partition('.')[0] for n in sys.modules} & heavy))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == ""
