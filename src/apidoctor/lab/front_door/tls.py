"""Which certificate a listener shows for which name."""

import ssl
import threading
from pathlib import Path

from apidoctor.lab.description import DEFAULT_ZONE, ENDPOINT_ZONE, Endpoint, World
from apidoctor.lab.front_door.arrival import endpoint_name
from apidoctor.lab.front_door.certificates import Authority


class Socket(ssl.SSLSocket):
    """A TLS connection that remembers the server name it was asked for."""

    asked_name = ""


class Shown:
    """The certificates of one world: AWS's own, those of custom domains, and those of boxes that break TLS open."""

    def __init__(self, world: World, authority: Authority, folder: Path) -> None:
        self._world = world
        self._authority = authority
        self._folder = folder
        self._made: dict[tuple[str, ...], ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self._issuer = next((box for box in world.boxes if box.issuer), None)
        self._between: Authority | None = None
        self.ca_file = authority.ca_file
        if self._issuer is not None:
            self._between = Authority(folder, self._issuer.issuer, "between")
            if self._issuer.trusted:
                both = authority.ca_file.read_bytes() + self._between.ca_file.read_bytes()
                self.ca_file = folder / "trusted.pem"
                self.ca_file.write_bytes(both)

    def context(self, endpoint: Endpoint | None) -> ssl.SSLContext:
        """A server for one listener; private APIs want TLS 1.2 at least (API Gateway guide)."""
        # The name is known in the handshake only, so every listener starts with a context of its own.
        first = self._context(("first", endpoint_name(self._world, endpoint)), *_DEFAULT)
        first.sslsocket_class = Socket

        if any(api.tls13 for api in self._world.apis.values()):
            # The version is settled before the name is read: one such API makes all names so.
            first.minimum_version = ssl.TLSVersion.TLSv1_3

        def choose(connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if isinstance(connection, Socket):
                connection.asked_name = name or ""
            connection.context = self._for(endpoint, (name or "").lower())

        first.sni_callback = choose
        return first

    def _for(self, endpoint: Endpoint | None, name: str) -> ssl.SSLContext:
        """The context for a server name; for one that nobody has, that of the default names."""
        if endpoint is not None and self._between is not None:
            return self._context(("between", name), [name or DEFAULT_ZONE], "valid", self._between)
        if name.endswith(ENDPOINT_ZONE):
            return self._context(("endpoint",), [f"*.{ENDPOINT_ZONE}", ENDPOINT_ZONE])
        for key, domain in self._world.domains.items():
            if domain.name == name and domain.admits(endpoint_name(self._world, endpoint)):
                names = {
                    "wrong-name": ["other.corp.example"],
                    "wildcard": [f"*.{name.partition('.')[2]}"],
                }.get(domain.certificate, [name])
                return self._context(("domain", key, domain.certificate), names, domain.certificate)
        return self._context(("default",), *_DEFAULT)

    def _context(
        self, key: tuple[str, ...], names: list[str], kind: str = "valid", authority: Authority | None = None
    ) -> ssl.SSLContext:
        with self._lock:
            if key not in self._made:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.minimum_version = ssl.TLSVersion.TLSv1_2
                context.load_cert_chain((authority or self._authority).issue(names, kind))
                context.set_alpn_protocols(["http/1.1"])
                self._made[key] = context
            return self._made[key]


_DEFAULT = ([f"*.{DEFAULT_ZONE}", DEFAULT_ZONE],)
