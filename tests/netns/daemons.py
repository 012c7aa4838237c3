"""Real DNS servers, started in a node."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from netns.node import Node

PATIENCE = 20
"""Seconds after which a server hangs for certain."""


class Daemon:
    """A running server; it listens on TCP 53, too, of each address."""

    def __init__(self, node: Node, folder: Path, addresses: Sequence[str], *words: str) -> None:
        self._node = node
        self._addresses = addresses
        self._log = folder / "log"
        self._process = node.start(*words, log=self._log)
        for address in addresses:
            if not self._becomes(address, open_=True):
                self.close()
                raise RuntimeError(f"no server came up at {address}:\n{self.log()[-2000:]}")

    def tell(self, name: str) -> None:
        """Send a signal to the server itself."""
        subprocess.run(["kill", "-s", name, *self._children()], check=True)

    def _children(self) -> list[str]:
        """The server: its parent is the command that entered the node."""
        try:
            return Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        except OSError:
            return []

    def log(self) -> str:
        """All that the server said."""
        return self._log.read_text(errors="replace")

    def waits_for(self, text: str) -> None:
        """Wait until the server has said *text*."""
        end = time.monotonic() + PATIENCE
        while text not in self.log():
            if time.monotonic() > end:
                raise RuntimeError(f"the server never said {text!r}:\n{self.log()[-2000:]}")
            time.sleep(0.01)

    def close(self) -> None:
        """End the server, and its helpers: dnsmasq has one for each TCP connection, which keeps the port open."""
        # First the server itself, so that its parent collects it, and ends too.
        if self._children():
            self.tell("KILL")
        else:
            self._process.kill()
        self._process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for address in self._addresses:
            self._becomes(address, open_=False)

    def _becomes(self, address: str, *, open_: bool) -> bool:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and (not open_ or self._process.poll() is None):
            with self._node.inside(), socket.socket() as trial:
                trial.settimeout(1)
                if (trial.connect_ex((address, 53)) == 0) is open_:
                    return True
            time.sleep(0.01)
        return False


NAMED = """
options {{
  directory "{folder}"; managed-keys-directory "{folder}";
  pid-file none; session-keyfile none; lock-file none;
  listen-on {{ {listen}; }}; listen-on-v6 {{ none; }};
  allow-query {{ any; }}; allow-recursion {{ any; }}; allow-transfer {{ none; }};
  dnssec-validation no; empty-zones-enable no; minimal-responses yes; notify no;
  rrset-order {{ order none; }};
  {options}
}};
controls {{ }};
"""


def named_conf(folder: Path, addresses: Sequence[str], options: str = "") -> str:
    """The head of a named.conf."""
    return NAMED.format(folder=folder, listen="; ".join(addresses), options=options)


def named(node: Node, folder: Path, addresses: Sequence[str]) -> Daemon:
    """Start bind with the named.conf in *folder*."""
    return Daemon(node, folder, addresses, "named", "-g", "-n", "1", "-c", str(folder / "named.conf"))


NO_OTHER_NAMES = (
    "@ 60 IN SOA ns.test. admin.test. 1 60 60 60 60\n@ 60 IN NS ns.test.\nns.test. 60 IN A 203.0.113.1\n"
)
"""A root zone of its own: no question leaves the world."""


def authority(node: Node, folder: Path, sites: Mapping[Sequence[str], Mapping[str, str]]) -> Daemon:
    """Serve zones, and follow aliases between them; each group of addresses has its own: views of one bind."""
    folder.mkdir()
    addresses = [address for group in sites for address in group]
    text = named_conf(folder, addresses)
    for number, (group, zones) in enumerate(sites.items()):
        text += f'view "v{number}" {{ match-destinations {{ {"; ".join(group)}; }}; recursion yes;\n'
        for zone, records in {**zones, ".": NO_OTHER_NAMES}.items():
            file = folder / f"{number}-{zone}"
            file.write_text(records)
            text += f'zone "{zone}" {{ type primary; file "{file}"; check-names ignore; }};\n'
        text += "};\n"
    (folder / "named.conf").write_text(text)
    return named(node, folder, addresses)
