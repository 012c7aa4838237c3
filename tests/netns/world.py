"""The world of these tests: a company and a VPC joined by a private line, and the Internet beside them.

::

    host ── router ── edge ── vpc        host 192.168.7.9; vpc: inbound endpoint, interfaces of the execute-api endpoint
             │  └──── internet           public DNS, API Gateway's front door
            core                         the company's resolver and proxy, 192.168.53.0/24

One world is made per test process; every case changes it and `World.reset` takes the changes back.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from netns import plan, zones
from netns.authority import Authority
from netns.company import Corporate, Resolver
from netns.daemons import authority
from netns.node import Node, join
from netns.servers import Answer, Endpoint, Proxy, TlsServer, front_door

NODES = ("host", "router", "core", "edge", "vpc", "internet")
GATEWAY_NAMES = (f"*.{plan.APEX}", f"*.{plan.VPCE_ZONE}")

ADDRESSES = {
    "host": {"eth0": [f"{plan.HOST}/24"]},
    "core": {
        "eth0": [f"{address}/24" for address in (plan.RESOLVER, plan.SECOND_RESOLVER, plan.PROXY)],
    },
    "router": {
        "lan": [f"{plan.HOST_GATEWAY}/24", "2001:db8:20:1::1/64"],
        "core": ["192.168.53.1/24"],
        "line": [f"{plan.ROUTER_OUT}/30", "2001:db8:ff::1/64"],
        "wan": ["198.51.100.1/30"],
    },
    "edge": {
        "line": [f"{plan.EDGE}/30", "2001:db8:ff::2/64"],
        "vpc": ["172.16.254.1/30", "2001:db8:fe::1/64"],
    },
    "vpc": {
        "line": ["172.16.254.2/30", "2001:db8:fe::2/64"],
        "lo": [
            *(f"{address}/32" for address in (*plan.INBOUND, *plan.INBOUND_DUAL, *plan.ENIS)),
            *(f"{address}/128" for address in plan.ENIS6),
        ],
    },
    "internet": {
        "line": ["198.51.100.2/30"],
        "lo": [f"{address}/32" for address in (plan.FRONT_DOOR, plan.PUBLIC_DNS, plan.PUBLIC_DNS_STRICT)],
    },
}
WIRES = (
    ("host", "eth0", "router", "lan"),
    ("core", "eth0", "router", "core"),
    ("router", "line", "edge", "line"),
    ("edge", "vpc", "vpc", "line"),
    ("router", "wan", "internet", "line"),
)
ROUTES = {
    "host": [f"default via {plan.HOST_GATEWAY}"],
    "core": ["default via 192.168.53.1"],
    "router": [
        f"10.1.0.0/16 via {plan.EDGE}",
        "default via 198.51.100.2",
        "2001:db8:a::/48 via 2001:db8:ff::2",
    ],
    "edge": [
        "10.1.0.0/16 via 172.16.254.2",
        f"192.168.0.0/16 via {plan.ROUTER_OUT}",
        "2001:db8:a::/48 via 2001:db8:fe::2",
        "2001:db8:20::/48 via 2001:db8:ff::1",
    ],
    "vpc": [
        "192.168.0.0/16 via 172.16.254.1",
        "172.16.255.0/30 via 172.16.254.1",
        "2001:db8:20::/48 via 2001:db8:fe::1",
    ],
    "internet": ["192.168.0.0/16 via 198.51.100.1"],
}
SETTINGS = (
    # One packet may leave by another way than its answer comes; answers of routers are not counted and held back.
    "net/ipv4/conf/all/rp_filter=0",
    "net/ipv4/conf/default/rp_filter=0",
    "net/ipv4/icmp_ratelimit=0",
    "net/ipv4/icmp_msgs_per_sec=100000",
    "net/ipv4/icmp_msgs_burst=10000",
    "net/ipv6/icmp/ratelimit=0",
    "net/ipv4/tcp_no_metrics_save=1",
    "net/ipv6/conf/all/accept_dad=0",
    "net/ipv6/conf/default/accept_dad=0",
)
FORWARDING = ("net/ipv4/ip_forward=1", "net/ipv6/conf/all/forwarding=1")


class World:
    """All nodes with their servers; what a case changes is taken back by `reset`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="apidoctor-netns-"))
        # The servers need not be root's own; bind and unbound read their files after they have looked around.
        self.folder.chmod(0o755)
        self._all = contextlib.ExitStack()
        self._changes = contextlib.ExitStack()
        self._started = 0
        try:
            self._all.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self._lay()
            self._serve()
        except BaseException:
            self.close()
            raise

    def node(self, name: str) -> Node:
        return self._nodes[name]

    @property
    def host(self) -> Node:
        """The on-prem host: the vantage of every case."""
        return self._nodes["host"]

    def close(self) -> None:
        """Remove everything; also when only a part of it was made."""
        self.reset()
        self._all.close()

    def reset(self) -> None:
        """Take back what the case changed, last change first."""
        self._changes.close()
        self.endpoint.offset = 0
        self.host.ip("route flush cache")

    # What a case may change.

    def corporate(self, set_up: Corporate | None = None, node: str = "core") -> Resolver:
        """Start a company's resolver, and let the host use it."""
        self._started += 1
        set_up = set_up or Corporate()
        server = Resolver(self.node(node), self.folder / f"resolver-{self._started}", set_up)
        self._changes.callback(server.close)
        self.resolvers(set_up.address)
        return server

    def resolvers(self, *addresses: str, search: str = "", options: str = "") -> None:
        """Write the host's resolv.conf."""
        lines = [f"nameserver {address}" for address in addresses]
        lines += [f"search {search}"] * bool(search) + [f"options {options}"] * bool(options)
        self.host.file("resolv.conf", "\n".join(lines) + "\n")

    def pin(self, *lines: str) -> None:
        """Add lines to the host's hosts file."""
        before = (self.host.folder / "hosts").read_text()
        self._changes.callback(self.host.file, "hosts", before)
        self.host.file("hosts", before + "\n".join(lines) + "\n")

    def rules(self, node: str, rules: str) -> None:
        """Give a node a firewall."""
        self._changes.callback(self.node(node).nft, "")
        self.node(node).nft(rules)

    def forbid(self, node: str, *matches: str, by: str = "drop") -> None:
        """Let a router refuse packets that pass through it."""
        lines = "\n".join(f"{match} {by}" for match in matches)
        self.rules(
            node, f"table inet wall {{ chain c {{ type filter hook forward priority 0;\n{lines}\n}}; }}"
        )

    def ignore(self, node: str, *matches: str, by: str = "drop") -> None:
        """Let a node refuse packets that are for itself."""
        lines = "\n".join(f"{match} {by}" for match in matches)
        self.rules(node, f"table inet wall {{ chain c {{ type filter hook input priority 0;\n{lines}\n}}; }}")

    def alter(self, node: str, line: str, back: str) -> None:
        """Carry out a line of ``ip``; *back* is the line that takes it back."""
        self.node(node).ip(line)
        self._changes.callback(self.node(node).ip, back)

    def serve_tls(
        self, node: str, address: str, port: int, answer: Answer, signer: Authority, *names: str
    ) -> None:
        """Start a further TLS server for the time of this case."""
        server = TlsServer(self.node(node), address, answer, {"": signer.context(*names)}, port)
        self._changes.callback(server.close)

    def proxy(self, leads_to: str | None) -> None:
        """Let the proxy join clients with an address; None: it refuses."""
        self._changes.callback(setattr, self.forwarder, "leads_to", self.forwarder.leads_to)
        self.forwarder.leads_to = leads_to

    # How it is made.

    def _lay(self) -> None:
        self._nodes: dict[str, Node] = {}
        for name in NODES:
            self._nodes[name] = Node(name, self.folder / name, leftover=self.folder)
            self._all.callback(self._nodes[name].close)
            self._nodes[name].sysctl(*SETTINGS, *(FORWARDING if name in ("router", "edge") else ()))
        for one, device, other, peer in WIRES:
            join(self._nodes[one], device, self._nodes[other], peer)
        for name, devices in ADDRESSES.items():
            self._nodes[name].ip(
                *(
                    f"address add {address} dev {device}"
                    for device, addresses in devices.items()
                    for address in addresses
                ),
                *(f"route add {route}" for route in ROUTES[name]),
            )

    def _serve(self) -> None:
        self.amazon = Authority(self.folder, "Amazon Test CA", "Amazon")
        self.company = Authority(self.folder, "Corp Inspection CA", "Example Corp")
        self.both = self.folder / "both.pem"
        self.both.write_bytes(self.amazon.file.read_bytes() + self.company.file.read_bytes())
        inside: Mapping = {
            "": self.amazon.context(*GATEWAY_NAMES),
            plan.PRIVATE_DOMAIN: self.amazon.context(plan.PRIVATE_DOMAIN),
        }
        outside: Mapping = {
            "": self.amazon.context(*GATEWAY_NAMES),
            plan.REGIONAL_DOMAIN: self.amazon.context(plan.REGIONAL_DOMAIN),
        }
        self.endpoint = Endpoint()
        vpc, internet = self.node("vpc"), self.node("internet")
        for address in (*plan.ENIS, *plan.ENIS6):
            self._all.callback(TlsServer(vpc, address, self.endpoint, inside).close)
        self._all.callback(TlsServer(internet, plan.FRONT_DOOR, front_door, outside).close)
        self.forwarder = Proxy(self.node("core"), plan.PROXY)
        self._all.callback(self.forwarder.close)
        with ThreadPoolExecutor(2) as pool:
            public = pool.submit(
                authority,
                internet,
                self.folder / "public",
                {(plan.PUBLIC_DNS,): zones.PUBLIC, (plan.PUBLIC_DNS_STRICT,): zones.PUBLIC_STRICT},
            )
            private = pool.submit(
                authority,
                vpc,
                self.folder / "private",
                {plan.INBOUND: zones.VPC, plan.INBOUND_DUAL: zones.VPC_DUAL},
            )
        for server in (public, private):
            self._all.callback(server.result().close)
