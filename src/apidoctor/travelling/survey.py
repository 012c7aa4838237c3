"""The whole look of a host at one target: names, the way, the answer, all at once and within a given time."""

from __future__ import annotations

import ipaddress
import platform
import socket
import time
from dataclasses import dataclass, field
from typing import Any, Callable

from . import cloud, hops, http, mtu, proxies, resolvers, routes, tcp, tls
from .board import Board, Look
from .book import AddressBook, is_private
from .names import Target, header
from .questions import INBOUND, OUTSIDE, PRIVATE, SERVERS, VPC, Questions, Server
from .stamp import now

MAX_PRIVATE, MAX_PUBLIC = 8, 4
"""Most addresses of answers that are connected to."""
_UNPROBED = ("outside",)
"""Roles whose answers are no address that this host's programs would use."""


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


def survey(plan: Plan, report: Callable[[dict[str, Any]], None] | None = None) -> list[dict[str, Any]]:
    """Look, and return all observations; *report* gets each one as it comes, from any thread."""
    one = Survey(plan, report)
    one.run()
    return one.observations()


class Survey:
    """One survey; `observations` also tells what an interrupted one saw."""

    def __init__(self, plan: Plan, report: Callable[[dict[str, Any]], None] | None = None) -> None:
        self._plan = plan
        self._board = Board(plan.timeout + plan.idle, report)
        self._ends = time.monotonic() + plan.timeout
        self._host: dict[str, Any] = {"kind": "host", "at": now(), "hostname": socket.gethostname()}
        self._host["platform"] = f"{platform.system()} {platform.release()}".strip()
        self._routes: dict[str, dict[str, Any]] = {}
        self._seen: dict[str, bool] = {}
        self._verified = False
        name = plan.target.name
        self._questions = Questions(self._board, name, plan.timeout, plan.ca_file, self._heard)

    def run(self) -> None:
        """Look at everything; returns when all is told or time is up."""
        self._board.start((0, 0), self._at_host)
        self._board.start((0, 1), self._at_cloud)
        self._board.start((0, 2), self._at_proxies)
        for address in (*self._plan.addresses, self._plan.target.address):
            if address:
                self._reach(address, given=True)
        self._board.wait()

    def observations(self) -> list[dict[str, Any]]:
        """Return what was seen, in the order host, dns, tcp, tls, path_mtu, http; what is late is a time-out."""
        seen = self._board.close()
        with self._board.lock:
            host = {key: value for key, value in self._host.items() if value not in (None, [], {}, "")}
            ways = [self._routes[address] for address in sorted(self._routes, key=_order)]
            host["routes"] = [way for number, way in enumerate(ways) if way not in ways[:number]]
        told = [{key: value for key, value in one.items() if value is not None} for one in (host, *seen)]
        return [{**one, "vantage": self._plan.vantage or host["hostname"]} for one in told]

    def _left(self, most: float) -> float:
        """Return the seconds that a look which is no idle test may take."""
        return max(min(most, self._ends - time.monotonic() - 0.1), 0.05)

    def _at_host(self, _: Look) -> None:
        """Find the resolvers, and ask them as soon as they are known."""
        plan, target = self._plan, self._plan.target
        names = [name for name in (target.name, *target.further) if name]
        found = resolvers.configured(plan.resolvers)
        with self._board.lock:
            self._host.update(found, hosts_entries=resolvers.hosts_entries(names))
        self._questions.of_system(names, list(plan.resolvers))
        if target.name:
            self._ask_servers(found)
        links = {link["device"]: link for link in routes.links()}
        for link in found["links"]:
            links[link["device"]] = {**links.get(link["device"], {}), **link}
        with self._board.lock:
            self._host.update(links=list(links.values()), addresses=routes.addresses())

    def _ask_servers(self, found: dict[str, Any]) -> None:
        plan = self._plan
        servers = [Server(one, "given" if plan.resolvers else "configured") for one in found["resolvers"]]
        if not plan.resolvers:
            servers += [Server(one, "link") for link in found["links"] for one in link["resolvers"]]
        servers = list({one.address: one for one in reversed(servers)}.values())[::-1]
        for server in servers[:16]:
            self._questions.of_server(SERVERS, server, ("udp", "tcp"))
        if servers:
            self._questions.of_first(servers[0], plan.target.further, found["search"])
        for address in plan.inbound:
            self._questions.of_server(INBOUND, Server(address, "inbound"), ("udp", "tcp"))
        for address in plan.outside:
            self._questions.of_server(OUTSIDE, Server(address, "outside"), ("udp",))
        for address in plan.dot:
            self._questions.of_server(PRIVATE, Server(address, "outside"), ("dot",))
        for address in plan.doh:
            self._questions.of_server(PRIVATE, Server(address, "outside"), ("doh",))

    def _at_cloud(self, _: Look) -> None:
        """Find out whether this host is in AWS; there, the VPC's own DNS server is asked too."""
        found = cloud.instance()
        with self._board.lock:
            self._host["cloud"] = found
        if self._plan.target.name and (found or cloud.looks_like_instance()):
            for address in cloud.vpc_resolvers(found or {}):
                self._questions.of_server(VPC, Server(address, "vpc"), ("udp", "tcp"))

    def _at_proxies(self, _: Look) -> None:
        """Note the proxies, and send the request the way that they ask for."""
        plan, target = self._plan, self._plan.target
        found = proxies.environment()
        with self._board.lock:
            self._host["proxies"] = {key: value for key, value in found.items() if value}
        through = proxies.proxy_for(target.server_name, with_user=True)
        if not (plan.invoke and through):
            return

        def work(look: Look) -> None:
            look.tell(
                http.through_proxy(
                    target.url,
                    through,
                    self._left(10),
                    method=plan.method,
                    headers=plan.headers,
                    ca_file=plan.ca_file,
                    form=target.form,
                )
            )

        self._board.start((5, 1), work, self._call(None))

    def _heard(self, seen: dict[str, Any]) -> None:
        """Look at the addresses of an answer; a name without any is reached where the address book says."""
        target = self._plan.target
        if seen["name"] != target.name or seen.get("role") in _UNPROBED:
            return
        for address in seen.get("addresses", []):
            self._reach(address)
        there = self._plan.book.mapped(target.name, target.port)
        if there and seen["server"] == "system" and not seen.get("addresses"):
            self._reach(there[0], only=True)

    def _reach(self, address: str, *, given: bool = False, only: bool = False) -> None:
        """Start looking at an address: route and TCP, and whatever that makes possible.

        What is *given* does not count; *only*: not when another one is known.
        """
        kind = given or is_private(address)
        with self._board.lock:
            most = MAX_PRIVATE if kind else MAX_PUBLIC
            if address in self._seen or (only and self._seen):
                return
            if not given and list(self._seen.values()).count(kind) >= most:
                return
            self._seen[address] = kind
        way = _Way(self, address)
        for attempt in (1, 2):
            pending = way.pending("tcp", attempt=attempt)
            self._board.start((2, _order(address), attempt), way.tcp(attempt), pending)

    def _call(self, address: str | None) -> dict[str, Any]:
        """Return the observation of a request that is not answered yet."""
        target = self._plan.target
        call = {"kind": "http", "at": now(), "url": http.redact(target.url), "method": self._plan.method}
        host = header(self._plan.headers, "host") or target.host
        return {
            **call,
            "form": target.form,
            "address": address,
            "server_name": target.server_name,
            "host": host,
        }


class _Way:
    """All looks at one address."""

    def __init__(self, whole: Survey, address: str) -> None:
        self._whole, self._plan, self._board = whole, whole._plan, whole._board
        self._target, self._address = whole._plan.target, address
        self._where = self._find()
        self._direct = self._where == (address, self._target.port)
        self._attempts: list[str] = []

    def _find(self) -> tuple[str, int] | None:
        target, book = self._target, self._plan.book
        there = book.mapped(target.name, target.port)
        # An address that is known only because the name is mapped to it is reached there.
        return (
            there
            if there and there[0] == self._address
            else book.find(target.name, self._address, target.port)
        )

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
                way = routes.route_to(address)
                with self._board.lock:
                    self._whole._routes[address] = way
            seen = tcp.connect(address, port, self._whole._left(5), where=self._where, attempt=attempt)
            look.tell(seen)
            with self._board.lock:
                first = "connected" not in self._attempts
                self._attempts.append(seen["outcome"])
                both = len(self._attempts) == 2
                failed = both and "connected" not in self._attempts
            if seen["outcome"] == "connected" and first:
                self._go_on()
            if self._direct and (failed or (both and self._plan.hops)):
                found = hops.hops(address, port, self._whole._left(5))
                look.add(hops=found)

        return work

    def _go_on(self) -> None:
        place = _order(self._address)
        name = self._target.server_name
        self._board.start((3, place), self._tls, self.pending("tls", server_name=name))
        pending = self.pending("path_mtu")
        del pending["port"]
        self._board.start((4, place), self._mtu, pending)

    def _tls(self, look: Look) -> None:
        target, plan = self._target, self._plan
        seen = tls.handshake(
            self._address,
            target.port,
            target.server_name,
            self._whole._left(5),
            where=self._where,
            ca_file=plan.ca_file,
        )
        look.tell(seen)
        with self._board.lock:
            if seen["outcome"] != "verified" or self._whole._verified:
                return
            self._whole._verified = True
        if plan.invoke:
            self._board.start((5, 0), self._http, self._whole._call(self._address))
        if plan.idle:
            pending = self.pending("tcp", attempt=3, idle_s=plan.idle)
            self._board.start((2, _order(self._address), 3), self._idle, pending)

    def _mtu(self, look: Look) -> None:
        name, where = self._target.server_name, self._where
        look.tell(
            mtu.path_mtu(
                self._address, self._target.port, self._whole._left(8), server_name=name, where=where
            )
        )

    def _http(self, look: Look) -> None:
        target, plan = self._target, self._plan
        started = time.time()
        seen = http.get(
            target.url,
            self._address,
            self._whole._left(10),
            method=plan.method,
            headers=plan.headers,
            server_name=target.server_name,
            where=self._where,
            ca_file=plan.ca_file,
            form=target.form,
        )
        look.tell(seen)
        offset = http.date_offset_ms(seen.get("headers") or {}, started, time.time())
        with self._board.lock:
            self._whole._host["clock_offset_ms"] = offset

    def _idle(self, look: Look) -> None:
        target, plan = self._target, self._plan
        timeout = self._whole._left(5)
        seen = tcp.idle(
            self._address,
            target.port,
            target.server_name,
            plan.idle,
            timeout,
            where=self._where,
            ca_file=plan.ca_file,
        )
        look.tell({**seen, "attempt": 3})


def _order(address: str) -> tuple[int, int]:
    """Return where an address stands among others: IPv4 first, then by number."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return 9, 0
    return ip.version, int(ip)
