"""What was seen of each cell: observations of one way to invoke at one address, read phase by phase."""

import ipaddress
from collections.abc import Iterable
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.observation import DnsSeen, HttpSeen, TcpSeen, TlsSeen
from apidoctor.reasoning.apigateway.fingerprints import ADMITTED, read_answer
from apidoctor.reasoning.apigateway.names import header, is_address
from apidoctor.reasoning.matrix.values import Cell, Phase
from apidoctor.reasoning.matrix.ways import Way
from apidoctor.reasoning.scene.answer import is_unsent
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.handshakes import stranger
from apidoctor.reasoning.signing.mismatch import compared

S = TypeVar("S", TcpSeen, TlsSeen)

MAX_ADDRESSES = 12
"""Most addresses of one name that are tried: an endpoint has an interface in each zone, a Region at most six zones."""
_TRUSTED = "verified"
_WORDS = {
    "untrusted": "certificate not trusted",
    "name_mismatch": "certificate of another name",
    "expired": "certificate expired",
    "not_yet_valid": "certificate not yet valid",
    "handshake_failure": "TLS handshake fails",
    "protocol_version": "no TLS version in common",
    "no_route": "no route",
    "timeout": "times out",
    "refused": "refused",
    "reset": "reset",
}


class Resolved(Struct, frozen=True):
    """What a name gets on this host."""

    outcome: str = ""
    """As in observations; empty: nobody asked."""
    addresses: tuple[str, ...] = ()
    """Addresses, in order."""
    elapsed_ms: float | None = None
    """Milliseconds."""


def resolved(case: Case, way: Way) -> Resolved:
    """Return what the name of *way* gets; an address stands for itself."""
    if way.form == "direct-ip":
        return Resolved()
    answers = [
        seen
        for seen in case.observed(DnsSeen)
        if seen.type == "A" and seen.name.rstrip(".").lower() == way.name
    ]
    chosen = next((seen for seen in answers if seen.server == "system"), None)
    chosen = chosen or next((seen for seen in answers if seen.role in ("given", "configured")), None)
    if chosen is None:
        return Resolved()
    good = {address for address in chosen.addresses if is_address(address)}
    return Resolved(chosen.outcome, in_order(good)[:MAX_ADDRESSES], chosen.elapsed_ms)


def in_order(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return addresses by value, each once."""

    def key(address: str) -> tuple[int, int]:
        parsed = ipaddress.ip_address(address.partition("%")[0])
        return parsed.version, int(parsed)

    return tuple(sorted(set(addresses), key=key))


def places(way: Way, found: Resolved) -> tuple[str, ...]:
    """Return the addresses to try *way* at: the endpoint's interfaces, and what the name leads to here."""
    own = [address for address in way.addresses if is_address(address)][:MAX_ADDRESSES]
    return in_order([*own, *found.addresses])


def seen_at(case: Case, way: Way, address: str) -> Cell:
    """Return what was seen of *way* at *address*; the last phase that was reached decides."""
    tcp, tls, http = _tcp(case, way, address), _tls(case, way, address), _http(case, way, address)
    timed: dict[str, Any] = {
        "tcp_ms": tcp.elapsed_ms if tcp else None,
        "tls_ms": tls.elapsed_ms if tls and tls.outcome == _TRUSTED else None,
        "issuer": tls.issuer if tls else None,
        "trusted": tls.outcome == _TRUSTED if tls and (tls.outcome == _TRUSTED or tls.issuer) else None,
    }
    if http is not None and (tls is None or tls.outcome == _TRUSTED):
        return Cell(address=address, **{**timed, **_times(http)}, **_answer(http))
    if tls is not None and tls.outcome != _TRUSTED:
        failed = _failed("tls", tls.outcome, tls.issuer)
        if words := stranger(tls):
            failed["text"] += f": {words[0].lower()}{words[1:]}"
        if http is not None and http.outcome == "response" and http.status is not None:
            # The user asked for that call (--allow-untrusted); a client that verifies gets no answer.
            failed |= {
                "http_status": http.status,
                "text": f"{failed['text']}; called all the same, it answers ",
            }
            failed["text"] += _answer(http)["text"]
            timed |= _times(http)
        return Cell(address=address, **timed, **failed)
    if tls is None and tcp is not None and tcp.outcome != "connected":
        return Cell(address=address, **timed, **_failed("tcp", tcp.outcome, None))
    reached = "TLS holds" if tls else "TCP connects" if tcp else ""
    return Cell(address=address, text=reached, **timed)


def _failed(phase: Phase, outcome: str, issuer: str | None) -> dict[str, Any]:
    by = f" (issuer {issuer})" if issuer and outcome == "untrusted" else ""
    return {"phase": phase, "outcome": outcome, "text": f"{_WORDS.get(outcome, outcome)}{by}"}


def _answer(seen: HttpSeen) -> dict[str, Any]:
    """Read the answer of a call, or how it ended without one."""
    signed = {"signed": seen.signed}
    if seen.outcome != "response" or seen.status is None:
        if why := seen.sent.get("not-sent"):
            return {"text": f"not sent: {why}"[:200], **signed}
        words = seen.sent.get("failed") or _WORDS.get(seen.outcome, seen.outcome)
        phase: Phase = seen.failed_at or "http"
        return {"phase": phase, "outcome": seen.outcome, "text": words[:200], **signed}
    said = read_answer(seen.status, seen.headers, seen.body or "")
    works = said.kind in ADMITTED
    words = f"{seen.status}" if works else f"{seen.status} {said.text}".strip()
    if said.kind == "not_api_gateway":
        words = f"{seen.status}, and it was not API Gateway that answered"
    return {
        "phase": "" if works else "http",
        "outcome": said.kind,
        "text": words[:300],
        "http_status": seen.status,
        "changed": _changed(seen) if said.kind == "signature_mismatch" else "",
        **signed,
    }


def _changed(seen: HttpSeen) -> str:
    """Return what the refusal of a signature shows to have been changed on the way (A26)."""
    lines = compared(replace(seen, host=seen.host or seen.sent.get("host"))).differences
    return next((line.meaning.words for line in lines if line.meaning.fault == "A26"), "")[:300]


def _times(seen: HttpSeen) -> dict[str, float]:
    """Return the times by phase that an exchange tells; shapes that are none are left out."""
    told = seen.elapsed_ms if isinstance(seen.elapsed_ms, dict) else {}
    names = {"connect": "tcp_ms", "tls": "tls_ms", "first_byte": "http_ms"}
    return {
        names[key]: float(value)
        for key, value in told.items()
        if key in names and isinstance(value, int | float) and not isinstance(value, bool)
    }


def _http(case: Case, way: Way, address: str) -> HttpSeen | None:
    """Return the call of this way at *address*; what was sent counts more, and of that what was signed."""
    request = way.request
    wanted = header(request, "x-apigw-api-id") or None
    found = [
        seen
        for seen in case.observed(HttpSeen)
        if seen.address == address
        and seen.rung != "impossible"
        and "/apidoctor-" not in seen.url
        and _name_of(seen.url) == way.name
        and _plain(seen.host) == _plain(request.host)
        and (seen.sent.get("x-apigw-api-id") or None) == wanted
    ]
    sent = [seen for seen in found if not is_unsent(seen)] or found
    return next((seen for seen in sent if seen.signed), sent[0] if sent else None)


def _tls(case: Case, way: Way, address: str) -> TlsSeen | None:
    """Return the handshake that was made for this way; else one for the same SNI that was made for none."""
    name = way.server_name.lower()
    found = [
        seen
        for seen in case.observed(TlsSeen)
        if seen.address == address and (seen.server_name or "").rstrip(".").lower() == name
    ]
    return _closest(found, way)


def _tcp(case: Case, way: Way, address: str) -> TcpSeen | None:
    """Return the connect that was made for this way; else one to the address that was made for none."""
    found = [
        seen
        for seen in case.observed(TcpSeen)
        if seen.address == address and (not seen.form or seen.server_name == way.server_name)
    ]
    return _closest(found, way)


def _closest(found: list[S], way: Way) -> S | None:
    own = [seen for seen in found if seen.form == way.form and _plain(seen.host) == _plain(way.request.host)]
    return next(iter(own), None) or next((seen for seen in found if not seen.form), None)


def _name_of(url: str) -> str:
    """Return the host name in a URL that was recorded; what is no URL has none."""
    rest = url.partition("://")[2].partition("/")[0].partition("?")[0]
    if rest.startswith("["):
        return rest[1:].partition("]")[0].lower()
    return rest.partition(":")[0].rstrip(".").lower()


def _plain(host: str | None) -> str:
    return (host or "").partition(":")[0].lower() if (host or "").count(":") < 2 else (host or "").lower()


def own_addresses(ways: Iterable[Way]) -> frozenset[str]:
    """Return the endpoint's interfaces as far as any way tells them."""
    return frozenset(address for way in ways for address in way.addresses)
