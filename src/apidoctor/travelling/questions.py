"""Which DNS questions a survey asks: of whom, in which order, and how often."""

from __future__ import annotations

import time
from typing import Any, Callable, Iterable, NamedTuple

from . import ask
from .board import Board, Look

ATTEMPTS = 3
"""How often the target's A record is asked for: shows answers that differ, and servers that fail now and then."""
_APART = 0.05
"""Seconds between equal questions."""
_MAX_SEARCH = 3
SYSTEM, SERVERS, SEARCH, FURTHER, VPC, INBOUND, OUTSIDE, PRIVATE = range(8)
"""Groups of questions in the order in which they are told."""


class Server(NamedTuple):
    """A DNS server, and what it is to the host."""

    address: str
    role: str


class Questions:
    """Asks the questions of one survey on its board; each answer goes to *heard* also."""

    def __init__(
        self,
        board: Board,
        name: str,
        timeout: float,
        ca_file: str | None,
        heard: Callable[[dict[str, Any]], None],
    ) -> None:
        self._board, self._name, self._ca_file, self._heard = board, name, ca_file, heard
        self._started = time.monotonic()
        self._one = max(min(5.0, timeout / 4), 0.2)
        self._system = max(min(10.0, timeout / 2), 0.2)
        self._count = 0

    def of_system(self, names: Iterable[str], given: list[str]) -> None:
        """Ask for each name's A and AAAA as programs do; *given* servers take the place of getaddrinfo."""
        for name in names:
            for record in ("A", "AAAA"):
                self._start(SYSTEM, self._by_system(name, record, given), ask.unanswered(name, record))

    def of_server(self, group: int, server: Server, transports: Iterable[str], *, ipv6: bool = True) -> None:
        """Ask *server* for the target's A over each transport, repeatedly over the first one; and for AAAA."""
        for number, transport in enumerate(transports):
            attempts = ATTEMPTS if number == 0 else 1
            self._ask(group, self._name, "A", server, transport, attempts=attempts)
            if number == 0 and ipv6:
                self._ask(group, self._name, "AAAA", server, transport)

    def of_root(self, server: Server) -> None:
        """Ask *server* who serves the root: every resolver can answer that, whatever it forwards."""
        self._ask(SERVERS, ".", "NS", server, "udp")

    def of_first(self, server: Server, names: Iterable[str], search: Iterable[str]) -> None:
        """Ask the first resolver for what one server is enough for.

        That is: the target without EDNS, the further names, and the target below the search domains, where a
        wildcard answers for names that nobody meant (resolv.conf(5), ``ndots``).
        """
        self._ask(SERVERS, self._name, "A", server, "udp", edns=None)
        for name in names:
            self._ask(FURTHER, name, "A", server, "udp")
        domains = [domain.strip(".") for domain in search if domain.strip(".")]
        for domain in domains[:_MAX_SEARCH]:
            self._ask(SEARCH, f"{self._name}.{domain}", "A", server, "udp")

    def _start(self, group: int, work: Callable[[Look], None], pending: dict[str, Any]) -> None:
        with self._board.lock:
            self._count += 1
            rank = (1, group, self._count)
        self._board.start(rank, work, pending)

    def _ask(
        self,
        group: int,
        name: str,
        record: str,
        server: Server,
        transport: str,
        *,
        attempts: int = 1,
        edns: int | None = ask.EDNS,
    ) -> None:
        how: dict[str, Any] = {"edns": edns, "role": server.role}

        def expected(attempt: int) -> dict[str, Any]:
            return ask.unanswered(name, record, server.address, transport, attempt=attempt, **how)

        failed: list[bool] = []

        def asking(attempt: int) -> Callable[[Look], None]:
            def work(look: Look) -> None:
                # Not one after the other: a slow server must not make the whole look three times as long.
                time.sleep(_APART * (attempt - 1))
                if failed:  # a closed port needs no second question
                    look.pending = None
                    return
                timeout = self._board.left(self._one)
                seen = ask.ask(
                    name,
                    record,
                    server.address,
                    transport,
                    timeout,
                    attempt=attempt,
                    ca_file=self._ca_file,
                    **how,
                )
                look.tell(*seen)
                self._heard(seen[-1])
                if seen[-1]["outcome"] in ("timeout", "error"):
                    failed.append(True)

            return work

        for attempt in range(1, attempts + 1):
            self._start(group, asking(attempt), expected(attempt))

    def _by_system(self, name: str, record: str, given: list[str]) -> Callable[[Look], None]:
        def work(look: Look) -> None:
            timeout = self._board.left(self._system)
            seen = ask.instead(name, record, given, timeout) if given else [ask.system(name, record, timeout)]
            look.tell(*seen)
            self._heard(seen[-1])

        return work
