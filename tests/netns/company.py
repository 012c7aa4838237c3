"""A company's resolver: bind9, unbound or dnsmasq from Debian's packages, set up in one of the ways of the cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from netns import plan
from netns.daemons import Daemon, named_conf
from netns.node import Node

Software = Literal["bind", "unbound", "dnsmasq"]
SOFTWARE: tuple[Software, ...] = ("bind", "unbound", "dnsmasq")
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


@dataclass(frozen=True)
class Corporate:
    """How it is set up."""

    software: Software = "bind"
    address: str = plan.RESOLVER
    forward: Mapping[str, Sequence[str]] = field(default_factory=lambda: {plan.APEX: plan.INBOUND})
    """Conditional forwarding: zones and the servers that are asked for names in them."""
    upstream: str = plan.PUBLIC_DNS
    """Who is asked for everything else."""
    rebinding: bool = False
    """Private addresses are taken out of answers."""
    allowed: Sequence[str] = ()
    """Zones that may have private addresses all the same."""
    own: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Own records: zones, and the addresses of every name in them."""


class Resolver(Daemon):
    """A running resolver of a company."""

    def __init__(self, node: Node, folder: Path, set_up: Corporate) -> None:
        folder.mkdir()
        self._folder = folder
        write, words = WAYS[set_up.software]
        write(folder, set_up)
        super().__init__(node, folder, [set_up.address], *(word.format(folder=folder) for word in words))

    def configure(self, set_up: Corporate) -> None:
        """Let a running bind read another configuration; it keeps what it remembers."""
        assert set_up.software == "bind", "the others forget their cache"
        write, _ = WAYS[set_up.software]
        write(self._folder, set_up)
        self.tell("HUP")
        self.waits_for("reloading configuration succeeded")


def _bind(folder: Path, set_up: Corporate) -> None:
    options = f"forward only; forwarders {{ {set_up.upstream}; }};"
    if set_up.rebinding:
        options += f" deny-answer-addresses {{ {'; '.join(PRIVATE)}; }}"
        kept = " ".join(f'"{zone}";' for zone in set_up.allowed)
        options += f" except-from {{ {kept} }};" if kept else ";"
    text = named_conf(folder, [set_up.address], options)
    for zone, servers in set_up.forward.items():
        text += f'zone "{zone}" {{ type forward; forward only; forwarders {{ {"; ".join(servers)}; }}; }};\n'
    for zone, addresses in set_up.own.items():
        lines = ["@ 60 IN SOA ns admin 1 60 60 60 60", "@ 60 IN NS ns"]
        lines += [f"{name} 60 IN A {address}" for name in ("@", "*", "ns") for address in addresses]
        (folder / zone).write_text("\n".join(lines) + "\n")
        text += f'zone "{zone}" {{ type primary; file "{folder / zone}"; }};\n'
    (folder / "named.conf").write_text(text)


def _unbound(folder: Path, set_up: Corporate) -> None:
    text = UNBOUND.format(folder=folder, address=set_up.address)
    if set_up.rebinding:
        text += "".join(f"  private-address: {network}\n" for network in PRIVATE)
        text += "".join(f'  private-domain: "{zone}"\n' for zone in set_up.allowed)
    for zone, addresses in set_up.own.items():
        text += f'  local-zone: "{zone}" redirect\n'
        text += "".join(f'  local-data: "{zone} 60 IN A {address}"\n' for address in addresses)
    for zone, servers in {".": [set_up.upstream], **set_up.forward}.items():
        text += f'forward-zone:\n  name: "{zone}"\n'
        text += "".join(f"  forward-addr: {server}\n" for server in servers)
    (folder / "unbound.conf").write_text(text)


UNBOUND = """
server:
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  interface: {address}
  access-control: 0.0.0.0/0 allow
  do-ip6: no
  num-threads: 1
  module-config: "iterator"
  rrset-roundrobin: no
"""


def _dnsmasq(folder: Path, set_up: Corporate) -> None:
    text = DNSMASQ.format(address=set_up.address, upstream=set_up.upstream)
    for zone, servers in set_up.forward.items():
        text += "".join(f"server=/{zone}/{server}\n" for server in servers)
    if set_up.rebinding:
        text += "stop-dns-rebind\n" + "".join(f"rebind-domain-ok=/{zone}/\n" for zone in set_up.allowed)
    for zone, addresses in set_up.own.items():
        text += "".join(f"address=/{zone}/{address}\n" for address in addresses)
    (folder / "dnsmasq.conf").write_text(text)


DNSMASQ = """
user=root
pid-file
no-resolv
no-hosts
log-facility=-
bind-interfaces
listen-address={address}
server={upstream}
"""

WAYS = {
    "bind": (_bind, ("named", "-g", "-n", "1", "-c", "{folder}/named.conf")),
    "unbound": (_unbound, ("unbound", "-d", "-c", "{folder}/unbound.conf")),
    "dnsmasq": (_dnsmasq, ("dnsmasq", "-k", "--conf-file={folder}/dnsmasq.conf")),
}
"""How each is set up and started."""
