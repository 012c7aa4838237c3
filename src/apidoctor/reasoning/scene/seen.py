"""What the caller's host saw: observations as facts.  One that is not there is a probe still to be made."""

import zlib
from urllib.parse import urlsplit

from apidoctor.model.facts import Undecided
from apidoctor.model.missing import Gap, Probe
from apidoctor.model.observation import DnsSeen, HostSeen, HttpSeen, IdentitySeen, TcpSeen, TlsSeen
from apidoctor.reasoning.apigateway.fingerprints import read_answer
from apidoctor.reasoning.apigateway.names import header, is_address
from apidoctor.reasoning.naming.dhcp import AMAZON_DNS
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.inbound import inbound_addresses

FRESH = "apidoctor-"
"""What the label of a name begins with that was made up for one run."""


@fact
def host(case: Case) -> HostSeen:
    """Return what is known of the caller's host."""
    for seen in case.observed(HostSeen):
        return seen
    raise Undecided([Probe("host")])


@fact
def identity(case: Case) -> IdentitySeen:
    """Return whose credentials the caller's host has."""
    for seen in case.observed(IdentitySeen):
        return seen
    raise Undecided([Probe("identity")])


@fact
def system_answer(case: Case, name: str) -> DnsSeen:
    """Return what the caller's own resolution gives for *name*: getaddrinfo, or the servers named by ``--resolver``."""
    answers = [seen for seen in case.observed(DnsSeen) if _same_name(seen.name, name) and seen.type == "A"]
    if not all(is_address(address) for seen in answers for address in seen.addresses):
        raise Undecided([Gap(f"host: a readable answer for {name}")])
    for seen in answers:
        if seen.server == "system":
            return seen
    if answers:
        return next((seen for seen in answers if seen.outcome == "answer"), answers[-1])
    raise Undecided([Probe("dns", name=name, address="system", detail="A/getaddrinfo")])


@fact
def server_answers(case: Case, name: str) -> list[DnsSeen]:
    """Return what each configured DNS server answers for *name* when it is asked directly."""
    found = [
        seen for seen in case.observed(DnsSeen) if _same_name(seen.name, name) and seen.server != "system"
    ]
    if not case.sources.probe:
        return found
    servers = host(case).value.resolvers
    missing = [
        Probe("dns", name=name, address=server, detail=detail)
        for server in servers[:3]
        for detail in ("A/udp", "A/tcp")
        if not any(seen.server == server and seen.transport == detail.partition("/")[2] for seen in found)
    ]
    if missing:
        raise Undecided(missing)
    return found


@fact
def others(case: Case, name: str, record: str = "A") -> list[DnsSeen]:
    """Return what was seen of *name* besides the host's own resolution, the latest first."""
    return [
        seen
        for seen in case.observed(DnsSeen)
        if _same_name(seen.name, name) and seen.server != "system" and seen.type == record
    ]


def is_vpc_resolver(seen: DnsSeen) -> bool:
    """Say whether an answer is of the VPC's own resolver."""
    return seen.role == "vpc" or seen.server in AMAZON_DNS


def is_own_server(case: Case, seen: DnsSeen) -> bool:
    """Say whether an answer is of a server that the host itself uses (and not of one asked for comparison)."""
    if seen.role:
        return seen.role in ("configured", "link", "given")
    there = host(case)
    return seen.server == "system" or not there.known or seen.server in there.value.resolvers


@fact
def own_answers(case: Case, name: str, record: str = "A") -> list[DnsSeen]:
    """Return what the host's own resolution gave for *name* and record type, as far as that was seen."""
    return [
        seen
        for seen in case.observed(DnsSeen)
        if _same_name(seen.name, name) and seen.server == "system" and seen.type == record
    ]


@fact
def vpc_answers(case: Case, name: str) -> list[DnsSeen]:
    """Return what the VPC's own resolver answers; a host that was told which servers to ask is not made to ask it."""
    found = [seen for seen in others(case, name).value if is_vpc_resolver(seen)]
    there = host(case)
    own = there.known and there.value.cloud is not None and there.value.resolver_source != "option"
    if not found and own and case.sources.probe:
        case.expect([Probe("dns", name=name, address=AMAZON_DNS[0], detail="A/udp")])
    return found


@fact
def inbound_answers(case: Case, name: str) -> list[DnsSeen]:
    """Return what the addresses of inbound endpoints answer when this host asks them directly."""
    found = [seen for seen in others(case, name).value if seen.role == "inbound"]
    listed = inbound_addresses(case)
    case.expect(listed.missing)
    known = {one.address for one in listed.value} if listed.known else set()
    found += [seen for seen in others(case, name).value if seen.server in known and seen not in found]
    asked = {seen.server for seen in found}
    missing = [
        Probe("dns", name=name, address=address, detail=f"A/{transport}")
        for address in sorted(known)[:4]
        for transport in ("udp", "tcp")
        if address not in asked
    ]
    if case.sources.probe:
        case.expect(missing)
    return found


@fact
def fresh_answers(case: Case, name: str) -> list[DnsSeen]:
    """Return answers to a name beside *name* that nobody can have asked before: no cache holds it."""
    zone = name.partition(".")[2]
    found = [
        seen
        for seen in case.observed(DnsSeen)
        if seen.name.startswith(FRESH) and _same_name(seen.name.partition(".")[2], zone) and seen.type == "A"
    ]
    if not found and case.sources.probe and case.request.form == "private-dns":
        label = f"{zlib.crc32(case.taken_at.encode()):08x}"
        case.expect([Probe("dns", name=f"{FRESH}{label}.{zone}", address="system", detail="A/getaddrinfo")])
    return found


@fact
def root_answers(case: Case) -> list[DnsSeen]:
    """Return answers to a question that every resolver can answer, whatever it forwards: who serves the root."""
    found = [
        seen
        for seen in case.observed(DnsSeen)
        if seen.name.rstrip(".") == ""
        and seen.type == "NS"
        and seen.role not in ("inbound", "outside", "vpc")
    ]
    if not found and case.sources.probe:
        there = host(case)
        servers = there.value.resolvers[:3] if there.known else []
        case.expect([Probe("dns", name=".", address=server, detail="NS/udp") for server in servers])
    return found


@fact
def tcp(case: Case, address: str, port: int = 443) -> TcpSeen:
    """Return how a connection to *address* went; of several attempts a successful one counts."""
    attempts = [seen for seen in case.observed(TcpSeen) if seen.address == address and seen.port == port]
    for seen in attempts:
        if seen.outcome == "connected":
            return seen
    if attempts:
        return attempts[0]
    raise Undecided([Probe("tcp", address=address, port=port)])


@fact
def tls(case: Case, address: str, server_name: str, port: int = 443) -> TlsSeen:
    """Return how a TLS handshake with *address* for *server_name* went."""
    for seen in case.observed(TlsSeen):
        if seen.address == address and seen.port == port and _same_name(seen.server_name or "", server_name):
            return seen
    raise Undecided([Probe("tls", name=server_name, address=address, port=port)])


@fact
def http(case: Case, url: str, address: str, kind: str, port: int = 443) -> HttpSeen:
    """Return the answer to a test call; *kind* is ``unsigned``, ``signed`` or ``impossible``."""
    for seen in test_calls(case, url, kind):
        if seen.address in (None, address):
            return seen
    raise Undecided([Probe("http", name=url, address=address, port=port, detail=kind)])


def test_calls(case: Case, url: str, kind: str) -> list[HttpSeen]:
    """Return the test calls of *url* that were made, whatever their addresses, the latest first.

    One without an address went through a proxy: it stands for a direct one only where there is none.  One with another
    method answers for another call; only for GET, which a request has that names none, it stands where there is none.
    """
    method = case.request.method.upper()
    made = [
        seen
        for seen in case.observed(HttpSeen)
        if seen.signed == (kind == "signed")
        and _same_call(seen, url, kind)
        and (kind == "impossible" or method in ("GET", seen.method.upper()))
        and _names_same_api(case, seen, url)
        and "through" not in seen.sent
    ]
    return sorted(
        made,
        key=lambda seen: (
            kind != "impossible" and seen.method.upper() != method,
            seen.address is None,
            kind == "impossible" and not _is_invented(seen),
        ),
    )


def proxied_calls(case: Case, url: str) -> list[HttpSeen]:
    """Return the calls of *url* that went through a proxy, the latest first: they have no address."""
    return [
        seen for seen in case.observed(HttpSeen) if seen.address is None and _where(seen.url) == _where(url)
    ]


def received(seen: HttpSeen) -> dict[str, str]:
    """Return the headers of an answer by lower-case name: not every snapshot spells them so."""
    return {name.lower(): value for name, value in seen.headers.items()}


def _same_call(seen: HttpSeen, url: str, kind: str) -> bool:
    if kind == "impossible":
        return _where(seen.url)[0] == _where(url)[0] and (_is_invented(seen) or _is_no_route(seen, url))
    return not _is_invented(seen) and _where(seen.url) == _where(url)


def _is_invented(seen: HttpSeen) -> bool:
    """Say whether the path is one that we made up."""
    return "/apidoctor-" in seen.url


def _is_no_route(seen: HttpSeen, url: str) -> bool:
    """Say whether API Gateway found nothing at another path: what anybody's own tries prove as well as ours."""
    if _where(seen.url) == _where(url) or seen.outcome != "response":
        return False
    said = read_answer(seen.status or 0, seen.headers, seen.body or "")
    return said.kind == "missing_token" and bool(said.error_type)


def _names_same_api(case: Case, seen: HttpSeen, url: str) -> bool:
    """Say whether a call names its API as the request does: one URL can be called with several Hosts and ids."""
    if urlsplit(url).hostname != case.request.name:
        return True
    wanted = header(case.request, "x-apigw-api-id")
    sent = seen.sent.get("x-apigw-api-id")
    host = (seen.host or "").lower().partition(":")[0]
    same_host = not host or host == (case.request.host or "").lower().partition(":")[0]
    return same_host and (not seen.sent or (sent or None) == (wanted or None))


def _where(url: str) -> tuple[str, str]:
    """Return host with port, and path: names have no case, paths have (aws.md B.1), and a slash at the end counts."""
    parts = urlsplit(url)
    return parts.netloc.lower().removesuffix(":443"), parts.path or "/"


def _same_name(one: str, other: str) -> bool:
    return one.rstrip(".").lower() == other.rstrip(".").lower()
