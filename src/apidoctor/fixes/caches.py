"""Forwarders in caching resolvers: BIND, Unbound, dnsmasq, PowerDNS Recursor and Knot Resolver.

Two protections of theirs can drop a right answer.  Validation: amazonaws.com has no DS record, so execute-api names
are provably unsigned, as long as the public DNS can be asked for that; a private custom domain below a signed public
zone is not, and its answer is bogus.  Rebinding protection: a private address for a public name is dropped.
"""

from collections.abc import Iterable

from apidoctor.fixes.asked import Asked
from apidoctor.fixes.stanza import Stanza


def bind(asked: Asked) -> Stanza:
    """Return BIND 9's forward zones."""
    lines = []
    for zone in asked.zones:
        lines += [f'zone "{zone}" {{', "    type forward;", "    forward only;", "    forwarders {"]
        lines += [f"        {server.spelt(' port ')};" for server in asked.servers]
        lines += ["    };", "};"]
    quoted = " ".join(f'"{zone}";' for zone in asked.zones)
    return Stanza(
        software="BIND 9",
        file="/etc/bind/named.conf.local (Debian, Ubuntu) or /etc/named.conf (RHEL, Amazon Linux)",
        text=_text(lines),
        check=("named-checkconf",),
        reload=("rndc reconfig", *(f"rndc flushtree {zone}" for zone in asked.zones)),
        verify=asked.digs("127.0.0.1"),
        caveats=(
            *asked.replaces("replace its zone statement; named refuses two of one name."),
            "Without `forward only`, BIND asks the public DNS whenever the endpoint does not answer.",
            "With views, the zones must be in each view that serves callers; a caller needs allow-recursion.",
            *_validation(asked, f"in options: validate-except {{ {quoted} }};"),
            f"With deny-answer-addresses, add to it: except-from {{ {quoted} }};",
            *asked.alias('with deny-answer-addresses, except "vpce.amazonaws.com" too.'),
            *asked.common(),
        ),
    )


def unbound(asked: Asked) -> Stanza:
    """Return Unbound's forward zones, with its two protections told that the zones are private."""
    lines = ["server:"]
    for option in ("private-domain", "domain-insecure"):
        lines += [f'    {option}: "{zone}"' for zone in asked.zones]
    for zone in asked.zones:
        lines += ["forward-zone:", f'    name: "{zone}"', "    forward-first: no"]
        lines += [f"    forward-addr: {server.spelt('@')}" for server in asked.servers]
    return Stanza(
        software="Unbound",
        file="/etc/unbound/unbound.conf.d/apidoctor.conf (Debian, Ubuntu) or /etc/unbound/conf.d/apidoctor.conf (RHEL)",
        text=_text(lines),
        check=("unbound-checkconf",),
        reload=("unbound-control reload",),
        verify=asked.digs("127.0.0.1"),
        caveats=(
            *asked.replaces(
                "remove its forward-zone: of two the last read wins, and unbound-checkconf calls both fine."
            ),
            "private-domain lets private addresses through private-address (rebinding protection).",
            "domain-insecure: the private answers are unsigned; without it every look-up hangs on the public DNS "
            "chain, and fails below a signed public zone.",
            *asked.alias('with private-address, add private-domain: "vpce.amazonaws.com".'),
            *asked.common(),
        ),
    )


def dnsmasq(asked: Asked) -> Stanza:
    """Return dnsmasq's servers for domains."""
    lines = [f"server=/{zone}/{server.spelt('#')}" for zone in asked.zones for server in asked.servers]
    lines += [f"rebind-domain-ok=/{zone}/" for zone in asked.zones]
    return Stanza(
        software="dnsmasq",
        file="/etc/dnsmasq.d/apidoctor.conf, or /etc/NetworkManager/dnsmasq.d/apidoctor.conf where "
        "NetworkManager starts it",
        text=_text(lines),
        check=("dnsmasq --test",),
        reload=("systemctl restart dnsmasq",),
        verify=asked.digs("127.0.0.1"),
        caveats=(
            *asked.replaces(
                "remove its server=/ZONE/ lines: dnsmasq adds servers up and takes the first answer of any."
            ),
            "Only a restart reads server= lines again; SIGHUP does not.",
            "rebind-domain-ok lets private addresses through stop-dns-rebind.",
            "dnsmasq keeps to the server that answered first, whatever the order. When that one is gone, the others "
            "are asked only once a caller repeats its question; `all-servers` asks all at once.",
            "dnsmasq does not validate (dnssec) what comes from server=/ZONE/; nothing to except.",
            *asked.common(),
        ),
    )


def powerdns_recursor(asked: Asked) -> Stanza:
    """Return PowerDNS Recursor's forwarded zones, with recursion desired: an inbound endpoint is a resolver."""
    servers = ";".join(server.bracketed() for server in asked.servers)
    lines = [f"forward-zones-recurse+={zone}={servers}" for zone in asked.zones]
    return Stanza(
        software="PowerDNS Recursor",
        file="/etc/powerdns/recursor.d/apidoctor.conf",
        text=_text(lines),
        check=("pdns_recursor --config=check",),
        reload=("rec_control reload-zones", *(f"rec_control wipe-cache {zone}$" for zone in asked.zones)),
        verify=asked.digs("127.0.0.1"),
        caveats=(
            *asked.replaces("remove it: of two settings for a zone the last read wins."),
            "`+=` adds to what recursor.conf has; `=` would replace it.",
            "Not forward-zones: that asks without recursion, as an authoritative server is asked.",
            *_validation(
                asked, "in the lua-config-file: " + " ".join(f'addNTA("{zone}")' for zone in asked.zones)
            ),
            "From 5.0 on, recursor.yml has the same as recursor: forward_zones: (zone, forwarders, recurse: true).",
            *asked.common(),
        ),
    )


def knot_resolver(asked: Asked) -> Stanza:
    """Return Knot Resolver 5's policies: STUB, which takes the answers as they are."""
    zones = [f"    '{zone}.'," for zone in asked.zones]
    servers = [f"    '{server.spelt('@')}'," for server in asked.servers]
    lines = ["apidoctor_zones = policy.todnames({", *zones, "})", "apidoctor_servers = {", *servers, "}"]
    lines += ["policy.add(policy.suffix(policy.FLAGS({'ALLOW_LOCAL'}), apidoctor_zones))"]
    lines += ["policy.add(policy.suffix(policy.STUB(apidoctor_servers), apidoctor_zones))"]
    return Stanza(
        software="Knot Resolver 5",
        file="/etc/knot-resolver/kresd.conf, above any policy for all names",
        text=_text(lines),
        check=(),
        reload=(
            "systemctl restart 'kresd@*'",
            "echo 'cache.clear()' | socat - UNIX-CONNECT:/run/knot-resolver/control/1",
        ),
        verify=asked.digs("127.0.0.1"),
        caveats=(
            *asked.replaces("remove its policy; the first that fits wins."),
            "The cache is a file that outlives a restart: clear it, or public answers stay until their TTL ends.",
            "STUB does not validate; FORWARD does, and fails below a signed public zone.",
            "ALLOW_LOCAL lets private addresses through the rebinding module.",
            "Knot Resolver 6 has its own YAML: forward: (subtree, servers, options: dnssec: false).",
            *asked.common(),
        ),
    )


def _validation(asked: Asked, how: str) -> Iterable[str]:
    yield (
        "DNSSEC validation: execute-api names pass (amazonaws.com is unsigned) while the public DNS can be asked; a "
        f"private domain below a signed public zone fails. Then, {how}"
    )


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
