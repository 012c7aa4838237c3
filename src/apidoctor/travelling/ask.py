"""One DNS question: to one server over UDP, TCP, TLS or HTTPS, or as a program on this host asks it."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from typing import Any, Sequence

from . import wire
from .names import masked
from .stamp import milliseconds, now
from .transports import TIMEOUTS, TRANSPORTS, Talk, within

EDNS = 1232
"""UDP size that is offered (DNS flag day 2020): it fits every path, so that no answer comes in fragments."""
_USELESS = ("timeout", "error", "servfail", "refused")


def unanswered(
    name: str,
    record: str,
    server: str = "system",
    transport: str = "getaddrinfo",
    *,
    edns: int | None = None,
    role: str = "",
    attempt: int = 1,
) -> dict[str, Any]:
    """Return the observation of a question that nobody has answered yet."""
    seen: dict[str, Any] = {"kind": "dns", "at": now(), "name": name.rstrip("."), "type": record}
    seen.update(server=masked(server), transport=transport, outcome="timeout", attempt=attempt)
    if role:
        seen["role"] = role
    if edns is not None:
        seen["edns"] = edns
    return seen


def ask(
    name: str,
    record: str,
    server: str,
    transport: str,
    timeout: float,
    *,
    edns: int | None = EDNS,
    role: str = "",
    attempt: int = 1,
    ca_file: str | None = None,
) -> list[dict[str, Any]]:
    """Ask *server* for *record* of *name*, within *timeout* seconds; the last observation is the one that counts.

    *server* is ``ADDR``, ``ADDR:PORT`` or ``[V6]:PORT``; for ``dot`` ``ADDR[:853][#TLSNAME]``, for ``doh`` a URL.
    What was cut off over ``udp`` is asked again over ``tcp``, what a server refuses because of EDNS without it.
    """
    how: dict[str, Any] = {"role": role, "attempt": attempt}
    seen = unanswered(name, record, server, transport, edns=edns, **how)
    started = time.monotonic()
    message: wire.Message | None = None
    note = ""
    try:
        talk = Talk(name, record, transport, timeout, edns)
        try:
            message = TRANSPORTS[transport](talk, server, ca_file)
        finally:
            note = talk.note
        seen.update(_told(message, name, record))
    except TIMEOUTS:
        pass
    except (OSError, ValueError, http.client.HTTPException) as error:
        seen.update(outcome="error", reason=words(error))
    seen["elapsed_ms"] = milliseconds(time.monotonic() - started)
    if note:
        seen["reason"] = "; ".join(part for part in (seen.get("reason"), note) if part)
    left = timeout - (time.monotonic() - started)
    if message is None or left <= 0:
        return [seen]
    if message.rcode in ("FORMERR", "NOTIMP", "BADVERS") and edns is not None:
        seen["reason"] = f"{message.rcode} to a question with EDNS; asked again without"
        return [seen, *ask(name, record, server, transport, left, edns=None, ca_file=ca_file, **how)]
    if message.truncated and transport == "udp":
        seen["outcome"] = "answer" if seen.get("addresses") else "error"
        seen.setdefault("reason", "cut off; asked again over TCP")
        return [seen, *ask(name, record, server, "tcp", left, edns=edns, **how)]
    return [seen]


def instead(name: str, record: str, servers: Sequence[str], timeout: float) -> list[dict[str, Any]]:
    """Ask *servers* in place of getaddrinfo: as the C library does, the next one when the first was of no use."""
    seen = unanswered(name, record)
    seen["outcome"] = "error"
    deadline = time.monotonic() + timeout
    for number, address in enumerate(servers):
        share = (deadline - time.monotonic()) / (len(servers) - number)
        seen = ask(name, record, address, "udp", max(share, 0.05))[-1]
        if seen["outcome"] not in _USELESS:
            break
    seen["server"] = "system"
    return [seen]


def system(name: str, record: str, timeout: float) -> dict[str, Any]:
    """Ask getaddrinfo, as programs do; when time is up the question is left alone in its thread."""
    family = socket.AF_INET6 if record == "AAAA" else socket.AF_INET
    seen, started = unanswered(name, record), time.monotonic()

    def look_up() -> list[Any]:
        return socket.getaddrinfo(name, 443, family, socket.SOCK_STREAM, 0, socket.AI_CANONNAME)

    try:
        found = within(look_up, timeout)
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))[: wire.MAX_ADDRESSES]
        owner, canonical = name.rstrip("."), str(found[0][3]).rstrip(".")
        chain = []
        if canonical and canonical.lower() != owner.lower():
            chain.append({"name": owner, "type": "CNAME", "value": canonical})
        chain += [{"name": canonical or owner, "type": record, "value": one} for one in addresses]
        seen.update(outcome="answer", chain=chain, addresses=addresses)
    except socket.gaierror as error:
        seen.update(outcome=_of_getaddrinfo(error), reason=words(error))
    except TIMEOUTS:
        pass
    except (OSError, ValueError) as error:
        seen.update(outcome="error", reason=words(error))
    seen["elapsed_ms"] = milliseconds(time.monotonic() - started)
    return seen


def words(error: Exception) -> str:
    """Return an error in a few words, as the kernel or the TLS library puts it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"untrusted certificate: {error.verify_message}"
    if isinstance(error, ssl.SSLError) and error.reason:
        return f"TLS: {error.reason}"
    text = (str(getattr(error, "strerror", None) or error) or type(error).__name__)[:300]
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _of_getaddrinfo(error: socket.gaierror) -> str:
    """Name getaddrinfo's error (RFC 3493, section 6.1).

    EAI_AGAIN is a server that failed, refused or kept silent: what came before our own time-out is SERVFAIL.
    """
    named = (("EAI_NODATA", "nodata"), ("EAI_NONAME", "nxdomain"), ("EAI_AGAIN", "servfail"))
    outcomes = {getattr(socket, name): outcome for name, outcome in named if hasattr(socket, name)}
    outcomes.update({11004: "nodata", 11001: "nxdomain", 11002: "servfail"})  # the same of Windows
    return outcomes.get(error.errno, "error")


def _told(message: wire.Message, name: str, record: str) -> dict[str, Any]:
    told = wire.follow(message, name, record)
    reasons = [message.extended] if message.extended else []
    if told["outcome"] == "error" and message.rcode != "NOERROR":
        reasons.insert(0, message.rcode)
    elif told["outcome"] == "error":
        reasons.insert(0, "an alias chain without an end")
    if reasons:
        told["reason"] = "; ".join(reasons)
    if message.truncated:
        told["truncated"] = True
    told["authoritative"] = message.authoritative
    return {key: value for key, value in told.items() if value not in (None, [])}
