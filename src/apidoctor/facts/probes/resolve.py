"""DNS: one question, asked the way a program on this host asks it, or of one server."""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from apidoctor.errors import UsageError
from apidoctor.facts.probes.book import Place, place
from apidoctor.facts.probes.tcp import milliseconds
from apidoctor.facts.stamp import now
from apidoctor.model.observation import DnsOutcome, DnsRecord, DnsSeen, Transport

if TYPE_CHECKING:
    import dns.message
    import dns.rrset

MAX_ALIASES = 8
"""Most CNAMEs that are followed in an answer."""
_MAX_ADDRESSES = 64
_USELESS = frozenset({"timeout", "error", "servfail", "refused"})
_RCODES: dict[str, DnsOutcome] = {"NXDOMAIN": "nxdomain", "SERVFAIL": "servfail", "REFUSED": "refused"}


def probe_dns(
    name: str, server: str, record: str, transport: str, resolvers: Sequence[str], timeout: float
) -> list[DnsSeen]:
    """Ask for *record* (``A``, ``AAAA``) of *name*; the last of the observations is the one that counts.

    *server* is ``ADDRESS`` or ``ADDRESS:PORT``, or ``system``: then getaddrinfo is asked, or, when
    *resolvers* are given, they are in its place, one after the other until one answers.  An answer that was
    cut off over UDP is followed by the same question over TCP.  *timeout* is per question, in seconds.
    """
    if server != "system":
        return _ask(name, server, record, transport, timeout)
    if not resolvers:
        return [_getaddrinfo(name, record, timeout)]
    seen = DnsSeen(at=now(), name=name, type=record, outcome="error")
    for address in resolvers:
        seen = replace(_ask(name, address, record, "udp", timeout)[-1], server="system")
        if seen.outcome not in _USELESS:
            break  # as the C library does, the next server is asked only when this one was of no use
    return [seen]


def _getaddrinfo(name: str, record: str, timeout: float) -> DnsSeen:
    family = socket.AF_INET6 if record == "AAAA" else socket.AF_INET
    at, started = now(), time.monotonic()

    def ask() -> list[tuple[Any, ...]]:
        return socket.getaddrinfo(name, 443, family, socket.SOCK_STREAM, 0, socket.AI_CANONNAME)

    chain: list[DnsRecord] = []
    addresses: list[str] = []
    outcome: DnsOutcome = "answer"
    try:
        found = _within(ask, timeout)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))[:_MAX_ADDRESSES]
        canonical = str(found[0][3]).rstrip(".")
        if canonical and canonical.lower() != name.rstrip(".").lower():
            chain.append(DnsRecord(name=name.rstrip("."), type="CNAME", value=canonical))
        owner = canonical or name.rstrip(".")
        chain += [DnsRecord(name=owner, type=record, value=address) for address in addresses]
    except TimeoutError:
        outcome = "timeout"
    except (OSError, UnicodeError) as error:
        outcome = _of_getaddrinfo(error)
    elapsed = milliseconds(time.monotonic() - started)
    return DnsSeen(
        at=at, name=name, type=record, outcome=outcome, chain=chain, addresses=addresses, elapsed_ms=elapsed
    )


def _of_getaddrinfo(error: OSError | UnicodeError) -> DnsOutcome:
    """Name getaddrinfo's error (RFC 3493, section 6.1).

    EAI_AGAIN is a server that failed, refused or kept silent: an answer that came before our own time-out is
    counted as SERVFAIL.
    """
    if not isinstance(error, socket.gaierror):
        return "error"
    no_data = getattr(socket, "EAI_NODATA", None)
    outcomes: dict[Any, DnsOutcome] = {
        no_data: "nodata",
        socket.EAI_NONAME: "nxdomain",
        socket.EAI_AGAIN: "servfail",
    }
    return outcomes.get(error.errno, "error")


def _within(call: Callable[[], list[tuple[Any, ...]]], timeout: float) -> list[tuple[Any, ...]]:
    """Return what *call* returns; raise `TimeoutError` when it takes longer, its thread ends by itself."""
    results: list[list[tuple[Any, ...]]] = []
    errors: list[OSError | UnicodeError] = []

    def run() -> None:
        try:
            results.append(call())
        except (OSError, UnicodeError) as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True, name="getaddrinfo")
    thread.start()
    thread.join(timeout)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError
    return results[0]


def _ask(name: str, server: str, record: str, transport: str, timeout: float) -> list[DnsSeen]:
    """Ask one server; what is cut off over UDP is asked again over TCP, and both are told."""
    import dns.exception
    import dns.flags
    import dns.message
    import dns.query

    started = time.monotonic()
    over: Transport = "tcp" if transport == "tcp" else "udp"
    seen = DnsSeen(at=now(), name=name, type=record, server=server, transport=over, outcome="error")
    cut_off = False
    try:
        question = dns.message.make_query(name, record)
        address, port = _server(server)
        if over == "udp":
            answer = dns.query.udp(question, address, timeout, port, ignore_unexpected=True)
            cut_off = bool(answer.flags & dns.flags.TC)
        else:
            answer = dns.query.tcp(question, address, timeout, port)
        seen = _read(seen, question, answer)
    except dns.exception.Timeout:
        seen = replace(seen, outcome="timeout")
    except (dns.exception.DNSException, OSError, EOFError, ValueError, UsageError):
        seen = replace(seen, outcome="error")
    seen = replace(seen, elapsed_ms=milliseconds(time.monotonic() - started))
    if not cut_off:
        return [seen]
    partial = replace(seen, outcome="answer" if seen.addresses else "error")
    return [partial, *_ask(name, server, record, "tcp", timeout)]


def _server(text: str) -> Place:
    """Read ``1.2.3.4``, ``1.2.3.4:5353``, ``2001:db8::1`` or ``[2001:db8::1]:5353``; port 53 if unsaid."""
    with_port = text.count(":") == 1 or text.startswith("[")
    return place(text) if with_port and not text.endswith("]") else (text.strip("[]"), 53)


def _read(seen: DnsSeen, question: "dns.message.Message", answer: "dns.message.Message") -> DnsSeen:
    """Put what *answer* says into *seen*: the aliases in their order, and the addresses where they end."""
    import dns.rcode
    import dns.rdatatype

    wanted = dns.rdatatype.from_text(seen.type)
    by_owner = {(rrset.name, rrset.rdtype): rrset for rrset in answer.answer}
    owner, chain = question.question[0].name, list[DnsRecord]()
    while (alias := by_owner.get((owner, dns.rdatatype.CNAME))) is not None and len(chain) < MAX_ALIASES:
        chain += _records(alias)[:1]
        owner = alias[0].target
    found = by_owner.get((owner, wanted))
    records = _records(found)[:_MAX_ADDRESSES] if found is not None else []
    outcome: DnsOutcome = "answer" if records else "nodata"
    if answer.rcode() != dns.rcode.NOERROR:
        outcome = _RCODES.get(dns.rcode.to_text(answer.rcode()), "error")
    elif not records and len(chain) == MAX_ALIASES:
        outcome = "error"  # a loop, or a chain that no resolver would follow
    soa = next(
        (str(part.name).rstrip(".") for part in answer.authority if part.rdtype == dns.rdatatype.SOA), None
    )
    addresses = [one.value for one in records] if outcome == "answer" and seen.type in ("A", "AAAA") else []
    return replace(seen, outcome=outcome, chain=chain + records, addresses=addresses, soa=soa)


def _records(rrset: "dns.rrset.RRset") -> list[DnsRecord]:
    import dns.rdatatype

    owner, kind = str(rrset.name).rstrip("."), dns.rdatatype.to_text(rrset.rdtype)
    return [DnsRecord(name=owner, type=kind, value=str(data).rstrip("."), ttl=rrset.ttl) for data in rrset]
