"""Real DNS servers, started in a node: bind9, unbound and dnsmasq from Debian's packages."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from netns import plan
from netns.node import Node

Software = Literal["bind", "unbound", "dnsmasq"]
SOFTWARE: tuple[Software, ...] = ("bind", "unbound", "dnsmasq")
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


@dataclass(frozen=True)
class Corporate:
    """How a company's resolver is set up."""

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
    wildcard: bool = False
    """The company's own zone answers every name below it."""


class Daemon:
    """A running server that listens on TCP 53, too, of each address."""

    def __init__(self, node: Node, folder: Path, addresses: Sequence[str], *words: str) -> None:
        self.folder = folder
        self._node = node
        self._addresses = addresses
        self._log = folder / "log"
        self._process = node.start(*words, log=self._log)
        for address in addresses:
            if not self._becomes(address, open_=True):
                self.close()
                raise RuntimeError(f"no server came up at {address}:\n{self.log()[-2000:]}")

    def tell(self, signal: str) -> None:
        """Send *signal* to the server itself: its parent is the command that entered the node."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        subprocess.run(["kill", "-s", signal, *children], check=True)

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def close(self) -> None:
        """End the server, and its helpers: dnsmasq has one for each TCP connection, which keeps the port open."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for address in self._addresses:
            self._becomes(address, open_=False)

    def _becomes(self, address: str, *, open_: bool) -> bool:
        end = time.monotonic() + 10
        while time.monotonic() < end and (not open_ or self._process.poll() is None):
            with self._node.inside(), socket.socket() as trial:
                trial.settimeout(1)
                if (trial.connect_ex((address, 53)) == 0) is open_:
                    return True
            time.sleep(0.01)
        return False


def bind(node: Node, folder: Path, addresses: Sequence[str], configuration: str) -> Daemon:
    """Start named with views and zones in *configuration*."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "named.conf").write_text(
        BIND.format(folder=folder, listen="; ".join(addresses)) + configuration
    )
    return Daemon(node, folder, addresses, "named", "-g", "-n", "1", "-c", str(folder / "named.conf"))


BIND = """
options {{
  directory "{folder}"; managed-keys-directory "{folder}";
  pid-file none; session-keyfile none; lock-file none;
  listen-on {{ {listen}; }}; listen-on-v6 {{ none; }};
  allow-query {{ any; }}; allow-recursion {{ any; }}; allow-transfer {{ none; }};
  dnssec-validation no; empty-zones-enable no; minimal-responses yes; notify no;
  rrset-order {{ order none; }};
}};
controls {{ }};
"""


def authority(node: Node, folder: Path, sites: Mapping[Sequence[str], Mapping[str, str]]) -> Daemon:
    """Serve zones; each group of addresses has its own: they are views of one bind."""
    folder.mkdir(parents=True, exist_ok=True)
    text = ""
    for number, (addresses, zones) in enumerate(sites.items()):
        text += f'view "v{number}" {{ match-destinations {{ {"; ".join(addresses)}; }}; recursion yes;\n'
        for zone, records in {**zones, ".": NO_OTHER_NAMES}.items():
            file = folder / f"{number}-{zone}"
            file.write_text(records)
            text += f'zone "{zone}" {{ type primary; file "{file}"; check-names ignore; }};\n'
        text += "};\n"
    return bind(node, folder, [address for group in sites for address in group], text)


NO_OTHER_NAMES = (
    "@ 60 IN SOA ns.test. admin.test. 1 60 60 60 60\n@ 60 IN NS ns.test.\nns.test. 60 IN A 203.0.113.1\n"
)
"""A root zone of its own: no question leaves the world."""


def corporate(node: Node, folder: Path, set_up: Corporate) -> Daemon:
    """Start a company's resolver."""
    folder.mkdir(parents=True, exist_ok=True)
    return {"bind": _bind, "unbound": _unbound, "dnsmasq": _dnsmasq}[set_up.software](node, folder, set_up)


def bind_forwarder(set_up: Corporate, folder: Path) -> str:
    """The part of named.conf that makes it a company's resolver."""
    text = f"options {{ forward only; forwarders {{ {set_up.upstream}; }};"
    if set_up.rebinding:
        kept = "; ".join(f'"{zone}"' for zone in set_up.allowed)
        kept = f"except-from {{ {kept}; }}" if kept else ""
        text += f"deny-answer-addresses {{ {'; '.join(PRIVATE)}; }} {kept};"
    text += "};\n"
    for zone, servers in set_up.forward.items():
        text += f'zone "{zone}" {{ type forward; forward only; forwarders {{ {"; ".join(servers)}; }}; }};\n'
    if set_up.wildcard:
        (folder / "own").write_text(
            f"@ 60 IN SOA ns admin 1 60 60 60 60\n@ 60 IN NS ns\nns A {set_up.address}\n* 60 IN A {plan.WILDCARD}\n"
        )
        text += f'zone "{plan.CORPORATE_ZONE}" {{ type primary; file "{folder / "own"}"; }};\n'
    return text


def _bind(node: Node, folder: Path, set_up: Corporate) -> Daemon:
    own = bind_forwarder(set_up, folder)
    # Options may stand once only: those of the forwarder go into the common ones.
    inner, _, zones = own.removeprefix("options {").partition("};\n")
    file = folder / "named.conf"
    common = BIND.format(folder=folder, listen=set_up.address)
    file.write_text(common.replace("dnssec-validation no;", f"dnssec-validation no; {inner}") + zones)
    return Daemon(node, folder, [set_up.address], "named", "-g", "-n", "1", "-c", str(file))


def _unbound(node: Node, folder: Path, set_up: Corporate) -> Daemon:
    text = UNBOUND.format(folder=folder, address=set_up.address)
    if set_up.rebinding:
        text += "".join(f"  private-address: {network}\n" for network in PRIVATE)
        text += "".join(f'  private-domain: "{zone}"\n' for zone in set_up.allowed)
    if set_up.wildcard:
        zone = plan.CORPORATE_ZONE
        text += f'  local-zone: "{zone}" redirect\n  local-data: "{zone} 60 IN A {plan.WILDCARD}"\n'
    for zone, servers in [(".", [set_up.upstream]), *set_up.forward.items()]:
        text += f'forward-zone:\n  name: "{zone}"\n'
        text += "".join(f"  forward-addr: {server}\n" for server in servers)
    file = folder / "unbound.conf"
    file.write_text(text)
    return Daemon(node, folder, [set_up.address], "unbound", "-d", "-c", str(file))


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


def _dnsmasq(node: Node, folder: Path, set_up: Corporate) -> Daemon:
    text = DNSMASQ.format(address=set_up.address, upstream=set_up.upstream)
    for zone, servers in set_up.forward.items():
        text += "".join(f"server=/{zone}/{server}\n" for server in servers)
    if set_up.rebinding:
        text += "stop-dns-rebind\n" + "".join(f"rebind-domain-ok=/{zone}/\n" for zone in set_up.allowed)
    if set_up.wildcard:
        text += f"address=/{plan.CORPORATE_ZONE}/{plan.WILDCARD}\n"
    file = folder / "dnsmasq.conf"
    file.write_text(text)
    return Daemon(node, folder, [set_up.address], "dnsmasq", "-k", f"--conf-file={file}")


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
