"""The whole look of a host at one target: names, the way, the answer, all at once and within a given time."""

from __future__ import annotations

from typing import Any, Callable

from . import cloud, host, proxies, resolvers, routes
from .board import Board, Look
from .questions import INBOUND, OUTSIDE, PRIVATE, SERVERS, VPC, Questions, Server
from .ways import Plan, Ways

_MAX_SERVERS = 16
_UNPROBED = ("outside",)
"""Roles whose answers are no address that this host's programs would use."""


def survey(plan: Plan, report: Callable[[dict[str, Any]], None] | None = None) -> list[dict[str, Any]]:
    """Look, and return all observations; *report* gets each one as it comes, from any thread."""
    one = Survey(plan, report)
    one.run()
    return one.observations()


class Survey:
    """One survey; `observations` also tells what an interrupted one saw."""

    def __init__(self, plan: Plan, report: Callable[[dict[str, Any]], None] | None = None) -> None:
        self._plan = plan
        self._board = Board(plan.timeout, plan.idle, report)
        self._host = host.itself()
        self._ways = Ways(plan, self._board)
        name = plan.target.name
        self._questions = Questions(self._board, name, plan.timeout, plan.ca_file, self._heard)

    def run(self) -> None:
        """Look at everything; returns when all is told or time is up."""
        self._board.start((0, 0), self._at_host)
        self._board.start((0, 1), self._at_cloud)
        self._board.start((0, 2), self._at_proxies)
        for address in (*self._plan.addresses, self._plan.target.address):
            if address:
                self._ways.reach(address, given=True)
        self._board.wait()

    @property
    def defects(self) -> list[str]:
        """What went wrong in the probe itself."""
        return list(self._board.defects)

    def observations(self) -> list[dict[str, Any]]:
        """Return what was seen, in the order host, dns, tcp, tls, path_mtu, http; what is late is a time-out."""
        seen = self._board.close()
        with self._board.lock:
            here = {key: value for key, value in self._host.items() if value not in (None, [], {}, "")}
            here.update(self._ways.host())
        told = [{key: value for key, value in one.items() if value is not None} for one in (here, *seen)]
        return [{**one, "vantage": self._plan.vantage or here["hostname"]} for one in told]

    def _at_host(self, _: Look) -> None:
        """Find the resolvers, and ask them as soon as they are known."""
        plan, target = self._plan, self._plan.target
        names = [name for name in (target.name, *target.further) if name]
        found = resolvers.configured(plan.resolvers)
        found["hosts_entries"] = resolvers.hosts_entries(names)
        with self._board.lock:
            self._host.update(found)
        self._questions.of_system(names, list(plan.resolvers))
        if target.name:
            self._ask_servers(found)
        links, own = host.links(found["links"]), routes.addresses()
        with self._board.lock:
            self._host.update(links=links, addresses=own)

    def _ask_servers(self, found: dict[str, Any]) -> None:
        plan = self._plan
        servers = [Server(one, "given" if plan.resolvers else "configured") for one in found["resolvers"]]
        if not plan.resolvers:
            servers += [Server(one, "link") for link in found["links"] for one in link["resolvers"]]
        known: dict[str, Server] = {}
        for server in servers:
            known.setdefault(server.address, server)
        for server in list(known.values())[:_MAX_SERVERS]:
            self._questions.of_server(SERVERS, server, ("udp", "tcp"))
            self._questions.of_root(server)
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
        likely = cloud.is_likely()
        with self._board.lock:  # what stays so when the look ends first
            self._host["cloud_missing"] = "it was not heard of in time" if likely else None
        found, missing = cloud.instance()
        with self._board.lock:
            self._host.update(cloud=found, cloud_missing=missing)
        # Servers that were named in place of the host's own take the place of this one too.
        there = found or likely
        if there and self._plan.target.name and not self._plan.resolvers:
            for address in cloud.vpc_resolvers(found or {}):
                self._questions.of_server(VPC, Server(address, "vpc"), ("udp", "tcp"))

    def _at_proxies(self, _: Look) -> None:
        """Note the proxies, and send the request the way that they ask for."""
        plan, target = self._plan, self._plan.target
        found = proxies.environment()
        with self._board.lock:
            self._host["proxies"] = {key: value for key, value in found.items() if value}
        through = proxies.proxy_for(target.server_name, with_user=True)
        if plan.invoke and through:
            self._ways.through_proxy(through)

    def _heard(self, seen: dict[str, Any]) -> None:
        """Look at the addresses of an answer; a name without any is reached where the address book says."""
        target = self._plan.target
        if seen["name"] != target.name or seen.get("role") in _UNPROBED:
            return
        if seen["server"] == "system":
            with self._board.lock:
                self._ways.preferred.update(seen.get("addresses", []))
        for address in seen.get("addresses", []):
            self._ways.reach(address)
        there = self._plan.book.mapped(target.name, target.port)
        if there and seen["server"] == "system" and not seen.get("addresses"):
            self._ways.reach(there[0], only=True)
