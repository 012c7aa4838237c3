"""The command against a running world: what it asks, what it leaves out, and how it ends when it is stopped."""

import json
import re
import signal
import subprocess
import sys

import pytest
from cli.command import apidoctor, inside, lines

from apidoctor.engine.registry import load
from apidoctor.lab import Lab
from apidoctor.model.operations import READ_ONLY, operation
from apidoctor.report.glyphs import ASCII

WORLDS = ("same-account", "cross-account", "on-prem", "broken")


@pytest.mark.parametrize("world", WORLDS)
def test_nothing_but_reads_reaches_aws(world, saved):
    names = {re.sub(r"(?<!^)(?=[A-Z])", "_", call.operation).lower() for call in saved[world].asked}

    assert names - {"assume_role"} == {name for name in names if READ_ONLY.match(name)}
    assert len(names) >= 8


@pytest.mark.parametrize("world", WORLDS)
def test_aws_is_asked_only_what_some_check_declares(world, saved):
    declared = {
        operation(read).action for check in load().checks.values() for read in check.declaration.reads
    }
    asked = {
        "apigateway:GET" if call.prefix == "apigateway" else f"{call.prefix}:{call.operation}"
        for call in saved[world].asked
    }

    assert asked - declared <= {"sts:GetCallerIdentity", "sts:AssumeRole"}


@pytest.mark.parametrize("world", WORLDS)
def test_no_call_is_made_twice(world, saved):
    calls = [
        (call.access_key, call.prefix, call.operation, tuple(sorted(call.parameters.items())))
        for call in saved[world].asked
    ]

    assert sorted(calls) == sorted(set(calls))


@pytest.fixture(scope="module")
def lab():
    """A healthy world, slow enough that a run can be stopped in its middle."""
    with Lab("same-account", delay_ms=120) as running:
        yield running


def test_without_test_calls_none_reaches_the_front_door(lab, home, seen_by_lab):
    _, arrivals = seen_by_lab
    arrivals.clear()
    done = apidoctor(
        "check", lab.target, *lab.arguments, "--no-invoke", "--json", "-q", env=inside(lab, home)
    )
    report = json.loads(done.stdout)
    by_check = {result["check"]: result for result in report["results"]}

    assert arrivals == []
    assert by_check["invoke/tcp-connects"]["status"] == "pass"
    assert by_check["invoke/call-is-admitted"]["status"] == "skipped"
    assert (done.returncode, report["verdict"]) == (0, "healthy")


@pytest.mark.parametrize(
    ("words", "note"),
    [
        (["--no-invoke"], "no test call was sent (--no-invoke)"),
        (["--no-probe"], "no connection was tried and no test call was sent (--no-probe)"),
    ],
)
def test_a_report_without_test_calls_says_so_and_does_not_tick_the_call(words, note, lab, home):
    done = apidoctor("check", lab.target, *lab.arguments, *words, "--ascii", "-q", env=inside(lab, home))

    shown = " ".join(done.stdout.split())
    assert shown.count(f"note {note}") == 1
    assert f"invoke {ASCII.of('skipped')} " in shown
    assert f"naming {ASCII.of('pass')} " in shown


def test_a_method_that_is_not_sent_is_unknown_and_no_failure(lab, home):
    line = ["check", lab.target, *lab.arguments, "--method", "POST", "--json", "-q"]
    report = json.loads(apidoctor(*line, env=inside(lab, home)).stdout)
    failed = {result["check"] for result in report["results"] if result["status"] == "fail"}
    alone = apidoctor(*line, "--no-aws", env=inside(lab, home))
    (call,) = [
        one for one in json.loads(alone.stdout)["results"] if one["check"] == "invoke/call-is-admitted"
    ]

    assert failed == {"api/method-is-deployed"}  # the world has no such method: nothing else is wrong
    assert (call["status"], alone.returncode) == ("unknown", 3)
    assert any(
        "not sent: POST can change data: only --allow-unsafe-method sends it" in gap
        for gap in call["missing"]
    )


def test_with_test_calls_they_change_nothing_and_say_who_they_are(lab, home, seen_by_lab):
    _, arrivals = seen_by_lab
    arrivals.clear()
    apidoctor("check", lab.target, *lab.arguments, "-q", env=inside(lab, home))
    requests = [arrival.signed for _, _, arrival in arrivals]

    assert requests
    assert {request.method for request in requests} <= {"GET", "HEAD", "OPTIONS"}
    assert all(request.headers["user-agent"].startswith("apidoctor/") for request in requests)


def test_without_aws_the_control_plane_is_not_asked(lab, home, seen_by_lab):
    calls, _ = seen_by_lab
    calls.clear()
    done = apidoctor("check", lab.target, *lab.arguments, "--no-aws", "--json", "-q", env=inside(lab, home))
    report = json.loads(done.stdout)
    statuses = {result["check"]: result["status"] for result in report["results"]}

    assert [call for call in calls if call is not None] == []
    assert statuses["naming/name-resolves"] == statuses["invoke/tcp-connects"] == "pass"
    assert statuses["api/is-private"] == "skipped"
    assert done.returncode in (0, 3)


def test_without_probes_configuration_alone_decides(lab, home, seen_by_lab):
    _, arrivals = seen_by_lab
    arrivals.clear()
    done = apidoctor("check", lab.target, "--no-probe", "--json", "-q", env=inside(lab, home))
    report = json.loads(done.stdout)

    assert arrivals == []
    assert (done.returncode, report["verdict"]) == (0, "healthy")
    assert {r["status"] for r in report["results"] if r["check"].startswith("invoke/")} <= {"skipped", "pass"}


def test_what_is_collected_is_judged_like_a_run_without_probes(lab, home, tmp_path):
    file = tmp_path / "incident.json"
    collected = apidoctor("collect", lab.target, "-o", str(file), env=inside(lab, home))
    document = json.loads(file.read_text())
    done = apidoctor("check", "--snapshot", str(file), "--json", "-q")

    assert collected.returncode == 0
    assert str(file) in collected.stdout
    assert {"describe_vpc_endpoints", "describe_security_groups"} <= set(
        document["accounts"]["111111111111"]["us-east-1"]
    )
    assert {seen["kind"] for seen in document["observations"]} <= {"host", "identity"}
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "healthy")


def test_an_api_id_that_no_account_has_is_code_4_and_one_line(lab, home):
    words = ["zzzzzzzzzz", "--region", "us-east-1", "--stage", "prod", "--no-probe"]
    done = apidoctor("check", *words, "--json", "-q", env=inside(lab, home))

    assert done.returncode == 4
    assert len(lines(done.stderr)) == 1
    assert "zzzzzzzzzz" in done.stderr
    assert json.loads(done.stdout)["verdict"] == "undecided"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_leaves_a_partial_report(number, code, lab, home, started, tmp_path):
    file = tmp_path / "partial.json"
    words = [lab.target, *lab.arguments, "--json", "--save-snapshot", str(file)]
    process = started("check", *words, env=inside(lab, home))
    for line in process.stderr:  # the first line of progress: the run has begun
        if "pass" in line:
            break
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    report = json.loads(out)

    assert (process.returncode, report["exit_code"], report["run"]["complete"]) == (code, code, False)
    assert [line for line in lines(err) if line.startswith("apidoctor: ")] == [
        "apidoctor: interrupted: the report is partial"
    ]
    assert {result["status"] for result in report["results"]} >= {"pass", "unknown"}
    assert not [gap for result in report["results"] for gap in result["missing"] if "timed out" in gap]
    assert "Traceback" not in err
    assert json.loads(file.read_text())["format"] == "apidoctor.snapshot"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_collecting_that_is_stopped_keeps_what_was_read(number, code, lab, home, started, tmp_path):
    file = tmp_path / "partial.json"
    process = started("collect", lab.target, "-o", str(file), env=inside(lab, home))
    for line in process.stderr:
        if "api/exists" in line:
            break
    process.send_signal(number)
    _, err = process.communicate(timeout=30)

    assert process.returncode == code
    assert "interrupted" in err
    assert "Traceback" not in err
    assert json.loads(file.read_text())["accounts"]


def test_the_runs_time_out_gives_what_was_found_until_then(lab, home):
    words = [lab.target, *lab.arguments, "--timeout", "0.4", "--json", "-q"]
    done = apidoctor("check", *words, env=inside(lab, home))
    report = json.loads(done.stdout)

    assert (done.returncode, report["run"]["complete"], report["verdict"]) == (3, False, "undecided")


def test_waiting_for_a_healthy_path_ends_with_ctrl_c_and_the_last_report(home, started):
    with Lab(fault="A01") as lab:
        words = [lab.target, *lab.arguments, "--json", "--wait", "60"]
        process = started("check", *words, env=inside(lab, home))
        told = next(line for line in process.stderr if "again in" in line)  # the first run is over
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    report = json.loads(out)

    assert re.fullmatch(r"apidoctor: broken; \d+ s left; again in 5 s\n", told)
    assert (process.returncode, report["verdict"], report["run"]["complete"]) == (130, "broken", True)
    assert "Traceback" not in err


def test_ctrl_c_in_a_later_run_tells_the_whole_run_before_it(home, started, tmp_path):
    saved = tmp_path / "saved.json"
    with Lab(fault="A01") as lab:
        words = [lab.target, *lab.arguments, "--json", "--wait", "60", "--save-snapshot", str(saved)]
        process = started("check", *words, env=inside(lab, home))
        next(line for line in process.stderr if "again in" in line)
        next(process.stderr)  # the second run has begun
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    report = json.loads(out)

    assert (process.returncode, report["verdict"], report["run"]["complete"]) == (130, "broken", True)
    assert "the report is of the run before the one that was interrupted" in report["run"]["notes"]
    assert "apidoctor: interrupted: the report is of the run before the one that was interrupted" in err
    assert [seen for seen in json.loads(saved.read_text())["observations"] if seen["kind"] == "http"]


def test_one_refused_permission_is_named_and_everything_else_is_decided(home):
    refusal = ("UnauthorizedOperation", "You are not authorized to perform this operation.")
    with Lab(refused={"ec2:DescribeNetworkAcls": refusal}) as lab:
        done = apidoctor("check", lab.target, *lab.arguments, "--json", "-q", env=inside(lab, home))
    report = json.loads(done.stdout)
    unknown = [result for result in report["results"] if result["status"] == "unknown"]

    assert (done.returncode, report["verdict"]) == (3, "undecided")
    assert unknown
    for result in unknown:
        assert any(text.startswith("permission: ec2:DescribeNetworkAcls") for text in result["missing"])
    assert report["summary"]["error"] == report["summary"]["fail"] == 0
    assert report["summary"]["pass"] >= 35


def test_the_reports_files_are_all_written_in_one_run(broken, tmp_path):
    words = [word for name in ("json", "junit", "markdown") for word in ("-o", f"{name}={tmp_path / name}")]
    done = apidoctor("check", "--snapshot", str(broken), "-q", *words, "-o", "text")

    assert json.loads((tmp_path / "json").read_text())["verdict"] == "broken"
    assert (tmp_path / "junit").read_text().startswith("<?xml")
    assert "N01" in (tmp_path / "markdown").read_text()
    assert "broken:" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("words", [["--json"], ["-v"]], ids=" ".join)
def test_a_reader_that_goes_away_is_no_error(words, broken):
    command = [sys.executable, "-m", "apidoctor", "check", "--snapshot", str(broken), "-q", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        err = process.stderr.read()

    assert process.returncode == 1  # the verdict's own code
    assert err == ""


@pytest.mark.parametrize("number", [1, 2], ids=["standard output", "standard error"])
def test_a_stream_that_the_parent_closed_changes_no_verdict(number, broken):
    command = f'exec {number}>&-; exec "{sys.executable}" -m apidoctor check --snapshot "{broken}"'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr


def test_a_full_disk_is_told_and_is_no_verdict(healthy):
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "apidoctor", "check", "--snapshot", str(healthy), "-q"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode == 2
    assert lines(done.stderr) == [
        "apidoctor: -o text: standard output cannot be written: No space left on device"
    ]
