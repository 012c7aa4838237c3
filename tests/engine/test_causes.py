"""From failures to causes: echoes are not listed, independent causes all are, in the order of the path."""

import itertools

import pytest
from engine.kit import check, run

from apidoctor.engine.diagnosis import summarize, verdict_of
from apidoctor.model.finding import failed, passed, skipped, unknown, warned
from apidoctor.model.missing import Gap


def broken(*findings, **declared):
    return lambda name: check(
        name, lambda case: findings or [failed("N01", f"{name} is broken.")], **declared
    )


def causes(report):
    return [cause.check for cause in report.root_causes]


def test_a_symptom_of_a_listed_cause_is_not_listed_but_blocked():
    report = run([broken()("network/route"), broken(explained_by=("network/*",))("invoke/connects")])

    assert causes(report) == ["network/route"]
    assert report.root_causes[0].blocks == ["invoke/connects"]


def test_a_symptom_without_its_cause_is_listed_itself():
    report = run([check("network/route"), broken(explained_by=("network/*",))("invoke/connects")])

    assert causes(report) == ["invoke/connects"]


def test_a_finding_may_be_explained_by_more_than_its_check():
    late = failed("B04", "No answer.", subject="a", explained_by=("integration/*",))
    refused = failed("A02", "Refused.", subject="b")
    report = run([broken(late, refused)("invoke/admitted"), broken()("integration/target")])

    assert [(cause.check, cause.fault) for cause in report.root_causes] == [
        ("invoke/admitted", "A02"),
        ("integration/target", "N01"),
    ]


def test_independent_causes_are_all_listed_in_the_order_of_the_path():
    report = run(
        [
            broken()("policy/deny"),
            broken()("naming/off"),
            broken()("network/route"),
            broken()("endpoint/gone"),
        ]
    )

    assert causes(report) == ["naming/off", "network/route", "endpoint/gone", "policy/deny"]


def test_a_cause_explains_only_what_it_touches():
    first = failed("N05", "Zone a.", subject="eni-a", affects=["10.0.0.1"])
    hit = failed("N01", "No.", subject="10.0.0.1", affects=["10.0.0.1"])
    other = failed("N01", "No.", subject="10.0.0.2", affects=["10.0.0.2"])
    report = run(
        [broken(first)("network/acl"), broken(hit, other, explained_by=("network/*",))("invoke/connects")]
    )

    assert [(cause.check, cause.subject) for cause in report.root_causes] == [
        ("network/acl", "eni-a"),
        ("invoke/connects", "10.0.0.2"),
    ]


def test_a_cause_that_touches_everything_explains_every_symptom():
    symptom = failed("N01", "No.", subject="10.0.0.1", affects=["10.0.0.1"])
    report = run(
        [broken()("endpoint/gone"), broken(symptom, explained_by=("endpoint/gone",))("invoke/connects")]
    )

    assert causes(report) == ["endpoint/gone"]


def test_an_echo_of_an_echo_is_blocked_by_the_first():
    report = run(
        [
            broken()("network/route"),
            broken(explained_by=("network/*",))("invoke/connects"),
            broken(explained_by=("invoke/connects",))("invoke/admitted"),
            check("integration/answers", needs=("invoke/admitted",)),
        ]
    )

    assert causes(report) == ["network/route"]
    assert set(report.root_causes[0].blocks) == {"invoke/connects", "invoke/admitted", "integration/answers"}


@pytest.mark.parametrize("order", list(itertools.permutations(["naming/a", "network/b", "policy/c"])))
def test_of_failures_that_explain_each_other_in_a_ring_the_first_on_the_path_is_the_cause(order):
    explained = dict(zip(order, (*order[1:], order[0]), strict=True))
    report = run([broken(explained_by=(explained[name],))(name) for name in order])

    assert causes(report) == ["naming/a"]
    assert report.root_causes[0].blocks == ["network/b", "policy/c"]


def test_a_ring_with_a_cause_outside_is_all_symptoms():
    report = run(
        [
            broken(explained_by=("network/b", "policy/c"))("naming/a"),
            broken(explained_by=("naming/a",))("network/b"),
            broken()("policy/c"),
        ]
    )

    assert causes(report) == ["policy/c"]


def test_a_broken_report_always_has_a_cause():
    names = [f"naming/c{number}" for number in range(6)]
    report = run([broken(explained_by=("naming/*",))(name) for name in names])

    assert causes(report) == ["naming/c0"]


def test_several_zones_with_one_cause_are_one_cause_when_it_is_a_guess_and_two_when_it_is_proved():
    def zones(confidence):
        return [failed("N01", f"Zone {z}.", subject=z, confidence=confidence) for z in "ab"]

    guessed = run([broken(*zones("possible"))("network/a")])
    proved = run([broken(*zones("certain"))("network/a")])

    assert [cause.subject for cause in guessed.root_causes] == ["a"]
    assert [cause.subject for cause in proved.root_causes] == ["a", "b"]


def test_a_cause_says_what_to_do_with_its_evidence_and_its_story():
    finding = failed("N01", "No rule.", fix="Add one.", subject="sg-1", confidence="likely")
    (cause,) = run([broken(finding, playbook="connection-times-out")("network/a")]).root_causes

    assert (cause.fault, cause.title) == ("N01", cause.title)
    assert cause.title.endswith(": No rule.")
    assert (cause.fix, cause.subject, cause.confidence) == ("Add one.", "sg-1", "likely")
    assert cause.playbook == "connection-times-out"


def test_a_failure_that_has_no_name_counts_as_something_else():
    (cause,) = run([broken(failed(None, "403."))("invoke/a")]).root_causes

    assert (cause.fault, cause.title) == ("O05", "403.")


UNKNOWN = unknown([Gap("host: look")], "?")


@pytest.mark.parametrize(
    ("findings", "verdict", "code"),
    [
        ([passed("")], "healthy", 0),
        ([passed(""), warned("O05", "")], "healthy", 0),
        ([passed(""), skipped("")], "healthy", 0),
        ([passed(""), UNKNOWN], "undecided", 3),
        ([UNKNOWN], "undecided", 3),
        ([failed("N01", ""), UNKNOWN], "broken", 1),
        ([failed("N01", ""), passed("")], "broken", 1),
        ([skipped("")], "undecided", 4),
    ],
    ids=lambda value: "+".join(item.status for item in value) if isinstance(value, list) else None,
)
def test_verdict_and_exit_code_follow_from_the_results(findings, verdict, code):
    report = run([check(f"naming/c{number}", lambda case, f=f: [f]) for number, f in enumerate(findings)])

    assert (report.verdict, report.exit_code) == (verdict, code)
    assert verdict_of(report.results) == (verdict, code)


SENT = "invoke/call-is-admitted"


@pytest.mark.parametrize(
    ("gates", "verdict", "code"),
    [
        # Test calls and AWS were both left out: names, packets and TLS alone let nobody in.
        ({SENT: skipped(""), "policy/b": skipped(""), "api/c": skipped("")}, "undecided", 3),
        ({SENT: skipped(""), "api/request-names-an-api": passed("")}, "undecided", 3),
        # The configuration decides without a call, the call without configuration.
        ({SENT: skipped(""), "policy/b": passed("")}, "healthy", 0),
        ({SENT: passed(""), "policy/b": skipped("")}, "healthy", 0),
        # Only a part of the path was asked for: the call is not among it.
        ({"policy/b": skipped("")}, "healthy", 0),
    ],
)
def test_a_path_is_healthy_only_when_something_decided_that_the_call_is_let_in(gates, verdict, code):
    asked = {"invoke/tls": passed("")} | gates
    report = run([check(name, lambda case, f=f: [f]) for name, f in asked.items()])

    assert (report.verdict, report.exit_code) == (verdict, code)


def test_advice_that_is_unknown_leaves_the_verdict_alone():
    report = run([check("naming/a"), check("observability/b", lambda case: [UNKNOWN], required=False)])

    assert (report.verdict, report.exit_code) == ("healthy", 0)
    assert report.summary.unknown == 1


def test_the_summary_counts_every_result_once():
    findings = [passed(""), warned("O05", ""), failed("N01", ""), UNKNOWN, skipped("")]
    report = run([check("naming/a", lambda case: findings)])
    counts = report.summary

    assert (counts.passed, counts.warn, counts.fail, counts.unknown, counts.skipped, counts.error) == (
        1,
        1,
        1,
        1,
        1,
        0,
    )
    assert summarize(report.results) == counts


def answered(*faults, **more):
    """A call whose answer tells that only *faults* can be behind it."""
    said = failed(faults[0], "403", could_be=frozenset(faults), **more)
    return broken(said, explained_by=("policy/*", "api/*", "naming/*"))("invoke/call-is-admitted")


def gate(name, fault):
    return broken(failed(fault, f"{name} is shut."))(name)


def test_a_gate_that_gives_other_answers_explains_no_answer_and_is_met_later():
    report = run([gate("policy/deny", "A03"), gate("api/key", "H10"), answered("H12")])

    assert causes(report) == ["invoke/call-is-admitted", "policy/deny", "api/key"]
    assert [cause.blocks for cause in report.root_causes] == [[], [], []]


def test_the_gate_that_gives_such_answers_is_the_cause_and_stands_before_those_that_do_not():
    report = run([gate("policy/deny", "A03"), gate("api/key", "H10"), answered("H10", "H12")])

    assert causes(report) == ["api/key", "policy/deny"]
    assert report.root_causes[0].blocks == ["invoke/call-is-admitted"]


def test_what_lies_before_the_gates_stays_first_whatever_the_answer_tells():
    report = run(
        [broken()("naming/off"), broken()("network/route"), gate("policy/deny", "A03"), answered("H12")]
    )

    assert causes(report) == ["naming/off", "network/route", "policy/deny"]
    assert report.root_causes[0].blocks == ["invoke/call-is-admitted"]


def test_an_answer_that_limits_nothing_may_have_any_gate_behind_it():
    said = broken(failed("H13", "403"), explained_by=("policy/*",))("invoke/call-is-admitted")

    assert causes(run([gate("policy/deny", "A03"), said])) == ["policy/deny"]


def test_what_the_backend_gave_stands_before_a_gate_that_gives_other_answers():
    late = broken(failed("B04", "504", could_be=frozenset({"B04"})), explained_by=("integration/*",))
    report = run([gate("integration/function", "B01"), late("integration/backend-answers")])

    assert causes(report) == ["integration/backend-answers", "integration/function"]


def test_a_connection_that_waits_in_vain_says_nothing_of_the_gates():
    report = run([gate("policy/deny", "A03"), broken()("invoke/idle-connections-live")])

    assert causes(report) == ["policy/deny", "invoke/idle-connections-live"]
    assert "did not stop this call" not in (report.root_causes[0].fix or "")
