"""Keys that find, explain and copy."""

from report import samples
from tui.driving import cursor, drawn, drive, pressed, screen
from tui.fakes import FakeDiagnose

ADMITS = "network/endpoint-group-admits-caller"


def test_n_opens_a_folded_branch_to_reach_the_trouble_in_it():
    assert cursor(pressed("h", "h")) == "▸ ✗ network 3/4"
    assert cursor(pressed("h", "h", "n")) == "✗ endpoint-group-admits-caller"
    assert cursor(pressed("h", "h", "j", "N")) == "✗ endpoint-group-admits-caller"
    assert cursor(pressed("h", "h", "j", "n")) == "! spans-caller-zone"


def test_n_goes_into_a_check_with_several_subjects():
    assert cursor(pressed("g", "n", report=samples.zones())) == "✗ subnet-0b"


def test_n_says_so_when_there_is_no_trouble():
    assert " no trouble" in pressed("n", report=samples.healthy())


def test_the_foot_says_how_much_of_the_detail_is_below_and_nothing_at_its_end():
    def more(shown: str) -> str:
        return shown.splitlines()[-3].partition("┴")[2].strip("─ ")

    above = int(more(pressed()).removesuffix(" more"))

    assert more(pressed("tab", "j", "j")) == f"{above - 2} more"
    assert more(pressed("tab", "G")) == ""


def test_a_long_next_step_is_wrapped_and_the_last_row_of_the_tree_can_still_be_reached():
    async def story(app, pilot):
        before = screen(app)
        await pilot.press("G")
        await drawn(app, pilot)
        return before, screen(app)

    before, after = drive(FakeDiagnose(samples.undecided()), story)

    assert "AccessDeniedException)" in before.splitlines()[-2]
    assert cursor(after).endswith("observability 1/1")


def test_e_shows_the_page_of_the_check_with_its_playbook_and_goes_back():
    shown = pressed("e")

    assert shown.startswith(ADMITS)
    assert "Why it matters" in shown
    assert "Esc back" in shown
    assert "more lines" in shown
    end = pressed("e", "G")
    assert "advertises." in end
    assert "the end" in end
    assert pressed("e", "escape") == pressed("e", "e") == pressed()


def test_e_tells_of_a_check_that_is_not_built_in_where_its_page_is():
    assert "apidoctor explain --checks DIR" in pressed("l", "j", "e", report=renamed())


def test_e_on_a_layer_says_what_it_wants():
    assert "go to a check to explain it" in pressed("g", "e")


def renamed():
    """A report of checks that are not built in."""
    return samples.report([samples.result(f"network/own-{name}") for name in "abc"])


def test_slash_filters_rows_by_a_word_and_esc_shows_all_again():
    shown = pressed("slash", *"group")

    assert "endpoint-group-admits-caller" in shown
    assert "caller-group-lets-the-call-o" in shown
    assert "naming  " not in "".join(shown.splitlines()[4:])
    assert " /group_" in shown
    assert pressed("slash", *"group", "escape") == pressed()


def test_a_filter_stays_when_the_user_goes_to_the_rows_until_esc():
    kept = pressed("slash", *"N13", "enter", "g", "j")

    assert cursor(kept) == "! spans-caller-zone"
    assert "tcp-connects" not in "".join(kept.splitlines()[4:])
    assert pressed("slash", *"N13", "enter", "escape").count("observability") == 2


def test_a_filter_takes_letters_that_are_keys_elsewhere():
    assert " /qznye?/_" in pressed("slash", "q", "z", "n", "y", "e", "question_mark", "slash")
    assert " /q_" in pressed("slash", "q", "z", "backspace")


def test_a_filter_that_nothing_fits_says_so():
    assert "Nothing has all these words" in pressed("slash", *"qqq")


def copied(*keys, report=None):
    """Return what is in the clipboard after *keys*, and the screen."""

    async def story(app, pilot):
        await pilot.press(*keys)
        await drawn(app, pilot)
        return app.clipboard, screen(app)

    return drive(FakeDiagnose(report or samples.broken()), story)


def test_y_copies_the_fix_of_a_root_cause_and_says_so():
    clipboard, shown = copied("y")

    assert clipboard == "Let sg-0e1 admit tcp 443 from the caller's group sg-0c1."
    assert " copied: Let sg-0e1 admit" in shown


def test_y_copies_the_id_where_there_is_no_fix():
    assert copied("j", "y")[0] == "network/endpoint-acl-passes"


def test_what_is_copied_of_a_stranger_ends_no_line_and_commands_no_terminal():
    clipboard, _ = copied("y", report=samples.hostile())

    assert clipboard.isprintable()
