"""Ctrl-C and SIGTERM end a run with what is known: a partial report, never a lost one."""

import threading

from engine.kit import Diary, World, check, only, session, statuses, wants

from apidoctor.engine.events import CheckFinished, CheckStarted, RunFinished, RunStarted
from apidoctor.engine.runner import Interrupted


def interrupt():
    raise KeyboardInterrupt


def some():
    return [
        check("naming/a"),
        check("network/stuck", wants("describe_vpcs")),
        check("network/after", needs=("network/stuck",)),
    ]


def test_an_interruption_while_looks_are_under_way_keeps_what_was_decided():
    one = session(some(), World(stuck=["describe_vpcs"]))
    diary = Diary(CheckStarted, lambda: None)
    stopper = threading.Timer(0.2, lambda: one.runner.stop(Interrupted(143)))
    stopper.start()
    report = one.run(diary)

    assert isinstance(one.interrupted, Interrupted)
    assert (report.exit_code, report.run.complete) == (143, False)
    assert statuses(report) == {"naming/a": "pass", "network/stuck": "unknown", "network/after": "unknown"}
    assert "interrupted" in only(report, "network/stuck").summary
    assert diary.events[-1] == RunFinished(report)


def test_ctrl_c_at_the_first_event_still_gives_a_whole_list_of_results():
    one = session(some(), World(stuck=["describe_vpcs"]))
    report = one.run(Diary(RunStarted, interrupt))

    assert (report.exit_code, report.run.complete) == (130, False)
    assert {result.check for result in report.results} == {"naming/a", "network/stuck", "network/after"}


def test_ctrl_c_when_a_check_has_just_ended_does_not_lose_its_result():
    fired = iter([interrupt])
    one = session(some(), World(stuck=["describe_vpcs"]))
    report = one.run(Diary(CheckFinished, lambda: next(fired, lambda: None)()))

    assert (report.exit_code, report.run.complete) == (130, False)
    assert statuses(report)["naming/a"] == "pass"


def test_a_second_ctrl_c_while_tidying_up_ends_at_once_with_what_there_is():
    one = session(some(), World(stuck=["describe_vpcs"]))
    report = one.run(Diary(CheckFinished, interrupt))

    assert (report.exit_code, report.run.complete) == (130, False)
    assert statuses(report)["naming/a"] == "pass"


def test_an_interrupted_session_can_be_run_again():
    world = World(answers={"describe_vpcs": {"Vpcs": []}})
    one = session(some(), world)
    one.run(Diary(RunStarted, interrupt))
    report = one.run()

    assert one.interrupted is None
    assert (report.exit_code, report.run.complete) == (0, True)
    assert set(statuses(report).values()) == {"pass"}
