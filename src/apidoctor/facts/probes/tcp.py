"""TCP: can this host open a connection to that address?"""

import errno
import socket
import time

from apidoctor.facts.probes.book import AddressBook
from apidoctor.facts.stamp import now
from apidoctor.model.observation import TcpOutcome, TcpSeen

_OUTCOMES: dict[int, TcpOutcome] = {
    errno.ETIMEDOUT: "timeout",
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.ENETUNREACH: "no_route",
    errno.EHOSTUNREACH: "no_route",
}


def probe_tcp(book: AddressBook, name: str, address: str, port: int, timeout: float) -> TcpSeen:
    """Connect once, waiting *timeout* seconds at most, and close without sending a byte."""
    where = book.find(name, address, port)
    if where is None:
        return TcpSeen(at=now(), address=address, port=port, outcome="error")
    at, started = now(), time.monotonic()
    source = None
    outcome: TcpOutcome = "connected"
    try:
        with socket.create_connection(where, timeout) as connection:
            # Where the address book led elsewhere, the local address says nothing about the world.
            source = connection.getsockname()[0] if where == (address, port) else None
    except OSError as error:
        outcome = outcome_of(error)
    elapsed = milliseconds(time.monotonic() - started)
    return TcpSeen(at=at, address=address, port=port, outcome=outcome, source=source, elapsed_ms=elapsed)


def outcome_of(error: OSError) -> TcpOutcome:
    """Name what a failed connect saw; a time-out of ours and one of the kernel are the same."""
    if isinstance(error, TimeoutError):
        return "timeout"
    return _OUTCOMES.get(error.errno or 0, "error")


def milliseconds(seconds: float) -> float:
    """Return *seconds* in milliseconds, rounded to a hundredth."""
    return round(seconds * 1000, 2)
