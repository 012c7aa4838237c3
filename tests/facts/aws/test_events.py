"""Events come late: they are waited for, within bounds, and what the call carried is masked before it is kept."""

import json
import re
import time

import pytest
from facts.canned import canned, identity
from werkzeug import Response

from apidoctor.facts.aws import events
from apidoctor.facts.aws.events import masked, parameters, patiently
from apidoctor.facts.aws.looker import AwsLooker
from apidoctor.facts.redact import MASK
from apidoctor.model.missing import Lookup, Probe
from apidoctor.model.operations import OPERATIONS, Operation

ACCOUNT, GROUP = "111111111111", "API-Gateway-Execution-Logs_abc/prod"
ID, EXTENDED = "3d4f3f0e-6d5e-4b0a-9a4e-000000000001", "abcDEFghIJ="
TRACE = "1-6921a1b2-0123456789abcdef01234567"
ROW = OPERATIONS["filter_log_events"]
pytestmark = pytest.mark.usefixtures("keys")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The same course with pauses that a test can wait for."""
    monkeypatch.setattr(events, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(events, "LONGEST_PAUSE", 0.2)


def said(body: dict[str, object], status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/x-amz-json-1.1")


def operation(request) -> str:
    return request.headers.get("X-Amz-Target", "").rpartition(".")[2]


def event(message: str) -> dict[str, object]:
    return {"timestamp": 1, "message": message, "eventId": "1", "ingestionTime": 2, "logStreamName": "s"}


def looked(monkeypatch, reply, lookup, **settings):
    """Look something up at a server that *reply* plays; return the answer and the requests."""
    requests = []

    def record(request):
        if not operation(request) and "TraceSegments" not in request.path and "Traces" not in request.path:
            return identity() if request.form.get("Action") else None
        requests.append(json.loads(request.get_data()))
        return reply(request, requests)

    with canned(record) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        looker = AwsLooker(region="us-east-1", **settings)
        looker.look(Probe("identity"))
        (answer,) = looker.look(lookup).answers
    return answer, requests


def wanted(**rest) -> Lookup:
    known = {"field": "message", "values": (ID, EXTENDED), "since": "2026-11-22T10:40:06Z"}
    return Lookup("filter_log_events", ACCOUNT, "us-east-1", GROUP, **(known | rest))


def test_the_call_is_narrowed_to_the_ids_and_the_time(monkeypatch):
    answer, requests = looked(
        monkeypatch, lambda request, _: said({"events": [event(f"({ID}) x")]}), wanted()
    )

    assert requests[0] == {
        "logGroupName": GROUP,
        "filterPattern": f'?"{ID}" ?"{EXTENDED}"',
        "startTime": 1795344006000,
        "limit": 100,
    }
    assert answer.body == {"events": [{"timestamp": 1, "logStreamName": "s", "message": f"({ID}) x"}]}
    assert (answer.key, answer.field, answer.values) == (GROUP, "message", (ID, EXTENDED))


def test_late_events_are_waited_for(monkeypatch):
    def reply(request, requests):
        return said(
            {"events": [event(f"({ID}) late")] if len(requests) > 3 else [], "searchedLogStreams": []}
        )

    answer, requests = looked(monkeypatch, reply, wanted())

    assert [one["message"] for one in answer.body["events"]] == [f"({ID}) late"]
    assert len(requests) == 5  # four to see the first, one more to see that no other follows


def test_lines_that_are_still_being_written_are_waited_for(monkeypatch):
    def reply(request, requests):
        return said({"events": [event(f"({ID}) {number}") for number in range(min(len(requests), 3))]})

    answer, _ = looked(monkeypatch, reply, wanted())

    assert len(answer.body["events"]) == 3


def test_a_line_of_another_call_does_not_end_the_waiting(monkeypatch):
    def reply(request, requests):
        own = [event(f"({ID}) own")] if len(requests) > 4 else []
        return said({"events": [event("another call"), *own]})

    answer, _ = looked(monkeypatch, reply, wanted())

    assert [one["message"] for one in answer.body["events"]] == ["another call", f"({ID}) own"]


def test_patience_has_an_end(monkeypatch):
    monkeypatch.setitem(OPERATIONS, "filter_log_events", Operation(**{**_members(ROW), "late": 0.6}))
    started = time.monotonic()

    answer, requests = looked(monkeypatch, lambda request, _: said({"events": []}), wanted())

    assert answer.body == {"events": []}
    assert 3 <= len(requests) <= 12
    assert time.monotonic() - started < 5


def test_the_end_of_the_run_comes_before_the_end_of_patience(monkeypatch):
    started = time.monotonic()

    # The server and the identity take their part of it on a busy machine; patience alone would be 20 s.
    answer, _ = looked(monkeypatch, lambda request, _: said({"events": []}), wanted(), deadline=started + 6)

    assert answer.body in ({"events": []}, {"error": answer.body.get("error")})
    assert time.monotonic() - started < 7.5


def test_a_refusal_is_an_answer_at_once(monkeypatch):
    denied = {"__type": "AccessDeniedException", "message": "not authorized to perform: logs:FilterLogEvents"}

    answer, requests = looked(monkeypatch, lambda request, _: said(denied, 400), wanted())

    assert answer.body["error"]["Code"] == "AccessDeniedException"
    assert len(requests) == 1


def test_a_group_that_is_not_there_is_an_answer_at_once(monkeypatch):
    gone = {"__type": "ResourceNotFoundException", "message": "The specified log group does not exist."}

    answer, requests = looked(monkeypatch, lambda request, _: said(gone, 400), wanted())

    assert answer.body["error"]["Code"] == "ResourceNotFoundException"
    assert len(requests) == 1


def test_an_error_after_the_first_read_leaves_what_was_seen(monkeypatch):
    def reply(request, requests):
        if len(requests) > 1:
            return said({"__type": "AccessDeniedException", "message": "no"}, 400)
        return said({"events": [event(f"({ID}) first")]})

    answer, _ = looked(monkeypatch, reply, wanted())

    assert [one["message"] for one in answer.body["events"]] == [f"({ID}) first"]


def test_pages_without_end_are_cut(monkeypatch):
    def reply(request, requests):
        return said({"events": [event(ID + "x-" * 20_000)] * 100, "nextToken": str(len(requests))})

    answer, requests = looked(monkeypatch, reply, wanted())

    assert len(requests) == 2 * (
        events.MAX_PAGES + 1
    )  # one more page each time tells that it was not the last
    assert answer.body["partial"] is True
    assert len(answer.body["events"]) == events.MAX_EVENTS
    assert {len(one["message"]) for one in answer.body["events"]} == {events.MAX_MESSAGE}
    assert "nextToken" not in answer.body


def test_secrets_of_the_call_are_masked_in_its_own_line(monkeypatch):
    line = f"{ID},my-own-key,{'a1B2' * 10},AKIAIOSFODNN7EXAMPLE"

    answer, _ = looked(
        monkeypatch, lambda request, _: said({"events": [event(line)]}), wanted(), secrets=("my-own-key",)
    )

    (found,) = answer.body["events"]
    assert found["message"] == f"{ID},{MASK},{MASK},{MASK}"


def test_a_trace_is_asked_for_by_its_id_and_only_its_course_is_kept(monkeypatch):
    document = {
        "name": "pets/prod",
        "id": "70de5b6f19ff9a0a",
        "origin": "AWS::ApiGateway::Stage",
        "http": {"request": {"method": "GET", "url": "https://x/prod?k=v"}, "response": {"status": 502}},
        "annotations": {"card": "4111111111111111"},
        "metadata": {"default": {"password": "hunter2"}},
        "user": "someone",
        "subsegments": [{"name": "Lambda", "fault": True, "cause": {"exceptions": [{"message": "boom"}]}}],
    }
    trace = {"Id": TRACE, "Duration": 0.1, "Segments": [{"Id": "1", "Document": json.dumps(document)}]}
    lookup = Lookup("batch_get_traces", ACCOUNT, "us-east-1", "", "Id", (TRACE,))

    answer, requests = looked(monkeypatch, lambda request, _: said({"Traces": [trace]}), lookup)

    (segment,) = answer.body["Traces"][0]["Segments"]
    kept = json.loads(segment["Document"])
    assert requests[0] == {"TraceIds": [TRACE]}
    assert kept["http"] == {
        "request": {"method": "GET", "url": "https://x/prod"},
        "response": {"status": 502},
    }
    assert kept["subsegments"][0]["cause"] == {"exceptions": [{"message": "boom"}]}
    assert set(kept) == {"name", "id", "origin", "http", "subsegments"}


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (
            f"({ID}) Method request headers: {{Authorization=*, x=y}}",
            f"({ID}) Method request headers: {MASK}",
        ),
        (f"({ID}) Method request query string: {{k=v}}", f"({ID}) Method request query string: {MASK}"),
        (
            f"({ID}) Method request body before transformations: a\nb",
            f"({ID}) Method request body before transformations: {MASK}",
        ),
        (
            f"({ID}) Endpoint response body before transformations: {{}}",
            f"({ID}) Endpoint response body before transformations: {MASK}",
        ),
        (f"({ID}) Endpoint request URI: https://h/p?k=v", f"({ID}) Endpoint request URI: https://h/p?{MASK}"),
        (f"({ID}) Method completed with status: 403", f"({ID}) Method completed with status: 403"),
        (f'{{"id":"{ID}","apiKey":"abc"}}', f'{{"id":"{ID}","apiKey":"{MASK}"}}'),
        ('{"api_key": "abc", "apiKeyId": "k1"}', f'{{"api_key": "{MASK}", "apiKeyId": "k1"}}'),
        (
            f"{ID} {EXTENDED} vpce-0e00000000000000a {TRACE}",
            f"{ID} {EXTENDED} vpce-0e00000000000000a {TRACE}",
        ),
    ],
)
def test_lines_keep_their_reasons_and_lose_what_the_call_carried(line, kept):
    assert masked(line) == kept


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        ((ID,), f'"{ID}"'),
        ((ID, EXTENDED), f'?"{ID}" ?"{EXTENDED}"'),
        (('a" ?"b', ID), f'"{ID}"'),
        (('"',), '"nothing to look for"'),
    ],
)
def test_a_pattern_cannot_be_broken_out_of(values, pattern):
    assert parameters("filterPattern", values, "no time") == {"filterPattern": pattern}


def test_pauses_grow_and_the_sum_stays_below_the_patience(monkeypatch):
    monkeypatch.undo()
    pauses, now = [], [0.0]

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    answer = patiently(lambda: {"events": []}, ROW, (ID,), None, lambda: now[0], sleep)

    assert answer == {"events": []}
    assert pauses == sorted(pauses)
    assert max(pauses) <= events.LONGEST_PAUSE
    assert 15 < sum(pauses) <= ROW.late


def test_what_breaks_the_first_read_is_told():
    def broken() -> dict[str, object]:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        patiently(broken, ROW, (ID,))


def test_ids_of_the_tool_pass_the_net():
    assert re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", TRACE)
    assert masked(f'"{TRACE}" {ID}') == f'"{TRACE}" {ID}'


def _members(row: Operation) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__struct_fields__}
