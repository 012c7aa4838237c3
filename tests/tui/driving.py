"""Uses the app as a person does: keys in, lines out."""

import asyncio

from report import samples
from tui.fakes import FakeDiagnose

from apidoctor.report.glyphs import UNICODE
from apidoctor.tui.app import DoctorApp


def screen(app) -> str:
    """Return what the terminal shows, from the strips of the compositor."""
    lines = app.screen._compositor.render_strips(app.screen.size)
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines) + "\n"


async def settled(app, pilot) -> None:
    """Wait until the run is over and drawn."""
    for _ in range(200):
        await pilot.pause(0.01)
        state = app.run_screen.state
        if not app.run_screen.runner.running and not state.running:
            break
    await drawn(app, pilot)


async def drawn(app, pilot) -> None:
    """Wait until the screen stays as it is: a new height of a region is drawn one refresh later."""
    shown = ""
    for _ in range(20):
        await pilot.pause(0.06)
        before, shown = shown, screen(app)
        if before == shown:
            break


def drive(diagnose, story, *, size=(80, 24), glyphs=UNICODE):
    """Run the app, let the first run finish, and let *story* use it; return what it returns."""

    async def go():
        app = DoctorApp(diagnose, title="orders", glyphs=glyphs)
        async with app.run_test(size=size) as pilot:
            await settled(app, pilot)
            return await story(app, pilot)

    return asyncio.run(go())


def pressed(*keys, report=None, **options) -> str:
    """Return the screen after *keys*."""

    async def story(app, pilot):
        await pilot.press(*keys)
        await drawn(app, pilot)
        return screen(app)

    return drive(FakeDiagnose(report or samples.broken()), story, **options)


def cursor(shown: str, glyph: str = "›") -> str:
    """Return the row of the cursor."""
    row = next(line for line in shown.splitlines()[4:] if line.startswith(glyph))
    return " ".join(row.partition("│")[0][1:].split())
