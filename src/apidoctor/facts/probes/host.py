"""The host itself: its name, addresses, links, resolvers, hosts file, proxies, routes and place in AWS."""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from apidoctor.model.convert import convert
from apidoctor.model.observation import HostSeen
from apidoctor.travelling import cloud, host, proxies, resolvers, routes
from apidoctor.travelling.book import is_address

_ANYWHERE = {4: "192.0.2.1", 6: "2001:db8::1"}
"""Addresses that exist nowhere (RFC 5737, RFC 3849): a default route leads there."""


def probe_host(
    names: Iterable[str], own: Mapping[str, Any], address: str = "", imds_budget: float = cloud.BUDGET
) -> HostSeen:
    """Look at this host.

    *names* are those whose hosts-file entries matter; *own* is what `resolvers.configured` found; *address* asks for
    the one route that leads there, else the main table is listed, as nobody knows yet where the target is.
    """
    place = cloud.instance(budget=imds_budget)
    seen = {
        **host.itself(),
        **own,
        "links": host.links(own["links"]),
        "addresses": routes.addresses(),
        "hosts_entries": resolvers.hosts_entries(names),
        "proxies": {name: value for name, value in proxies.environment().items() if value},
        "routes": [routes.route_to(address)] if is_address(address) else _table(),
        "cloud": place.found,
        "cloud_missing": place.missing,
    }
    return convert(seen, HostSeen)


def _table() -> list[dict[str, Any]]:
    """Return the main table, each route with the address that this host sends from on it."""
    return [{**route, "source": route["source"] or _source(route)} for route in routes.table()]


def _source(route: Mapping[str, Any]) -> str | None:
    """Return the address that the kernel takes for the first host behind *route*; None where it refuses packets."""
    if not route["device"]:
        return None
    network = ipaddress.ip_network(route["destination"])
    anywhere = {
        4: "192.0.2.1",
        6: "2001:db8::1",
    }  # documentation (RFC 5737, RFC 3849): only a default route leads there
    there = (
        str(network[min(1, network.num_addresses - 1)]) if network.prefixlen else anywhere[network.version]
    )
    return routes.source_to(there)
