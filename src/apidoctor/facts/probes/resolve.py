"""DNS: one question, asked the way a program on this host asks it, or of one server.

The client is that of the travelling probe, so that a live check and a probe see the same of one server; what it reads
is held to dnspython's reading by tests (``tests/travelling/test_wire.py``).
"""

from collections.abc import Sequence

from msgspec import Struct

from apidoctor.model.convert import convert
from apidoctor.model.observation import DnsSeen, Role
from apidoctor.travelling import ask
from apidoctor.travelling.transports import TRANSPORTS


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
    name, record = question.name, question.record
    if question.server == "system" and given:
        seen = ask.instead(name, record, given, timeout)
    elif question.server == "system":
        seen = [ask.system(name, record, timeout)]
    else:
        over = question.transport if question.transport in TRANSPORTS else "udp"
        seen = ask.ask(name, record, question.server, over, timeout, role=question.role, ca_file=ca_file)
    return convert(seen, list[DnsSeen])
