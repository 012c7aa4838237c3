"""Judging a file: the same verdict, the same bytes, and none of the libraries that look."""

import json
import re
import subprocess
import sys

import pytest
from cli.command import apidoctor, judged, lines

WORLDS = ("same-account", "cross-account", "on-prem", "broken")
HEAVY = ("boto3", "botocore", "httpx", "httpcore", "textual", "dns", "cryptography", "moto", "asyncio")
HEAVY += ("apidoctor.facts.probes", "apidoctor.travelling.ask", "apidoctor.travelling.http")


@pytest.mark.parametrize("world", WORLDS)
def test_a_saved_snapshot_gives_the_verdict_of_the_live_run(world, saved):
    live = saved[world]
    done = apidoctor("check", "--snapshot", str(live.file), "--json", "-q")
    replay = json.loads(done.stdout)

    assert (done.returncode, replay["verdict"]) == (live.code, live.report["verdict"])
    assert judged(replay) == judged(live.report)
    assert causes(replay) == causes(live.report)
    assert replay["target"] == live.report["target"]
    assert replay["caller"] == live.report["caller"]
    assert (replay["run"]["source"], live.report["run"]["source"]) == ("snapshot", "live")


def causes(report):
    """The root causes without the keys of their evidence, which are numbered as answers arrive."""
    return [{**cause, "evidence": len(cause["evidence"])} for cause in report["root_causes"]]


@pytest.mark.parametrize("format", ["json", "text", "ndjson", "markdown", "junit"])
def test_two_replays_differ_in_nothing_but_the_run_and_durations(format, broken, tmp_path):
    first, second = (
        apidoctor("check", "--snapshot", str(broken), "-o", format, "-q").stdout for _ in range(2)
    )

    assert first
    assert timeless(first) == timeless(second)


def timeless(text: str) -> str:
    """The text without the run's id, its moment and durations."""
    text = re.sub(r'"id": ?"[0-9a-f]{16}"|"(started|duration_ms)": ?"?[^",}\n]*"?', "", text)
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?|\d+\.\d+( s)?", "", text)


def test_json_is_equal_but_for_run_and_durations_member_by_member(broken):
    reports = [
        json.loads(apidoctor("check", "--snapshot", str(broken), "--json", "-q").stdout) for _ in range(2)
    ]
    for report in reports:
        del report["run"]
        for result in report["results"]:
            del result["duration_ms"]

    assert reports[0] == reports[1]


def test_without_a_target_the_recorded_question_is_asked(saved, healthy):
    report = json.loads(apidoctor("check", "--snapshot", str(healthy), "--json", "-q").stdout)

    assert report["target"]["url"] == saved["same-account"].target


def test_options_on_the_command_line_win_over_the_recorded_ones(saved, healthy):
    words = ["--snapshot", str(healthy), "--json", "-q", "--method", "DELETE"]
    done = apidoctor("check", *words)
    report = json.loads(done.stdout)

    assert report["target"]["method"] == "DELETE"
    assert [cause["fault"] for cause in report["root_causes"]] == ["H02"]
    assert done.returncode == 1


def test_another_api_than_the_recorded_one_is_no_such_target(healthy):
    done = apidoctor(
        "check", "zzzzzzzzzz", "--region", "us-east-1", "--snapshot", str(healthy), "--json", "-q"
    )

    assert json.loads(done.stdout)["target"]["api_id"] == "zzzzzzzzzz"
    assert done.returncode in (3, 4)


def test_a_replay_imports_none_of_the_libraries_that_look(healthy):
    program = (
        "import sys; from apidoctor.cli.app import run; "
        f"code = run(['check', '--snapshot', {str(healthy)!r}, '--json', '-q']); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], code, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stderr == "[] 0\n"


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["probe", "--help"]])
def test_help_imports_none_of_what_looks(words):
    program = (
        f"import sys; from apidoctor.cli.app import run; code = run({words!r}); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], code, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stderr == "[] 0\n"


def test_json_is_one_document_and_nothing_else_on_standard_output(broken):
    done = apidoctor("check", "--snapshot", str(broken), "--json")
    report, end = json.JSONDecoder().raw_decode(done.stdout)

    assert report["format"] == "apidoctor.report"
    assert done.stdout[end:] == "\n"
    assert "checking" in done.stderr  # progress goes there


def test_quiet_says_nothing_on_standard_error(broken):
    assert apidoctor("check", "--snapshot", str(broken), "-q").stderr == ""


def test_a_snapshot_that_holds_nothing_is_code_4(tmp_path):
    file = tmp_path / "empty.json"
    file.write_text(
        '{"format": "apidoctor.snapshot", "format_version": "1.0", "accounts": {}, "observations": []}'
    )
    done = apidoctor("check", "--snapshot", str(file), "abc1234567", "-q")

    assert (done.returncode, done.stdout, len(lines(done.stderr))) == (4, "", 1)
