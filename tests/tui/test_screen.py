"""The screen as a person uses it: keys in, lines out.  Golden files hold whole screens."""

from pathlib import Path

import pytest
from report import samples
from report.golden import same_as_golden
from tui.driving import cursor, drawn, drive, pressed, screen, settled
from tui.fakes import FakeDiagnose

from apidoctor.engine.events import CheckFinished
from apidoctor.report.glyphs import ASCII

GOLDEN = Path(__file__).parent / "golden"
ADMITS = "network/endpoint-group-admits-caller"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 15), (50, 12)])
@pytest.mark.parametrize("name", ["broken", "undecided"])
def test_a_finished_run_is_the_golden_screen(size, name):
    shown = pressed(report=getattr(samples, name)(), size=size)

    assert same_as_golden(GOLDEN / f"{name}.{size[0]}x{size[1]}.txt", shown)


@pytest.mark.parametrize("name", ["broken", "hostile"])
def test_a_finished_run_is_the_golden_screen_in_ascii_and_nothing_else(name):
    shown = pressed(report=getattr(samples, name)(), glyphs=ASCII)

    assert shown.isascii()
    assert same_as_golden(GOLDEN / f"{name}.80x24.ascii.txt", shown)


def test_a_hostile_report_is_the_golden_screen_and_has_no_control_character():
    shown = pressed(report=samples.hostile())

    assert not [c for c in shown if c != "\n" and not c.isprintable()]
    assert same_as_golden(GOLDEN / "hostile.80x24.txt", shown)


def test_help_is_the_golden_screen():
    assert same_as_golden(GOLDEN / "help.80x24.txt", pressed("question_mark"))


def test_help_goes_away_again():
    assert pressed("question_mark", "escape") == pressed()


def test_a_finished_run_puts_the_cursor_on_the_first_root_cause():
    assert cursor(pressed()) == "✗ endpoint-group-admits-caller"


def test_j_and_k_and_the_arrows_move_the_cursor():
    assert cursor(pressed("j")) == cursor(pressed("down")) == "✓ endpoint-acl-passes"
    assert cursor(pressed("k", "up")) == "✓ caller-has-a-route"


def test_g_goes_to_the_ends():
    assert cursor(pressed("g")) == "▸ ✓ naming 2/2"
    assert "observability" in pressed("G").splitlines()[20]


def test_h_goes_out_of_a_leaf_then_folds_and_l_opens_and_goes_in():
    assert cursor(pressed("h")) == "▾ ✗ network 3/4"
    assert cursor(pressed("h", "h")) == "▸ ✗ network 3/4"
    assert cursor(pressed("h", "h", "l")) == "▾ ✗ network 3/4"
    assert cursor(pressed("h", "left", "right", "l")) == "✓ caller-has-a-route"


def test_enter_opens_a_branch_and_reads_the_detail_of_a_leaf():
    assert cursor(pressed("g", "enter")) == "▾ ✓ naming 2/2"
    assert "─[detail]─" in pressed("enter")


def test_tab_and_escape_change_the_pane_that_has_the_keyboard():
    assert "[checks]" in pressed("tab", "tab")
    assert "[detail]" in pressed("tab")
    assert "[checks]" in pressed("tab", "escape")


def test_in_the_detail_the_keys_scroll_it():
    assert "│ ✗ fail" in pressed()
    assert "│ ✗ fail" not in pressed("tab", "j")
    assert "outcome: timeout" in pressed("tab", "G")
    assert "│ ✗ fail" in pressed("tab", "G", "g")


def test_n_goes_from_trouble_to_trouble():
    assert cursor(pressed("n")) == "! spans-caller-zone"
    assert cursor(pressed("n", "n")) == "✗ tcp-connects"
    assert cursor(pressed("n", "n", "n")) == cursor(pressed("N", "n")) == "✗ endpoint-group-admits-caller"


def test_z_shows_only_faults_and_then_everything_again():
    shown = pressed("z")

    assert "[faults only]" in shown
    assert "naming" not in shown.splitlines()[4]
    assert pressed("z", "z") == pressed()


def test_z_says_so_when_there_is_no_trouble():
    assert "No trouble." in pressed("z", report=samples.healthy())


def test_r_runs_again_and_keeps_the_old_results_until_new_ones_land():
    diagnose = FakeDiagnose(samples.broken(), samples.healthy())

    async def story(app, pilot):
        diagnose.gate.clear()
        diagnose.hold = lambda event: isinstance(event, CheckFinished) and event.check == ADMITS
        await pilot.press("r")
        await pilot.pause(0.2)
        during = screen(app)
        await pilot.press("r")
        await drawn(app, pilot)
        refused = screen(app)
        diagnose.gate.set()
        await settled(app, pilot)
        return during, refused, screen(app)

    during, refused, after = drive(diagnose, story)

    assert diagnose.runs == 2
    assert " running " in during
    assert "✗ endpoint-group-admits-caller" in during or "» endpoint-group-admits-caller" in during
    assert "From the run before" in during
    assert "4/17 checks" in during
    assert "a run goes on already" in refused
    assert "healthy" in after
    assert "From the run before" not in after


@pytest.mark.parametrize(("key", "leaves"), [("q", False), ("Q", True), ("ctrl+c", False), ("ctrl+q", False)])
def test_every_way_out_works_and_only_one_leaves_the_report(key, leaves):
    async def story(app, pilot):
        await pilot.press(key)
        return app

    app = drive(FakeDiagnose(samples.broken()), story)

    assert app.return_value is leaves
    assert app.run_screen.state.report == samples.broken()


def test_ctrl_c_quits_while_a_run_hangs_and_help_is_open():
    diagnose = FakeDiagnose(samples.broken())

    async def story(app, pilot):
        diagnose.gate.clear()
        diagnose.hold = lambda event: True
        await pilot.press("r", "question_mark", "ctrl+c")
        return app

    app = drive(diagnose, story)
    diagnose.gate.set()

    assert app.return_value is False


def test_markup_of_a_stranger_is_text_and_runs_nothing():
    async def story(app, pilot):
        for place in ((12, 0), (8, 5), (8, 8), (40, 5), (48, 10), (48, 15), (12, 22)):
            await pilot.click(offset=place)
        return app.is_running, screen(app)

    running, shown = drive(FakeDiagnose(samples.hostile()), story)

    assert running
    assert "[@click=app.quit]x[/]" in shown


def test_a_run_that_fails_says_why_and_the_screen_stays():
    def diagnose(observer):
        raise ValueError("no credentials \x1b[2J")

    async def story(app, pilot):
        return screen(app), app.run_screen.runner.error

    shown, error = drive(diagnose, story)

    assert "the run failed: ValueError: no credentials \\x1b[2J" in shown
    assert "no result" in shown
    assert isinstance(error, ValueError)


def test_the_terminal_may_become_too_small_and_large_again():
    async def story(app, pilot):
        large = screen(app)
        await pilot.resize_terminal(40, 10)
        await drawn(app, pilot)
        small = screen(app)
        await pilot.resize_terminal(80, 24)
        await drawn(app, pilot)
        return large, small, screen(app)

    large, small, again = drive(FakeDiagnose(samples.broken()), story)

    assert small.startswith("too small  (40x10;")
    assert "broken:" in small
    assert again == large


def pressed_after_fold(*keys):
    """Return the cursor's row after everything was folded from the top and then *keys* were pressed."""
    return cursor(pressed("g", "j", "h", "h", *keys))
