"""The looker for everything this host can see itself: names, connections, certificates, answers."""

import socket
from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from apidoctor.facts.looker import Seen
from apidoctor.facts.probes.book import AddressBook
from apidoctor.facts.probes.call import Call, NotSent, prepare
from apidoctor.facts.probes.cloud import BUDGET
from apidoctor.facts.probes.exchange import Exchange, exchange
from apidoctor.facts.probes.host import probe_host
from apidoctor.facts.probes.resolve import probe_dns
from apidoctor.facts.probes.sign import CredentialsProvider
from apidoctor.facts.probes.tcp import probe_tcp
from apidoctor.facts.probes.tls import probe_tls
from apidoctor.facts.probes.trust import Trust
from apidoctor.facts.redact import redact
from apidoctor.facts.stamp import now
from apidoctor.model.missing import Missing, Probe
from apidoctor.model.observation import (
    AnyObservation,
    DnsSeen,
    HostSeen,
    HttpSeen,
    PathMtuSeen,
    TcpSeen,
    TlsSeen,
)
from apidoctor.model.request import Request
from apidoctor.travelling.mtu import path_mtu


class Timeouts(Struct, frozen=True):
    """Longest time each look may take, in seconds."""

    dns: float = 3.0
    """One question to one server."""
    tcp: float = 3.0
    """One connect."""
    tls: float = 5.0
    """One handshake, its connect included."""
    http: float = 10.0
    """One whole exchange."""
    path_mtu: float = 6.0
    """One measurement of a path; a black hole takes all of it."""
    metadata: float = BUDGET
    """All questions to the instance metadata service together."""


class ProbeLooker:
    """Answers every `Probe` but ``identity``; safe to call from many threads at once."""

    def __init__(
        self,
        request: Request,
        *,
        connect_to: Iterable[str] = (),
        resolvers: Sequence[str] = (),
        ca_file: str | None = None,
        timeouts: Timeouts | None = None,
        credentials: CredentialsProvider = lambda: None,
        vantage: str | None = None,
        allow_unsafe_method: bool = False,
    ) -> None:
        """Prepare to look for *request*; raise `UsageError` for options that cannot be read.

        *connect_to* holds ``NAME-OR-IP:PORT=ADDR:PORT`` specs, *resolvers* DNS servers to ask instead of the
        host's, *credentials* is called when a request is about to be signed, *vantage* names this host
        (default: its name).
        """
        self._request = request
        self._book = AddressBook.parse(connect_to)
        self._resolvers = tuple(resolvers)
        self._trust = Trust(ca_file)
        if ca_file:
            self._trust.verifying("http/1.1")
        self._timeouts = timeouts or Timeouts()
        self._credentials = credentials
        self._vantage = vantage or socket.gethostname()
        self._allow_unsafe_method = allow_unsafe_method
        self._looks: dict[str, Callable[[Probe], Sequence[AnyObservation]]] = {
            "host": self._host,
            "dns": self._dns,
            "tcp": self._tcp,
            "tls": self._tls,
            "http": self._http,
            "path_mtu": self._path_mtu,
        }

    def can(self, missing: Missing) -> bool:
        """Say whether *missing* is a look from this host."""
        return isinstance(missing, Probe) and missing.kind in self._looks

    def look(self, missing: Missing) -> Seen:
        """Look once; whatever the world does is an outcome, never an exception."""
        if not isinstance(missing, Probe) or missing.kind not in self._looks:
            return Seen()
        seen = self._looks[missing.kind](missing)
        return Seen(observations=tuple(replace(one, vantage=self._vantage) for one in seen))

    def _host(self, probe: Probe) -> list[HostSeen]:
        request = self._request
        names = [name for name in (probe.name, request.name, request.host, request.default_name) if name]
        return [probe_host(names, probe.address, self._resolvers, self._timeouts.metadata)]

    def _dns(self, probe: Probe) -> list[DnsSeen]:
        record, _, transport = (probe.detail or "A").partition("/")
        server, timeout = probe.address or "system", self._timeouts.dns
        return probe_dns(probe.name, server, record, transport or "udp", self._resolvers, timeout)

    def _tcp(self, probe: Probe) -> list[TcpSeen]:
        return [probe_tcp(self._book, probe.name, probe.address, probe.port, self._timeouts.tcp)]

    def _tls(self, probe: Probe) -> list[TlsSeen]:
        timeout = self._timeouts.tls
        return [probe_tls(self._book, self._trust, probe.name, probe.address, probe.port, timeout)]

    def _path_mtu(self, probe: Probe) -> list[PathMtuSeen]:
        where = self._book.find(probe.name, probe.address, probe.port)
        if where is None:
            reason = "not an address that may be probed"
            return [PathMtuSeen(at=now(), address=probe.address, outcome="error", reason=reason)]
        seen = path_mtu(
            probe.address, probe.port, self._timeouts.path_mtu, server_name=probe.name, where=where
        )
        return [msgspec.convert(seen, PathMtuSeen)]

    def _http(self, probe: Probe) -> list[HttpSeen]:
        try:
            credentials = self._credentials() if probe.detail == "signed" else None
            call = prepare(self._request, probe.name, probe.detail, credentials, self._allow_unsafe_method)
            where = self._book.find(call.name, probe.address, probe.port)
            if where is None:
                raise NotSent(f"{probe.address or 'nothing'} is no address that may be probed")
        except NotSent as error:
            return [self._unsent(probe, str(error))]
        context = self._trust.verifying("http/1.1")
        return [_answered(self._request, probe, call, exchange(call, where, context, self._timeouts.http))]

    def _unsent(self, probe: Probe, reason: str) -> HttpSeen:
        """Return what stands for a request that must not be sent; the reason is under ``sent``."""
        impossible = "/apidoctor-not-sent" if probe.detail == "impossible" else ""
        return HttpSeen(
            at=now(),
            url=redact(probe.name) + impossible,
            outcome="error",
            form=self._request.form or "private-dns",
            method=self._request.method.upper(),
            address=probe.address or None,
            signed=probe.detail == "signed",
            sent={"not-sent": redact(reason)},
        )


def _answered(request: Request, probe: Probe, call: Call, seen: Exchange) -> HttpSeen:
    """Return an exchange as an observation; its URL is the one asked for, so that it is found again."""
    failed = {"failed": seen.reason} if seen.reason else {}
    return HttpSeen(
        at=seen.at,
        url=redact(call.url if probe.detail == "impossible" else probe.name),
        outcome=seen.outcome,
        form=request.form or "private-dns",
        method=call.method,
        address=probe.address,
        server_name=call.name,
        host=call.sent["host"],
        sent=call.sent | failed,
        signed=call.signed,
        status=seen.status,
        headers=seen.headers,
        body=seen.body,
        elapsed_ms=seen.elapsed_ms,
    )
