"""The test call is admitted.

Why it matters
--------------
This is what the user sees: the answer to the call itself. A 403 has fifteen causes and more; its text,
header and masked ARN tell which layer refused.

How it decides
--------------
The call is made as the caller would make it (GET, HEAD or OPTIONS only). An answer of API Gateway that
refuses is read: who refused, in which words, for which stage, method and path. A configuration fault of
the same layer explains it.

How to fix
----------
Mend what explains it; an unexplained refusal names the layer to look at.

References
----------
- https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden
- https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    ADMITTED,
    CALL_READS,
    CALLER_READS,
    Case,
    Finding,
    Fingerprint,
    answer,
    api_side,
    check,
    domain_side,
    failed,
    impossible,
    method,
    passed,
    principal,
    reading,
    resolved,
    tls,
)

BY_LAYER = {
    ("resource", True): "A03",
    ("resource", False): "A02",
    ("endpoint", True): "A09",
    ("endpoint", False): "A08",
    ("identity", False): "A11",
}
"""The fault to name when a layer refuses (explicitly or not) and nothing in the configuration explains it."""

ECHOES = {
    "signature_time": "A16",
    "signature_scope": "A14",
    "signature_incomplete": "A19",
    "token_invalid": "A17",
    "token_expired": "A17",
}
"""Refusals that other checks of this layer find; a signature that does not match has several causes."""


@check(
    needs=("invoke/tls-is-trusted",),
    reads=(*CALL_READS, *CALLER_READS),
    probes=("identity", "tcp", "tls", "http"),
    faults=(
        "D22",
        "A02",
        "A03",
        "A08",
        "A09",
        "A11",
        "A12",
        "A22",
        "H06",
        "A18",
        "A20",
        "A21",
        "H02",
        "H11",
        "H12",
        "O05",
        "O04",
        "N15",
        "N16",
    ),
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
        yield failed(
            "N15" if seen.outcome == "timeout" else "O05",
            f"The test call ended with {seen.outcome} after TLS was established.",
            fix="Look for a middlebox that cuts or stalls the connection, and for a path MTU that is too small.",
            subject=seen.url,
            confidence="possible",
            evidence=evidence,
        )
        return
    said = reading(case).value
    if said.kind in ADMITTED:
        known = resolved(case)
        aside = bool(seen.address and known.known and seen.address not in known.value)
        where = f", sent to {seen.address} although the name leads elsewhere" if aside else ""
        words = f"API Gateway admits the call (status {seen.status}{where})."
        yield passed(words, subject=seen.url, evidence=evidence)
        return
    fault, words, fix = _meaning(case, said)
    layer = said.denial.layer if said.denial and said.denial.layer else None
    yield failed(
        fault,
        f"{seen.status}: {words}",
        fix=fix,
        subject=seen.url,
        confidence="likely" if said.denial else "possible",
        evidence=evidence,
        affects=[layer] if layer else [],
    )


def _meaning(case: Case, said: Fingerprint) -> tuple[str | None, str, str]:
    if said.denial is not None:
        return _refused(case, said)
    match said.kind:
        case "not_api_gateway":
            if issuer := _foreign_issuer(case):
                return (
                    "N16",
                    f"The answer does not come from API Gateway, and the certificate is issued by {issuer}: a firewall "
                    "that inspects TLS answers.",
                    "Except the name from TLS inspection on the firewall or proxy between caller and endpoint.",
                )
            return (
                "O05",
                "The answer does not come from API Gateway.",
                "Find the proxy or load balancer that answers.",
            )
        case "missing_token":
            found = method(case)
            unsigned = found.known and found.value and found.value.authorization == "AWS_IAM"
            if unsigned and principal(case).known and principal(case).value is None:
                return (
                    "A18",
                    "The method asks for a signature, the call has none.",
                    "Sign the call with SigV4.",
                )
            return "H02", said.text, "Call a stage, path and method that are deployed."
        case "authorizer_denied" | "unauthorized":
            fault = "A21" if _authorization(case) == "COGNITO_USER_POOLS" else "A20"
            return (
                fault,
                said.text,
                "Send the token that the authorizer asks for, and look into the authorizer's log.",
            )
        case kind if kind.startswith(("signature_", "token_")):
            return ECHOES.get(kind), said.text, "See what is wrong with signature or credentials."
        case "forbidden":
            return _forbidden(case, said.text)
        case "throttled":
            return "H11", said.text, "Slow down, or raise the throttle or quota."
    return (
        "H12",
        said.text or "refused",
        "Look at the web ACL of the stage, the API key and the custom domain's mappings.",
    )


def _foreign_issuer(case: Case) -> str | None:
    """Return who issued the certificate of an AWS name when that is not Amazon; None when it is, or is not known."""
    seen, name = answer(case).value, case.request.name or ""
    if seen.address is None or case.request.form in (None, "custom-domain"):
        return None
    handshake = tls(case, seen.address, name, case.request.port)
    if not handshake.known or not handshake.value.issuer or "amazon" in handshake.value.issuer.lower():
        return None
    return handshake.value.issuer


def _forbidden(case: Case, text: str) -> tuple[str, str, str]:
    """Tell apart by a path that cannot exist: an API that is reached answers it with other words than `Forbidden`."""
    other = impossible(case)
    case.expect(other.missing)
    if case.request.domain is not None:
        return (
            "H06",
            f"{text}: the call does not get through the custom domain {case.request.domain}.",
            "If the access association or the domain is younger than 15 minutes, wait; then look at the "
            "domain's mappings and the web ACL of the stage.",
        )
    if other.known and other.value.kind == "forbidden":
        words = f"{text}, also for a path that cannot exist: the call does not reach the API."
        return "D22", words, "Check API id, Region and Host, and that the API is private and deployed."
    return "H12", text, "Look at the web ACL of the stage, the API key and the custom domain's mappings."


def _refused(case: Case, said: Fingerprint) -> tuple[str, str, str]:
    denial = said.denial
    layer = denial.layer if denial else None
    explicit = bool(denial and denial.kind == "explicit")
    fault = BY_LAYER.get((layer or "resource", explicit), "A12")
    if denial and denial.domain and layer == "resource":
        fault = "A22"
    asked = domain_side(case) if denial and denial.domain and case.request.domain else api_side(case)
    agrees = not asked.known or layer is None or layer in asked.value.verdict.denied_layers
    if not agrees:
        words = f"{said.text} The policies that were read would not refuse: something changed, or is not deployed."
        return (
            fault,
            words,
            f"Read the {layer} policy again and deploy the API; check which endpoint the call uses.",
        )
    return fault, said.text, f"Let the {layer or 'policy'} layer allow the call."


def _authorization(case: Case) -> str | None:
    found = method(case)
    return found.value.authorization if found.known and found.value else None
