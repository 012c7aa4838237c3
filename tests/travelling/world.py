"""A small world of network namespaces: a host, two routers in a row, and a server behind them.

host 10.77.0.2 — 10.77.0.1 near 10.77.1.1 — 10.77.1.2 far 10.77.2.1 — 10.77.2.2 server
"""

import itertools
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ADDRESS, ADDRESS6 = "10.77.2.2", "fd77:2::2"
SOURCES = Path(__file__).parents[2] / "src"
_numbers = itertools.count(1)
_LINKS = (("host", "near", 0), ("near", "far", 1), ("far", "server", 2))


def obstacle() -> str | None:
    """Say why no world can be made here; None when it can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "network namespaces need root"
    for tool in ("ip", "nft"):
        if shutil.which(tool, path="/usr/sbin:/sbin:/usr/bin:/bin") is None:
            return f"network namespaces need {tool} (Debian: iproute2, nftables)"
    name = f"apidoctor-try-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True).returncode:
        return "network namespaces cannot be made here"
    subprocess.run(["ip", "netns", "delete", name], check=True)
    return None


class World:
    def __init__(self) -> None:
        self._prefix = f"w{os.getpid()}-{next(_numbers)}-"
        self._servers: list[subprocess.Popen] = []
        for name in ("host", "near", "far", "server"):
            subprocess.run(["ip", "netns", "add", self._prefix + name], check=True)
            self.ip(name, "link set lo up")
            self.write(name, "0", "ipv6/conf/default/accept_dad")  # addresses serve at once
        for left, right, net in _LINKS:
            subprocess.run(
                f"ip link add l{net} netns {self._prefix}{left} type veth"
                f" peer name r{net} netns {self._prefix}{right}".split(),
                check=True,
            )
            for side, device, last in ((left, f"l{net}", 1), (right, f"r{net}", 2)):
                number = {"host": 2, "near": 1 if net == 0 else last}.get(side, last)
                self.ip(side, f"address add 10.77.{net}.{number}/24 dev {device}")
                self.ip(side, f"address add fd77:{net}::{number}/64 dev {device} nodad")
                self.ip(side, f"link set {device} up")
        for name in ("near", "far"):
            self.write(name, "1", "ipv4/ip_forward", "ipv6/conf/all/forwarding")
            self.write(name, "0", "ipv4/icmp_ratelimit", "ipv6/icmp/ratelimit")
        self.route("host", "10.77.0.1", "fd77:0::1")
        self.route("near", "10.77.1.2", "fd77:1::2")
        self.route("far", "10.77.1.1", "fd77:1::1")
        self.route("server", "10.77.2.1", "fd77:2::1")

    def close(self) -> None:
        for server in self._servers:
            server.kill()
            server.wait()
        for name in ("host", "near", "far", "server"):
            subprocess.run(["ip", "netns", "delete", self._prefix + name])

    def run(self, name: str, *command: str) -> str:
        done = subprocess.run(
            ["ip", "netns", "exec", self._prefix + name, *command], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write(self, name: str, value: str, *settings: str) -> None:
        """Set kernel parameters below ``/proc/sys/net``."""
        self.run(name, "sh", "-c", " && ".join(f"echo {value} > /proc/sys/net/{one}" for one in settings))

    def ip(self, name: str, arguments: str) -> None:
        subprocess.run(["ip", "-n", self._prefix + name, *arguments.split()], check=True)

    def route(self, name: str, via: str, via6: str) -> None:
        self.ip(name, f"route replace default via {via}")
        self.ip(name, f"-6 route replace default via {via6}")

    @contextmanager
    def changed(self, name: str, do: str, undo: str):
        """``ip`` *do* in a namespace, and *undo* afterwards."""
        self.ip(name, do)
        try:
            yield
        finally:
            self.ip(name, undo)

    @contextmanager
    def filtered(self, name: str, hook: str, *rules: str):
        """Have nftables of a namespace apply *rules* in *hook*."""
        self.run(name, "nft", "add table inet t")
        try:
            self.run(name, "nft", f"add chain inet t c {{ type filter hook {hook} priority 0; }}")
            for rule in rules:
                self.run(name, "nft", f"add rule inet t c {rule}")
            yield
        finally:
            self.run(name, "nft", "delete table inet t")

    def serve(self, port: int, certificate: Path, *, mode: str = "http") -> None:
        """Serve TLS on *port* of the server."""
        script = Path(__file__).with_name("serve.py")
        command = ["ip", "netns", "exec", self._prefix + "server", sys.executable, str(script)]
        server = subprocess.Popen(
            [*command, str(port), str(certificate), mode], stdout=subprocess.PIPE, text=True
        )
        self._servers.append(server)
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"

    def look(self, expression: str, python: str = sys.executable) -> object:
        """Evaluate *expression* (modules of `travelling` by name) on the host."""
        code = (
            "import json; from apidoctor.travelling import hops, http, mtu, routes, tcp, tls;"
            f"print(json.dumps({expression}))"
        )
        path = {**os.environ, "PYTHONPATH": str(SOURCES)}
        done = subprocess.run(
            ["ip", "netns", "exec", self._prefix + "host", python, "-c", code],
            capture_output=True,
            text=True,
            env=path,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
