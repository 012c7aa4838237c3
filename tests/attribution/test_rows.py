"""Each row of the truth through the whole program: fault, confidence, and the candidates beside the head."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from attribution.row import NOBODY, RANK, Answer, Row
from attribution.rows import ROWS
from worlds.judge import Verdict, judge

NAMED = [pytest.param(row, id=row.name) for row in ROWS]
COMPARED = [pytest.param(row, id=row.name) for row in ROWS if row.listed or row.excluded]


_TOLD: dict[str, Verdict] = {}
"""Verdicts by row: several tests look at each."""


def told(row: Row, folder: Path) -> Verdict:
    """The program's verdict on a row; never a defect of its own."""
    if row.name not in _TOLD:
        _TOLD[row.name] = judge(row.world(), folder)
    said = _TOLD[row.name]
    assert not said.of("error"), said.story()
    return said


def candidates(said: Verdict) -> list[dict[str, Any]]:
    """The candidates of the first root cause; a cause that lists none is its own only one."""
    head: dict[str, Any] = next(iter(said.report["root_causes"]), {})
    own = [{"fault": head["fault"], "confidence": head["confidence"]}] if head else []
    return head.get("candidates") or own


@pytest.mark.parametrize("row", NAMED)
def test_the_head_is_right_and_as_sure_as_the_bytes_allow(row, tmp_path):
    said = told(row, tmp_path)

    if not said.report["root_causes"]:
        assert not row.heads or NOBODY in row.heads, said.story()
        assert said.report["verdict"] != "broken", said.story()
        return
    head = said.report["root_causes"][0]
    assert head["fault"] in row.heads, f"wanted {sorted(row.heads)}\n{said.story()}"
    rank = RANK[head["confidence"]]
    assert RANK[row.floor] <= rank <= RANK[row.ceiling], f"{row.floor}..{row.ceiling}\n{said.story()}"
    assert set(said.faults) <= row.heads | row.listed, said.story()


@pytest.mark.parametrize("row", COMPARED)
def test_the_candidates_are_all_that_is_open_and_no_more(row, tmp_path):
    said = told(row, tmp_path)
    listed = candidates(said)
    named = {each["fault"] for each in listed}

    assert not named & row.excluded, f"excluded {sorted(named & row.excluded)}\n{said.story()}"
    assert not set(said.faults) & row.excluded, said.story()
    if row.listed:
        assert row.listed <= named, f"missing {sorted(row.listed - named)}\n{said.story()}"


@pytest.mark.parametrize("row", [each for each in NAMED if len(each.values[0].listed) > 1])
def test_candidates_are_in_order_and_say_what_would_separate_them(row, tmp_path):
    said = told(row, tmp_path)
    listed = candidates(said)

    assert len(listed) >= len(row.listed), said.story()
    head = said.report["root_causes"][0]
    assert [listed[0][key] for key in ("fault", "confidence")] == [head["fault"], head["confidence"]], (
        said.story()
    )
    assert max(Counter(each["fault"] for each in listed).values()) == 1, listed
    ranks = [RANK[each["confidence"]] for each in listed]
    assert ranks == sorted(ranks, reverse=True), listed
    assert all(each.get("because") for each in listed), listed
    assert all(each.get("separate") for each in listed[:-1]), listed


@pytest.mark.parametrize("row", [each for each in NAMED if each.values[0].says])
def test_the_report_tells_what_the_gateway_believed_it_received(row, tmp_path):
    said = told(row, tmp_path)
    texts = [result["summary"] for result in said.report["results"] if result["status"] in ("warn", "fail")]
    texts += [json.dumps(each, ensure_ascii=False) for each in candidates(said)]
    # A quotation of the body says nothing by itself: the difference has to be told in words.
    plain = [re.sub(r"arn:\S+", "", text) for text in texts]

    for words in row.says:
        assert any(words in text for text in plain), said.story()


@pytest.mark.parametrize("row", [each for each in NAMED if each.values[0].rungs])
def test_the_order_in_which_the_answers_came_does_not_matter(row, tmp_path):
    first, backwards = row.world(), row.world()
    backwards.observations.reverse()

    said = [judge(world, tmp_path) for world in (first, backwards)]

    assert said[0].faults[:1] == said[1].faults[:1], said[1].story()


def test_no_two_rows_have_one_name():
    assert Counter(row.name for row in ROWS).most_common(1)[0][1] == 1


def test_rows_do_not_contradict_themselves():
    for row in ROWS:
        assert not (row.heads | row.listed) & row.excluded, (
            row.name,
            (row.heads | row.listed) & row.excluded,
        )
        assert RANK[row.floor] <= RANK[row.ceiling], row.name
        assert len(row.listed) < 2 or row.heads & row.listed, row.name


@pytest.mark.parametrize(
    ("row", "verdict"),
    [("a backend's 403", "undecided"), ("configured: all is well, a backend's 403", "healthy")],
)
def test_a_403_that_may_be_api_gateways_is_no_healthy_call(row, verdict, tmp_path):
    (asked,) = [each for each in ROWS if each.name == row]

    said = told(asked, tmp_path)

    assert said.report["verdict"] == verdict, said.story()
    if verdict == "undecided":
        (open_,) = [each for each in said.of("unknown") if each["check"] == "invoke/call-is-admitted"]
        assert any("a path that no API has" in json.dumps(each) for each in open_["missing"]), open_


UNASKED = (
    (400, "Missing required request parameters: [name]", "parameters or body"),
    (400, "Invalid request body", "parameters or body"),
    (400, "le corps est faux", "parameters or body"),
    (415, "Unsupported Media Type", "media type"),
)


@pytest.mark.parametrize(("status", "text", "part"), UNASKED)
def test_what_api_gateway_refuses_before_the_integration_says_nothing_of_the_backend(
    status, text, part, tmp_path
):
    """aws.md B.4: request validation comes before the integration; E.2, R2 and R5: its error type."""
    answer = Answer(json.dumps({"message": text}), "BadRequestException", status)
    said = judge(Row("refused unasked", "aws.md B.4", answer, frozenset()).world(), tmp_path)
    (backend,) = [each for each in said.report["results"] if each["check"] == "integration/backend-answers"]

    assert (said.report["verdict"], said.report["root_causes"]) == ("healthy", [])
    assert (backend["status"], str(status) in backend["summary"], backend["because"]) == ("skipped", True, [])
    (note,) = said.report["run"]["notes"]
    assert all(word in note for word in ("API Gateway refuses", part, str(status), text)), note


def test_the_same_words_without_an_error_type_are_anybodys(tmp_path):
    """aws.md E.1: no error type: the backend wrote it, or a gateway response of the API's own."""
    answer = Answer('{"message":"Invalid request body"}', None, 400)
    said = judge(Row("its own words", "aws.md E.1", answer, frozenset()).world(), tmp_path)

    assert said.report["verdict"] == "healthy"
    (note,) = said.report["run"]["notes"]
    assert "API Gateway or the backend refuses the request's parameters or body (400: Invalid" in note
    backend = [
        each["status"] for each in said.report["results"] if each["check"] == "integration/backend-answers"
    ]
    assert backend == ["skipped"]


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row.name) for row in ROWS if row.name.startswith("open: ")]
)
def test_what_nothing_tells_apart_is_undecided(row, tmp_path):
    said = told(row, tmp_path)

    assert (said.report["verdict"], said.faults) == ("undecided", []), said.story()
    assert "invoke/call-is-admitted" in [each["check"] for each in said.of("unknown")], said.story()


@pytest.mark.parametrize(
    ("status", "headers", "notes"),
    [
        (404, {"x-amzn-Remapped-Server": "nginx"}, ["API Gateway let the call in; the backend answered 404"]),
        (200, {}, []),
    ],
)
def test_the_backends_own_refusal_is_no_fault_of_the_way_and_is_noted(status, headers, notes, tmp_path):
    answer = Answer('{"error":"tenant unknown"}', None, status, headers=headers)
    said = judge(Row("the backend's", "aws.md E.1", answer, frozenset()).world(), tmp_path)

    assert said.report["root_causes"] == []
    assert [note for note in said.report["run"]["notes"] if "backend" in note] == notes


def test_a_region_that_the_name_does_not_tell_is_the_suspect_before_a_proxy(tmp_path):
    (row,) = [each for each in ROWS if each.name == "scope of another Region, by a custom domain"]
    (cause,) = told(row, tmp_path).report["root_causes"]

    assert "us-east-1 was taken for it" in cause["title"]
    assert cause["fix"] == "Give the Region of the custom domain: --region."
