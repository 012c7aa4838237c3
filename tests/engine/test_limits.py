"""Time: a hanging check or look costs its own limit, and the run's limit ends everything with a partial report."""

import signal
import subprocess
import sys
import time

from engine.kit import World, check, only, run, statuses, wants

from apidoctor.engine.runner import Limits
from apidoctor.model.finding import passed


def spins(case):
    end = time.monotonic() + 2
    while time.monotonic() < end:
        pass
    yield passed("Never in time.")


def sleeps(case):
    time.sleep(20)
    yield passed("Never in time.")


def test_a_judgement_that_hangs_is_a_defect_that_says_where_and_the_others_go_on():
    before = time.monotonic()
    report = run(
        [check("naming/spins", spins), check("naming/sleeps", sleeps), check("network/fine")],
        limits=Limits(run=60, check=60, judgement=0.3),
    )

    assert statuses(report) == {"naming/sleeps": "error", "naming/spins": "error", "network/fine": "pass"}
    assert "in spins" in (only(report, "naming/spins").traceback or "")
    assert "time.sleep(20)" in (only(report, "naming/sleeps").traceback or "")
    assert only(report, "naming/spins").summary.endswith(": the check did not end within 0.3 s")
    assert time.monotonic() - before < 10  # two judgements of 0.3 s, and a busy thread beside them


PAUSED = """
import time
from apidoctor.engine.judging import Bench
from apidoctor.model.finding import passed

def judge(case):
    print("judging", flush=True)
    for _ in range(20):
        time.sleep(0.01)
    yield passed("It holds.")

print(Bench().judge(judge, None, 2).defect)
"""


def test_a_process_that_is_stopped_for_longer_than_the_limit_is_no_check_that_hangs():
    with subprocess.Popen([sys.executable, "-c", PAUSED], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "judging\n"
        process.send_signal(signal.SIGSTOP)
        time.sleep(2.5)
        process.send_signal(signal.SIGCONT)
        out, _ = process.communicate(timeout=30)

    assert out == "None\n"


def test_a_look_that_never_returns_ends_its_check_alone_and_names_the_fact():
    report = run(
        [
            check("network/stuck", wants("describe_vpcs")),
            check("network/fine", wants("describe_subnets")),
            check("network/after", needs=("network/stuck",)),
        ],
        World(stuck=["describe_vpcs"]),
        limits=Limits(run=60, check=0.3, judgement=5),
    )

    assert statuses(report) == {
        "network/stuck": "unknown",
        "network/fine": "pass",
        "network/after": "skipped",
    }
    assert only(report, "network/stuck").missing == [
        "fact: describe_vpcs (account 111111111111, us-east-1; timed out)"
    ]
    assert report.run.complete
    assert report.exit_code == 3


def test_the_runs_time_out_gives_a_partial_report_with_code_3():
    report = run(
        [
            check("naming/fine"),
            check("network/stuck", wants("describe_vpcs")),
            check("network/b", needs=("network/stuck",)),
        ],
        World(stuck=["describe_vpcs"]),
        limits=Limits(run=0.3, check=60, judgement=5),
    )

    assert (report.run.complete, report.verdict, report.exit_code) == (False, "undecided", 3)
    assert statuses(report)["naming/fine"] == "pass"
    assert only(report, "network/stuck").missing[0].startswith("fact: describe_vpcs")
    assert "time was up" in only(report, "network/b").summary


def test_a_run_whose_time_is_up_before_anything_was_decided_is_undecided_not_empty():
    report = run(
        [check("network/stuck", wants("describe_vpcs"))],
        World(stuck=["describe_vpcs"]),
        limits=Limits(run=0.2, check=60, judgement=5),
    )

    assert (report.run.complete, report.verdict, report.exit_code) == (False, "undecided", 3)
