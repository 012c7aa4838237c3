"""Real servers on loopback: DNS, raw TCP and TLS, and certificates of an own authority."""

import datetime
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.message
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


class Authority:
    """A certificate authority of its own; ``file`` is what ``--ca-file`` gets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test Authority")])
        self.certificate = self._sign(self.name, self.key, [], NOW - DAY, NOW + DAY, is_authority=True)
        self.file = folder / "ca.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def context(
        self,
        *names: str,
        start: datetime.datetime = NOW - DAY,
        end: datetime.datetime = NOW + DAY,
        self_signed: bool = False,
    ) -> ssl.SSLContext:
        """Return a server's context with a certificate for *names*."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
        signed = self._sign(subject, key, list(names), start, end, by_itself=self_signed)
        path = self.folder / f"{signed.serial_number}.pem"
        path.write_bytes(
            signed.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _sign(self, subject, key, names, start, end, is_authority=False, by_itself=False):
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if by_itself else self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if names:
            alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(alternative, critical=False)
        return builder.sign(key if by_itself else self.key, hashes.SHA256())


class Server:
    """A TCP server (TLS with a context) that hands each connection to *talk* and keeps what it received."""

    def __init__(self, talk: Callable[["Talk"], None], context: ssl.SSLContext | None = None) -> None:
        self.talk = talk
        self.received: list[bytes] = []
        self.names: list[str | None] = []
        self.sent = 0
        self._context = context
        if context is not None:
            context.sni_callback = lambda _, name, __: self.names.append(name)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(5)
                if self._context is None:
                    self.talk(Talk(self, connection))
                else:
                    with self._context.wrap_socket(connection, server_side=True) as secured:
                        self.talk(Talk(self, secured))
        except OSError:
            return

    def close(self) -> None:
        self._listener.close()


class Talk:
    """One connection of a `Server`."""

    def __init__(self, server: Server, connection: socket.socket) -> None:
        self.server = server
        self.connection = connection

    def head(self) -> str:
        """Receive a request's head."""
        data = b""
        while b"\r\n\r\n" not in data:
            part = self.connection.recv(65536)
            if not part:
                break
            data += part
        self.server.received.append(data)
        return data.decode("latin-1")

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)
        self.server.sent += len(data)

    def reset(self) -> None:
        """Close so that the peer gets RST."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


@contextmanager
def serving(talk: Callable[[Talk], None], context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(talk, context)
    try:
        yield server
    finally:
        server.close()


def answering(body: bytes, status: str = "200 OK", *headers: str) -> Callable[[Talk], None]:
    """Return a talk that answers one request."""

    def talk(one: Talk) -> None:
        one.head()
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        one.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    return talk


@contextmanager
def dns_server(
    answer: Callable[[dns.message.Message, str], bytes | dns.message.Message | None],
) -> Iterator[str]:
    """Serve DNS over UDP and TCP on one port; *answer* gets question and transport, None is silence."""

    def respond(data: bytes, transport: str) -> bytes | None:
        reply = answer(dns.message.from_wire(data), transport)
        return reply.to_wire() if isinstance(reply, dns.message.Message) else reply

    class Udp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, there = self.request
            if reply := respond(data, "udp"):
                there.sendto(reply, self.client_address)

    class Tcp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            size = struct.unpack("!H", self.request.recv(2))[0]
            if reply := respond(self.request.recv(size), "tcp"):
                self.request.sendall(struct.pack("!H", len(reply)) + reply)

    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tcp) as tcp:
        port = tcp.server_address[1]
        with socketserver.ThreadingUDPServer(("127.0.0.1", port), Udp) as udp:
            for server in (tcp, udp):
                server.daemon_threads = True
                threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            try:
                yield f"127.0.0.1:{port}"
            finally:
                tcp.shutdown()
                udp.shutdown()
