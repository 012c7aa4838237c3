"""The DNS servers that the caller's host asks, and whether their questions get to an inbound endpoint."""

import ipaddress

from apidoctor.reasoning.naming.inbound import InboundAddress
from apidoctor.reasoning.network import Flow, reach
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.flows import topology
from apidoctor.reasoning.scene.place import place
from apidoctor.reasoning.scene.seen import host

MOST = 3
"""Servers that are judged: a C library asks no more."""


@fact
def askers(case: Case) -> tuple[str, ...]:
    """Return who would ask an inbound endpoint for the caller: the host's own DNS servers, else the host."""
    seen = host(case)
    case.expect(seen.missing)
    servers = [server.partition("%")[0] for server in (seen.value.resolvers if seen.known else [])]
    private = [server for server in servers if _is_private(server)]
    return tuple(private[:MOST]) or place(case).value.addresses[:1]


def port_53_blockers(case: Case, one: InboundAddress) -> list[tuple[str, str, str]]:
    """Return what stops questions to an inbound address: protocol, asking server and words for each.

    Empty when nothing is known to stop them.  A server that is itself the address asked is no asker of it.
    """
    found: list[tuple[str, str, str]] = []
    for server in askers(case).value:
        if server == one.address or ("." in server) != ("." in one.address):
            continue
        for protocol in ("udp", "tcp"):
            flow = Flow(src_ip=server, dst_ip=one.address, protocol=protocol, dst_port=53)
            result = reach(topology(case).value, flow)
            case.expect(result.unknown)
            certain = [b for b in result.blockers if b.reason not in ("unknown_resource", "no_destination")]
            found += [
                (protocol, server, blocker.detail) for blocker in certain[:1] if result.reachable is False
            ]
    return found


def _is_private(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_private and not parsed.is_loopback and not parsed.is_link_local
