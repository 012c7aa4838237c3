"""How a report is sorted before it is told."""

import pytest
from msgspec import structs
from report import samples

from apidoctor.model.report import Candidate, RootCause
from apidoctor.report import markdown, text
from apidoctor.report.story import counts, next_step, path, tell, worst

CHECK = "network/endpoint-group-admits-caller"


def told(report):
    return counts(report, tell(report))


def statuses(*found, because=()):
    return [samples.result("naming/a", status, because=list(because)) for status in found]


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (["pass", "pass"], "pass"),
        (["pass", "warn"], "warn"),
        (["warn", "unknown"], "unknown"),
        (["unknown", "fail", "pass"], "fail"),
        (["fail", "error"], "error"),
        (["pass", "skipped"], "pass"),
        (["skipped"], "skipped"),
        ([], "skipped"),
    ],
)
def test_the_worst_status_stands_for_several(found, status):
    assert worst(statuses(*found)) == status


def test_what_is_blocked_does_not_pass_as_holding():
    assert worst([*statuses("pass"), *statuses("skipped", because=["naming/b"])]) == "skipped"


def test_the_path_has_the_order_of_the_call_and_unheard_of_layers_last():
    results = [samples.result(f"{layer}/a") for layer in ("cost", "invoke", "naming")]

    assert [layer for layer, _ in path(results)] == ["naming", "invoke", "cost"]


def test_a_failure_that_a_cause_blocks_is_told_as_its_echo():
    story = tell(samples.broken())

    assert [(result.check, fault) for result, fault in story.explained] == [("invoke/tcp-connects", "N01")]


def test_all_results_of_one_cause_are_told_under_it():
    found = [
        samples.result(CHECK, "fail", fault="N01", subject="sg-0e1", summary=f"eni-{zone} is closed.")
        for zone in "ab"
    ]
    root = RootCause("N01", CHECK, f"Closed: {found[0].summary}", "certain", "sg-0e1", [], [], [], None)
    story = tell(samples.report(found, root_causes=[root]))

    assert story.causes[0].heading == "Closed"
    assert story.causes[0].found == ["eni-a is closed.", "eni-b is closed."]
    assert story.explained == []


def test_a_symptom_that_nothing_explains_is_a_cause_with_a_fault_of_its_own():
    found = samples.result("invoke/tcp-connects", "fail", subject="10.1.4.21", summary="It times out.")
    root = RootCause("O05", found.check, found.summary, "possible", found.subject, [], [], [], None)
    cause = tell(samples.report([found], root_causes=[root])).causes[0]

    assert cause.results == [found]
    assert (cause.heading, cause.found) == ("It times out.", [])


def test_unknowns_that_lack_the_same_are_told_together():
    groups = tell(samples.undecided()).unknowns

    assert [[result.check for result in group.results] for group in groups] == [
        ["policy/endpoint-policy-allows-call"],
        ["policy/resource-policy-allows-caller", "api/stage-is-deployed"],
    ]


def test_counts_leave_out_what_is_zero_and_keep_the_grammar():
    warned = samples.report(statuses("warn", "warn", "pass"))

    assert told(samples.broken()) == "1 cause, 1 symptom, 1 warning; 11 of 17 results hold, 3 skipped"
    assert told(warned) == "2 warnings; 1 of 3 results hold"
    assert told(samples.healthy()) == "all 17 results hold"


def test_a_failure_of_a_partial_report_that_no_cause_explains_is_counted_as_such():
    assert told(samples.report(statuses("fail"))) == "1 other failure; 0 of 1 results hold"


@pytest.mark.parametrize(
    ("report", "step"),
    [
        (samples.broken(), "Let sg-0e1 admit tcp 443 from the caller's group sg-0c1."),
        (samples.zones(), "apidoctor explain N05"),
        (samples.defect(), "Report this defect with the JSON report; the other results stand."),
        (samples.healthy(), None),
        (samples.report([samples.result("api/a", "unknown", missing=["fact: x"], required=False)]), None),
    ],
)
def test_there_is_one_next_step_if_there_is_anything_to_do(report, step):
    assert next_step(report, tell(report)) == step


def test_the_next_step_of_an_undecided_run_is_what_decides_most():
    step = next_step(samples.undecided(), tell(samples.undecided()))

    assert step is not None
    assert step.startswith("Get what decides 2 checks: permission: apigateway:GET on")


def guessed(**run):
    """A report whose only cause is a guess."""
    found = samples.result(CHECK, "fail", fault="N01", subject="sg-0e1")
    root = RootCause("N01", CHECK, "Closed", "possible", "sg-0e1", [], [], [], None, fix="Open it.")
    return samples.report([found], root_causes=[root], **run)


def test_a_fix_that_rests_on_a_guess_is_said_to_be_one():
    assert next_step(guessed(), tell(guessed())) == "possibly: Open it."


def test_what_stopped_a_run_comes_before_a_guess_and_before_what_is_missing():
    run = structs.replace(samples.broken().run, complete=False, notes=["AWS credentials (there are none)"])
    stopped = "Mend what stopped this run: AWS credentials (there are none)"

    for report in (guessed(run=run, exit_code=4), structs.replace(samples.undecided(), run=run, exit_code=4)):
        assert next_step(report, tell(report)) == stopped


def test_a_certain_cause_is_mended_first_even_in_a_run_that_was_stopped():
    run = structs.replace(samples.broken().run, complete=False, notes=["AWS credentials (there are none)"])
    report = structs.replace(samples.broken(), run=run, exit_code=4)

    assert next_step(report, tell(report)) == "Let sg-0e1 admit tcp 443 from the caller's group sg-0c1."


def test_what_would_decide_most_is_counted_in_checks_not_in_results():
    found = [samples.result("api/a", "unknown", subject=name, missing=["fact: x"]) for name in "ab"]
    report = samples.report(found)

    assert next_step(report, tell(report)) == "Get what decides 1 check: fact: x"


def test_other_faults_that_would_explain_the_same_are_told_with_what_separates_them():
    report = samples.broken()
    root = structs.replace(
        report.root_causes[0],
        candidates=[
            Candidate("N01", "likely", "The group admits nobody.", "A connection from another group."),
            Candidate("N05", "possible", "The network ACL \x1b[31mdrops it."),
        ],
    )
    report = structs.replace(report, root_causes=[root])

    plain, page = text.render(report), markdown.render(report)

    assert "or       N05 (possible): The network ACL \\x1b[31mdrops it." in plain
    assert "tell by  A connection from another group." in plain
    assert "**Or**: N05 (possible)" in page
    assert "**Tell by**: A connection from another group." in page
