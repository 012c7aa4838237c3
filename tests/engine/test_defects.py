"""A defect in a check is an error with its traceback: no verdict about the API, and not the end of the run."""

import sys

import pytest
from engine.kit import check, only, run, session, statuses

from apidoctor.engine.events import RunStarted
from apidoctor.model.finding import failed, passed, unknown
from apidoctor.model.missing import Gap
from apidoctor.model.report import Evidence


def raises(case):
    yield passed("One zone holds.", subject="a")
    {}["Zone"]


def nothing(case):
    return []


def none(case):
    return None


def a_word(case):
    return ["pass"]


def exits(case):
    sys.exit(0)


def endless(case):
    return endless(case)


def unheard_of(case):
    yield failed("Z99", "A fault that nobody knows.")


def unwritable(case):
    yield passed("It holds.", evidence=[Evidence("request", None, None, None, None, {1, 2, object()})])


DEFECTS = {
    raises: "KeyError: 'Zone'",
    nothing: "ValueError: the check returned no finding at all",
    none: "TypeError: 'NoneType' object is not iterable",
    a_word: "TypeError: a check returns findings, this one returned 'pass'",
    exits: "SystemExit: 0",
    endless: "RecursionError: maximum recursion depth exceeded",
    unheard_of: "ValueError: there is no fault Z99",
    unwritable: "TypeError: ",
}


@pytest.mark.parametrize("judge", DEFECTS, ids=lambda judge: judge.__name__)
def test_a_check_with_a_defect_is_an_error_and_the_others_go_on(judge):
    report = run(
        [check("naming/bad", judge), check("network/good"), check("naming/after", needs=("naming/bad",))]
    )
    result = only(report, "naming/bad")

    assert statuses(report) == {"naming/bad": "error", "naming/after": "skipped", "network/good": "pass"}
    assert DEFECTS[judge] in (result.traceback or "")
    assert result.summary.startswith("The check itself has a defect: ")
    assert DEFECTS[judge].split(":")[0] in result.summary
    assert (report.verdict, report.exit_code) == ("undecided", 70)
    assert report.root_causes == []


def test_the_traceback_names_the_line_of_the_check():
    assert 'in raises\n    {}["Zone"]' in (
        only(run([check("naming/bad", raises)]), "naming/bad").traceback or ""
    )


def test_a_traceback_holds_no_secret():
    def leaks(case):
        raise ValueError("Authorization: Bearer abcdefgh12345678 AKIAIOSFODNN7EXAMPLE")

    result = only(run([check("naming/bad", leaks)]), "naming/bad")

    for text in (result.traceback or "", result.summary):
        assert "AKIAIOSFODNN7EXAMPLE" not in text
        assert "abcdefgh12345678" not in text


def test_a_failure_wins_over_a_defect():
    report = run([check("naming/bad", raises), check("network/a", lambda case: [failed("N01", "Broken.")])])

    assert (report.verdict, report.exit_code) == ("broken", 1)


def test_findings_before_an_undecided_fact_stand():
    def judge(case):
        yield failed("N05", "Zone a is closed.", subject="a")
        case.inventory.get("111111111111", "us-east-1", "describe_vpcs").value  # noqa: B018

    report = run([check("endpoint/zones", judge)])

    assert [(r.status, r.subject) for r in report.results] == [("fail", "a"), ("unknown", None)]
    assert report.results[1].missing == [
        "fact: describe_vpcs (account 111111111111, us-east-1); needs ec2:DescribeVpcs"
    ]


def test_a_defect_of_the_engine_itself_still_leaves_a_report_with_the_traceback():
    def observer(event):
        if isinstance(event, RunStarted):
            raise LookupError("an observer is broken")

    one = session([check("naming/a")])
    report = one.run(observer)

    assert (report.exit_code, report.verdict, report.run.complete) == (70, "undecided", False)
    assert "LookupError: an observer is broken" in report.run.notes[0]


def test_an_unknown_is_never_bare():
    result = only(run([check("naming/a", lambda case: [unknown([], "Not seen.")])]), "naming/a")

    assert (result.status, result.missing) == ("unknown", ["fact: Not seen."])


def test_an_unknown_that_only_a_person_can_decide_says_so():
    result = only(run([check("naming/a", lambda case: [unknown([Gap("host: ask there")], "?")])]), "naming/a")

    assert (result.status, result.missing) == ("unknown", ["host: ask there"])
