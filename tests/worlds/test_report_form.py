"""The report keeps the contract: every key, closed words, and references that lead somewhere."""

import json
import os
import subprocess
import sys

import pytest
from worlds.build import API_ACCOUNT, ENDPOINT, GROUP_E, TABLE_C, World, statement
from worlds.changes import set_endpoint_policy, set_policy
from worlds.judge import apidoctor, arguments, judge, written
from worlds.layouts import HEALTHY, cross_account, peered, same_vpc
from worlds.seen import probed, times_out

TOP = {
    "format", "format_version", "tool", "run", "target", "caller", "verdict", "root_causes", "results", "fixes",
    "evidence", "summary",
}  # fmt: skip
TARGET = {"url", "form", "api_id", "region", "account", "stage", "method", "path", "endpoint"}
RESULT = {"check", "title", "status", "summary", "subject", "because", "evidence", "missing", "duration_ms"}
CAUSE = {"fault", "check", "title", "confidence", "subject", "evidence", "blocks", "fixes", "playbook"}
STATUSES = {"pass", "warn", "fail", "unknown", "skipped", "error"}


def three_causes() -> World:
    """Three independent causes, one behind the other."""
    world = peered()
    world[GROUP_E]["IpPermissions"] = []
    world[TABLE_C]["Routes"].pop()
    set_policy(world, statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpce": ENDPOINT}}))
    return world


def one_cause_seen() -> World:
    """A group without rules, and connections that time out."""
    world = same_vpc()
    world[GROUP_E]["IpPermissions"] = []
    times_out(probed(world))
    return world


def nobody_may_read_groups() -> World:
    """An open verdict."""
    world = same_vpc()
    world.answers(API_ACCOUNT)["describe_security_groups"] = {"error": {"Code": "UnauthorizedOperation"}}
    return world


WORLDS = {
    **HEALTHY,
    "probed": lambda: probed(cross_account()),
    "three causes": three_causes,
    "one cause seen": one_cause_seen,
    "undecided": nobody_may_read_groups,
}


@pytest.fixture(params=WORLDS)
def said(request, tmp_path):
    """The verdict on one world."""
    return judge(WORLDS[request.param](), tmp_path)


def test_every_key_of_the_contract_is_there(said):
    report = said.report

    assert report.keys() >= TOP
    assert (report["format"], report["format_version"].split(".")[0]) == ("apidoctor.report", "1")
    assert report["run"].keys() >= {"id", "started", "duration_ms", "complete", "source"}
    assert (report["run"]["source"], report["run"]["complete"]) == ("snapshot", True)
    assert report["target"].keys() >= TARGET
    assert report["caller"].keys() >= {"principal", "account", "from"}
    assert all(result.keys() >= RESULT for result in report["results"])
    assert all(cause.keys() >= CAUSE for cause in report["root_causes"])


def test_words_of_closed_lists_are_kept(said):
    report = said.report

    assert report["verdict"] in ("healthy", "broken", "undecided")
    assert {result["status"] for result in report["results"]} <= STATUSES
    assert {cause["confidence"] for cause in report["root_causes"]} <= {"certain", "likely", "possible"}


def test_the_summary_counts_the_results(said):
    counts = {status: len(said.of(status)) for status in STATUSES}

    assert counts == said.report["summary"]


def test_every_reference_leads_somewhere(said):
    report = said.report
    checks = {result["check"] for result in report["results"]}
    fixes = {fix["id"] for fix in report["fixes"]}

    for told in report["results"] + report["root_causes"]:
        assert set(told["evidence"]) <= report["evidence"].keys()
    for result in report["results"]:
        assert set(result["because"]) <= checks
    for cause in report["root_causes"]:
        assert cause["check"] in checks
        assert set(cause["blocks"]) <= checks
        assert set(cause["fixes"]) <= fixes


def test_every_piece_of_evidence_says_where_it_is_from(said):
    for piece in said.report["evidence"].values():
        assert piece["source"]
        assert "value" in piece


def test_every_result_says_why(said):
    for result in said.report["results"]:
        assert result["summary"]
        if result["status"] == "unknown":
            assert result["missing"]
        if result["status"] == "fail":
            assert result["fault"]
            assert result["evidence"]


def test_every_root_cause_is_a_failing_result_that_is_an_echo_of_nothing(said):
    failing = {(result["check"], result["fault"]) for result in said.of("fail")}

    assert {(cause["check"], cause["fault"]) for cause in said.report["root_causes"]} <= failing
    assert bool(said.report["root_causes"]) == (said.report["verdict"] == "broken") == bool(failing)


def test_independent_causes_are_all_told_in_the_order_of_the_path(tmp_path):
    said = judge(three_causes(), tmp_path)

    assert list(dict.fromkeys(said.faults)) == ["N06", "N01", "A02"], said.story()


def test_causes_behind_the_first_are_told_too(tmp_path):
    world = one_cause_seen()
    set_endpoint_policy(world, statement(resource="test/*"))

    assert {"N01", "A08"} == set(judge(world, tmp_path).faults)


def test_the_same_snapshot_gives_the_same_report(tmp_path):
    world = three_causes()
    words = [sys.executable, "-m", "apidoctor", *arguments(world, written(world, tmp_path))]
    reports = []
    for seed in ("1", "2"):
        done = subprocess.run(
            words, capture_output=True, timeout=60, check=False, env=os.environ | {"PYTHONHASHSEED": seed}
        )
        reports.append(json.loads(done.stdout, object_pairs_hook=timeless))

    assert json.dumps(reports[0]) == json.dumps(reports[1])


def timeless(pairs: list) -> dict:
    """An object without ``run`` and durations, in the order it was written."""
    return {key: value for key, value in pairs if key not in ("run", "duration_ms")}


def test_the_order_of_answers_in_the_snapshot_does_not_matter(tmp_path):
    world = three_causes()
    first = judge(world, tmp_path)
    for account in world.accounts.values():
        for answers in account.values():
            for operation, answer in list(answers.items()):
                answers[operation] = answers.pop(operation) | {
                    k: v[::-1] for k, v in answer.items() if type(v) is list
                }

    assert first.faults == judge(world, tmp_path).faults


def test_standard_output_holds_the_report_and_nothing_else(tmp_path):
    world = three_causes()

    done = apidoctor(*arguments(world, written(world, tmp_path)))

    assert json.loads(done.stdout)["verdict"] == "broken"
    assert done.returncode == 1


def test_no_secret_of_a_snapshot_comes_out_again(tmp_path):
    """A careless snapshot may hold what the readers would have cut; the report must not pass it on."""
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYSECRETKEY0"
    world = probed(same_vpc())
    for each in world.observations:
        if each["kind"] == "http":
            each["sent"]["authorization"] = (
                f"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE, Signature={secret}"
            )
            each["sent"]["x-api-key"] = secret
            each["sent"]["x-amz-security-token"] = secret

    for output in (["-o", "text", "-v"], ["-o", "json"], ["-o", "markdown"], ["-o", "ndjson"]):
        done = apidoctor(*arguments(world, written(world, tmp_path))[:-1], *output)

        assert secret not in done.stdout + done.stderr
