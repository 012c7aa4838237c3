"""A live run finds its own call in the logs, which come late; the snapshot it saves gives the same verdict.

The lab's control plane keeps the log groups; a writer stands for API Gateway, which writes a line for every request.
"""

import json
import os
import threading
import time
from unittest.mock import patch

import boto3
import pytest
from click.testing import CliRunner

from apidoctor.cli.check import check_command
from apidoctor.lab import Lab, front_door

CHECK = "observability/call-is-found-in-the-logs"
GROUP = "apigateway-prod"
KEY = "canary-key-of-the-caller"


class Writer:
    """Writes the access log of the lab's front door, some time after the answers."""

    def __init__(self, late: float) -> None:
        self.late = late
        self.answers: list[tuple[str, int]] = []
        self._threads: list[threading.Thread] = []

    def begin(self, client) -> None:
        """Create the log group; from now on every answer gets its line."""
        client.create_log_group(logGroupName=GROUP)
        client.create_log_stream(logGroupName=GROUP, logStreamName="s")
        self.client = client
        self._put(
            "00000000-0000-0000-0000-000000000000", 200, "vpce-0aaaaaaaaaaaaaaaa"
        )  # somebody else's call

    def note(self, request: str, status: int) -> None:
        """Write the line of one answer, later."""
        self.answers.append((request, status))
        self._threads.append(threading.Thread(target=self._write, args=(request, status)))
        self._threads[-1].start()

    def _write(self, request: str, status: int) -> None:
        time.sleep(self.late)
        self._put(request, status, "vpce-0fedcba9876543210")

    def _put(self, request: str, status: int, vpce: str) -> None:
        line = {
            "requestId": request,
            "extendedRequestId": "x=",
            "vpceId": vpce,
            "userArn": "-",
            "status": str(status),
            "errorMessage": f"Forbidden {KEY}",
            "responseType": "INVALID_API_KEY",
        }
        event = {"timestamp": int(time.time() * 1000), "message": json.dumps(line)}
        self.client.put_log_events(logGroupName=GROUP, logStreamName="s", logEvents=[event])

    def end(self) -> None:
        """Wait for the last line."""
        while self._threads:
            self._threads.pop().join()


@pytest.fixture
def writer(monkeypatch):
    made = Writer(late=1.5)
    send = front_door._Handler._send

    def noted(handler, reply):
        send(handler, reply)
        made.note(handler.headers.get("x-amzn-requestid", ""), reply.status)

    monkeypatch.setattr(front_door._Handler, "_send", noted)
    yield made
    made.end()


def run(arguments, environment):
    with patch.dict(os.environ, environment, clear=True):
        done = CliRunner().invoke(check_command, [*arguments, "--json", "--quiet"], standalone_mode=False)
    assert done.exception is None, done.exception
    return json.loads(done.stdout)


def of_logs(report):
    return [(r["status"], r["fault"], r["summary"]) for r in report["results"] if r["check"] == CHECK]


def test_the_calls_own_line_is_waited_for_and_kept_for_replay(writer, tmp_path):
    snapshot = tmp_path / "snapshot.json"

    with Lab(None, "H10") as lab:
        with patch.dict(os.environ, lab.environment, clear=True):
            writer.begin(boto3.session.Session().client("logs"))
        key = ["--header", f"x-api-key: {KEY}"]
        live = run([lab.target, *lab.arguments, *key, "--save-snapshot", str(snapshot)], lab.environment)
        writer.end()
    replay = run(["--snapshot", str(snapshot)], {})

    assert writer.answers
    stories = [summary for status, _, summary in of_logs(live) if status == "warn"]
    assert any("vpce-0fedcba9876543210" in summary for summary in stories)
    assert of_logs(replay) == of_logs(live)
    assert "INVALID_API_KEY" in snapshot.read_text()
    assert KEY not in snapshot.read_text()
    assert KEY not in json.dumps(live)


def test_a_log_group_that_is_not_there_costs_no_waiting():
    with Lab(None, "H10") as lab:
        started = time.monotonic()
        report = run([lab.target, *lab.arguments], lab.environment)

    ((status, _, summary),) = of_logs(report)
    assert status == "skipped"
    assert "proves nothing" in summary
    assert time.monotonic() - started < 20


def test_an_admitted_call_is_looked_for_only_when_asked(writer):
    with Lab("same-account") as lab:
        with patch.dict(os.environ, lab.environment, clear=True):
            writer.begin(boto3.session.Session().client("logs"))
        without = run([lab.target, *lab.arguments], lab.environment)
        asked = run([lab.target, *lab.arguments, "--logs"], lab.environment)
        writer.end()

    ((status, _, summary),) = of_logs(without)
    assert (status, "--logs" in summary) == ("skipped", True)
    assert "skipped" not in {status for status, _, _ in of_logs(asked)}
