"""API Gateway accepts the signature.

Why it matters
--------------
A signature that does not fit the request as API Gateway received it is refused with 403, whatever the
policies say. The usual cause is a Host that is signed but not sent: by clients that call the endpoint's
name, or by a proxy that rewrites.

How it decides
--------------
An Authorization header (or presigned query) given with the call is read first: scope, time, session token, signed
headers. What is wrong with it is blamed where the answer speaks of the signature, or of nothing; else it is a warning:
the refusal has another cause. Then the answer to the test call. For a mismatch the canonical request that was signed
stands beside the one that the server shows, and the first line that differs is the cause: a signed line that was not
sent is the client's (A15, A25), a received line that was not sent was changed on the way (A26). A path or query that
is shown exactly as it was sent arrived unchanged, and is only read by another rule (A25). When no line differs, the
secret key is another one's; where it is not known what was signed, or what arrived, all that is left is listed. A text
of another time than the call's is of another request and accuses none of its lines. An answer that misses a part of a
signature which was sent whole means that it was damaged on the way (A26). A text about time without a wrong clock means
that an old request was sent again.

How to fix
----------
Sign the Host header that is really sent, for service `execute-api` and the API's Region; keep proxies
from rewriting signed headers. `apidoctor sign TARGET --explain` shows what has to be signed.

References
----------
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
- https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    OF_REFUSALS,
    Candidate,
    Case,
    Evidence,
    Finding,
    HttpSeen,
    answer,
    attributed,
    check,
    clock_offset,
    failed,
    method,
    own_signature,
    passed,
    reading,
    sent_signature,
    skipped,
    warned,
)
from apidoctor.reasoning.scene.circumstances import signature_of
from apidoctor.reasoning.scene.clock import A_LOT
from apidoctor.reasoning.scene.mismatches import judge_mismatch
from apidoctor.reasoning.scene.through import domain

REFUSED = (
    "signature_time",
    "signature_scope",
    "signature_incomplete",
    "signature_mismatch",
    "signature_refused",
)
SPEAKS = {
    "A14": ("signature_scope", "signature_mismatch", "signature_refused"),
    "A16": ("signature_time", "signature_refused"),
    "A19": ("signature_incomplete", "signature_refused"),
}
"""Answers that can come of a fault of an own signature, where not all of `REFUSED` can: the time and the scope are
looked at before the signature is."""
SILENT_KINDS = ("not_api_gateway", "untyped", "other_refusal")
"""Answers that do not tell which gate refused."""
CREDENTIALS = ("A17",)
"""Faults of an own signature that invoke/credentials-are-valid tells."""
TEXTS = (
    ("Credential should be scoped", "A14", "is for another Region, service or scope"),
    ("Date in Credential scope", "A14", "has a scope of another day than X-Amz-Date"),
    ("must be a 'SignedHeader'", "A15", "does not cover the Host"),
    ("requires existence of", "A19", "has no date"),
)
"""Beginnings of what the verifier says besides *does not match*, the fault, and what it means."""


@check(
    needs=("invoke/tls-is-trusted",),
    **OF_REFUSALS,
    faults=("A14", "A15", "A16", "A19", "A25", "A26", "H02"),
    explained_by=("invoke/clock-is-right",),
    playbook="signature-refused",
    position=50,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the signature that the user brought, then what the answer says of the one that was sent."""
    own = list(_own(case))
    yield from own
    if own and not answer(case).known:
        return
    seen, said = answer(case).value, reading(case).value
    evidence = [case.show(seen, "status", "host", "sent", "body", subject=seen.url)]
    blamed = [one for one in own if one.status == "fail"]
    for finding in _refused(case, seen, said.kind, said.text, evidence):
        if (finding.status == "fail" or not own) and (not blamed or _adds(finding, blamed)):
            yield finding


def _adds(finding: Finding, own: list[Finding]) -> bool:
    """Say whether what the answer shows is more than what is already known of the signature that was brought."""
    told = {one.fault for one in own}
    return finding.status == "fail" and finding.confidence == "certain" and finding.fault not in told


def _own(case: Case) -> Iterator[Finding]:
    """Judge the authorization that the user gave the call; an answer that speaks of another gate is not its doing."""
    own, seen = own_signature(case).value, answer(case)
    if own is None:
        return
    asked = method(case)
    asks = asked.known and asked.value is not None and asked.value.authorization == "AWS_IAM"
    subject = seen.value.url if seen.known else case.request.name
    for problem in own.problems:
        is_token = "credential-scope" not in own.told and "signature-lacks" not in own.told
        if problem.fault in CREDENTIALS or (is_token and not asks):
            continue
        evidence = [case.derived("signing", {**own.told, "region": case.region}, subject)]
        if not _is_blamed(case, problem.fault):
            words = f"{problem.words} The answer does not speak of it."
            yield warned(problem.fault, words, fix=problem.fix, subject=subject, evidence=evidence)
            continue
        yield failed(
            problem.fault,
            problem.words,
            fix=problem.fix,
            subject=subject,
            evidence=evidence,
            confidence="certain" if problem.fault in ("A14", "A19") else "likely",
            affects=["time"] if problem.fault == "A16" else (),
        )


def _is_blamed(case: Case, fault: str) -> bool:
    """Say whether a fault of the own signature may be why the call was refused."""
    said = reading(case)
    kind = said.value.kind if said.known else None
    return kind is None or kind in SILENT_KINDS or kind in SPEAKS.get(fault, REFUSED)


def _refused(case: Case, seen: HttpSeen, kind: str, text: str, evidence: list[Evidence]) -> Iterator[Finding]:
    url = seen.url
    known = _known(text) if kind in REFUSED else None
    if known is not None and known[1] == "A14" and _is_ours(case, seen) and "scoped" in known[0]:
        yield _answered_elsewhere(case, seen, text, evidence)
    elif known is not None and _was_sent_whole(case, seen, known[0]):
        yield _damaged(case, seen, text, evidence)
    elif known is not None:
        _, fault, meaning = known
        scope = sent_signature(seen).scope
        signed = f" It was made for {'/'.join(scope)[:100]}." if scope else ""
        words = f"The signature {meaning}: {text[:300].strip()}{signed}"
        fix = (
            f"Sign for service execute-api in {case.region}."
            if fault == "A14"
            else "Sign Host and X-Amz-Date."
        )
        yield failed(fault, words, fix=fix, subject=url, evidence=evidence)
    elif kind == "signature_time":
        words = f"API Gateway finds the signature's time wrong: {text}"
        fix = "Sign each request when it is sent; do not send old ones again. Check the clock of what signs."
        if own_signature(case).value is None and _is_clock_right(case):
            words += "; this run signed the call when it sent it, and this host's clock is right."
            fix = "Find what delays calls between caller and endpoint, or sends old ones again: a proxy, a queue."
        yield failed("A16", words, fix=fix, subject=url, evidence=evidence, affects=["time"])
    elif kind == "signature_incomplete":
        yield _incomplete(case, seen, text, evidence)
    elif kind == "signature_refused":
        yield _untold(case, seen, evidence)
    elif kind == "signature_mismatch":
        yield from judge_mismatch(case, seen, evidence)
    elif kind == "missing_token" and signature_of(case, seen).is_aws:
        yield skipped(
            "API Gateway saw no signature, or has no such path: nothing is told of the one that was sent."
        )
    elif sent_signature(seen).is_aws or seen.signed:
        yield passed("The signature was not objected to.", subject=url)
    else:
        yield skipped("The call is not signed.")


def _known(text: str) -> tuple[str, str, str] | None:
    """Return the row of what the verifier says; one that asks for every part of a signature saw none at all."""
    lower = text.lower()
    if "requires 'credential'" in lower and "requires 'signature'" in lower:
        return None
    return next((row for row in TEXTS if row[0].lower() in lower), None)


def _was_sent_whole(case: Case, seen: HttpSeen, text: str) -> bool:
    """Say whether what a text (of `TEXTS`) misses is known to have been sent."""
    sent = signature_of(case, seen)
    if text == "requires existence of":
        return sent.is_whole and "x-amz-date" in seen.sent
    return text == "must be a 'SignedHeader'" and "host" in sent.signed_headers


def _damaged(case: Case, seen: HttpSeen, text: str, evidence: list[Evidence]) -> Finding:
    """Judge an answer that misses a part of the signature which was sent whole."""
    found = [one for one in attributed(case).value if one.fault == "A26"]
    cut = Candidate("A26", "likely", "", "The same call past the proxy; the same as a presigned URL.")
    return failed(
        "A26",
        f"A whole signature was sent, and API Gateway got less: {text[:300].strip()}",
        fix="Let Authorization and the headers x-amz-* pass whole and unchanged on the way.",
        subject=seen.url,
        evidence=evidence,
        confidence=(found or [cut])[0].confidence,
        candidates=attributed(case).value if found else (),
    )


def _is_ours(case: Case, seen: HttpSeen) -> bool:
    """Say whether this run made the signature itself, for the Region and service that are asked for."""
    scope = sent_signature(seen).scope
    return own_signature(case).value is None and scope[1:] == (case.region, "execute-api", "aws4_request")


def _is_clock_right(case: Case) -> bool:
    clock = clock_offset(case)
    return clock.known and abs(clock.value.seconds) + clock.value.uncertainty <= A_LOT


def _answered_elsewhere(case: Case, seen: HttpSeen, text: str, evidence: list[Evidence]) -> Finding:
    """Judge a refusal of a scope that is the run's own: another API answers, or this one is in another Region.

    The name of a custom domain tells no Region: where no account that was read has the domain, it was only assumed.
    """
    scope = "/".join(sent_signature(seen).scope)[:100]
    placed = domain(case)
    case.expect(placed.missing)
    words = (
        f"The answer wants another scope: {text[:300].strip().rstrip('.')}. The call was signed for {scope}, "
    )
    if case.request.domain is not None and not (placed.known and placed.value):
        words += f"and the name does not tell its Region: {case.region} was taken for it."
        fix = "Give the Region of the custom domain: --region."
    else:
        words += "which is right for the API that is called: something on the way, or another Region's API, answers."
        fix = f"Find what answers in place of the API in {case.region}: the address that was called, or a proxy."
    return failed("A14", words, fix=fix, subject=seen.url, evidence=evidence, confidence="likely")


def _incomplete(case: Case, seen: HttpSeen, text: str, evidence: list[Evidence]) -> Finding:
    if signature_of(case, seen).is_whole:
        return _damaged(case, seen, text, evidence)
    asked = method(case)
    if asked.known and asked.value is None:
        return skipped(
            "The path is not deployed: API Gateway then takes any Authorization header for a signature."
        )
    found = attributed(case).value
    certain = asked.known and asked.value is not None and asked.value.authorization == "AWS_IAM"
    return failed(
        "A19" if certain else found[0].fault,
        "The Authorization header is no AWS signature.",
        fix="Sign the call with SigV4; a bearer token belongs to another authorization type.",
        subject=seen.url,
        evidence=evidence,
        confidence="certain" if certain else found[0].confidence,
        candidates=() if certain else found,
    )


def _untold(case: Case, seen: HttpSeen, evidence: list[Evidence]) -> Finding:
    """Judge a refusal whose text was changed or left out: only its type says that the signature is meant."""
    found = attributed(case).value
    words = "API Gateway refuses the signature and does not say why: the text is the API's own, or left out."
    fix = "Call with GET, and read error.message in the access log; sign with apidoctor sign --explain and compare."
    return failed(
        found[0].fault,
        words,
        fix=fix,
        subject=seen.url,
        evidence=evidence,
        confidence="possible",
        candidates=found,
    )
