"""TLS is established with API Gateway's own certificate.

Why it matters
--------------
Something between caller and endpoint that speaks TLS itself, a name that the certificate does not have,
or a wrong clock end the call before a request is sent.

How it decides
--------------
A handshake with the name of the URL as SNI is made with each address that accepts connections; the chain must lead to
a trusted CA, the name must match, and the dates must be right. TLS 1.2 is the floor. An alert does not tell which side
asks too much: both are listed. Where the server says that the version is too low, and the security policy of API or
custom domain takes TLS 1.3 alone, that policy is the likely one. Silence lists what may cause it: lost large packets,
unless the path was measured and is whole, a firewall that inspects TLS, and ACLs, unless their rules were read. The
endpoint's own certificate for the name of a custom domain tells that it serves none of that name: the name is no
private custom domain, or its access association is not there (yet).

How to fix
----------
Call a name that the certificate has, trust or bypass the intercepting proxy, or set the clock. Where a handshake goes
silent, measure the path and clamp TCP segments, or except the name from inspection.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
"""

from collections.abc import Iterator

from msgspec import structs

from apidoctor.checkkit import (
    DOMAIN_WAY_READS,
    NETWORK_READS,
    Candidate,
    Case,
    Evidence,
    Finding,
    PathMtuSeen,
    Probe,
    at_endpoint,
    check,
    dialled,
    endpoint_addresses,
    failed,
    passed,
    place,
    skipped,
    tcp,
    tls,
)
from apidoctor.model.observation import TlsSeen
from apidoctor.model.report import Confidence
from apidoctor.reasoning.scene.domains import access_associations
from apidoctor.reasoning.scene.flows import reached
from apidoctor.reasoning.scene.handshakes import shows_own, stranger
from apidoctor.reasoning.scene.security_policy import takes_newest_only

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

GUESSES = frozenset({"handshake_failure", "protocol_version", "timeout"})
"""Outcomes that several faults have; configuration or a measured path tells them apart."""
VERSIONS = "A handshake with TLS 1.2 beside one with TLS 1.3 (openssl s_client -tls1_2, -tls1_3)."
OLD_CLIENT = Candidate(
    "T01", "possible", "The client speaks no TLS 1.2, which is the least that private APIs take.", VERSIONS
)
NEW_POLICY = Candidate(
    "T05",
    "possible",
    "The security policy of API or custom domain asks for TLS 1.3 or ciphers that the client does not have.",
    f"securityPolicy of the API or the custom domain. {VERSIONS}",
)
ALERTS = {"handshake_failure": (NEW_POLICY, OLD_CLIENT), "protocol_version": (OLD_CLIENT, NEW_POLICY)}
"""Faults that end in the same alert, the likeliest first (catalogue, section 1, *TLS alert*)."""
LARGE = Candidate(
    "N15",
    "possible",
    "Large packets may be lost on the way: those of the certificate, or of a large hello.",
    "The path's MTU, which apidoctor probe measures, and the MTU of a tunnel on the way.",
)
INSPECTED = Candidate(
    "N16",
    "possible",
    "A firewall on the way that inspects TLS may hold the hello or its answer back.",
    "The firewall's log for this name; the same handshake from the endpoint's own subnet, past every firewall.",
)
AT_ENDPOINT = Candidate(
    "N05",
    "possible",
    "The network ACL of the endpoint's subnet may let replies out to a part of the ports only.",
    "That ACL: 1024-65535 out; several handshakes, some of which succeed.",
)
AT_CALLER = Candidate(
    "N04",
    "possible",
    "The network ACL of the caller's subnet may let replies in on a part of the ports only.",
    "That ACL: 1024-65535 in; several handshakes, some of which succeed.",
)
WHOLE = "The connection goes silent during the TLS handshake, though packets of full size get through."
FIXES = {
    "T01": "Let the client speak TLS 1.2 or newer.",
    "T05": "Let the client speak what the security policy of API or custom domain asks for, or choose another one.",
    "N04": "Allow TCP 1024-65535 in from the endpoint in the network ACL of the caller's subnet.",
    "N05": "Allow TCP 1024-65535 out to the caller in the network ACL of the endpoint's subnet.",
    "T02": "Call a name that the certificate has, or make the name a private custom domain of the endpoint.",
    "N15": "Clamp the TCP segment size on the tunnel, or let ICMP fragmentation-needed messages through.",
    "N16": "Except the name from TLS inspection on the firewall or proxy between caller and endpoint.",
}
"""What to do where it is not to find out who answers."""
UNSERVED = (
    Candidate(
        "T02",
        "likely",
        "The endpoint serves no domain of this name, and the certificate that it shows in its place lacks it.",
        "get-domain-names in the account that should own the domain: a private custom domain of this name, or none.",
    ),
    Candidate(
        "H06",
        "possible",
        "The name is a private custom domain, and the access association of this endpoint is missing, or too young.",
        "get-domain-name-access-associations in the account of the endpoint.",
    ),
)
"""What the endpoint's own certificate for a custom domain's name may mean."""


@check(
    needs=("invoke/tcp-connects",),
    probes=("dns", "tcp", "tls", "host", "path_mtu"),
    reads=(*NETWORK_READS, *DOMAIN_WAY_READS),
    faults=("H06", "N04", "N05", "N15", "N16", "O05", "T01", "T02", "T03", "T05", "T06", "T07"),
    explained_by=(
        "naming/*",
        "network/*",
        "domain/*",
        "invoke/clock-is-right",
        "invoke/full-packets-get-through",
    ),
    playbook="certificate-not-trusted",
    position=20,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the handshake with each address that accepts connections; the endpoint's own come first."""
    name = case.request.name if case.request.form != "direct-ip" else case.request.host_name
    if not name or case.request.scheme != "https":
        yield skipped("The URL does not use TLS.")
        return
    own = endpoint_addresses(case)
    addresses = [a for a in dialled(case).value if _is_open(case, a)]
    inside = [address for address in addresses if own.known and address in own.value]
    handshakes = [(a, tls(case, a, name, case.request.port)) for a in (inside or addresses)[:4]]
    case.expect([gap for _, handshake in handshakes for gap in handshake.missing])
    alike: dict[tuple[str, str, str, Confidence, tuple[Candidate, ...]], list[tuple[str, TlsSeen]]] = {}
    for address, handshake in handshakes:
        seen = handshake.value
        if seen.outcome == "verified":
            evidence = [_shown(case, address, seen)]
            words = f"{address} proves to be {name} ({seen.version})."
            yield passed(words, subject=address, evidence=evidence)
        else:
            fault, words = FAULTS[seen.outcome]
            found = _may_be(case, address, seen)
            if other := stranger(seen):
                fault, words, found = "O05", f"{other}: this is not API Gateway", ()
            elif found:
                fault = found[0].fault
                words = words if LARGE in found or seen.outcome != "timeout" else WHOLE
            key = (fault, words, seen.issuer or "", _confidence(seen), found)
            alike.setdefault(key, []).append((address, seen))
    for (fault, words, issuer, confidence, found), group in alike.items():
        yield _refused(case, fault, words, issuer, confidence, found, group)
    if not handshakes:
        yield skipped("No address accepts connections.")


def _may_be(case: Case, address: str, seen: TlsSeen) -> tuple[Candidate, ...]:
    """Return what may end a handshake so, the likeliest first; nothing where the outcome tells it."""
    if seen.outcome == "timeout":
        return _stalled(case, address)
    # A version that the client itself finds too old is no policy's doing.
    told = seen.outcome == "protocol_version" and not (seen.reason or "").endswith("UNSUPPORTED_PROTOCOL")
    policy = takes_newest_only(case) if told else None
    if policy is None:
        return ALERTS.get(seen.outcome, ())
    because = f"The security policy {policy} takes TLS 1.3 alone, and this client does not offer it."
    return structs.replace(NEW_POLICY, confidence="likely", because=because), OLD_CLIENT


def _stalled(case: Case, address: str) -> tuple[Candidate, ...]:
    """Return what silence at *address* may mean (aws.md E.5), without what was measured or read and is good."""
    where, way = place(case), reached(case, address)
    measured = next((seen for seen in case.observed(PathMtuSeen) if seen.address == address), None)
    size = Probe("path_mtu", name=case.request.name or "", address=address, port=case.request.port)
    case.expect([*where.missing, *way.missing, *([] if measured or not case.sources.probe else [size])])
    found = [] if measured and measured.outcome in ("ok", "smaller") else [LARGE]
    found.append(INSPECTED)
    if not way.known or way.value.reachable is None:
        outside = where.known and where.value.kind == "outside"
        found += [AT_ENDPOINT] if outside else [AT_ENDPOINT, AT_CALLER]
    elif narrow := [each for each in way.value.blockers if each.reason.startswith("nacl_")]:
        # A connection beside it succeeded: the ACL lets some ports through, and is no contradiction.
        ends = dict.fromkeys(AT_ENDPOINT if at_endpoint(case, each) else AT_CALLER for each in narrow)
        found = [*(structs.replace(each, confidence="likely") for each in ends), *found]
    return tuple(found)


def _refused(
    case: Case,
    fault: str,
    words: str,
    issuer: str,
    confidence: Confidence,
    candidates: tuple[Candidate, ...],
    group: list[tuple[str, TlsSeen]],
) -> Finding:
    """Tell one outcome once, for all the addresses that have it with the same issuer."""
    if fault != "O05" and any(shows_own(seen) for _, seen in group) and _may_be_associated(case):
        candidates = UNSERVED
    addresses = [address for address, _ in group]
    where = ", ".join(addresses)
    return failed(
        fault,
        f"{words.rstrip('.')} ({where}, issuer {issuer or 'unknown'}).",
        fix=FIXES.get(fault, "Find what answers in place of API Gateway."),
        subject=where,
        evidence=[_shown(case, address, seen) for address, seen in group],
        confidence=candidates[0].confidence if candidates else confidence,
        affects=[*addresses, *(["time"] if fault in ("T06", "T07") else [])],
        candidates=candidates if len(candidates) > 1 else (),
    )


def _may_be_associated(case: Case) -> bool:
    """Say whether an access association with the custom domain is open: no account told all that there are."""
    if case.request.domain is None:
        return False
    ties = access_associations(case, case.request.domain)
    case.expect([*ties.missing, *((gap for _, gap in ties.value.missing) if ties.known else ())])
    return not ties.known or bool(ties.value.missing)


def _shown(case: Case, address: str, seen: TlsSeen) -> Evidence:
    names = ("server_name", "outcome", "reason", "version", "subject", "issuer", "sans")
    return case.show(seen, *names, subject=address)


def _confidence(seen: TlsSeen) -> Confidence:
    """A certificate of execute-api itself proves that the endpoint answers, and serves the name to nobody."""
    if seen.outcome in GUESSES and not stranger(seen):
        return "possible"
    return "certain" if shows_own(seen) else "likely"


def _is_open(case: Case, address: str) -> bool:
    attempt = tcp(case, address, case.request.port)
    return attempt.known and attempt.value.outcome == "connected"
