"""What observers see: the run as it happens, and at its end exactly the report."""

from engine.kit import Diary, World, check, run, wants

from apidoctor.engine.events import CheckFinished, CheckStarted, LookedUp, RunFinished, RunStarted
from apidoctor.model.finding import failed, passed
from apidoctor.model.report import Evidence


def seen(value):
    return Evidence("ec2.describe_vpcs", "111111111111", "us-east-1", "vpc-1", None, value)


def lively(diary):
    return run(
        [
            check("naming/a", wants("describe_vpcs")),
            check(
                "network/b", lambda case: [failed("N01", "No.", evidence=[seen({"n": 1}), seen({"n": 2})])]
            ),
            check("network/c", lambda case: [passed("Yes.", evidence=[seen({"n": 2})])], needs=("naming/a",)),
            check("invoke/d", needs=("network/b",)),
        ],
        World(answers={"describe_vpcs": {"Vpcs": []}}),
        diary=diary,
    )


def test_a_run_is_told_from_its_start_to_its_end_and_each_check_once():
    diary = Diary()
    report = lively(diary)
    kinds = [type(event) for event in diary.events]

    assert (kinds[0], kinds[-1]) == (RunStarted, RunFinished)
    assert kinds.count(RunStarted) == kinds.count(RunFinished) == 1
    assert sorted(event.check for event in diary.of(CheckFinished)) == sorted(
        card.id for card in diary.events[0].checks
    )
    assert diary.events[-1].report is report


def test_a_check_starts_before_its_looks_and_ends_after_them():
    diary = Diary()
    lively(diary)
    of_a = [type(e) for e in diary.events if isinstance(e, LookedUp) or getattr(e, "check", "") == "naming/a"]

    assert of_a == [CheckStarted, LookedUp, CheckFinished]


def test_a_check_that_is_skipped_never_started():
    diary = Diary()
    lively(diary)

    assert "invoke/d" not in [event.check for event in diary.of(CheckStarted)]
    assert "invoke/d" in [event.check for event in diary.of(CheckFinished)]


def test_the_results_of_the_events_are_those_of_the_report():
    diary = Diary()
    report = lively(diary)
    told = {event.check: event.results for event in diary.of(CheckFinished)}

    assert [result for card in diary.events[0].checks for result in told[card.id]] == report.results


def test_each_event_brings_the_evidence_that_its_results_name():
    diary = Diary()
    report = lively(diary)

    for event in diary.of(CheckFinished):
        named = {key for result in event.results for key in result.evidence}
        assert event.evidence == {key: report.evidence[key] for key in named}


def test_the_same_evidence_has_one_key():
    report = lively(Diary())

    assert [item.value for item in report.evidence.values()] == [{"n": 1}, {"n": 2}]
    assert set(report.results[1].evidence) == {"e1", "e2"}
    assert report.results[2].evidence == ["e2"]


def test_evidence_and_summaries_are_redacted():
    finding = failed("A15", "Sent x-api-key: abcdef123456.", evidence=[seen({"Authorization": "Bearer x"})])
    report = run([check("invoke/a", lambda case: [finding])])

    assert report.results[0].summary == "Sent x-api-key: ***"
    assert report.evidence["e1"].value == {"Authorization": "***"}


def test_the_cards_stand_in_the_order_of_the_path_with_their_titles_and_needs():
    diary = Diary()
    lively(diary)
    cards = diary.events[0].checks

    assert [card.id for card in cards] == ["naming/a", "network/b", "network/c", "invoke/d"]
    assert [card.layer for card in cards] == ["naming", "network", "network", "invoke"]
    assert cards[3].needs == ("network/b",)
    assert cards[0].title == "The good state of naming/a"


def test_two_runs_of_one_session_tell_the_same():
    from engine.kit import session

    one = session([check("naming/a"), check("naming/b", lambda case: [failed("D01", "No.")])])
    first, second = one.run(), one.run()

    assert [r.status for r in first.results] == [r.status for r in second.results]
    assert first.root_causes == second.root_causes
    assert first.run.id != second.run.id
