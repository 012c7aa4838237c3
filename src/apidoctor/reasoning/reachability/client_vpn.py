"""Clients of Client VPN: what the endpoint itself lets through, before any packet enters a VPC.

Source: Client VPN administrator guide, "How AWS Client VPN works": clients' traffic is translated to the address of
the interface that the endpoint has in a target network; a route takes it there, and an authorization rule has to allow
the destination.
"""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.network import Blocker, Reach, Topology
from apidoctor.reasoning.network.addresses import block, number
from apidoctor.reasoning.network.shapes import part, text


class ClientVpn(Struct, frozen=True):
    """A Client VPN endpoint with one of its target networks."""

    endpoint: str
    """``cvpn-endpoint-…``"""
    subnet: str
    """The target network."""
    account: str
    """The account that shows it."""
    region: str
    """Its Region."""


def behind(topology: Topology, vpn: ClientVpn, address: str | None, found: Reach) -> Reach:
    """Add what the endpoint's own routes and authorization rules say about a destination."""
    blockers: list[Blocker] = []
    missing: list[Missing] = []
    destination = number(address or "")
    if destination is None:
        return found
    for name, judged in (
        ("describe_client_vpn_routes", _route),
        ("describe_client_vpn_authorization_rules", _rule),
    ):
        fact = topology.inventory.items(vpn.account, vpn.region, name, vpn.endpoint)
        if not fact.known:
            missing += fact.missing
            continue
        verdict = judged(vpn, address or "", _around(fact.value, destination))
        if isinstance(verdict, Blocker):
            blockers.append(verdict)
        elif verdict is not None:
            missing.append(verdict)
    every = (*blockers, *found.blockers)
    reachable = False if every else None if missing or found.unknown else found.reachable
    return replace(found, reachable=reachable, blockers=every, unknown=(*missing, *found.unknown))


def _around(items: list[dict[str, Any]], destination: int) -> list[dict[str, Any]]:
    """Return what is about a destination, the longest prefix first."""
    blocks = [(block(text(each, "DestinationCidr")), each) for each in items]
    held = [(around.length, each) for around, each in blocks if around and around.holds(destination)]
    return [each for _, each in sorted(held, key=lambda pair: -pair[0])]


def _route(vpn: ClientVpn, address: str, routes: list[Any]) -> Blocker | Missing | None:
    """The longest prefix decides; it may lead through several target networks."""
    if not routes:
        return _blocked(vpn, f"{vpn.endpoint} has no route to {address}")
    longest = [each for each in routes if text(each, "DestinationCidr") == text(routes[0], "DestinationCidr")]
    usable = [each for each in longest if text(part(each, "Status"), "Code") in ("", "active")]
    if not usable:
        state = text(part(longest[0], "Status"), "Code")
        return _blocked(vpn, f"the route of {vpn.endpoint} to {address} is {state}, not active")
    if not any(text(each, "TargetSubnet") == vpn.subnet for each in usable):
        others = ", ".join(sorted({text(each, "TargetSubnet") for each in usable}))
        return _blocked(vpn, f"{vpn.endpoint} routes {address} through {others}, not through {vpn.subnet}")
    return None


def _rule(vpn: ClientVpn, address: str, rules: list[Any]) -> Blocker | Missing | None:
    usable = [each for each in rules if text(part(each, "Status"), "Code") in ("", "active")]
    if not usable:
        return _blocked(vpn, f"no authorization rule of {vpn.endpoint} lets clients reach {address}")
    if any(each.get("AccessAll") is True for each in usable):
        return None
    groups = ", ".join(sorted({text(each, "GroupId") for each in usable}))
    return Gap(f"fact: whether the client is in a group that {vpn.endpoint} lets reach {address} ({groups})")


def _blocked(vpn: ClientVpn, detail: str) -> Blocker:
    return Blocker("no_route", "forward", vpn.endpoint, 0, "NO_ROUTE_TO_DESTINATION", detail)
