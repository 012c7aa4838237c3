"""The test call is admitted.

Why it matters
--------------
This is what the user sees: the answer to the call itself. A 403 has fifteen causes and more; status, headers,
body, and the masked ARN in it tell which layer refused.

How it decides
--------------
The call is made as the caller would make it (another method than GET, HEAD or OPTIONS only with
`--allow-unsafe-method`). A refusal is read: who answered, in which words, for which stage, method and path.
Every fault that fits is listed, the likeliest first, with the observation that would tell it from the next;
what configuration or another answer excludes is left out. An access association always may be younger than 15
minutes. Where nothing is left, O04 leads, and a fault stays that only configuration speaks against which
takes effect late (a default name that was off, an access mode, a web ACL). Such a fault says so, and to wait
is its fix. Only where one more harmless call separates them it is made: a path that cannot exist (an API that
is reached answers it in other words than `Forbidden`), the same call with a signature, the same call with the
API's own name as SNI and Host. A configuration fault explains the refusal where it can have such an answer (of a
policy: where the text names its layer, or none); another one is met once this one is mended, and stands after it.

An answer without API Gateway's error type is the backend's, unless it has status and words of a gateway
response that the API's owner changed, or says a message or type of API Gateway's: then that names the fault. So
does the custom response (status, body, headers) of a block in the stage's web ACL.
What API Gateway's own log says of this very call is stronger than how the answer looks. A 401, 403 or 429 of
which neither configuration nor another call tells who wrote it stays undecided.

An answer is waited for about as long as API Gateway itself waits for a backend (29 s), where `--timeout` leaves room.
When none comes after TLS was established, the backend is slow or the way loses or holds back what is sent: a call of
a path that no API has, which no backend sees, and a measured path tell these apart.

How to fix
----------
Mend what explains it; an unexplained refusal names the layer to look at, and what would tell the rest apart.

References
----------
- https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden
- https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from collections.abc import Iterator, Sequence

from apidoctor.checkkit import (
    ADMITTED,
    OF_REFUSALS,
    Candidate,
    Case,
    Evidence,
    Finding,
    Fingerprint,
    Gap,
    HttpSeen,
    LoggedCall,
    Missing,
    answer,
    api_side,
    attributed,
    check,
    climbed,
    differences,
    domain_side,
    failed,
    foreign_issuer,
    passed,
    reading,
    resolved,
    rungs,
    unknown,
)
from apidoctor.model.report import Confidence
from apidoctor.reasoning.apigateway.fingerprints import refused_request
from apidoctor.reasoning.apigateway.web_acl import Step
from apidoctor.reasoning.attribution.fixes import FIXES, fix_of
from apidoctor.reasoning.attribution.others import are_alike
from apidoctor.reasoning.attribution.rank import LATE, could_be
from apidoctor.reasoning.scene.gateway_responses import gateway_responses
from apidoctor.reasoning.scene.logs import refused_by_log
from apidoctor.reasoning.scene.silence import RESET, candidates, silence
from apidoctor.reasoning.scene.web_acl import web_acl_answer

TELLS_NOTHING = frozenset({"forbidden", "missing_token", "not_api_gateway", "http_api"})
"""Kinds of answers whose words do not say what is wrong."""

OF_TIMEOUTS = (
    "invoke/full-packets-get-through",
    "integration/targets-are-healthy",
    "integration/load-balancer-is-active",
    "integration/vpc-link-is-available",
    "integration/listener-takes-the-port",
    "integration/time-out-outlasts-the-function",
)
"""What explains a call that no answer came to: of other faults behind the method API Gateway tells at once."""
UNANSWERED = frozenset({"B02", "B04"})
"""Faults behind the method that leave a call without an answer: policies and API always give one."""
BESIDE = {
    None: "",
    "answered": " API Gateway answers a call of a path that no API has.",
    "silent": " A call of a path that no API has gets no answer either.",
}
"""What the other call shows of a silence."""
PROXIED = "proxy_error"
"""Outcome of a call that a proxy took and did not let through (catalogue, N19: ``proxyconnect``)."""


@check(
    needs=("invoke/tls-is-trusted",),
    reads=OF_REFUSALS["reads"],
    probes=(*OF_REFUSALS["probes"], "path_mtu"),
    faults=tuple(FIXES),
    explained_by=(
        "policy/*",
        "api/*",
        "domain/*",
        "naming/*",
        "endpoint/*",
        "invoke/signature-is-accepted",
        "invoke/credentials-are-valid",
        "invoke/clock-is-right",
        "invoke/no-proxy-takes-the-call",
    ),
    playbook="forbidden-403",
    position=60,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the answer."""
    seen = answer(case).value
    evidence = [
        case.show(seen, "method", "url", "host", "signed", "status", "headers", "body", subject=seen.url)
    ]
    if seen.outcome != "response":
        yield _silent(case, seen, evidence)
        return
    said = reading(case).value
    if said.kind in (*ADMITTED, "untyped") and not said.error_type and (step := _blocking(case)):
        yield _blocked(seen, step, evidence)
    elif said.kind in ADMITTED:
        refusal = refused_by_log(case)
        case.expect(refusal.missing)
        if refusal.known and refusal.value is not None:
            yield _logged(case, seen, refusal.value, evidence)
        else:
            yield passed(_admitted(case, seen, said), subject=seen.url, evidence=evidence)
    else:
        yield _refused(case, seen, said, evidence)


def _blocking(case: Case) -> Step | None:
    """Return the block of the web ACL whose custom response the answer is; it looks as a backend's."""
    own = web_acl_answer(case)
    case.expect(own.missing)
    return own.value if own.known else None


def _blocked(seen: HttpSeen, step: Step, evidence: list[Evidence]) -> Finding:
    who = f"rule {step.rule}" if step.rule else "the default action"
    return failed(
        "H12",
        f"{seen.status}: the answer is the custom response with which {who} of the stage's web ACL blocks.",
        fix=FIXES["H12"],
        subject=seen.url,
        confidence="likely",
        evidence=evidence,
    )


def _silent(case: Case, seen: HttpSeen, evidence: list[Evidence]) -> Finding:
    words = f": {seen.sent['failed']}" if "failed" in seen.sent else ""
    if seen.outcome == PROXIED:
        told = f" (status {seen.status})" if seen.status else ""
        return failed(
            "N19",
            f"A proxy takes the test call and does not let it through{told}{words}.",
            fix=FIXES["N19"],
            subject=seen.url,
            could_be=frozenset({"N19"}),
            confidence="likely",
            evidence=evidence,
        )
    found: Sequence[Candidate] = RESET if seen.outcome == "reset" else ()
    beside, late = "", seen.outcome == "timeout"
    if late:
        known = silence(case).value
        found, beside = candidates(known), BESIDE[known.refusal]
        what = "an answer that began and did not end" if known.begun else "no answer"
        words = f": {what} within {known.waited:g} s" if known.waited else words
    first = found[0] if found else Candidate("O05", "possible", "")
    return failed(
        first.fault,
        f"The test call ended with {seen.outcome} after TLS was established{words}.{beside}",
        fix=FIXES[first.fault],
        subject=seen.url,
        confidence=first.confidence,
        evidence=evidence,
        could_be=UNANSWERED,
        explained_by=OF_TIMEOUTS if late else (),
        candidates=found if len(found) > 1 else (),
    )


def _admitted(case: Case, seen: HttpSeen, said: Fingerprint) -> str:
    if refused := refused_request(said):
        return f"Every policy lets the call pass; {refused} ({said.text})."
    known = resolved(case)
    aside = bool(seen.address and known.known and seen.address not in known.value)
    where = f", sent to {seen.address} although the name leads elsewhere" if aside else ""
    return f"API Gateway admits the call (status {seen.status}{where})."


def _logged(case: Case, seen: HttpSeen, line: LoggedCall, evidence: list[Evidence]) -> Finding:
    """Judge an answer in the owner's words that API Gateway's own log of this very call calls a refusal."""
    because = f"The log of the call says it: {line.words.rstrip('.')}."
    # Another status than the one that arrived: somebody on the way changed the answer, or it is another's.
    is_same = line.status in (None, seen.status) or line.confidence != "certain"
    sure: Confidence = line.confidence if is_same else "likely"
    found = tuple(
        Candidate(fault, "possible" if place else sure, because) for place, fault in enumerate(line.faults)
    )
    return failed(
        found[0].fault,
        f"{seen.status}: the answer looks as the backend's, and API Gateway logged that it refused the call "
        f"({line.response_type}): {line.words.rstrip('.')}.",
        fix=fix_of(found),
        subject=seen.url,
        confidence=sure,
        evidence=[*evidence, case.cite(line.source, line.line, line.place)],
        candidates=found if len(found) > 1 else (),
    )


def _refused(case: Case, seen: HttpSeen, said: Fingerprint, evidence: list[Evidence]) -> Finding:
    found = attributed(case).value
    first = found[0] if found else None
    if said.kind == "untyped" and not (first and _is_sure(first)) and _is_open(case, said):
        impossible = climbed(case).value.impossible
        compared = ", and a path that no API has is answered otherwise" if impossible else ""
        whose = "the backend's answer, or a gateway response of the API's own"
        words = f"{seen.status} without an error type{compared}: {whose}."
        return unknown(_who_answered(case), words, subject=seen.url, evidence=evidence)
    layer = said.denial.layer if said.denial else None
    words = _words(case, said)
    if first and (_is_sure(first) or first.because in LATE) and said.kind in TELLS_NOTHING:
        words = f"{words.rstrip('.')}. {first.because}"
    others = [
        case.show(each, "url", "server_name", "host", "signed", "status", "body") for each in rungs(case)
    ]
    evidence = [*evidence, *others]
    return failed(
        first.fault if first else None,
        f"{seen.status}: {words}",
        fix=fix_of(found),
        subject=seen.url,
        confidence=first.confidence if first else "possible",
        evidence=evidence,
        affects=[layer] if layer else [],
        could_be=could_be(said, climbed(case).value),
        candidates=found if len(found) > 1 else (),
    )


def _is_open(case: Case, said: Fingerprint) -> bool:
    """Say whether nothing tells API Gateway's own words from a backend's: no other call had the same answer."""
    other = climbed(case).value
    return not other.own_types and (other.impossible is None or not are_alike(said, other.impossible))


def _who_answered(case: Case) -> list[Missing]:
    """Return what would tell a backend's answer from a gateway response: those that were changed, or another call."""
    own = gateway_responses(case)
    if climbed(case).value.impossible is None:
        return [
            *own.missing,
            Gap("host: a test call of a path that no API has, which a backend does not see"),
        ]
    return [
        Gap("fact: the API's gateway responses, or error.responseType in the access log of this call"),
        *own.missing,
    ]


def _is_sure(first: Candidate) -> bool:
    return first.confidence != "possible"


def _words(case: Case, said: Fingerprint) -> str:
    """Say what was refused in whose words."""
    if said.kind == "not_api_gateway":
        issuer = foreign_issuer(case)
        by = f", and the certificate is issued by {issuer.value}" if issuer.known and issuer.value else ""
        return f"The answer does not come from API Gateway{by}."
    if said.kind == "untyped" and (types := climbed(case).value.own_types):
        return f"The answer looks as the API's own gateway response {' or '.join(types)}, which hides what was refused."
    if said.kind == "untyped":
        return "A path that no API has gets the same answer: a gateway response of the API's own, or a greedy path."
    text = said.text or f"{said.error_type or 'refused'}, without a text"
    if said.kind == "forbidden" and _is_unreached(case):
        there = (
            "no stage of the API is reached" if _may_lack_stage(case) else "the call does not reach the API"
        )
        return f"{text.rstrip('.')}, also for a path that cannot exist: {there}."
    if said.denial is not None:
        told = differences(case, said.denial)
        text = " ".join([f"{text.rstrip('.')}.", *told]) if told else text
    denial = said.denial
    asked = domain_side(case) if denial and denial.domain and case.request.domain else api_side(case)
    if (
        denial is None
        or denial.layer is None
        or not asked.known
        or denial.layer in asked.value.verdict.denied_layers
    ):
        return text
    return f"{text.rstrip('.')}. {_unread(denial.layer)}"


def _unread(layer: str) -> str:
    """Say why the policies that were read do not refuse: those of an organization cannot be read here."""
    if layer in ("resource", "endpoint"):
        return "The policies that were read would not refuse: something changed, or is not deployed."
    return (
        "The policies that were read would not refuse: the one that does was not read, or something changed."
    )


def _may_lack_stage(case: Case) -> bool:
    return any(one.fault == "H03" for one in attributed(case).value)


def _is_unreached(case: Case) -> bool:
    other = climbed(case).value.impossible
    return other is not None and other.kind == "forbidden"
