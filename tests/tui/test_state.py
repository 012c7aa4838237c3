"""What the screen knows of a run, without a screen."""

import pytest
from report import samples
from tui.fakes import events

from apidoctor.engine.events import CheckCard, CheckFinished, CheckStarted, RunFinished, RunStarted
from apidoctor.report.glyphs import ASCII, UNICODE
from apidoctor.report.page import Page
from apidoctor.tui import bands, details
from apidoctor.tui.rows import Row, next_trouble, parent, rows, where_to_look
from apidoctor.tui.state import RunState

ADMITS = "network/endpoint-group-admits-caller"


def state_of(report, until=None) -> RunState:
    state = RunState("orders")
    for number, event in enumerate(events(report)):
        if number == until:
            break
        state.apply(event)
    return state


def keys(listed: list[Row]) -> list[str]:
    return [row.key for row in listed]


def plain(lines) -> str:
    return "\n".join("".join(span.text for span in line) for line in lines)


def detail(report, key: str) -> str:
    state = state_of(report)
    everything = dict.fromkeys((*(layer for layer, _ in state.layers()), *state.checks), False)
    page = Page(UNICODE, 60, break_words=True)
    details.fill(page, state, next(row for row in rows(state, everything) if row.key == key))
    return plain(page.lines)


def test_a_branch_is_open_when_there_is_trouble_in_it():
    listed = {row.key: row.folded for row in rows(state_of(samples.broken()), {})}

    assert listed["naming"] is True
    assert listed["network"] is False
    assert listed[ADMITS] is None


def test_what_the_user_folds_stays_folded_and_what_he_opens_stays_open():
    listed = {
        row.key: row.folded for row in rows(state_of(samples.broken()), {"network": True, "naming": False})
    }

    assert listed["network"] is True
    assert listed["naming"] is False
    assert ADMITS not in listed


def test_faults_only_leaves_trouble_and_the_way_to_it():
    listed = rows(state_of(samples.broken()), {}, faults_only=True)

    assert keys(listed) == [
        "network",
        ADMITS,
        "endpoint",
        "endpoint/spans-caller-zone",
        "invoke",
        "invoke/tcp-connects",
    ]


def test_a_check_of_several_subjects_has_a_row_for_each():
    listed = {row.key: row for row in rows(state_of(samples.zones()), {})}

    check = "network/endpoint-acl-passes"
    assert listed[check].note == "2/3"
    assert [listed[f"{check}#{n}"].status for n in range(3)] == ["pass", "fail", "pass"]
    assert listed[f"{check}#1"].label == "subnet-0b"


@pytest.mark.parametrize(("key", "above"), [("a/b#2", "a/b"), ("a/b", "a"), ("a", "a")])
def test_the_parent_of_a_row_is_the_row_it_is_folded_into(key, above):
    assert parent(key) == above


def test_next_and_previous_trouble_go_around_the_end():
    listed = rows(state_of(samples.broken()), {})
    zone, connects = "endpoint/spans-caller-zone", "invoke/tcp-connects"

    for here, step, there in (
        ("naming", 1, ADMITS),
        (ADMITS, 1, zone),
        (connects, 1, ADMITS),
        (ADMITS, -1, connects),
    ):
        found = next_trouble(listed, here, step)
        assert found is not None
        assert found.key == there


def test_without_trouble_there_is_nowhere_to_go():
    assert next_trouble(rows(state_of(samples.healthy()), {}), "api", 1) is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("sg-0e1", [ADMITS]),
        ("n13", ["endpoint/spans-caller-zone"]),
        ("RESOURCE policy", ["policy/resource-policy-allows-caller"]),
        ("policy endpoint", ["policy/endpoint-policy-allows-call"]),
        ("nothing-like-it", []),
    ],
)
def test_the_filter_wants_all_its_words_in_id_title_fault_or_subject(wanted, found):
    listed = rows(state_of(samples.broken()), {"network": True}, wanted=wanted)

    assert [row.key for row in listed if row.kind == "check"] == found


def test_the_filter_leaves_the_subjects_that_fit():
    listed = rows(state_of(samples.zones()), {}, wanted="subnet-0b")

    assert keys(listed) == ["network", "network/endpoint-acl-passes", "network/endpoint-acl-passes#1"]


@pytest.mark.parametrize(
    ("report", "key"),
    [
        (samples.broken(), ADMITS),
        (samples.zones(), "network/endpoint-acl-passes#1"),
        (samples.undecided(), "policy/endpoint-policy-allows-call"),
        (samples.healthy(), None),
    ],
)
def test_the_first_place_to_look_is_the_first_root_cause_else_the_first_trouble(report, key):
    assert where_to_look(state_of(report)) == key


def test_a_rerun_keeps_old_results_until_new_ones_land():
    state = state_of(samples.broken())
    cards = tuple(CheckCard(name, title) for name, title in samples.TITLES.items())
    state.apply(RunStarted("again", cards))
    state.apply(CheckStarted(ADMITS))

    assert state.checks[ADMITS].stale
    assert state.checks[ADMITS].status == "fail"
    assert state.finished() == 0
    assert state.report is not None

    state.apply(CheckFinished(ADMITS, (samples.result(ADMITS),), {}))

    assert not state.checks[ADMITS].stale
    assert state.checks[ADMITS].status == "pass"
    assert state.finished() == 1


def test_a_run_that_stops_early_leaves_nothing_running():
    state = state_of(samples.broken(), until=3)
    assert [check.phase for check in state.checks.values()].count("running") == 1

    state.stop()

    assert not state.running
    assert {check.phase for check in state.checks.values()} == {"waiting"}


def test_a_layer_holds_only_when_all_its_checks_do():
    listed = {row.key: row for row in rows(state_of(samples.broken(), until=4), {})}

    assert listed["naming"].status is None
    assert listed["naming"].note == "1/2"


def test_the_report_has_the_last_word():
    state = state_of(samples.healthy())
    state.apply(RunFinished(samples.broken()))

    assert state.counts()["fail"] == 2


def test_the_detail_of_a_root_cause_has_the_remedy_before_the_evidence():
    shown = detail(samples.broken(), ADMITS)

    for words in ("N01  root cause, certain", "subject  sg-0e1", "apidoctor explain N01", "probe.tcp"):
        assert words in shown
    assert shown.index("fix  ") < shown.index("blocks") < shown.index("seen")


def test_the_detail_of_an_echo_names_what_it_echoes():
    shown = detail(samples.broken(), "invoke/tls-name-matches")

    assert "because  invoke/tcp-connects (✗ fail)" in shown


def test_the_detail_of_a_failure_that_is_an_echo_names_its_root_cause():
    assert "because  N01 (root cause)" in detail(samples.broken(), "invoke/tcp-connects")


def test_a_layer_counts_the_rows_it_lists_and_what_does_not_apply_is_no_trouble():
    skipped = samples.result("naming/alias-is-associated", "skipped", summary="No alias is used.")
    report = samples.report([*samples.healthy().results, skipped])

    assert next(row.note for row in rows(state_of(report), {}) if row.key == "naming") == "3/3"
    assert "2 of 3 checks hold, 1 does not apply" in detail(report, "naming")


def test_the_detail_of_an_unknown_says_what_is_missing():
    shown = detail(samples.undecided(), "api/stage-is-deployed")

    assert "missing  permission: apigateway:GET on" in shown


def test_the_detail_of_a_defect_has_its_traceback():
    assert "KeyError: 'Zone'" in detail(samples.defect(), "endpoint/spans-caller-zone").splitlines()[-1]


def test_the_detail_of_a_layer_says_what_is_wrong_in_it():
    shown = detail(samples.broken(), "network")

    assert "3 of 4 checks hold" in shown
    assert "✗ fail     N01" in shown


def test_the_detail_of_a_check_that_waits_says_so():
    state = RunState("orders")
    state.apply(RunStarted("", (CheckCard("naming/a", "A holds", needs=("naming/b",)),)))
    page = Page(UNICODE, 60)

    details.fill(page, state, rows(state, {"naming": False})[1])

    assert "Not judged yet." in plain(page.lines)
    assert "needs    naming/b" in plain(page.lines)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_head_and_foot_fit_every_width(width, glyphs):
    state = state_of(samples.hostile())
    lines = [
        bands.title(state, glyphs, width),
        *bands.path(state, glyphs, width),
        bands.rule(glyphs, width, "+", ("[checks]", " detail ")),
        *bands.message(state, glyphs, width, "", ""),
        *bands.message(state, glyphs, width, samples.HOSTILE, samples.HOSTILE),
        bands.keys(width),
    ]

    assert max(len(line) for line in plain(lines).splitlines()) <= width


def test_each_sign_of_the_path_stands_under_its_layer():
    above, below = (plain([line]) for line in bands.path(state_of(samples.broken()), UNICODE, 80))

    for layer, sign in (("network", "✗"), ("endpoint", "!"), ("integration", "∙")):
        start = above.index(layer)
        assert sign in below[start : start + len(layer)]
