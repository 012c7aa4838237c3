"""The page of the invoke matrix, as a person uses it."""

import asyncio
from pathlib import Path
from threading import Event

import pytest
from report import matrices, samples
from report.golden import same_as_golden
from tui.driving import drawn, screen, settled
from tui.fakes import FakeDiagnose

from apidoctor.report.glyphs import ASCII, UNICODE
from apidoctor.tui.app import DoctorApp

GOLDEN = Path(__file__).parent / "golden"


def tried(story, make=matrices.broken, *, size=(80, 24), glyphs=UNICODE):
    """Let *story* use the app with *make* behind the key ``m``."""

    async def go():
        app = DoctorApp(FakeDiagnose(samples.broken()), title="orders", glyphs=glyphs, matrix=make)
        async with app.run_test(size=size) as pilot:
            await settled(app, pilot)
            return await story(app, pilot)

    return asyncio.run(go())


def shown(*keys, **options) -> str:
    async def story(app, pilot):
        for key in keys:
            await pilot.press(key)
            await drawn(app, pilot)
        return screen(app)

    return tried(story, **options)


@pytest.mark.parametrize(("name", "glyphs"), [("matrix.80x24", UNICODE), ("matrix.80x24.ascii", ASCII)])
def test_m_shows_the_matrix_and_it_is_the_golden_screen(name, glyphs):
    page = shown("m", glyphs=glyphs)

    assert glyphs is UNICODE or page.isascii()
    assert same_as_golden(GOLDEN / f"{name}.txt", page)


def test_m_or_esc_goes_back_and_the_matrix_is_not_made_again():
    made = []

    def make():
        made.append(1)
        return matrices.broken()

    assert shown("m", "escape", make=make) == shown("m", "m")
    assert shown("m", "m", "m", make=make) == shown("m")
    assert len(made) == 2


def test_the_screen_answers_while_the_look_goes_on_and_r_looks_again():
    gate, made = Event(), []

    def make():
        made.append(1)
        gate.wait(5)
        return matrices.broken()

    async def story(app, pilot):
        await pilot.press("m")
        await drawn(app, pilot)
        waiting = screen(app)
        await pilot.press("escape", "j")
        await drawn(app, pilot)
        left = screen(app)
        gate.set()
        await pilot.press("m")
        await drawn(app, pilot)
        after = screen(app)
        gate.clear()
        await pilot.press("r")
        await drawn(app, pilot)
        again = screen(app)
        gate.set()
        await drawn(app, pilot)
        return waiting, left, after, again

    waiting, left, after, again = tried(story, make)

    assert waiting.startswith("Trying every way to invoke")
    assert "[checks]" in left
    assert after.startswith("apidoctor matrix")
    assert again.startswith("Trying every way to invoke")
    assert "apidoctor matrix" in again
    assert len(made) == 2


def test_a_look_that_fails_says_so():
    def make():
        raise OSError("no way out\x1b]0;x\x07")

    page = shown("m", make=make)

    assert page.startswith("the look failed: OSError: no way out")
    assert "\x1b" not in page


def test_a_strangers_text_does_not_command_the_screen():
    page = shown("m", make=matrices.hostile)

    assert not [char for char in page if char != "\n" and not char.isprintable()]


def test_without_a_matrix_m_says_so():
    assert "no matrix of this run" in shown("m", make=None)
