"""Forwarders in what belongs to a platform: Windows DNS, CoreDNS and systemd-resolved."""

from apidoctor.fixes.addresses import DNS_PORT
from apidoctor.fixes.asked import Asked
from apidoctor.fixes.stanza import Stanza


def windows_dns(asked: Asked) -> Stanza | None:
    """Return the PowerShell for Windows DNS Server; None when a port is not 53, which it cannot ask.

    Source: learn.microsoft.com, module DnsServer: Add- and Set-DnsServerConditionalForwarderZone, which take an
    ``IPAddress[]`` of masters.  Not tried: there is no Windows where the tests run.
    """
    if any(server.port != DNS_PORT for server in asked.servers):
        return None
    verb = "Set" if asked.wrong else "Add"
    lines = []
    for zone in asked.zones:
        lines += [
            f"{verb}-DnsServerConditionalForwarderZone `",
            f"    -Name '{zone}' `",
            "    -MasterServers @(",
        ]
        lines += [
            f"        '{server.address}'{_comma(index, asked)}" for index, server in enumerate(asked.servers)
        ]
        lines += ["    )"]
    asks = [f"Resolve-DnsName {name} A -Server 127.0.0.1" for name in asked.names]
    asks += [f"Resolve-DnsName {asked.names[0]} A -Server {server.address}" for server in asked.servers]
    tcp = [f"Test-NetConnection {server.address} -Port 53" for server in asked.servers]
    return Stanza(
        software="Windows DNS Server",
        file="PowerShell as an administrator, on the DNS server",
        text="".join(f"{line}\n" for line in lines),
        check=("Get-DnsServerZone | ? ZoneType -eq Forwarder | Format-List ZoneName, MasterServers",),
        reload=("Clear-DnsServerCache -Force",),
        verify=(*asks, *tcp),
        caveats=(
            *asked.replaces("Set- changes its masters."),
            "Set- fails where the zone is not there: then Add-, with the same parameters."
            if asked.wrong
            else "Add- fails where the zone is there already: then Set-, with the same parameters.",
            "On domain controllers, either run it on each, or Add- with -ReplicationScope Forest (or Domain) once.",
            "Callers keep old answers too: Clear-DnsClientCache on them.",
            *asked.common(),
        ),
    )


def coredns(asked: Asked) -> Stanza:
    """Return CoreDNS's server block.  Source: coredns.io, plugin forward.  Not tried with CoreDNS itself."""
    servers = " ".join(server.bracketed() for server in asked.servers)
    lines = []
    for zone in asked.zones:
        lines += [f"{zone}:53 {{", "    errors", "    cache 30", f"    forward . {servers}", "}"]
    return Stanza(
        software="CoreDNS",
        file="the Corefile (/etc/coredns/Corefile), beside the block for all other names",
        text="".join(f"{line}\n" for line in lines),
        check=(),
        reload=("pkill -USR1 -x coredns",),
        verify=asked.digs("127.0.0.1"),
        caveats=(
            *asked.replaces("replace its block; CoreDNS does not start with two for one zone."),
            "CoreDNS has no syntax check; after USR1 a faulty Corefile is logged and the old one stays in force.",
            "Kubernetes: ConfigMap coredns in kube-system; where a provider owns that (AKS, Gardener), ConfigMap "
            "coredns-custom, a key that ends in .server.",
            "The port behind the zone is the one that CoreDNS listens on (Gardener: 8053), as in the other blocks.",
            "Do not pin addresses with the hosts plugin: an endpoint's addresses change when it is made again.",
            *asked.common(),
        ),
    )


def systemd_resolved(asked: Asked) -> Stanza:
    """Return systemd-resolved's drop-in: servers of the host, and routing-only domains (``~``) that lead to them."""
    lines = ["[Resolve]"]
    lines += [f"DNS={server.bracketed()}" for server in asked.servers]
    lines += [f"Domains=~{zone}" for zone in asked.zones]
    return Stanza(
        software="systemd-resolved",
        file="/etc/systemd/resolved.conf.d/apidoctor.conf",
        text="".join(f"{line}\n" for line in lines),
        check=("systemd-analyze cat-config systemd/resolved.conf",),
        reload=("systemctl restart systemd-resolved", "resolvectl flush-caches"),
        verify=(*(f"resolvectl query --type=A {name}" for name in asked.names), *asked.digs("127.0.0.53")),
        caveats=(
            *asked.replaces(
                "remove it: DNS= of all files adds up, and a wrong server's answer is as good as a right one."
            ),
            "For this host alone: other hosts need it too, or a forwarder in the resolver that they ask.",
            "DNS= is for names of no domain too: other names go to the endpoint as well as to the link's servers, "
            "unless the link has Domains=~. (networkd), or: resolvectl domain LINK ~.",
            "Do not give a link these servers with resolvectl dns LINK: that replaces the link's own.",
            "With DNSSEC=yes, list the zones in /etc/dnssec-trust-anchors.d/apidoctor.negative, one a line.",
            *asked.common(),
        ),
    )


def _comma(index: int, asked: Asked) -> str:
    return "," if index < len(asked.servers) - 1 else ""
