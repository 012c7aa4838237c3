"""A client of the lab that shares nothing with it: httpx, dnspython, boto3 and botocore's signer."""

import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

import boto3
import dns.message
import dns.query
import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from apidoctor.lab import Lab

IMPATIENT = 0.6
"""Seconds until a connection counts as timed out; the front door answers in a few milliseconds."""


@dataclass
class Client:
    """What a person with curl, dig and the AWS CLI would do inside one lab."""

    lab: Lab

    def option(self, name: str) -> list[str]:
        """Every value of an option among the lab's arguments."""
        given = self.lab.arguments
        return [given[at + 1] for at, word in enumerate(given) if word == name]

    @property
    def book(self) -> dict[str, str]:
        """World address to loopback address and port."""
        pairs = [entry.split("=") for entry in self.option("--connect-to")]
        return {world.removesuffix(":443"): real for world, real in pairs}

    def aws(self, service: str, keys: dict | None = None):
        """A boto3 client with the caller's credentials, or with others as STS gives them."""
        env = self.lab.environment
        given = keys or {
            "AccessKeyId": env["AWS_ACCESS_KEY_ID"],
            "SecretAccessKey": env["AWS_SECRET_ACCESS_KEY"],
            "SessionToken": env["AWS_SESSION_TOKEN"],
        }
        return boto3.client(
            service,
            region_name=env["AWS_REGION"],
            endpoint_url=env["AWS_ENDPOINT_URL"],
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
            config=Config(retries={"total_max_attempts": 1}, proxies={}),
        )

    def dig(self, name: str, kind: str = "A", tcp: bool = False) -> dns.message.Message:
        """Ask the lab's resolver."""
        host, _, port = self.option("--resolver")[0].partition(":")
        ask = dns.query.tcp if tcp else dns.query.udp
        return ask(dns.message.make_query(name, kind), host, port=int(port), timeout=IMPATIENT)

    def addresses(self, name: str) -> list[str]:
        """Addresses of a name, sorted."""
        return sorted(record.address for rrset in self.dig(name).answer for record in rrset)

    def get(self, url: str, *, sign: str = "", address: str = "", headers: dict | None = None, method="GET"):
        """Call *url* at *address* (default: where its name leads), signed for host *sign* if given."""
        parts = urlsplit(url)
        address = address or self.addresses(parts.hostname)[0]
        sent = {"Host": parts.hostname, **(headers or {})}
        if sign:
            sent |= self.signature(url, sign, sent)
        trust = ssl.create_default_context(cafile=self.option("--ca-file")[0])
        with httpx.Client(verify=trust, trust_env=False, timeout=IMPATIENT) as client:
            where = parts._replace(netloc=self.book[address]).geturl()
            sni = {"sni_hostname": parts.hostname}
            return client.request(method, where, headers=sent, extensions=sni)

    def signature(
        self, url: str, host: str, sent: dict, *, region="us-east-1", service="execute-api"
    ) -> dict:
        """Headers of botocore's own signature for *url* with *host* as its Host."""
        env = self.lab.environment
        keys = Credentials(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env["AWS_SESSION_TOKEN"])
        also = {name: value for name, value in sent.items() if name.lower().startswith("x-a")}
        request = AWSRequest("GET", url, headers={**also, "Host": host})
        SigV4Auth(keys, service, region).add_auth(request)
        names = ("Authorization", "X-Amz-Date", "X-Amz-Security-Token")
        return {name: request.headers[name] for name in names}

    def as_asked(self):
        """Call the target with the lab's own options, signed when the path needs it; the last answer wins."""
        headers = dict(entry.split(": ") for entry in self.option("--header"))
        host = headers.get("Host", urlsplit(self.lab.target).hostname)
        sign = self.option("--sign-host")[0] if self.option("--sign-host") else host
        signs = sign if self.lab.target.endswith("/orders") and not self.option("--as") else ""
        return self.get(self.lab.target, sign=signs, headers=headers)


@pytest.fixture
def lab():
    """Start labs; each new one ends the one before."""
    running: list[Lab] = []

    def start(*args, **options) -> Client:
        for old in running:
            old.__exit__(None, None, None)
        running[:] = [Lab(*args, **options)]
        return Client(running[0].__enter__())

    yield start
    for last in running:
        last.__exit__(None, None, None)


@pytest.fixture(scope="module")
def same_account():
    """The healthy ``same-account`` world for a whole module that starts no other lab."""
    with Lab("same-account") as running:
        yield Client(running)
