"""TLS is established with API Gateway's own certificate.

Why it matters
--------------
Something between caller and endpoint that speaks TLS itself, a name that the certificate does not have,
or a wrong clock end the call before a request is sent.

How it decides
--------------
A handshake with the name of the URL as SNI is made with each address that accepts connections; the chain
must lead to a trusted CA, the name must match, and the dates must be right. TLS 1.2 is the floor.

How to fix
----------
Call a name that the certificate has, trust or bypass the intercepting proxy, or set the clock.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    Case,
    Evidence,
    Finding,
    check,
    dialled,
    endpoint_addresses,
    failed,
    passed,
    skipped,
    tcp,
    tls,
)
from apidoctor.model.observation import TlsSeen
from apidoctor.model.report import Confidence
from apidoctor.reasoning.scene.handshakes import shows_own, stranger

FAULTS = {
    "untrusted": (
        "T03",
        "The certificate is not signed by a trusted CA: TLS is intercepted, or another server answers.",
    ),
    "name_mismatch": ("T02", "The certificate does not have the name that is called."),
    "expired": ("T06", "The certificate is expired."),
    "not_yet_valid": ("T07", "The certificate is not valid yet: the host's clock is behind."),
    "protocol_version": ("T01", "Client and server have no TLS version in common."),
    "handshake_failure": ("T05", "The TLS handshake fails."),
    "timeout": ("N15", "The connection goes silent during the TLS handshake: large packets may be lost."),
    "reset": ("N16", "The connection is reset during the TLS handshake."),
}
"""What each outcome means: fault and words."""

GUESSES = frozenset({"handshake_failure", "timeout"})
"""Outcomes that several faults have; configuration or a measured path tells them apart."""


@check(
    needs=("invoke/tcp-connects",),
    probes=("dns", "tcp", "tls"),
    reads=("get_rest_api", "get_rest_apis", "describe_vpc_endpoints", "describe_network_interfaces"),
    faults=("N15", "N16", "O05", "T01", "T02", "T03", "T05", "T06", "T07"),
    explained_by=("naming/*", "network/*", "domain/*", "invoke/clock-is-right"),
    playbook="certificate-not-trusted",
    position=20,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the handshake with each address that accepts connections; the endpoint's own come first."""
    name = case.request.name if case.request.form != "direct-ip" else case.request.host
    if name is None or case.request.scheme != "https":
        yield skipped("The URL does not use TLS.")
        return
    own = endpoint_addresses(case)
    addresses = [a for a in dialled(case).value if _is_open(case, a)]
    inside = [address for address in addresses if own.known and address in own.value]
    handshakes = [(a, tls(case, a, name, case.request.port)) for a in (inside or addresses)[:4]]
    case.expect([gap for _, handshake in handshakes for gap in handshake.missing])
    alike: dict[tuple[str, str, str, Confidence], list[tuple[str, TlsSeen]]] = {}
    for address, handshake in handshakes:
        seen = handshake.value
        if seen.outcome == "verified":
            evidence = [_shown(case, address, seen)]
            words = f"{address} proves to be {name} ({seen.version})."
            yield passed(words, subject=address, evidence=evidence)
        else:
            fault, words = FAULTS[seen.outcome]
            if other := stranger(seen):
                fault, words = "O05", f"{other}: this is not API Gateway"
            key = (fault, words, seen.issuer or "", _confidence(seen))
            alike.setdefault(key, []).append((address, seen))
    for (fault, words, issuer, confidence), group in alike.items():
        yield _refused(case, fault, words, issuer, confidence, group)
    if not handshakes:
        yield skipped("No address accepts connections.")


def _refused(
    case: Case, fault: str, words: str, issuer: str, confidence: Confidence, group: list[tuple[str, TlsSeen]]
) -> Finding:
    """Tell one outcome once, for all the addresses that have it with the same issuer."""
    addresses = [address for address, _ in group]
    where = ", ".join(addresses)
    return failed(
        fault,
        f"{words.rstrip('.')} ({where}, issuer {issuer or 'unknown'}).",
        fix=_fix(fault),
        subject=where,
        evidence=[_shown(case, address, seen) for address, seen in group],
        confidence=confidence,
        affects=[*addresses, *(["time"] if fault in ("T06", "T07") else [])],
    )


def _shown(case: Case, address: str, seen: TlsSeen) -> Evidence:
    names = ("server_name", "outcome", "reason", "version", "subject", "issuer", "sans")
    return case.show(seen, *names, subject=address)


def _fix(fault: str) -> str:
    if fault == "T02":
        return (
            "Call a name that the certificate has, or make the name a private custom domain of the endpoint."
        )
    return "Find what answers in place of API Gateway."


def _confidence(seen: TlsSeen) -> Confidence:
    """A certificate of execute-api itself proves that the endpoint answers, and serves the name to nobody."""
    if seen.outcome in GUESSES and not stranger(seen):
        return "possible"
    return "certain" if shows_own(seen) else "likely"


def _is_open(case: Case, address: str) -> bool:
    attempt = tcp(case, address, case.request.port)
    return attempt.known and attempt.value.outcome == "connected"
