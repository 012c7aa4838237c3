"""TCP outcomes are told apart."""

import errno
import socket

import pytest
from facts.servers import serving

from apidoctor.facts.probes.book import AddressBook
from apidoctor.facts.probes.tcp import outcome_of, probe_tcp

WORLD = "10.1.4.21"


def book(port):
    return AddressBook.parse([f"{WORLD}:443=127.0.0.1:{port}"])


def test_an_accepted_connection_is_connected_and_nothing_is_sent():
    with serving(lambda talk: talk.head()) as server:
        seen = probe_tcp(book(server.port), "", WORLD, 443, 1)

    assert (seen.outcome, seen.address, seen.port) == ("connected", WORLD, 443)
    assert seen.elapsed_ms is not None
    assert b"".join(server.received) == b""


def test_a_closed_port_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert probe_tcp(book(port), "", WORLD, 443, 1).outcome == "refused"


def test_silence_is_a_time_out():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:  # a full backlog drops further SYNs
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))

        seen = probe_tcp(book(port), "", WORLD, 443, 0.2)

        for filler in fillers:
            filler.close()
    assert seen.outcome == "timeout"
    assert 200 <= (seen.elapsed_ms or 0) < 1000


def test_this_host_is_not_probed():
    with serving(lambda talk: talk.head()) as server:
        seen = probe_tcp(AddressBook(), "", "127.0.0.1", server.port, 1)

    assert seen.outcome == "error"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (errno.ETIMEDOUT, "timeout"),
        (errno.ECONNREFUSED, "refused"),
        (errno.ECONNRESET, "reset"),
        (errno.ENETUNREACH, "no_route"),
        (errno.EHOSTUNREACH, "no_route"),
        (errno.EPERM, "error"),
    ],
)
def test_each_error_of_the_kernel_has_its_outcome(code, outcome):
    assert outcome_of(OSError(code, "x")) == outcome
