"""The answer that the caller gets: where a client connects, and what the test call brought."""

import ipaddress
from urllib.parse import urlsplit, urlunsplit

from msgspec.structs import replace

from apidoctor.model.facts import Undecided
from apidoctor.model.missing import Gap, Probe
from apidoctor.model.observation import HttpSeen
from apidoctor.reasoning.apigateway.fingerprints import read_answer
from apidoctor.reasoning.attribution.circumstances import Rung
from apidoctor.reasoning.scene.api import method, stage_name
from apidoctor.reasoning.scene.caller import principal, read_principal
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.endpoint import endpoint_addresses
from apidoctor.reasoning.scene.seen import http, identity, proxied_calls, system_answer, tcp, test_calls, tls
from apidoctor.reasoning.signing.brought import brings_authorization


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
    kind = "signed" if is_signed(case).value or _was_only_signed(case, url) else "unsigned"
    first = test_call(case, url, kind).value
    own = brings_authorization(case.request)
    if kind == "unsigned" and not own and case.request.as_ is None and _asks_for_signature(case, first):
        second = test_call(case, url, "signed")  # worth making, but it need not come
        case.expect(second.missing)
        if second.known and not is_unsent(second.value):
            return second.value
    if is_unsent(first):  # nothing went out: that tells nothing of the way, nor of the API
        raise Undecided(
            [Gap(f"host: an answer from {case.request.name} (not sent: {first.sent['not-sent']})")]
        )
    return first


def _was_only_signed(case: Case, url: str) -> bool:
    """Say whether a host made the call signed, and not otherwise: then that is how the caller makes it."""
    if case.request.as_ is not None or brings_authorization(case.request):
        return False
    return bool(test_calls(case, url, "signed")) and not test_calls(case, url, "unsigned")


@fact
def test_call(case: Case, url: str, kind: str) -> HttpSeen:
    """Return a test call that was made already, whatever its address; else one to the address that can be reached."""
    if made := test_calls(case, url, kind):
        return made[0]
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
    """Return the answer to the call as it went through the proxy of the environment; None when none was sent so.

    Worth a request of its own only where the call without the proxy was answered: before, there is nothing to compare.
    """
    url = called_url(case).value
    if made := proxied_calls(case, url):
        return None if is_unsent(made[0]) else made[0]
    direct = answer(case)
    if case.sources.invoke and direct.known and direct.value.address and direct.value.outcome == "response":
        raise Undecided([Probe("http", name=url, port=case.request.port, detail="proxied")])
    return None


def is_unsent(seen: HttpSeen) -> bool:
    """Say whether a test call was not sent, for example for want of credentials."""
    return "not-sent" in seen.sent


@fact
def rung_answer(case: Case, rung: Rung) -> HttpSeen:
    """Return the answer to a further test call at the address of the first one.

    ``impossible``: a path that no API has; ``signed``: the call with a signature; ``aligned``: the call with the API's
    own name as SNI and Host, whatever name it was made by.
    """
    first, url, port = answer(case).value, called_url(case).value, case.request.port
    if first.address is None:
        raise Undecided([Gap(f"host: a direct connection to {case.request.name}", optional=True)])
    if rung == "aligned":
        kind, own = "signed" if first.signed else "unsigned", _aligned_url(case, url)
        if own == url:
            raise Undecided([Gap("fact: the call is made by the API's own name already", optional=True)])
        # A path that no API has tells as much of SNI, where that is what was asked.
        other = http(case, own, first.address, "impossible", port)
        return http(case, own, first.address, kind, port).value if other.missing else other.value
    if rung == ("signed" if first.signed else "unsigned"):
        raise Undecided([Gap("fact: that is the call itself", optional=True)])
    if rung == "signed" and http(case, url, first.address, rung, port).missing:
        if case.request.as_ == "anonymous":
            raise Undecided([Gap("fact: the call is to be anonymous", optional=True)])
        _must_be_the_caller(case)
    return http(case, url, first.address, rung, port).value


def _aligned_url(case: Case, url: str) -> str:
    """Return the URL with the API's own name: its custom domain where that is the Host, else the default name."""
    request = case.request
    own = request.host_name if request.form == "custom-domain-endpoint" else request.default_name
    if own is None:
        raise Undecided([Gap("fact: the API's own name: the request names no API", optional=True)])
    parts = urlsplit(url)
    port = "" if request.port == 443 else f":{request.port}"
    return urlunsplit((parts.scheme, f"{own}{port}", parts.path, parts.query, ""))


@fact
def foreign_issuer(case: Case) -> str | None:
    """Return who issued the certificate of an AWS name when that is not Amazon; None when it is, or is not told."""
    seen, name = answer(case).value, case.request.name or ""
    if case.request.form in (None, "custom-domain"):
        return None
    issuer = seen.peer.issuer if seen.peer else None
    if issuer is None and seen.address is not None:
        handshake = tls(case, seen.address, name, case.request.port)
        case.expect(handshake.missing)
        issuer = handshake.value.issuer if handshake.known else None
    return issuer if issuer and "amazon" not in issuer.lower() else None
