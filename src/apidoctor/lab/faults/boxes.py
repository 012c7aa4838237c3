"""Faults of what stands on the way: proxies, inspection, and boxes that rewrite requests."""

from dataclasses import replace

from apidoctor.lab.description import DEFAULT_ZONE, Box, Proxy, World
from apidoctor.lab.description.box import SQUID
from apidoctor.lab.faults.fault import Family

family = Family()
FAULTS = family.faults

CORPORATE = "Corp Security"
"""Who issues the certificates of boxes that break TLS open."""


@family.fault("A26")
def host_rewritten(world: World) -> None:
    """A reverse proxy on the way rewrites the Host header of signed requests to the API's alias."""
    world.request.path = "/prod/orders"
    world.api.endpoints = ["main"]
    world.boxes.append(Box("rewrites-host", value=f"<api:pets>-<endpoint:main>.{DEFAULT_ZONE}"))


@family.fault("N16")
def firewall_answers(world: World) -> None:
    """A firewall that breaks TLS open answers in the place of API Gateway; its CA is trusted here."""
    world.boxes.append(replace(SQUID, issuer=CORPORATE))


@family.fault("N19")
def proxy_refuses(world: World) -> None:
    """HTTPS_PROXY leads calls to a proxy that refuses them, and NO_PROXY lacks the API's names."""
    world.proxy = Proxy(headers=dict(SQUID.headers))


@family.fault("T03")
def tls_inspected(world: World) -> None:
    """TLS is broken open on the way by a box whose CA this host does not trust."""
    world.boxes.append(Box("inspects", issuer=CORPORATE, trusted=False))
