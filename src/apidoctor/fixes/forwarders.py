"""Conditional forwarders: what a data centre's resolver needs so that private API names reach AWS.

A resolver outside AWS asks the public DNS for ``execute-api.REGION.amazonaws.com`` and gets public addresses (or
NXDOMAIN for a private custom domain).  The private answer comes from a Route 53 Resolver inbound endpoint in a VPC
that sees the private names, so the resolver must forward these zones, and only these, to all its addresses.

Source: Route 53 developer guide, "Forwarding inbound DNS queries to your VPCs"; each software's own manual.  What is
said of BIND, Unbound, dnsmasq, PowerDNS Recursor, Knot Resolver and systemd-resolved is tried with the software in
``tests/fixes``; CoreDNS and Windows DNS follow their manuals alone.
"""

from collections.abc import Sequence

from apidoctor.fixes import addresses
from apidoctor.fixes.asked import Asked
from apidoctor.fixes.caches import bind, dnsmasq, knot_resolver, powerdns_recursor, unbound
from apidoctor.fixes.hosts import coredns, systemd_resolved, windows_dns
from apidoctor.fixes.stanza import Stanza, text

__all__ = ["Stanza", "stanzas", "text"]


def stanzas(
    zones: Sequence[str], servers: Sequence[str], *, wrong: Sequence[str] = (), names: Sequence[str] = ()
) -> dict[str, Stanza]:
    """Return the stanza of every software that can forward *zones* to *servers*, by the software's id.

    *servers* are the addresses of the inbound endpoint (``10.1.0.10``, ``fd00::10``, ``[fd00::10]:5353``), all of
    them; *wrong* those to which an existing forwarder sends these zones instead; *names* are names in the zones that
    the verifying commands ask for.  Windows DNS is left out when a port is not 53: it has none to set.

    Raises ValueError for whatever is no DNS name or IP address, so that no foreign text becomes configuration.
    """
    good = addresses.servers(servers)
    others = tuple(server for server in addresses.servers(wrong, some=False) if server not in good)
    wanted = addresses.zones(zones)
    found = addresses.zones(names) if names else tuple(_example(zone) for zone in wanted)
    asked = Asked(wanted, good, others, found)
    made = {
        "bind": bind(asked),
        "unbound": unbound(asked),
        "dnsmasq": dnsmasq(asked),
        "windows-dns": windows_dns(asked),
        "coredns": coredns(asked),
        "systemd-resolved": systemd_resolved(asked),
        "powerdns-recursor": powerdns_recursor(asked),
        "knot-resolver": knot_resolver(asked),
    }
    return {software: stanza for software, stanza in made.items() if stanza}


def _example(zone: str) -> str:
    """Return a name to ask for: every API id exists in the endpoint's zone, its apex need not."""
    return f"abc1234567.{zone}" if zone.startswith("execute-api.") else zone
