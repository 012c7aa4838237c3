"""The answer that the caller gets: where a client connects, and what the test call brought."""

import ipaddress
from datetime import datetime
from email.utils import parsedate_to_datetime

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.facts import Undecided
from apidoctor.model.missing import Gap
from apidoctor.model.observation import HostSeen, HttpSeen, IdentitySeen
from apidoctor.model.report import Evidence
from apidoctor.reasoning.apigateway.fingerprints import ADMITTED, Fingerprint, read_answer
from apidoctor.reasoning.scene.api import method, stage_name
from apidoctor.reasoning.scene.caller import principal, read_principal
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.endpoint import endpoint_addresses
from apidoctor.reasoning.scene.seen import http, identity, system_answer, tcp
from apidoctor.reasoning.signing.brought import brings_authorization

HALF_A_SECOND = 0.5
"""How far a date that is cut to the second may be from its middle."""


class ClockOffset(Struct, frozen=True):
    """How far two clocks are apart."""

    seconds: float
    """AWS's clock minus this host's."""
    uncertainty: float
    """By how many seconds that may be wrong: half a second of the date, and half the time to the answer."""
    evidence: Evidence
    """Where it was measured."""


@fact
def resolved(case: Case) -> tuple[str, ...]:
    """Return the addresses that the caller's own resolution gives; an address in the URL stands for itself."""
    name = case.request.name or ""
    if case.request.form == "direct-ip":
        return (name,)
    return tuple(system_answer(case, name).value.addresses)


@fact
def dialled(case: Case) -> tuple[str, ...]:
    """Return the addresses to connect to: each endpoint interface, and whatever the name resolves to."""
    names, own = resolved(case), endpoint_addresses(case)
    case.expect([*names.missing, *own.missing])
    both = [*(names.value if names.known else ()), *(own.value if own.known else ())]
    if not both and not names.known:
        raise Undecided(names.missing)
    return tuple(sorted(set(both), key=_in_order))


def _in_order(address: str) -> tuple[int, int]:
    """Order addresses by value, whatever order DNS gave them in."""
    parsed = ipaddress.ip_address(address)
    return parsed.version, int(parsed)


@fact
def connected(case: Case) -> str | None:
    """Return the address that the test calls go to, None when none can be connected to.

    The endpoint's own addresses come first even when the name leads elsewhere: then the rest of the path can still be
    tested behind a broken name.
    """
    own = endpoint_addresses(case)
    addresses = dialled(case).value
    attempts = {address: tcp(case, address, case.request.port) for address in addresses}
    case.expect([gap for attempt in attempts.values() for gap in attempt.missing])
    good = [a for a in addresses if attempts[a].known and attempts[a].value.outcome == "connected"]
    if not good and any(not attempt.known for attempt in attempts.values()):
        raise Undecided([gap for attempt in attempts.values() for gap in attempt.missing])
    inside = [address for address in good if own.known and address in own.value]
    return next(iter(inside or good), None)


@fact
def is_signed(case: Case) -> bool:
    """Say whether the caller signs; when the method is unknown, an unsigned call is tried first.

    A call that the user gave an Authorization header goes out as it is: its signature, or token, is to be tried.
    """
    if brings_authorization(case.request):
        return False
    who = principal(case)
    case.expect(who.missing)
    return bool(who.known and who.value) or bool(case.request.as_ and case.request.as_ != "anonymous")


@fact
def called_url(case: Case) -> str:
    """Return the URL that is called; for a TARGET that is an id or ARN it gets the API's only stage."""
    request = case.request
    stage = request.stage if request.is_url else stage_name(case).value
    url = replace(request, stage=stage).url
    if url is None or (stage is None and not request.is_url):
        raise Undecided([Gap("fact: which URL is called: add --region and --stage, or give a whole URL")])
    return url


def _must_be_the_caller(case: Case) -> None:
    """Raise `Undecided` when the credentials of this host are not those of the principal that ``--as`` names."""
    wanted = case.request.as_
    if not wanted or wanted == "anonymous" or brings_authorization(case.request):
        return
    seen = identity(case)
    if seen.known and seen.value.principal:
        caller, own = read_principal(wanted), read_principal(seen.value.principal)
        if (caller.account, caller.name) != (own.account, own.name):
            words = f"host: a call that {wanted} signs; the credentials here are {own.arn}"
            raise Undecided([Gap(words, optional=True)])


@fact
def answer(case: Case) -> HttpSeen:
    """Return the answer to the call as the caller makes it: signed or not as the method asks for."""
    url = called_url(case).value
    _must_be_the_caller(case)
    kind = "signed" if is_signed(case).value else "unsigned"
    # A call through a proxy has no address: what it brought is for the check of proxies.
    for seen in sorted(case.observed(HttpSeen), key=lambda seen: seen.address is None):
        if http(case, url, seen.address or "", kind, case.request.port).known:
            return http(case, url, seen.address or "", kind, case.request.port).value
    first = _ask(case, url, kind)
    own = brings_authorization(case.request)
    if kind == "unsigned" and not own and case.request.as_ is None and _asks_for_signature(case, first):
        return _ask(case, url, "signed")
    return first


def _ask(case: Case, url: str, kind: str) -> HttpSeen:
    address = connected(case).value
    if address is None:
        raise Undecided([Gap(f"host: a connection to {case.request.name}")])
    return http(case, url, address, kind, case.request.port).value


def _asks_for_signature(case: Case, seen: HttpSeen) -> bool:
    """An unsigned call of a method with IAM authorization looks like a wrong path: only a signed one tells."""
    if method(case).known or seen.outcome != "response":
        return False
    return read_answer(seen.status or 0, seen.headers, seen.body or "").kind == "missing_token"


@fact
def through_proxy(case: Case) -> HttpSeen | None:
    """Return the answer to the call as it went through the proxy of the environment; None when none was sent so."""
    url = called_url(case).value.partition("?")[0].rstrip("/").lower()
    found = (seen for seen in case.observed(HttpSeen) if seen.address is None)
    return next((seen for seen in found if seen.url.partition("?")[0].rstrip("/").lower() == url), None)


@fact
def impossible(case: Case) -> Fingerprint:
    """Return the reading of the answer to a path that cannot exist: was the API reached at all?"""
    address, url = connected(case).value, called_url(case).value
    if address is None:
        raise Undecided([Gap(f"host: a connection to {case.request.name}")])
    seen = http(case, url, address, "impossible", case.request.port).value
    return read_answer(seen.status or 0, seen.headers, seen.body or "")


@fact
def reading(case: Case) -> Fingerprint:
    """Return what the answer to the call means."""
    seen = answer(case).value
    if seen.outcome != "response" or seen.status is None:
        raise Undecided(
            [Gap(f"host: an answer from {case.request.name} (the test call ended with {seen.outcome})")]
        )
    return read_answer(seen.status, seen.headers, seen.body or "")


@fact
def admitted(case: Case) -> bool:
    """Say whether a test call as the caller makes it passed every policy and found its method."""
    return reading(case).value.kind in ADMITTED


@fact
def clock_offset(case: Case) -> ClockOffset:
    """Return AWS's clock minus this host's, measured at an answer of API Gateway, else at STS."""
    own = answer(case)
    case.expect(own.missing)
    # The call itself first: other test calls may still be on their way, and a second look must say the same.
    for seen in [*([own.value] if own.known else []), *case.observed(HttpSeen)]:
        wait = first_byte_s(seen)
        offset = _offset(seen.headers.get("date", ""), seen.at)
        if offset is not None:
            return ClockOffset(offset + wait / 2, HALF_A_SECOND + wait / 2, case.show(seen, "at", "headers"))
    others: list[HostSeen | IdentitySeen] = [*case.observed(HostSeen), *case.observed(IdentitySeen)]
    for other in others:
        if other.clock_offset_ms is not None:
            shown = case.show(other, "clock_offset_ms")
            return ClockOffset(other.clock_offset_ms / 1000, 2 * HALF_A_SECOND, shown)
    raise Undecided(own.missing or [Gap("host: an answer with a Date header")])


def first_byte_s(seen: HttpSeen) -> float:
    """Return how long the answer's head took, in seconds; the server wrote its date somewhere in that time."""
    took = seen.elapsed_ms.get("first_byte") if isinstance(seen.elapsed_ms, dict) else None
    return min(max(float(took), 0.0), 60_000.0) / 1000 if isinstance(took, int | float) else 0.0


def _offset(date: str, at: str) -> float | None:
    """Return the ``Date`` header minus the moment it arrived; HTTP dates are cut to the second, hence the half."""
    try:
        return parsedate_to_datetime(date).timestamp() + 0.5 - datetime.fromisoformat(at).timestamp()
    except (TypeError, ValueError):
        return None
