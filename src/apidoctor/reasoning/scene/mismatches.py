"""What a signature mismatch means: the canonical request that was signed beside the one that the server shows.

Source: IAM user guide, "Troubleshoot Signature Version 4 signing for AWS API requests".
"""

from collections.abc import Iterator

from msgspec import structs

from apidoctor.model.finding import Finding, failed
from apidoctor.model.observation import HttpSeen
from apidoctor.model.report import Candidate, Evidence
from apidoctor.reasoning.scene.attribution import attributed
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.signing.another import Another
from apidoctor.reasoning.signing.compare import Difference
from apidoctor.reasoning.signing.mismatch import SECRET, Compared, compared

ENDPOINT_FORMS = ("endpoint-host", "endpoint-id-header", "endpoint-zonal", "custom-domain-endpoint")
"""Forms of calls by the endpoint's name, whose Host clients often do not sign."""
SAME_SO_FAR = (
    "No line differs: most likely the secret key does not belong to the access key id, or what is not shown "
    "differs."
)
"""What it means that nothing differs in a text that breaks off: API Gateway's ends with the string to sign."""


def judge_mismatch(case: Case, seen: HttpSeen, evidence: list[Evidence]) -> Iterator[Finding]:
    """Name the first line that differs for each fault, and what stands on both sides."""
    found = compared(seen)
    if found.another is not None:
        yield _of_another(case, seen, found.another, evidence)
        return
    told: set[str] = set()
    for line in found.differences:
        if line.meaning.fault in told:
            continue
        told.add(line.meaning.fault)
        rival = line.meaning.rival
        proved = rival is None and (found.ours == "signed" or line.meaning.fault in ("A15", "A26"))
        yield failed(
            line.meaning.fault,
            f"{line.meaning.words}{_as_far(found)}",
            fix=line.meaning.fix,
            subject=seen.url,
            evidence=[
                _side_by_side(case, seen, line, found.ours, found.shown, len(found.differences)),
                *evidence,
            ],
            confidence="certain" if proved else "likely",
            candidates=_ranked(line.meaning.fault, rival) if rival else (),
        )
    if not told:
        yield _alike(case, seen, found, evidence)


def _of_another(case: Case, seen: HttpSeen, text: Another, evidence: list[Evidence]) -> Finding:
    """Judge a text of the server that is of another request: what happened to this one, nobody knows."""
    words = (
        f"The text in the answer is of another request: that one was signed at {text.theirs}, this one at {text.ours}. "
        "Perhaps something on the way answers from a cache, or writes X-Amz-Date anew."
    )
    times = {"element": "X-Amz-Date", "signed": text.ours, "received": text.theirs}
    cached = Candidate(
        "A26",
        "possible",
        "Something on the way gives an old answer, or changes the time that was signed.",
        "Age, Via and X-Cache of the answer; the same call past the proxy; whether a second call gets the same text.",
    )
    return failed(
        cached.fault,
        words,
        fix="Keep proxies on the way from caching answers of signed calls, call again, and compare with its own text.",
        subject=seen.url,
        evidence=[case.derived("signing", times, seen.url), *evidence],
        confidence="possible",
        candidates=[cached, *(one for one in attributed(case).value if one.fault != cached.fault)],
    )


def _as_far(found: Compared) -> str:
    """Return what to add where the server's text breaks off."""
    return " The text of the server breaks off: only what it shows was compared." if found.breaks_off else ""


def _ranked(first: str, other: str) -> list[Candidate]:
    """Return the two faults that one difference may have, the likelier first."""
    words = "The canonical request that the server shows is the same for both."
    separate = "The same call past whatever is on the way; the log of what is on the way."
    return [Candidate(first, "likely", words, separate), Candidate(other, "possible", words, separate)]


def _side_by_side(
    case: Case, seen: HttpSeen, line: Difference, ours: str, shown: bool, count: int
) -> Evidence:
    other = "received" if shown else "sent"
    lines = {ours: line.signed or "(no such line)", other: line.received or "(no such line)"}
    return case.derived("signing", {"element": line.element, **lines, "differing": count}, seen.url)


def _alike(case: Case, seen: HttpSeen, found: Compared, evidence: list[Evidence]) -> Finding:
    """Judge a mismatch of which no line differs: what is not known decides between the faults that are left."""
    if found.ours == "signed" and found.shown:
        return _secret(case, seen, found, evidence)
    if found.shown:
        words = "The request arrived as it was sent: the client signed something else, or with another secret key."
        words += _as_far(found)
        fix = "Compare the canonical request that API Gateway shows with the one that the client signed."
    else:
        end = ", as it breaks off" if found.breaks_off else ""
        words = f"The signature does not fit the request, and the answer does not show why{end}."
        fix = "Sign exactly what is sent: encoded path and query, headers and body; check the secret key."
    left: tuple[str, ...] = ("A25", "A15") if found.shown else ("A25", "A26", "A15")
    sent = seen.sent.get("host") or seen.host or case.request.host or ""
    # Every client signs the URL's own name: where that is known to have arrived, nothing speaks for another Host.
    by_name = found.shown and sent.lower().partition(":")[0] == case.request.name
    is_ours = found.ours == "signed" or "signed-host" in seen.sent
    if case.request.form in ENDPOINT_FORMS and not by_name and not is_ours:
        words += f" Calls by the endpoint's name are often not signed for the Host {sent}."
        fix = f"Sign the Host header that is sent ({sent}). {fix}"
        left = ("A15", *(fault for fault in left if fault != "A15"))
    known = {one.fault: one for one in attributed(case).value}
    ranked = [known[fault] for fault in left if fault in known] or list(known.values())
    if ranked[0].confidence == "possible" and (found.shown or left[0] == "A15"):
        ranked[0] = structs.replace(ranked[0], confidence="likely")
    return failed(
        ranked[0].fault,
        words,
        fix=fix,
        subject=seen.url,
        evidence=evidence,
        confidence=ranked[0].confidence,
        candidates=ranked,
    )


def _secret(case: Case, seen: HttpSeen, found: Compared, evidence: list[Evidence]) -> Finding:
    """Judge a mismatch whose texts are the same on both sides, as far as they go."""
    words, lines = SECRET.words, {"canonical request": "the same on both sides"}
    if found.is_whole:
        lines["string to sign"] = "the same on both sides"
    if found.breaks_off:
        words = f"{SAME_SO_FAR}{_as_far(found)}"
        lines["canonical request"] = "the same on both sides, as far as it is shown"
    return failed(
        SECRET.fault,
        words,
        fix=SECRET.fix,
        subject=seen.url,
        evidence=[case.derived("signing", lines, seen.url), *evidence],
        confidence="certain" if found.is_whole else "likely",
    )
