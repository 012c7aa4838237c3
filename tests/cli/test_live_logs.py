"""A live run finds its own call in the logs, which come late; the snapshot it saves gives the same verdict."""

import json
import os
import time
from unittest.mock import patch

import pytest
from click.testing import CliRunner

from apidoctor.cli.check import check_command
from apidoctor.lab import Lab
from apidoctor.lab.traffic import Traffic

CHECK = "observability/call-is-found-in-the-logs"
KEY = "canary-key-of-the-caller"
LATE = 1.5
"""Seconds between a call and its line in the logs."""


@pytest.fixture
def late(monkeypatch):
    """Let the lab's logs come some time after the answers, as AWS's do; tell how often they were read in vain."""
    at_once, asked = Traffic.passages, []

    def passages(traffic):
        asked.append(time.time())
        return [passage for passage in at_once(traffic) if passage.at < time.time() - LATE]

    monkeypatch.setattr(Traffic, "passages", passages)
    return asked


def run(arguments, environment):
    with patch.dict(os.environ, environment, clear=True):
        done = CliRunner().invoke(check_command, [*arguments, "--json", "--quiet"], standalone_mode=False)
    assert done.exception is None, done.exception
    return json.loads(done.stdout)


def of_logs(report):
    return [(r["status"], r["fault"], r["summary"]) for r in report["results"] if r["check"] == CHECK]


def test_the_calls_own_line_is_waited_for_and_kept_for_replay(late, tmp_path):
    snapshot = tmp_path / "snapshot.json"

    with Lab(None, "H10") as lab:
        key = ["--header", f"x-api-key: {KEY}"]
        live = run([lab.target, *lab.arguments, *key, "--save-snapshot", str(snapshot)], lab.environment)
    replay = run(["--snapshot", str(snapshot)], {})

    assert len(late) > 1
    assert [(status, "INVALID_API_KEY" in summary) for status, _, summary in of_logs(live)] == [
        ("pass", True)
    ]
    assert of_logs(replay) == of_logs(live)
    assert "INVALID_API_KEY" in snapshot.read_text()
    assert KEY not in snapshot.read_text()
    assert KEY not in json.dumps(live)


def test_a_log_group_that_is_not_there_costs_no_waiting():
    def unlogged(world):
        for stage in world.api.stages.values():
            stage.access_log, stage.execution_log, stage.tracing = False, "OFF", False

    with Lab(None, "H10", change=unlogged) as lab:
        started = time.monotonic()
        report = run([lab.target, *lab.arguments], lab.environment)

    ((status, _, summary),) = of_logs(report)
    assert status == "skipped"
    assert "proves nothing" in summary
    assert time.monotonic() - started < 20


def test_an_admitted_call_is_looked_for_only_when_asked(late):
    with Lab("same-account") as lab:
        without = run([lab.target, *lab.arguments], lab.environment)
        read = len(late)
        asked = run([lab.target, *lab.arguments, "--logs"], lab.environment)

    ((status, _, summary),) = of_logs(without)
    assert (status, "--logs" in summary, read) == ("skipped", True, 0)
    assert [status for status, _, _ in of_logs(asked)] == ["pass"]
