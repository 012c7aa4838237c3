"""The instance metadata service, version 2, of the caller's instance.

Source: EC2 guide, "Use the Instance Metadata Service to access instance metadata".
"""

import hmac
import json
import secrets
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from apidoctor.lab.description import REGION, Instance, World
from apidoctor.lab.serving import Servers

TOKEN_SECONDS = "21600"


class Metadata:
    """Plain HTTP on a free loopback port; every read needs the token of this lab."""

    def __init__(self, world: World, instance: Instance, servers: Servers) -> None:
        server = _Server(("127.0.0.1", 0), _Handler)
        server.token = secrets.token_urlsafe(32)
        server.tree = metadata_tree(world, instance)
        servers.start(server)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"


def metadata_tree(world: World, instance: Instance) -> dict[str, str]:
    """Path below ``/latest/`` to its text, for what an instance can learn about its own interface."""
    subnet = world.subnets[instance.subnet]
    vpc = world.vpcs[subnet.vpc]
    card = f"meta-data/network/interfaces/macs/{instance.mac}"
    document = {
        "accountId": vpc.account,
        "availabilityZone": subnet.zone,
        "instanceId": instance.id,
        "instanceType": "t3.micro",
        "privateIp": instance.address,
        "region": REGION,
        "version": "2017-09-30",
    }
    return {
        "meta-data/instance-id": instance.id,
        "meta-data/mac": instance.mac,
        "meta-data/local-ipv4": instance.address,
        "meta-data/placement/region": REGION,
        "meta-data/placement/availability-zone": subnet.zone,
        "meta-data/network/interfaces/macs/": f"{instance.mac}/",
        f"{card}/interface-id": instance.interface,
        f"{card}/subnet-id": subnet.id,
        f"{card}/vpc-id": vpc.id,
        f"{card}/owner-id": vpc.account,
        f"{card}/local-ipv4s": instance.address,
        "dynamic/instance-identity/document": json.dumps(document, indent=2),
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    token: str
    tree: dict[str, str]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5

    def do_PUT(self) -> None:
        """Issue the token."""
        wanted = self.path == "/latest/api/token" and "X-aws-ec2-metadata-token-ttl-seconds" in self.headers
        self._send(200, self.server.token) if wanted else self._send(400, "")

    def do_GET(self) -> None:
        """Read one item; without the token nothing is told (version 1 is switched off)."""
        sent = self.headers.get("X-aws-ec2-metadata-token", "")
        if not hmac.compare_digest(sent.encode(), self.server.token.encode()):
            self._send(401, "")
            return
        text = self.server.tree.get(self.path.removeprefix("/latest/"))
        self._send(404, "") if text is None else self._send(200, text)

    def _send(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        if self.command == "PUT":
            self.send_header("X-aws-ec2-metadata-token-ttl-seconds", TOKEN_SECONDS)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: standard error belongs to the tool."""
