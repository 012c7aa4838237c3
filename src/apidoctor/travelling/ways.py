"""The ways to each address: route, connections, certificate, packet size, and the one request."""

from __future__ import annotations

import ipaddress
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Callable

from . import hops, http, mtu, routes, tcp, tls
from .board import Board, Look
from .book import AddressBook, is_private
from .names import Target, header
from .stamp import now

MAX_PRIVATE, MAX_PUBLIC = 8, 4
"""Most addresses of answers that are connected to."""
_PATIENCE = 3.0
"""Seconds that the request waits for an address that this host's own resolution gives."""
_CALL, _ANSWER = 10.0, 31.0
"""Seconds of the request without the wait for its answer, and until that begins: API Gateway gives a backend 29."""
_TCP, _TLS, _MTU, _HTTP = 2, 3, 4, 5
"""Where observations of each kind stand among all."""


@dataclass(frozen=True)
class Plan:
    """What to look at, and how."""

    target: Target
    """The call."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers of the call."""
    method: str = "GET"
    """Method of the test call."""
    resolvers: tuple[str, ...] = ()
    """DNS servers in place of the host's own."""
    inbound: tuple[str, ...] = ()
    """Addresses of a Route 53 Resolver inbound endpoint."""
    outside: tuple[str, ...] = ()
    """Public DNS servers."""
    dot: tuple[str, ...] = ()
    """DNS servers over TLS."""
    doh: tuple[str, ...] = ()
    """DNS servers over HTTPS."""
    addresses: tuple[str, ...] = ()
    """Addresses to look at, whatever DNS says."""
    book: AddressBook = field(default_factory=AddressBook)
    """Where connections really go."""
    ca_file: str | None = None
    """Whom to trust instead of the system's authorities."""
    invoke: bool = True
    """Whether to send the one unsigned request."""
    idle: float = 0
    """Seconds to leave a connection idle; 0 for no such test."""
    hops: bool = False
    """Whether to list the hops also where TCP connects."""
    timeout: float = 20
    """Seconds for everything but the idle time."""
    vantage: str = ""
    """A name for this host."""


class Ways:
    """All ways of one survey; each address is looked at once."""

    def __init__(self, plan: Plan, board: Board) -> None:
        self.plan, self.board = plan, board
        self.verified = False
        self.requested = False
        self.called = threading.Event()
        self.preferred: set[str] = set()
        self.clock_offset_ms: float | None = None
        self.routes: dict[str, dict[str, Any]] = {}
        self._seen: dict[str, bool] = {}

    def reach(self, address: str, *, given: bool = False, only: bool = False) -> None:
        """Start looking at an address: route and TCP, and whatever that makes possible.

        What is *given* does not count; *only*: not when another one is known.
        """
        private = given or is_private(address)
        with self.board.lock:
            most = MAX_PRIVATE if private else MAX_PUBLIC
            if address in self._seen or (only and self._seen):
                return
            if not given and list(self._seen.values()).count(private) >= most:
                return
            self._seen[address] = private
            if given or only:
                self.preferred.add(address)
        way = _Way(self, address)
        for attempt in (1, 2):
            pending = way.pending("tcp", attempt=attempt)
            self.board.start((_TCP, _order(address), attempt), way.tcp(attempt), pending)

    def through_proxy(self, proxy: str) -> None:
        """Send the request as the proxy's settings ask for."""

        def work(look: Look) -> None:
            target = self.plan.target
            seen = http.through_proxy(target.url, proxy, self.board.left(_CALL), **self.call())
            look.tell({**seen, "url": target.shown})

        self.board.start((_HTTP, 1), work, self.pending_call(None))

    def host(self) -> dict[str, Any]:
        """Return what the ways tell of the host."""
        ways = [self.routes[address] for address in sorted(self.routes, key=_order)]
        found: dict[str, Any] = {
            "routes": [way for number, way in enumerate(ways) if way not in ways[:number]]
        }
        if self.clock_offset_ms is not None:
            found["clock_offset_ms"] = self.clock_offset_ms
        return found

    def call(self) -> dict[str, Any]:
        """Return what both ways of sending the request have in common."""
        plan = self.plan
        return {
            "method": plan.method,
            "headers": plan.headers,
            "server_name": plan.target.server_name,
            "ca_file": plan.ca_file,
            "form": plan.target.form,
            "answer": self.board.left(_ANSWER),
        }

    def pending_call(self, address: str | None) -> dict[str, Any]:
        """Return the observation of a request that is not answered yet."""
        target = self.plan.target
        call = {
            "kind": "http",
            "at": now(),
            "url": target.shown,
            "method": self.plan.method,
            "form": target.form,
        }
        host = header(self.plan.headers, "host") or target.host
        return {**call, "address": address, "server_name": target.server_name, "host": host}


class _Way:
    """All looks at one address."""

    def __init__(self, ways: Ways, address: str) -> None:
        self._ways, self._plan, self._board = ways, ways.plan, ways.board
        self._target, self._address = ways.plan.target, address
        self._where = self._find()
        self._direct = self._where == (address, self._target.port)
        self._to: dict[str, Any] = {"where": self._where, "ca_file": self._plan.ca_file}
        self._attempts: list[str] = []

    def _find(self) -> tuple[str, int] | None:
        name, port, book = self._target.name, self._target.port, self._plan.book
        there = book.mapped(name, port)
        if there and there[0] == self._address:  # known only because the name is mapped to it
            return there
        return book.find(name, self._address, port)

    def pending(self, kind: str, **more: Any) -> dict[str, Any]:
        """Return the observation of a look that has not come back yet."""
        return {"kind": kind, "at": now(), "address": self._address, "port": self._target.port, **more}

    def tcp(self, attempt: int) -> Callable[[Look], None]:
        """Return the look at TCP; the first one that connects goes on, and when none does the hops are listed."""

        def work(look: Look) -> None:
            address, port = self._address, self._target.port
            if self._where is None:
                reason = "not connected to: an address of this host, of this link, or of no host"
                look.tell({**self.pending("tcp"), "attempt": attempt, "outcome": "error", "reason": reason})
                return
            if attempt == 1 and self._direct:
                route = routes.route_to(address)
                with self._board.lock:
                    self._ways.routes[address] = route
            seen = tcp.connect(address, port, self._board.left(5), where=self._where, attempt=attempt)
            look.tell(seen)
            with self._board.lock:
                first = "connected" not in self._attempts
                self._attempts.append(seen["outcome"])
                both = len(self._attempts) == 2
                failed = both and "connected" not in self._attempts
            if seen["outcome"] == "connected" and first:
                self._go_on()
            if self._direct and (failed or (both and self._plan.hops)):
                found = hops.hops(address, port, self._board.left(5))
                if found:
                    look.add(hops=found)

        return work

    def _go_on(self) -> None:
        place = _order(self._address)
        self._board.start((_TLS, place), self._tls, self.pending("tls", server_name=self._target.server_name))
        self._board.start(
            (_MTU, place), self._mtu, {"kind": "path_mtu", "at": now(), "address": self._address}
        )

    def _tls(self, look: Look) -> None:
        target, plan, address = self._target, self._plan, self._address
        seen = tls.handshake(address, target.port, target.server_name, self._board.left(5), **self._to)
        look.tell(seen)
        if seen["outcome"] != "verified":
            return
        with self._board.lock:
            first, self._ways.verified = not self._ways.verified, True
        if plan.invoke:
            self._board.start((_HTTP, 0), self._http, self._ways.pending_call(address))
        if plan.idle and first:
            pending = self.pending("tcp", attempt=3, idle_s=plan.idle)
            self._board.start((_TCP, _order(address), 3), self._idle, pending)

    def _mtu(self, look: Look) -> None:
        name, timeout = self._target.server_name, self._board.left(8)
        look.tell(
            mtu.path_mtu(self._address, self._target.port, timeout, server_name=name, where=self._where)
        )

    def _http(self, look: Look) -> None:
        """Send the one request: to an address that this host's programs would use, if one proves to be the target."""
        ways, target = self._ways, self._target
        if self._address not in ways.preferred:
            ways.called.wait(self._board.left(_PATIENCE))
        with self._board.lock:
            if ways.requested:
                look.pending = None
                return
            ways.requested = True
        ways.called.set()
        started = time.time()
        seen = http.get(
            target.url, self._address, self._board.left(_CALL), where=self._where, **self._ways.call()
        )
        offset = http.date_offset_ms(seen.get("headers") or {}, started, time.time())
        look.tell({**seen, "url": target.shown})
        with self._board.lock:
            self._ways.clock_offset_ms = offset

    def _idle(self, look: Look) -> None:
        target, timeout = self._target, self._board.left(5)
        name, seconds = target.server_name, self._plan.idle
        seen = tcp.idle(self._address, target.port, name, seconds, timeout, **self._to)
        look.tell({**seen, "attempt": 3})


def _order(address: str) -> tuple[int, int]:
    """Return where an address stands among others: IPv4 first, then by number."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return 9, 0
    return ip.version, int(ip)
