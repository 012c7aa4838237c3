"""What the exit code says, and how options bend it."""

import json

import pytest
from cli.command import apidoctor, lines
from worlds.build import World
from worlds.judge import judge
from worlds.layouts import same_vpc
from worlds.seen import of, probed, without


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
        # The call of that run was let in: a working path, whatever could not be read.
        ("undecided", ["--expect", "denied"], 1),
        ("undecided", ["--expect", "reachable"], 3),
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


def seen_alone(status: int = 200, error_type: str = "", body: str = "{}") -> World:
    """What a host alone saw whose place is not known (its metadata does not answer): required checks stay unknown."""
    world = probed(same_vpc())
    world.accounts.clear()
    world.origin = "local"
    of(world, "host")[0].update(cloud=None, cloud_missing="it does not answer")
    (call,) = of(world, "http")[:1]
    call.update(status=status, body=body)
    call["headers"] |= {"x-amzn-errortype": error_type} if error_type else {}
    return world


DENIED = (
    403,
    "AccessDeniedException",
    '{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke with an explicit deny"}',
)


@pytest.mark.parametrize(
    ("answer", "options", "verdict", "code", "notes"),
    [
        ((), ["--expect", "denied"], "undecided", 1, ["expected denied: NOT met"]),
        ((), ["--expect", "denied", "--allow-unknown"], "undecided", 1, ["expected denied: NOT met"]),
        ((), ["--expect", "reachable"], "undecided", 3, []),
        ((), [], "undecided", 3, []),
        (DENIED, ["--expect", "reachable"], "broken", 1, ["expected reachable: NOT met"]),
        (DENIED, ["--expect", "denied"], "broken", 0, ["expected denied: met"]),
    ],
)
def test_a_call_that_was_let_in_is_not_denied_whatever_is_unknown(
    answer, options, verdict, code, notes, tmp_path
):
    """contracts.md 1 and 2: with ``denied`` a working path is the failure, and a failure wins over an unknown."""
    world = seen_alone(*answer)
    world.options += options

    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.code) == (verdict, code), said.story()
    assert said.of("unknown"), said.story()
    assert [note for note in said.report["run"]["notes"] if note.startswith("expected")] == notes


def test_without_an_answer_nothing_is_expected_in_vain(tmp_path):
    world = seen_alone()
    without(world, "http")
    world.options += ["--expect", "denied"]

    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.code) == ("undecided", 3), said.story()


def test_a_defect_keeps_its_code_whatever_is_expected(tmp_path):
    own = tmp_path / "naming" / "hm.py"
    own.parent.mkdir()
    own.write_text(WARNS.replace('yield warned("O05", "Hm.")', 'raise KeyError("Zone")'))
    world = seen_alone()
    world.options += ["--expect", "denied", "--checks", str(tmp_path)]

    assert judge(world, tmp_path).code == 70


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
