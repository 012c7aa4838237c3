"""DNS: one question, asked the way a program on this host asks it, or of one server."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.observation import DnsOutcome, DnsRecord, DnsSeen, Role, Transport
from apidoctor.travelling import ask, book, wire
from apidoctor.travelling.stamp import milliseconds, now

if TYPE_CHECKING:
    import dns.message
    import dns.rrset

EDNS = 1232
"""UDP size that is offered (DNS flag day 2020): it fits every path, so that no answer comes in fragments."""
_USELESS = frozenset({"timeout", "error", "servfail", "refused"})
_RCODES: dict[str, DnsOutcome] = {"NXDOMAIN": "nxdomain", "SERVFAIL": "servfail", "REFUSED": "refused"}
_NO_EDNS = frozenset({"FORMERR", "NOTIMP", "BADVERS"})
"""What a server answers that does not know EDNS (RFC 6891, section 7)."""


class Question(Struct, frozen=True):
    """One question to one server."""

    name: str
    """The name asked for."""
    record: str = "A"
    """Record type."""
    server: str = "system"
    """``system``, ``ADDR``, ``ADDR:PORT`` or ``[V6]:PORT``; for ``dot`` ``ADDR[:853][#TLSNAME]``, for ``doh`` a URL."""
    transport: str = "udp"
    """``udp``, ``tcp``, ``dot`` or ``doh``; anything else is ``udp``."""
    role: Role = ""
    """What the server is to the host."""


def probe_dns(
    question: Question, timeout: float, *, given: Sequence[str] = (), ca_file: str | None = None
) -> list[DnsSeen]:
    """Ask; the last of the observations is the one that counts.

    ``system`` is getaddrinfo or, where servers are *given*, they in its place, one after the other until one answers.
    What was cut off over UDP is asked again over TCP, what a server refuses because of EDNS without it.  *timeout* is
    per question, in seconds; *ca_file* holds whom to trust over TLS.
    """
    if question.server != "system":
        if question.transport in ("dot", "doh"):
            return _over_tls(question, timeout, ca_file)
        return _ask(question, timeout, EDNS)
    name, record = question.name, question.record
    if not given:
        return [msgspec.convert(ask.system(name, record, timeout), DnsSeen)]
    seen = DnsSeen(at=now(), name=name, type=record, outcome="error")
    for server in given:
        seen = replace(_ask(Question(name, record, server), timeout, EDNS)[-1], server="system")
        if seen.outcome not in _USELESS:
            break  # as the C library does, the next server is asked only when this one was of no use
    return [seen]


def _over_tls(question: Question, timeout: float, ca_file: str | None) -> list[DnsSeen]:
    """Ask over TLS or HTTPS as the probe does: dnspython needs a second HTTP library for that, and bounds nothing."""
    seen = ask.ask(
        question.name,
        question.record,
        question.server,
        question.transport,
        timeout,
        edns=EDNS,
        role=question.role,
        ca_file=ca_file,
    )
    return msgspec.convert(seen, list[DnsSeen])


def _ask(question: Question, timeout: float, edns: int | None) -> list[DnsSeen]:
    """Ask one server over UDP or TCP; what has to be asked once more is, and all of it is told."""
    import dns.exception

    over: Transport = "tcp" if question.transport == "tcp" else "udp"
    seen = DnsSeen(
        at=now(),
        name=question.name,
        type=question.record,
        server=question.server,
        transport=over,
        role=question.role,
        edns=edns,
        outcome="error",
    )
    started, rcode = time.monotonic(), ""
    try:
        asked, answer = _exchanged(question, over, timeout, edns)
        seen, rcode = _read(seen, asked, answer), _rcode(answer)
    except dns.exception.Timeout:
        seen = replace(seen, outcome="timeout")
    except (dns.exception.DNSException, OSError, EOFError, ValueError) as error:
        seen = replace(seen, reason=ask.words(error))
    seen = replace(seen, elapsed_ms=milliseconds(time.monotonic() - started))
    if rcode in _NO_EDNS and edns is not None:
        refused = replace(seen, reason=f"{rcode} to a question with EDNS; asked again without")
        return [refused, *_ask(question, timeout, None)]
    if seen.truncated and over == "udp":
        outcome: DnsOutcome = "answer" if seen.addresses else "error"
        partial = replace(seen, outcome=outcome, reason=seen.reason or "cut off; asked again over TCP")
        return [partial, *_ask(replace(question, transport="tcp"), timeout, edns)]
    return [seen]


def _exchanged(
    question: Question, over: Transport, timeout: float, edns: int | None
) -> tuple["dns.message.Message", "dns.message.Message"]:
    """Return the message that was sent and its answer, of a truncated one what is there."""
    import dns.message
    import dns.query

    address, port = book.server(question.server)
    asked = dns.message.make_query(question.name, question.record, use_edns=edns is not None, payload=edns)
    if over == "tcp":
        return asked, dns.query.tcp(asked, address, timeout, port)
    try:
        return asked, dns.query.udp(
            asked, address, timeout, port, ignore_unexpected=True, raise_on_truncation=True
        )
    except dns.message.Truncated as cut:
        partial: dns.message.Message = cut.message()  # type: ignore[no-untyped-call]
        if not asked.is_response(partial):
            raise dns.query.BadResponse from None
        return asked, partial


def _read(seen: DnsSeen, asked: "dns.message.Message", answer: "dns.message.Message") -> DnsSeen:
    """Put what *answer* says into *seen*: the aliases in their order, and the addresses where they end."""
    import dns.flags
    import dns.rdatatype

    wanted = dns.rdatatype.from_text(seen.type)
    by_owner = {(rrset.name, rrset.rdtype): rrset for rrset in answer.answer}
    owner, chain = asked.question[0].name, list[DnsRecord]()
    while (alias := by_owner.get((owner, dns.rdatatype.CNAME))) is not None and len(chain) < wire.MAX_ALIASES:
        chain += _records(alias)[:1]
        owner = alias[0].target
    found = by_owner.get((owner, wanted))
    records = _records(found)[: wire.MAX_ADDRESSES] if found is not None else []
    outcome: DnsOutcome = "answer" if records else "nodata"
    reasons = [wire.extended_error(int(one.code), one.text or "") for one in answer.extended_errors()[:4]]
    if (rcode := _rcode(answer)) != "NOERROR":
        outcome = _RCODES.get(rcode, "error")
        reasons = [rcode, *reasons] if outcome == "error" else reasons
    elif not records and len(chain) == wire.MAX_ALIASES:
        outcome = "error"
        reasons = ["an alias chain without an end", *reasons]
    soa = (str(part.name).rstrip(".") for part in answer.authority if part.rdtype == dns.rdatatype.SOA)
    return replace(
        seen,
        outcome=outcome,
        chain=chain + records,
        addresses=[one.value for one in records if outcome == "answer" and seen.type in ("A", "AAAA")],
        soa=next(soa, None),
        truncated=bool(answer.flags & dns.flags.TC),
        authoritative=bool(answer.flags & dns.flags.AA),
        reason="; ".join(reasons) or None,
    )


def _rcode(answer: "dns.message.Message") -> str:
    import dns.rcode

    return dns.rcode.to_text(answer.rcode())


def _records(rrset: "dns.rrset.RRset") -> list[DnsRecord]:
    import dns.rdatatype

    owner, kind = str(rrset.name).rstrip("."), dns.rdatatype.to_text(rrset.rdtype)
    return [DnsRecord(name=owner, type=kind, value=str(data).rstrip("."), ttl=rrset.ttl) for data in rrset]
