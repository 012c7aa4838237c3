"""A front door of its own: real TLS on loopback that behaves like API Gateway in one condition, and counts.

It shares nothing with the program or its lab: certificates, DNS answers, signature check and texts are made
here, from the catalogue and the AWS reference.  One endpoint address stands for the whole front door.
"""

import ssl
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from attribution import verifier
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

REGION = "us-east-1"
API, ENDPOINT = "abc1234567", "vpce-0e00000000000000a"
DEFAULT_NAME = f"{API}.execute-api.{REGION}.amazonaws.com"
ENDPOINT_NAME = f"{ENDPOINT}-1a2b3c4d.execute-api.{REGION}.vpce.amazonaws.com"
ADDRESS = "10.1.4.21"
WILDCARDS = (f"*.execute-api.{REGION}.amazonaws.com", f"*.execute-api.{REGION}.vpce.amazonaws.com")
ARN = f"arn:aws:execute-api:{REGION}:********1111:{API}"
IDS = {"x-amzn-RequestId": "0f3b6a1e-8f0c-4d53-9f6b-2f1f6a0d1c77", "x-amz-apigw-id": "Zx1QHGlrIAMFf4A="}


@dataclass(frozen=True)
class Reply:
    """What is sent back."""

    status: int
    body: str
    kind: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    ids: bool = True


@dataclass(frozen=True)
class Arrival:
    """A request that reached the door."""

    method: str
    path: str
    headers: dict[str, str]
    server_name: str | None

    @property
    def signed(self) -> bool:
        """Whether it carries SigV4."""
        return self.headers.get("authorization", "").startswith("AWS4-")


@dataclass(frozen=True)
class Condition:
    """The one thing that is wrong; by default nothing is."""

    found: bool = True
    strict: bool = False
    routes: frozenset[str] = frozenset({"/prod/pets"})
    iam: bool = False
    """The method asks for a signature."""
    denial: str = ""
    """The tail of the policy engine's text; refuses every request."""
    signed_pass: bool = False
    """The denial hits nobody who signs."""
    raw: Reply | None = None
    """Answers every request of the API so."""
    blocked: str = ""
    """AWS WAF blocks paths that begin so; ``/`` is all of them."""
    key: bool = False
    """The method asks for an API key."""
    custom: Reply | None = None
    """Every 4xx of API Gateway's own looks so; the error type header is kept."""
    backend: Reply = Reply(200, '{"pets": []}')
    thinks: float = 0.0
    """Seconds before the answer to a call whose path begins with `slow`."""
    slow: str = "/prod/pets"
    drips: bool = False
    """Answers begin, and their heads do not end."""
    stranger: Reply | None = None
    """Something that is not API Gateway answers."""


def refusal(kind: str, text: str, status: int = 403, key: str = "message") -> Reply:
    """An answer of API Gateway's own."""
    return Reply(status, f'{{"{key}":"{text}"}}', kind)


FORBIDDEN = refusal("ForbiddenException", "Forbidden")
MISSING = refusal("MissingAuthenticationTokenException", "Missing Authentication Token")


def decide(condition: Condition, call: Arrival) -> Reply:
    """The answer to a call, and the owner's own words in place of it where 4xx are customised."""
    reply = condition.stranger or _gates(condition, call)
    if condition.custom and reply.kind and 400 <= reply.status < 500:
        return Reply(condition.custom.status, condition.custom.body, reply.kind, condition.custom.headers)
    return reply


def _gates(condition: Condition, call: Arrival) -> Reply:
    """Every gate in the order of aws.md B.4."""
    host = call.headers.get("host", "").split(":")[0]
    named = host == DEFAULT_NAME or call.headers.get("x-apigw-api-id") == API
    path = call.path.split("?")[0]
    authorization = call.headers.get("authorization", "")
    if not condition.found or not named or (condition.strict and call.server_name != host):
        return FORBIDDEN
    if condition.blocked and path.startswith(condition.blocked):
        return FORBIDDEN
    if condition.raw:
        return condition.raw
    if condition.denial and not (condition.signed_pass and call.signed):
        who = "arn:aws:sts::111111111111:assumed-role/app/me" if call.signed else "anonymous"
        stage, _, rest = path.strip("/").partition("/")
        where = f"{ARN}/{stage}/{call.method}/{rest}"
        text = f"User: {who} is not authorized to perform: execute-api:Invoke on resource: {where}{condition.denial}"
        return refusal("AccessDeniedException", text, key="Message")
    route = path in condition.routes and call.method in ("GET", "HEAD")
    if authorization and not call.signed and (condition.iam or not route):
        wants = " ".join(
            f"Authorization header requires '{part}' parameter." for part in ("Credential", "Signature")
        )
        return refusal("IncompleteSignatureException", wants)
    if not route or (condition.iam and not authorization):
        return MISSING
    if call.signed and (wrong := verifier.refuses(call.method, call.path, call.headers)):
        return refusal(*wrong)
    if condition.key and call.headers.get("x-api-key") != "the-right-key-0123456789":
        return FORBIDDEN
    return condition.backend


class Door:
    """The running door."""

    def __init__(self, condition: Condition, folder: Path) -> None:
        self.condition = condition
        self.arrivals: list[Arrival] = []
        self.ca_file = folder / "ca.pem"
        contexts = _contexts(folder, self.ca_file)
        door = self

        class Handler(BaseHTTPRequestHandler):
            """Answers one connection."""

            protocol_version = "HTTP/1.1"
            timeout = 10

            def setup(self) -> None:
                """Shake hands in this connection's own thread."""
                self.request.settimeout(self.timeout)
                self.request = contexts[0].wrap_socket(self.request, server_side=True)
                self.server_name = getattr(self.request, "asked_for", None)
                super().setup()

            def answer(self) -> None:
                """Note the call, decide, and send."""
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = Arrival(self.command, self.path, headers, self.server_name)
                door.arrivals.append(call)
                if call.path.startswith(door.condition.slow):
                    time.sleep(door.condition.thinks)
                if door.condition.drips:
                    self.drip()
                reply = decide(door.condition, call)
                body = reply.body.encode()
                self.send_response_only(reply.status)
                self.send_header("Date", self.date_time_string())
                made = {"Content-Type": "application/json"} | (IDS if reply.ids else {})
                made |= {"x-amzn-ErrorType": reply.kind} if reply.kind else {}
                for name, value in (made | reply.headers | {"Content-Length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def drip(self) -> None:
                """Send one header after another, until the client is gone."""
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                for number in range(100):
                    time.sleep(0.1)
                    self.wfile.write(f"x-{number}: y\r\n".encode())

            do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = _Quiet(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        """Where the door really is."""
        return int(self._server.server_address[1])

    def __enter__(self) -> "Door":
        """Open."""
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self._server.shutdown()
        self._server.server_close()


class _Quiet(ThreadingHTTPServer):
    """A client that goes away in the handshake is no news."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


def _choose(contexts: list[ssl.SSLContext]) -> Any:
    """A callback that keeps the SNI with its connection and shows the certificate that fits it."""

    def choose(connection: Any, name: str | None, _: ssl.SSLContext) -> None:
        connection.asked_for = name
        connection.context = contexts[1] if name and ".vpce." in name else contexts[0]

    return choose


def _contexts(folder: Path, ca_file: Path) -> list[ssl.SSLContext]:
    """A CA, and for each of the two wildcard names a context with a certificate of its own."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Amazon Test Root"),
                           x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Amazon")])  # fmt: skip
    root = _certificate(root_name, root_name, root_key.public_key(), root_key, None)
    ca_file.write_bytes(root.public_bytes(Encoding.PEM))
    made: list[ssl.SSLContext] = []
    for number, wildcard in enumerate(WILDCARDS):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wildcard)])
        leaf = _certificate(subject, root_name, key.public_key(), root_key, wildcard)
        file = folder / f"leaf{number}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(private + leaf.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        context.set_alpn_protocols(["http/1.1"])
        made.append(context)
    made[0].sni_callback = _choose(made)
    return made


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: Any, signer: Any, name: str | None
) -> x509.Certificate:
    """A CA's certificate, or one for a name."""
    today = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=name is None, path_length=None), critical=True)
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key
    builder = builder.add_extension(identifier(public), critical=False)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = builder.add_extension(authority, critical=False)
    if name is None:
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
    else:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return builder.sign(signer, SHA256())
