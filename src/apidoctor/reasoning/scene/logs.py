"""The test call in API Gateway's own logs: found by its ids, and what the logs say of it.

Logs are read for a call that was refused or failed; a call that was admitted costs no look (unless the user asks for
it), but what a snapshot holds of it is read all the same.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.aws import Stage
from apidoctor.model.facts import Fact, Known, Source, Undecided, Unknown
from apidoctor.model.inventory import UNREADABLE
from apidoctor.model.missing import Gap, Lookup, Missing
from apidoctor.model.observation import HttpSeen
from apidoctor.model.report import Confidence
from apidoctor.reasoning.apigateway.response_types import RESPONSES
from apidoctor.reasoning.attribution.rank import candidates
from apidoctor.reasoning.dates import http_date
from apidoctor.reasoning.logs.absence import denied_before
from apidoctor.reasoning.logs.access import Meaning, message_of, quoted, read_meaning, was_customized
from apidoctor.reasoning.logs.execution import Execution, read_execution
from apidoctor.reasoning.logs.settings import execution_group, is_logged, log_group, with_canary
from apidoctor.reasoning.logs.template import MAX_LINE, read_json, read_line
from apidoctor.reasoning.logs.traces import Trace, read_trace
from apidoctor.reasoning.scene.answer import answer
from apidoctor.reasoning.scene.api import Method, api_id, method, stage
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.circumstances import climbed
from apidoctor.reasoning.scene.reading import reading
from apidoctor.reasoning.scene.seen import received

EVENTS, TRACES = "filter_log_events", "batch_get_traces"
"""Operations that show what was logged."""
BEFORE = timedelta(minutes=2)
"""How long before a call its log is read: clocks differ, and a time-out ends long after the call began."""

_ID = re.compile(r"[\w=+/-]{8,64}")
_TRACE_ID = re.compile(r"Root=(1-[0-9a-f]{8}-[0-9a-f]{24})", re.IGNORECASE)
_MOST_EVENTS = 500
_MOST_LINES = 20


STAGE_REFUSES = frozenset({"H10", "H12"})
"""Causes of ``Forbidden`` that a stage logs: its key and its web ACL; the others are refused before any stage."""


class LoggedCall(Struct, frozen=True, kw_only=True):
    """One call as the logs tell it."""

    source: Source
    """Where the deciding line was read."""
    place: str
    """Name of that log group, or the trace's id."""
    line: dict[str, str]
    """The deciding line: variables of the access log with their values, or the phrase of the execution log."""
    status: int | None = None
    """Status that API Gateway answered with."""
    response_type: str | None = None
    """``error.responseType``: the gateway response, whatever was made of it."""
    message: str | None = None
    """``error.message``."""
    vpce: str | None = None
    """The endpoint that the call came through: ``identity.vpceId``."""
    source_ip: str | None = None
    """``identity.sourceIp``."""
    layer: str | None = None
    """Who refused: see `apidoctor.reasoning.logs.access`."""
    fault: str | None = None
    """The likeliest fault."""
    faults: tuple[str, ...] = ()
    """All faults that fit, the likeliest first."""
    confidence: Confidence = "possible"
    """How sure the likeliest is."""
    words: str = ""
    """What happened, in words."""
    customized: bool = False
    """The client's answer hides which gateway response it was."""


class Search(Struct, frozen=True):
    """What came of looking for one call."""

    found: LoggedCall | None = None
    """The call; None: not found."""
    read: tuple[str, ...] = ()
    """The log groups that were read."""
    on: bool = False
    """Whether any log could hold the call."""
    gone: tuple[str, ...] = ()
    """Log groups that do not exist."""
    elsewhere: str | None = None
    """Where else the access log goes, which cannot be read."""


class _Log(Struct, frozen=True):
    """One log group that could hold the call."""

    group: str
    access: bool


def is_refused(seen: HttpSeen) -> bool:
    """Say whether a call ended so that its log is worth reading: refused, failed, or without an answer after TLS."""
    if seen.outcome == "response":
        return (seen.status or 0) >= 400
    phases = seen.elapsed_ms if isinstance(seen.elapsed_ms, Mapping) else {}
    return seen.outcome in ("timeout", "reset") and "tls" in phases


def ids_of(seen: HttpSeen) -> tuple[str, ...]:
    """Return the ids under which logs know a call: the one that was sent, and those that API Gateway gave it."""
    headers = received(seen)
    found = (
        seen.sent.get("x-amzn-requestid"),
        headers.get("x-amzn-requestid"),
        headers.get("x-amz-apigw-id"),
    )
    return tuple(dict.fromkeys(text for text in found if text and _ID.fullmatch(text)))


def _since(seen: HttpSeen) -> str:
    """Return the moment from which on logs are read, by AWS's clock where the answer tells it; empty: not known."""
    date = received(seen).get("date", "")
    try:
        moment = http_date(date) if date else datetime.fromisoformat(seen.at)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (moment - BEFORE).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (TypeError, ValueError, OverflowError):
        return ""


@fact
def log_search(case: Case) -> Search:
    """Return what the stage's logs have of the test call; unknown while a log that could have it was not read."""
    seen, there = answer(case).value, stage(case).value
    ids = ids_of(seen)
    if there is None or not ids:
        return Search()
    called = method(case)
    case.expect(called.missing)
    own = called.value if called.known else None
    logs, elsewhere = _logs(api_id(case).value, there, own)
    facts = {log: _events(case, there.account, log.group, ids, _since(seen)) for log in logs}
    if _is_worth(case, seen):
        case.expect([gap for found in facts.values() for gap in found.missing])
    known = {log: found.value for log, found in facts.items() if found.known}
    found = _found(case, there, seen, own, known)
    if found is None or not found.faults:
        found = _with_trace(found, _traced(case, there, seen, own))
    unread: list[Missing] = [gap for item in facts.values() for gap in item.missing]
    if elsewhere and not logs:
        unread.append(Gap(f"fact: the call's line in {elsewhere}: only CloudWatch Logs can be read"))
    if found is None and unread and _is_worth(case, seen):
        raise Undecided(unread)
    on = bool(logs or elsewhere)
    gone = tuple(log.group for log in known if _is_gone(case, there.account, log.group))
    read = tuple(log.group for log in known if log.group not in gone)
    return Search(found=found, read=read, on=on, gone=gone, elsewhere=elsewhere)


@fact
def logged(case: Case) -> LoggedCall | None:
    """Return the test call as the stage's logs tell it; None when they do not have it, which proves nothing."""
    return log_search(case).value.found


@fact
def refused_by_log(case: Case) -> LoggedCall | None:
    """Return the line of a call that a gate before the backend refused, whatever the answer looks like; else None.

    A gateway response can be made to look as any answer; ``error.responseType`` names it all the same (API Gateway
    developer guide, "Variables for access logging").  What fails behind the method is no refusal.
    """
    line = logged(case).value
    if line is None or line.response_type not in RESPONSES:
        return None
    return line if line.faults and not line.faults[0].startswith("B") else None


def _is_worth(case: Case, seen: HttpSeen) -> bool:
    if case.sources.logs:
        return True
    return is_refused(seen) and not denied_before(seen.body) and not _came_to_no_stage(case, seen)


def _came_to_no_stage(case: Case, seen: HttpSeen) -> bool:
    """Say whether somebody else answered, or no stage was reached: then no log of one has the call."""
    if seen.outcome != "response":
        return False
    said = reading(case).value
    if said.kind != "forbidden":
        return said.kind == "not_api_gateway"
    left = {one.fault for one in candidates(said, climbed(case).value)}
    return left.isdisjoint(STAGE_REFUSES)


def _logs(name: str, there: Stage, called: Method | None) -> tuple[list[_Log], str | None]:
    """Return the log groups that could hold the call, and where else its line may go."""
    access = there.access_log_settings.destination_arn if there.access_log_settings else None
    group = log_group(access)
    resource, verb = (called.resource, called.verb) if called else (None, None)
    share = there.canary_settings.percent_traffic if there.canary_settings else None
    logs = [_Log(one, True) for one in with_canary([group] if group else [], share)]
    if is_logged(there.method_settings, resource, verb):
        own = execution_group(name, there.stage_name)
        logs += [_Log(one, False) for one in with_canary([own], share)]
    return logs, access if access and not group else None


def _events(case: Case, account: str, group: str, ids: tuple[str, ...], since: str) -> Fact[list[str]]:
    """Return the messages of a log group that were looked for by these ids; none when there is no such group."""
    wanted = Lookup(EVENTS, account, case.region, group, "message", ids, since=since)
    found = case.inventory.get(account, case.region, EVENTS, group)
    if not found.known:
        gaps = [gap for gap in found.missing if isinstance(gap, Lookup)]
        return Unknown(*(replace(wanted, refused=gap.refused, reason=gap.reason) for gap in gaps))
    body = found.value or {}
    asked = body.get("asked") if body.get("partial") else None
    if isinstance(asked, Mapping) and not set(ids) & set(asked.get("message") or ()):
        return Unknown(wanted)
    events = body.get("events", [])
    if not isinstance(events, list):
        return Unknown(replace(wanted, reason=UNREADABLE))
    texts = [event.get("message") for event in events[:_MOST_EVENTS] if isinstance(event, Mapping)]
    return Known([text for text in texts if isinstance(text, str)], found.source)


def _is_gone(case: Case, account: str, group: str) -> bool:
    found = case.inventory.get(account, case.region, EVENTS, group)
    return found.known and found.value is None


def _found(
    case: Case, there: Stage, seen: HttpSeen, own: Method | None, known: Mapping[_Log, list[str]]
) -> LoggedCall | None:
    """Join what the access log and the execution log say; the first that names a fault for certain decides."""
    ids = {text.lower() for text in ids_of(seen)}
    source = Source(EVENTS, there.account, case.region)
    access = execution = None
    for log, messages in known.items():
        if log.access and (values := _access_line(there, messages, ids)):
            meaning = read_meaning(values, own.authorization if own else None, seen.signed)
            access = _of_access(values, meaning, seen, log.group, source)
        elif not log.access and (said := read_execution(messages, ids_of(seen))):
            execution = _of_execution(said, log.group, source)
    if access is None or execution is None:
        return access or execution
    if (
        execution.fault
        and access.confidence != "certain"
        and access.layer in (None, "integration", "authorizer")
    ):
        words, fault = execution.words, execution.fault
        faults = (fault, *(other for other in access.faults if other != fault))
        line = access.line | execution.line
        return replace(
            access, fault=fault, faults=faults, confidence=execution.confidence, words=words, line=line
        )
    return access


def _access_line(there: Stage, messages: list[str], ids: set[str]) -> dict[str, str] | None:
    """Return the values of the call's own line: one that merely holds the id somewhere is of another call."""
    template = (there.access_log_settings.format if there.access_log_settings else None) or ""
    candidates = [text for text in messages if any(one in text[:MAX_LINE].lower() for one in ids)]
    for message in reversed(candidates[-_MOST_LINES:]):
        values = read_line(template, message) or read_json(message) or {}
        own = (values.get("requestId", ""), values.get("extendedRequestId", ""))
        if any(text.lower() in ids for text in own if text):
            return values
    return None


def _of_access(
    values: dict[str, str], meaning: Meaning, seen: HttpSeen, place: str, source: Source
) -> LoggedCall:
    status = values.get("status", "")
    return LoggedCall(
        source=source,
        place=place,
        line=quoted(values),
        status=int(status) if status.isascii() and status.isdigit() else None,
        response_type=values.get("error.responseType"),
        message=message_of(values)[:600] or None,
        vpce=values.get("identity.vpceId"),
        source_ip=values.get("identity.sourceIp"),
        layer=meaning.layer,
        fault=meaning.faults[0] if meaning.faults else None,
        faults=meaning.faults,
        confidence=meaning.confidence,
        words=meaning.words,
        customized=was_customized(values, seen.status, seen.headers),
    )


def _of_execution(said: Execution, place: str, source: Source) -> LoggedCall:
    phrase = said.phrase
    fault = phrase.fault if phrase else None
    return LoggedCall(
        source=source,
        place=place,
        line={"execution log": phrase.text} if phrase else {},
        status=said.status,
        layer="integration" if fault and fault.startswith("B") else None,
        fault=fault,
        faults=(fault,) if fault else (),
        confidence=phrase.confidence if phrase else "possible",
        words=phrase.text if phrase else "",
    )


def _traced(case: Case, there: Stage, seen: HttpSeen, own: Method | None) -> LoggedCall | None:
    """Return what the call's X-Ray trace says: only of a failure that a backend may have a part in."""
    named = _TRACE_ID.search(seen.sent.get("x-amzn-trace-id") or "")
    alone = own is not None and str(own.integration.get("type", "")).upper() == "MOCK"
    if not there.tracing_enabled or named is None or alone or (seen.status or 500) < 500:
        return None
    found = case.inventory.where(there.account, case.region, TRACES, "Id", named[1])
    if not found.known:
        case.expect(found.missing)
        return None
    segments = next((trace.get("Segments") for trace in found.value), None)
    trace = read_trace(segments if isinstance(segments, list) else [])
    return _of_trace(trace, named[1], Source(TRACES, there.account, case.region)) if trace else None


def _with_trace(found: LoggedCall | None, trace: LoggedCall | None) -> LoggedCall | None:
    """Add to what a log says without naming a fault what the trace says."""
    if found is None or trace is None:
        return found or trace
    words = "; ".join(text for text in (found.words, trace.words) if text)
    line = found.line | {f"trace {name}": value for name, value in trace.line.items()}
    return replace(found, layer=found.layer or trace.layer, words=words, line=line)


def _of_trace(trace: Trace, place: str, source: Source) -> LoggedCall:
    parts: dict[str, Any] = {
        "status": trace.status,
        "failed": trace.failed,
        "backend status": trace.backend_status,
    }
    return LoggedCall(
        source=source,
        place=place,
        line={name: str(value) for name, value in parts.items() if value is not None},
        status=trace.status,
        layer="integration" if trace.failed else None,
        words=f"{trace.failed} failed" if trace.failed else "",
    )
