"""``apidoctor probe``: what this host alone sees, judged at once and kept for the AWS side."""

import json
import signal
import subprocess
import sys
import time

import pytest
from cli.command import apidoctor, inside
from travelling.test_survey import mute, spelt, until_asked

from apidoctor.facts.files import read_snapshot
from apidoctor.lab import Lab
from apidoctor.model.observation import DnsSeen, HostSeen, HttpSeen, TcpSeen, TlsSeen

URL = "https://abc1234567.execute-api.us-east-1.amazonaws.com/prod/pets"
DEAD = ("--resolver", "127.0.0.1:9", "--no-invoke", "--timeout", "3")
"""A port that nobody listens on."""


def options(lab):
    """The lab's options that a probe has."""
    words = list(lab.arguments)
    kept = []
    while words:
        name, value = words.pop(0), words.pop(0)
        if name in ("--resolver", "--ca-file", "--connect-to", "--header"):
            kept += [name, value]
    return kept


@pytest.fixture
def probe(tmp_path, home):
    """Runs the command in a lab; returns exit code, report and snapshot."""

    def run(lab, *more):
        file = tmp_path / "host.json"
        words = ["probe", lab.target, *options(lab), "--save-snapshot", str(file), "--json", "--quiet", *more]
        done = apidoctor(*words, env=inside(lab, home))
        return done.returncode, json.loads(done.stdout), read_snapshot(file)

    return run


@pytest.fixture(scope="module")
def healthy():
    with Lab("on-prem") as lab:
        yield lab


def test_a_healthy_host_sees_all_kinds_of_things_and_no_fault(probe, healthy):
    code, report, (snapshot, notes) = probe(healthy)

    assert (code, report["verdict"], report["root_causes"], notes) == (0, "healthy", [], [])
    assert report["run"]["source"] == "live"
    assert {type(seen) for seen in snapshot.observations} >= {HostSeen, DnsSeen, TcpSeen, TlsSeen, HttpSeen}
    assert snapshot.accounts == {}
    assert snapshot.asked.target == healthy.target


def test_a_broken_resolver_is_named_without_any_aws(probe, home):
    with Lab("on-prem", "D03") as lab:
        code, report, _ = probe(lab)

    assert code == 1
    assert [cause["fault"] for cause in report["root_causes"]] == ["D03"]


def test_the_snapshot_gives_the_same_verdict_elsewhere(probe, home, nowhere, tmp_path):
    with Lab("on-prem", "D03") as lab:
        _, report, _ = probe(lab)
    again = apidoctor("check", "--snapshot", str(tmp_path / "host.json"), "--json", "--quiet", env=nowhere)
    other = json.loads(again.stdout)

    assert [r["status"] for r in other["results"]] == [r["status"] for r in report["results"]]
    assert other["root_causes"] == report["root_causes"]


def test_a_dead_resolver_ends_in_time_with_a_complete_report(nowhere, tmp_path):
    file = tmp_path / "host.json"
    started = time.monotonic()
    done = apidoctor("probe", URL, *DEAD, "--save-snapshot", str(file), "--json", env=nowhere)

    assert time.monotonic() - started < 20
    assert done.returncode == 1
    assert json.loads(done.stdout)["run"]["complete"]
    assert {seen.outcome for seen in read_snapshot(file)[0].observations if isinstance(seen, DnsSeen)} == {
        "error"
    }


def test_it_says_where_the_snapshot_is_and_what_to_do_with_it(nowhere, tmp_path):
    file = tmp_path / "host.json"
    done = apidoctor("probe", URL, *DEAD, "--save-snapshot", str(file), env=nowhere)

    assert "apidoctor merge host.json CLOUD.json -o both.json" in done.stderr
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "TARGET"),
        (("no url",), "host name|API id"),
        ((URL, "--inbound", "ns.example"), "--inbound"),
        ((URL, "--address", "127.0.0.1"), "--connect-to"),
        ((URL, "--doh", "http://x/"), "--doh"),
        ((URL, "--save-snapshot", "/nowhere/x.json"), "--save-snapshot"),
        ((URL, "--header", "no colon"), "--header"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(words, says, nowhere):
    done = apidoctor("probe", *words, env=nowhere)

    assert done.returncode == 2
    assert any(word in done.stderr for word in says.split("|"))
    assert "Traceback" not in done.stderr


def test_ctrl_c_still_writes_what_was_seen(nowhere, tmp_path):
    file = tmp_path / "host.json"
    with mute() as server:
        words = [
            "probe",
            URL,
            "--resolver",
            spelt(server),
            "--timeout",
            "60",
            "--save-snapshot",
            str(file),
            "--json",
        ]
        running = subprocess.Popen(
            [sys.executable, "-m", "apidoctor", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=nowhere,
            text=True,
        )
        until_asked(server)
        running.send_signal(signal.SIGINT)
        output, _ = running.communicate(timeout=30)

    assert running.returncode == 130
    assert not json.loads(output)["run"]["complete"]
    assert any(isinstance(seen, HostSeen) for seen in read_snapshot(file)[0].observations)
