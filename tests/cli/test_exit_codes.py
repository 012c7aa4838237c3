"""What the exit code says, and how options bend it."""

import json

import pytest
from cli.command import apidoctor, lines


@pytest.fixture
def files(healthy, broken, undecided):
    return {"healthy": healthy, "broken": broken, "undecided": undecided}


@pytest.mark.parametrize(
    ("file", "options", "code"),
    [
        ("healthy", [], 0),
        ("broken", [], 1),
        ("undecided", [], 3),
        ("healthy", ["--expect", "reachable"], 0),
        ("healthy", ["--expect", "denied"], 1),
        ("broken", ["--expect", "denied"], 0),
        ("broken", ["--expect", "reachable"], 1),
        ("undecided", ["--expect", "denied"], 3),
        ("undecided", ["--allow-unknown"], 0),
        ("broken", ["--allow-unknown"], 1),
        ("broken", ["--exit-zero"], 0),
        ("undecided", ["--exit-zero"], 0),
        ("broken", ["--fail-on", "N01"], 1),
        ("broken", ["--fail-on", "A01"], 0),
        ("broken", ["--fail-on", "A01", "--fail-on", "N01"], 1),
        ("broken", ["--fail-on", "error"], 1),
        ("healthy", ["--fail-on", "warning"], 0),
        ("undecided", ["--fail-on", "error"], 3),
    ],
)
def test_the_exit_code_follows_from_verdict_and_options(file, options, code, files):
    done = apidoctor("check", "--snapshot", str(files[file]), "--json", "-q", *options)

    assert done.returncode == code
    assert json.loads(done.stdout)["verdict"] == file


def test_a_warning_counts_as_failure_only_when_that_is_asked_for(healthy, tmp_path):
    own = tmp_path / "naming" / "hm.py"
    own.parent.mkdir()
    own.write_text(WARNS)
    words = ["check", "--snapshot", str(healthy), "--checks", str(tmp_path), "-q"]

    assert apidoctor(*words).returncode == 0
    assert apidoctor(*words, "--fail-on", "warning").returncode == 1
    assert apidoctor(*words, "--fail-on", "O05").returncode == 1


def test_a_defect_of_a_check_is_code_70_and_the_report_whole(healthy, tmp_path):
    own = tmp_path / "naming" / "hm.py"
    own.parent.mkdir()
    own.write_text(WARNS.replace('yield warned("O05", "Hm.")', 'raise KeyError("Zone")'))
    done = apidoctor("check", "--snapshot", str(healthy), "--checks", str(tmp_path), "--json", "-q")
    report = json.loads(done.stdout)
    (result,) = [result for result in report["results"] if result["status"] == "error"]

    assert (done.returncode, report["verdict"]) == (70, "undecided")
    assert result["check"] == "naming/hm"
    assert "KeyError: 'Zone'" in result["traceback"]
    assert report["summary"]["pass"] > 30


def test_a_broken_check_of_the_user_is_one_line_and_code_2(healthy, tmp_path):
    own = tmp_path / "naming" / "hm.py"
    own.parent.mkdir()
    own.write_text("def judge(:\n")
    done = apidoctor("check", "--snapshot", str(healthy), "--checks", str(tmp_path), "-q")

    assert (done.returncode, done.stdout, len(lines(done.stderr))) == (2, "", 1)
    assert "naming/hm" in done.stderr


def test_an_unknown_names_the_permission_and_everything_else_is_decided(undecided):
    report = json.loads(apidoctor("check", "--snapshot", str(undecided), "--json", "-q").stdout)
    unknown = [result for result in report["results"] if result["status"] == "unknown" and result["required"]]

    assert unknown
    for result in unknown:
        assert any(text.startswith("permission: ec2:DescribeNetworkAcls") for text in result["missing"])
    assert report["summary"]["fail"] == report["summary"]["error"] == 0


WARNS = '''"""The world is beyond doubt.

Why it matters
--------------
Because.

How it decides
--------------
It does not.

How to fix
----------
Do not.

References
----------
- https://docs.aws.amazon.com/
"""

from apidoctor.checkkit import check, warned


@check()
def judge(case):
    yield warned("O05", "Hm.")
'''
