"""Hosts that looked at names, inside and outside AWS: what they saw, and cases of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from worlds.build import (
    ADDRESSES,
    DEFAULT_NAME,
    ENDPOINT_NAME,
    ENI_E1,
    ENI_E2,
    URL,
    ZONE_NAME,
    World,
)
from worlds.cases import Layout
from worlds.judge import EXIT, judge
from worlds.layouts import on_prem, same_vpc
from worlds.route53 import CORPORATE, INBOUND, inbound
from worlds.seen import dns, probed, without

PUBLIC = ("3.218.10.11", "52.20.30.41")
OUTSIDE = "198.51.100.53"
VPC_PLUS_2 = "10.1.0.2"
LINK_LOCAL = "169.254.169.253"
FRESH = f"apidoctor-0a1b2c3d.{ZONE_NAME}"
FIRST, SECOND = ADDRESSES[ENI_E1], ADDRESSES[ENI_E2]
Change = Callable[[World], None]


class Looks:
    """Lists of cases of what a host saw: broken, fine, and such that nobody is to blame for."""

    def __init__(self) -> None:
        self.ill: list[Any] = []
        self.well: list[Any] = []
        self.open: list[Any] = []

    def broken(self, *faults: str, layout: Layout) -> Callable[[Change], Change]:
        """The first root cause is one of these, and no other fault is a root cause."""
        return lambda change: keep(self.ill, change, layout, faults)

    def fine(self, *layouts: Layout) -> Callable[[Change], Change]:
        """All is well."""

        def register(change: Change) -> Change:
            for layout in layouts:
                keep(self.well, change, layout)
            return change

        return register

    def unblamed(self, layout: Layout) -> Callable[[Change], Change]:
        """Nobody is to blame for what was seen; warnings are welcome."""
        return lambda change: keep(self.open, change, layout)


def keep(cases: list[Any], change: Change, layout: Layout, faults: tuple[str, ...] = ()) -> Change:
    """Add a case."""
    name = f"{'/'.join(faults) or 'none'}: {layout.__name__}, {change.__name__}".replace("_", " ")
    cases.append(pytest.param(layout, change, faults, id=name))
    return change


# The hosts.


def at_home() -> World:
    """A host in a data centre asks for the default name; its resolver forwards, and all is well."""
    world = on_prem()
    world.target, world.options = URL, []
    inbound(world)
    probed(world)
    for server, role in ((CORPORATE, "configured"), (INBOUND[0], "inbound"), (INBOUND[1], "inbound")):
        answered(world, server, role, "answer")
    world.observations.append(asked(".", CORPORATE, "configured", "answer", type="NS"))
    return world


def at_home_alone() -> World:
    """The same host without any inventory."""
    world = at_home()
    world.accounts.clear()
    return world


def at_home_by_endpoint_name() -> World:
    """The same host calls the endpoint's own name."""
    world = on_prem()
    inbound(world)
    probed(world)
    answered(world, CORPORATE, "configured", "answer", name=ENDPOINT_NAME)
    answered(world, OUTSIDE, "outside", "answer", name=ENDPOINT_NAME)
    return world


def in_vpc() -> World:
    """A host in the endpoint's VPC, private DNS on."""
    world = probed(same_vpc())
    answered(world, VPC_PLUS_2, "vpc", "answer")
    return world


def in_vpc_alone() -> World:
    """The same host without any inventory."""
    world = in_vpc()
    world.accounts.clear()
    return world


# What they saw.


def asked(name: str, server: str, role: str, outcome: str, *addresses: str, **rest: Any) -> dict[str, Any]:
    """One question to one server."""
    seen = dns(name, outcome, *addresses)
    if rest.get("type") == "NS":
        seen.update(addresses=[], chain=[])
    return seen | {"server": server, "transport": "udp", "role": role, "edns": 1232} | rest


def answered(
    world: World, server: str, role: str, outcome: str, *addresses: str, name: str = DEFAULT_NAME
) -> None:
    """A server answers over UDP and TCP, in place of what it answered before."""
    world.observations = [
        each
        for each in world.observations
        if not (each["kind"] == "dns" and each["server"] == server and each["name"] == name)
    ]
    for transport in ("udp", "tcp"):
        world.observations.append(asked(name, server, role, outcome, *addresses, transport=transport))


def system(world: World, outcome: str, *addresses: str, name: str = DEFAULT_NAME) -> None:
    """What getaddrinfo says; where it leads nowhere nothing more was seen of the way."""
    kept = [e for e in world.observations if not (e["kind"] == "dns" and e["server"] == "system")]
    world.observations = [*kept, dns(name, outcome, *addresses)]
    if not set(addresses) & set(ADDRESSES.values()) and (addresses or outcome != "answer"):
        without(world, "tcp", "tls", "http")


def resolves(world: World, outcome: str, *addresses: str, name: str = DEFAULT_NAME) -> None:
    """The host's resolver, and so the host, gets this answer."""
    answered(world, CORPORATE, "configured", outcome, *addresses, name=name)
    system(world, outcome, *addresses, name=name)


def fresh(world: World, server: str, outcome: str, *addresses: str, role: str = "configured") -> None:
    """A label that nobody ever asked for."""
    world.observations.append(asked(FRESH, server, role, outcome, *addresses))


def without_server(world: World, server: str) -> None:
    """Nobody asked this server."""
    world.observations = [each for each in world.observations if each.get("server") != server]


def check_look(layout: Layout, change: Change, faults: tuple[str, ...], folder: Path) -> None:
    """Build the world, ask, and compare; no faults means that all is well."""
    world = layout()
    change(world)
    said = judge(world, folder)
    verdict = "broken" if faults else "healthy"
    assert (said.report["verdict"], said.code) == (verdict, EXIT[verdict]), said.story()
    assert bool(said.faults) == bool(faults), said.story()
    assert set(said.faults) <= set(faults), said.story()
    assert not said.of("error"), said.story()
