"""API Gateway accepts the signature.

Why it matters
--------------
A signature that does not fit the request as API Gateway received it is refused with 403, whatever the
policies say. The usual cause is a Host that is signed but not sent: by clients that call the endpoint's
name, or by a proxy that rewrites.

How it decides
--------------
The answer to the signed test call is read. For a mismatch the canonical request that the server shows is
compared with what was signed; a text about time without a wrong clock means that an old request was sent
again.

How to fix
----------
Sign the Host header that is really sent, for service `execute-api` and the API's Region; keep proxies
from rewriting signed headers.

References
----------
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
- https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden
"""

import re
from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    Case,
    Evidence,
    Finding,
    HttpSeen,
    answer,
    check,
    failed,
    passed,
    reading,
    skipped,
)

ENDPOINT_FORMS = ("endpoint-host", "endpoint-id-header", "endpoint-zonal", "custom-domain-endpoint")


@check(
    needs=("invoke/tls-is-trusted",),
    reads=CALL_READS,
    probes=("identity", "tcp", "http"),
    faults=("A14", "A15", "A16", "A19", "A25", "A26"),
    explained_by=("invoke/clock-is-right",),
    playbook="signature-refused",
    position=50,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge what the answer says of the signature."""
    seen, said = answer(case).value, reading(case).value
    evidence = [case.show(seen, "status", "host", "sent", "body", subject=seen.url)]
    match said.kind:
        case "signature_time":
            yield failed(
                "A16",
                f"API Gateway finds the signature's time wrong: {said.text}",
                fix="Sign each request when it is sent; do not send old ones again. Check the clock of what signs.",
                subject=seen.url,
                evidence=evidence,
                affects=["time"],
            )
        case "signature_scope":
            yield failed(
                "A14",
                f"The signature is for another Region or service: {said.text}",
                fix=f"Sign for service execute-api in {case.region}.",
                subject=seen.url,
                evidence=evidence,
            )
        case "signature_incomplete":
            yield failed(
                "A19",
                "The Authorization header is no AWS signature.",
                fix="Sign the call with SigV4; a bearer token belongs to another authorization type.",
                subject=seen.url,
                evidence=evidence,
            )
        case "signature_mismatch":
            yield _mismatch(case, seen, said.text, evidence)
        case _ if seen.signed:
            yield passed("The signature was not objected to.", subject=seen.url)
        case _:
            yield skipped("The call is not signed.")


def _mismatch(case: Case, seen: HttpSeen, text: str, evidence: list[Evidence]) -> Finding:
    sent = (seen.host or case.request.host or "").lower()
    signed = seen.sent.get("signed-host", sent).lower()
    match = re.search(r"^host:(\S+)", text, re.MULTILINE | re.IGNORECASE)
    received = match[1].lower() if match else None
    if signed != sent or (received is None and case.request.form in ENDPOINT_FORMS):
        fault, fix = "A15", f"Sign the Host header that is sent ({sent})."
        words = f"The signature is for Host {signed}, the request was sent with {sent}."
    elif received is not None and received != sent:
        fault, fix = "A26", "Keep the proxy or load balancer on the way from rewriting the Host header."
        words = f"The request was sent with Host {sent}, API Gateway received {received}."
    elif received is not None:
        fault, fix = (
            "A25",
            "Compare the canonical request that API Gateway shows with the one that was signed.",
        )
        words = (
            "The Host fits; path, query, headers or body were read differently, or the secret key is wrong."
        )
    else:
        fault, fix = (
            "A25",
            "Sign exactly what is sent: encoded path and query, headers and body; check the secret key.",
        )
        words = "The signature does not fit the request."
    return failed(
        fault,
        words,
        fix=fix,
        subject=seen.url,
        evidence=evidence,
        confidence="certain" if signed != sent or received else "likely",
    )
