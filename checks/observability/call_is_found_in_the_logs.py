"""The test call is found in the stage's logs.

Why it matters
--------------
What a client is told can be customized, cut off or changed on the way. The line that API Gateway wrote about
this very call cannot: it names the gateway response, the phase that refused and the endpoint the call came
through.

How it decides
--------------
The test call carries a request id and a trace id of its own. When it was refused or failed, the access log
is read by these ids (each line by the template the stage writes it with), the execution log too, and for a
5xx the X-Ray trace. Events come seconds late, so that they are waited for, 20 seconds at most. A call that
was admitted costs no look, unless `--logs` asks for it. That nothing is found proves nothing; a log group that
does not exist, and an access log that goes to Firehose, are told. A line with a good status for a bad answer, or
the other way round, is a warning: something on the way answers.

How to fix
----------
Where the line names another endpoint than the one that was judged, judge again with `--via`. Where no log
can have the call, switch the access log on and make the call again.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-monitor.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    OF_REFUSALS,
    Case,
    Evidence,
    Finding,
    HttpSeen,
    LoggedCall,
    Lookup,
    Missing,
    answer,
    check,
    endpoint,
    is_from_gateway,
    log_search,
    passed,
    skipped,
    stage,
    warned,
)
from apidoctor.reasoning.apigateway.bodies import message_of
from apidoctor.reasoning.logs.absence import denied_before, why_missing
from apidoctor.reasoning.scene.gateway_responses import hides
from apidoctor.reasoning.scene.logs import Search, ids_of, is_refused


@check(
    needs=("invoke/tls-is-trusted", "api/exists"),
    **OF_REFUSALS,
    faults=("O01", "O04", "O05", "H13"),
    required=False,
    position=5,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge what the logs have of the test call."""
    made, there = answer(case), stage(case)
    case.expect([*made.missing, *there.missing])
    if not made.known or not ids_of(made.value):
        yield skipped("No test call was made whose request id is known: there is nothing to look for.")
        return
    if not there.known or there.value is None:
        yield skipped("The stage that is called is not known: there is no log to look in.")
        return
    seen, sought, name = made.value, log_search(case), there.value.stage_name
    case.expect(sought.missing)
    if not sought.known and (places := _unasked(sought.missing)):
        yield skipped(f"Nobody read {' and '.join(places)}, where the call may be.", subject=name)
        return
    search = sought.value
    if search.found is not None:
        yield from _found(case, seen, search.found, name)
    elif not search.read and not search.gone and not is_refused(seen):
        yield skipped("The call was admitted: its log was not read (--logs does).", subject=name)
    elif denied_before(seen.body):
        words = "The endpoint's policy refused the call, and that is before any stage: no log of one has it."
        yield skipped(words, subject=name)
    elif not search.on:
        words = f"No log of stage {name} can have the call: that none has it proves nothing."
        yield skipped(words, subject=name)
    else:
        yield skipped(_absent(seen, search), subject=name)


def _unasked(missing: tuple[Missing, ...]) -> list[str]:
    """Return the log groups that nobody asked for, when that is all that is missing; a refusal is an unknown."""
    gaps = [gap for gap in missing if isinstance(gap, Lookup) and not gap.refused and not gap.reason]
    return [gap.key for gap in gaps] if len(gaps) == len(missing) else []


def _absent(seen: HttpSeen, search: Search) -> str:
    why = why_missing(seen.status, seen.form, message_of(seen.body or ""))
    parts = [f"The call is not in {' or '.join(search.read)}."] if search.read else []
    parts += [f"Log group {group} does not exist." for group in search.gone]
    if search.elsewhere:
        parts.append(f"The access log in {search.elsewhere} was not read.")
    return " ".join([*parts, f"That proves nothing: logs come late, and {why}."])


def _found(case: Case, seen: HttpSeen, call: LoggedCall, name: str) -> Iterator[Finding]:
    evidence = [case.cite(call.source, call.line, call.place)]
    told = _story(call)
    troubles = [
        *_other_endpoint(case, call, evidence, name),
        *_other_answer(case, seen, call, evidence, name),
    ]
    yield from troubles
    if any(trouble.fault == "O05" for trouble in troubles):
        return  # what arrived is not what API Gateway answered: it hides nothing
    # Where the configuration shows it, api/gateway-responses-tell-the-cause says so already.
    if call.customized and not _tells(seen, call) and not hides(case, call.response_type or ""):
        yield warned(
            "H13",
            f"The answer hides its cause, the log tells it: {told}.",
            fix=f"Keep x-amzn-ErrorType in the gateway response {call.response_type}, or read the log.",
            subject=name,
            evidence=evidence,
        )
    elif not troubles:
        yield passed(f"The log has the call: {told}.", subject=name, evidence=evidence)


def _tells(seen: HttpSeen, call: LoggedCall) -> bool:
    """Say whether the answer's text is the one that API Gateway logged, whatever its headers are."""
    logged, told = (_plain(text or "") for text in (call.message, message_of(seen.body or "")))
    return bool(logged) and logged == told


def _plain(text: str) -> str:
    """Return *text* up to what may be masked in it, which a log and an answer mask each in its own way."""
    return text.strip().partition("'")[0].rstrip(". ").lower()


def _story(call: LoggedCall) -> str:
    """Say in one line what was logged."""
    parts = [f"status {call.status}"] if call.status else []
    parts += [part.rstrip(". ") for part in (call.response_type, call.words, call.message) if part]
    if call.vpce:
        parts.append(f"through {call.vpce}")
    return ", ".join(dict.fromkeys(parts)) or "nothing about its end"


def _other_endpoint(case: Case, call: LoggedCall, evidence: list[Evidence], name: str) -> Iterator[Finding]:
    """The line names the endpoint; it proves the path."""
    thought = endpoint(case)
    case.expect(thought.missing)
    if call.vpce and thought.known and thought.value and thought.value.vpc_endpoint_id != call.vpce:
        own = thought.value.vpc_endpoint_id
        yield warned(
            "O04",
            f"The log says that the call came through {call.vpce}; it is judged as if through {own}.",
            fix=f"Judge the path that the call really takes: --via {call.vpce}.",
            subject=name,
            evidence=evidence,
        )


def _other_answer(
    case: Case, seen: HttpSeen, call: LoggedCall, evidence: list[Evidence], name: str
) -> Iterator[Finding]:
    """API Gateway answered something else than what arrived: somebody in between answers or changes answers."""
    if seen.outcome != "response" or call.status in (None, seen.status):
        return
    logged_bad, seen_bad = (call.status or 0) >= 400, (seen.status or 0) >= 400
    if not is_from_gateway(seen.headers) or logged_bad != seen_bad:
        yield warned(
            "O05",
            f"API Gateway logged status {call.status}, and {seen.status} arrived: something on the way answers.",
            fix="Find the proxy, firewall or load balancer between caller and endpoint that changes answers.",
            subject=name,
            evidence=[*evidence, case.show(seen, "status", "headers", subject=seen.url)],
        )
