"""What is true in a world, measured with plain tools: dnspython, sockets and getaddrinfo of the host.

Everything is told as text under a key, so that the same table can be held against what the probe saw (`seen.py`):

- ``system A``, ``dns SERVER TRANSPORT A [NAME]``: addresses in order, or the outcome;
- ``tcp ADDRESS``, ``tls ADDRESS``, ``issuer ADDRESS``, ``mtu ADDRESS``: outcomes of the way;
- ``http``: where the first request went, and the status; ``clock``: seconds that the server is ahead.
"""

import email.utils
import errno
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
from cryptography import x509
from cryptography.x509.oid import NameOID
from dns.message import Message
from netns import plan
from netns.world import World

PATIENCE = 2.0
"""Seconds for one look, at first."""
IP_MTU = 14
SYSTEM = """
import socket, sys
try:
    family = socket.AF_INET6 if sys.argv[2] == "AAAA" else socket.AF_INET
    found = {entry[4][0] for entry in socket.getaddrinfo(sys.argv[1], 443, family, socket.SOCK_STREAM)}
    print(" ".join(sorted(found)))
except socket.gaierror as error:
    print({-2: "nxdomain", -3: "servfail", -5: "nodata", -9: "nodata"}.get(error.errno, error))
"""


class Plain:
    """Looks from the host of a world."""

    def __init__(
        self, net: World, target: str, trusted: str, headers: Mapping[str, str], patience: float = PATIENCE
    ) -> None:
        self.net = net
        self.patience = patience
        self.url = urlsplit(target)
        self.name = self.url.hostname or ""
        self.trusted = trusted
        self.headers = [f"{name}: {value}" for name, value in headers.items()]

    def measure(self, keys: Mapping[str, str]) -> dict[str, str]:
        """Look at everything that *keys* name, at once."""
        with ThreadPoolExecutor(max(1, len(keys))) as pool:
            return dict(zip(keys, pool.map(self.look, keys), strict=True))

    def look(self, key: str) -> str:
        what, *words = key.split()
        return getattr(self, what)(*words)

    def system(self, kind: str) -> str:
        words = (sys.executable, "-I", "-S", "-c", SYSTEM, self.name, kind)
        try:
            return self.net.host.run(*words, timeout=self.patience + 0.5).stdout.strip()
        except subprocess.TimeoutExpired:
            return "timeout"

    def dns(self, server: str, transport: str, kind: str, name: str = "") -> str:
        asked = {"": self.name, "random": f"apidoctor-0f3a9c71.{plan.APEX}"}.get(name, name)
        question = dns.message.make_query(asked, kind, use_edns=0, payload=1232)
        try:
            if transport == "udp":
                answer = self._datagram(question.to_wire(), server)
            else:
                with self.net.host.inside():
                    answer = dns.query.tcp(question, server, timeout=self.patience)
        except (dns.exception.Timeout, TimeoutError):
            return "timeout"
        except OSError:
            return "error"
        if answer.flags & dns.flags.TC:
            return "truncated"
        return _said(answer, kind)

    def _datagram(self, question: bytes, server: str) -> Message:
        with self.net.host.inside():
            trial = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with trial:
            trial.settimeout(self.patience)
            # Only a connected socket is told of ICMP.
            trial.connect((server, 53))
            trial.send(question)
            return dns.message.from_wire(trial.recv(65535))

    def tcp(self, address: str) -> str:
        with self._socket(address) as trial:
            code = trial.connect_ex((address, 443))
        return "connected" if code == 0 else _refusal(OSError(code, ""))

    def tls(self, address: str) -> str:
        try:
            with self._secured(address):
                return "verified"
        except ssl.SSLCertVerificationError as error:
            return {62: "name_mismatch", 64: "name_mismatch", 10: "expired"}.get(
                error.verify_code, "untrusted"
            )
        except OSError as error:
            return _refusal(error)

    def issuer(self, address: str) -> str:
        try:
            with self._secured(address, verify=False) as secured:
                certificate = x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")
        except OSError as error:
            return _refusal(error)
        return str(certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    def mtu(self, address: str) -> str:
        """Send a request that does not fit into one packet, and see what becomes of it."""
        try:
            with self._secured(address, verify=False) as secured:
                link = secured.getsockopt(socket.IPPROTO_IP, IP_MTU)
                status, _ = self._exchange(secured, padding=3000)
                learnt = secured.getsockopt(socket.IPPROTO_IP, IP_MTU)
        except TimeoutError:
            return "black_hole"
        except OSError as error:
            return _refusal(error)
        return f"{'ok' if learnt == link == 1500 else 'smaller'} {learnt}" if status else "error"

    def http(self) -> str:
        address, status, _ = self._call()
        return f"{place(address)} {status}"

    def clock(self) -> str:
        _, _, date = self._call()
        ahead = email.utils.parsedate_to_datetime(date).timestamp() - time.time()
        return f"{round(ahead / 10) * 10:+d}"

    def _call(self) -> tuple[str, int, str]:
        """Call the first address that answers; the inbound endpoint's answers come after the host's."""
        own = [word for word in self.system("A").split() if word[0].isdigit()]
        for address in dict.fromkeys([*own, *plan.ENIS]):
            try:
                with self._secured(address) as secured:
                    return address, *self._exchange(secured)
            except OSError:
                continue
        return "", 0, ""

    def _socket(self, address: str) -> socket.socket:
        with self.net.host.inside():
            trial = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        trial.settimeout(self.patience)
        return trial

    def _secured(self, address: str, verify: bool = True) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=self.trusted)
        if not verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        trial = self._socket(address)
        try:
            trial.connect((address, 443))
            return context.wrap_socket(trial, server_hostname=self.name)
        except BaseException:
            trial.close()
            raise

    def _exchange(self, secured: ssl.SSLSocket, padding: int = 0) -> tuple[int, str]:
        lines = [f"GET {self.url.path} HTTP/1.1", f"Host: {self.name}", "Connection: close", *self.headers]
        lines += [f"X-Padding: {'a' * padding}"] * bool(padding)
        secured.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        reply = b""
        while b"\r\n\r\n" not in reply:
            part = secured.recv(65536)
            if not part:
                break
            reply += part
        head = reply.decode("latin-1").split("\r\n")
        dates = [line.partition(": ")[2] for line in head if line.startswith("Date:")]
        return int(head[0].split(" ")[1]), dates[0]


def place(address: str | None) -> str:
    """Whose an address is."""
    if address in (*plan.ENIS, *plan.ENIS6):
        return "endpoint"
    return {plan.FRONT_DOOR: "public", None: "nowhere"}.get(address, "elsewhere")


def _said(answer: dns.message.Message, kind: str) -> str:
    code = answer.rcode()
    if code != dns.rcode.NOERROR:
        return dns.rcode.to_text(code).lower()
    found = [
        item.address
        for rrset in answer.answer
        if dns.rdatatype.to_text(rrset.rdtype) == kind
        for item in rrset
    ]
    return " ".join(sorted(found)) or "nodata"


def _refusal(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    return {
        errno.ECONNREFUSED: "refused",
        errno.ECONNRESET: "reset",
        errno.EHOSTUNREACH: "no_route",
        errno.ENETUNREACH: "no_route",
        errno.EAGAIN: "timeout",
        errno.EINPROGRESS: "timeout",
        errno.ETIMEDOUT: "timeout",
    }.get(error.errno or 0, f"error {error}")


def differences(expected: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    """What is otherwise than expected; ``|`` stands between values that are all right."""
    return {
        key: f"{found.get(key, 'not looked at')}, expected {value}"
        for key, value in expected.items()
        if found.get(key, "not looked at") not in value.split("|")
    }
