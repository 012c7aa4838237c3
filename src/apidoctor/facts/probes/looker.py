"""The looker for everything this host can see itself: names, connections, certificates, answers."""

import math
import socket
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.errors import UsageError
from apidoctor.facts.looker import Seen
from apidoctor.facts.probes.call import SAFE_METHODS, NotSent, prepare
from apidoctor.facts.probes.cells import Cell, Means, look_at_all
from apidoctor.facts.probes.exchange import exchange, observed
from apidoctor.facts.probes.host import probe_host
from apidoctor.facts.probes.resolve import Question, probe_dns
from apidoctor.facts.probes.sign import CredentialsProvider
from apidoctor.facts.redact import redact
from apidoctor.model.convert import convert
from apidoctor.model.missing import Missing, Probe
from apidoctor.model.observation import (
    AnyObservation,
    DnsSeen,
    HostSeen,
    HttpSeen,
    PathMtuSeen,
    Role,
    Rung,
    TcpSeen,
    TlsSeen,
)
from apidoctor.model.request import Request
from apidoctor.travelling import cloud, tcp, tls
from apidoctor.travelling.book import AddressBook, Place, is_address, server
from apidoctor.travelling.book import UsageError as Unreadable
from apidoctor.travelling.http import through_proxy
from apidoctor.travelling.mtu import path_mtu
from apidoctor.travelling.proxies import proxy_for, without_user
from apidoctor.travelling.resolvers import configured
from apidoctor.travelling.stamp import now

_ALPN = (("h2", "http/1.1"), ("http/1.1",))
"""What handshakes and requests offer."""
_VPC = (cloud.RESOLVER, "fd00:ec2::253")
"""The Amazon-provided DNS server, at the addresses that are the same in every VPC (VPC user guide, *DNS*)."""
_OF_THE_RUN = 0.9
"""Share of a run's time that one connection may take, so that its time-out is still told."""
_OF_A_CHECK = 0.75
"""The same for one test call, which comes after names, connections and certificates."""
_NOT_PROBED = "not connected to: an address of this host, of this link, or of no host"


class Timeouts(Struct, frozen=True):
    """Longest time each look may take, in seconds."""

    dns: float = 3.0
    """One question to one server."""
    tcp: float = 3.0
    """One connect."""
    tls: float = 5.0
    """One handshake, its connect included."""
    http: float = 10.0
    """One whole exchange, but for the wait for its answer."""
    answer: float = 31.0
    """First byte of the answer to the call: API Gateway gives a backend 29 s, and then answers 504 (aws.md E.2, I4)."""
    refusal: float = 4.0
    """One whole exchange about a path that no API has, after a call without an answer: API Gateway refuses at once."""
    path_mtu: float = 6.0
    """One measurement of a path; a black hole takes all of it."""
    metadata: float = cloud.BUDGET
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
        seconds: float = math.inf,
        credentials: CredentialsProvider = lambda: None,
        vantage: str | None = None,
        allow_unsafe_method: bool = False,
        allow_untrusted: bool = False,
    ) -> None:
        """Prepare to look for *request*; raise `UsageError` for options that cannot be read.

        *connect_to* holds ``NAME-OR-IP:PORT=ADDR:PORT`` specs, *resolvers* DNS servers to ask instead of the
        host's, *credentials* is called when a request is about to be signed, *vantage* names this host
        (default: its name); a run takes *seconds*, and one test call leaves some of them.
        """
        self._request = request
        try:
            self._book = AddressBook.parse(connect_to)
            wrong = [text for text in resolvers if not is_address(server(text)[0])]
        except Unreadable as error:
            raise UsageError(str(error)) from None
        if wrong:
            raise UsageError(
                f"--resolver {wrong[0]!r}: give an IP address, and a port after a colon if it is not 53"
            )
        self._given = tuple(resolvers)
        self._ca_file = _readable(ca_file)
        self._timeouts = timeouts or Timeouts()
        self._of_call = seconds * _OF_A_CHECK
        self._unheard = False  # whether a test call got no answer in time
        self._credentials = credentials
        self._vantage = vantage or socket.gethostname()
        self._allow_unsafe_method = allow_unsafe_method
        self._allow_untrusted = allow_untrusted
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

    def look_at_all(
        self,
        names: Sequence[str],
        cells: Iterable[Cell],
        cells_of: Callable[[str, Sequence[AnyObservation]], Iterable[Cell]],
        seconds: float,
    ) -> Seen:
        """Look at a matrix of *cells* (see `cells.look_at_all`), and at *names* as this host resolves them."""
        most = seconds * _OF_THE_RUN
        means = Means(
            self._book,
            self._ca_file,
            min(self._timeouts.tcp, most),
            min(self._timeouts.http, most),
            min(self._timeouts.answer, most),
            self._credentials,
            self._allow_unsafe_method,
            self._allow_untrusted,
        )

        def resolve(name: str) -> Sequence[AnyObservation]:
            return self.look(Probe("dns", name=name, address="system", detail="A/getaddrinfo")).observations

        seen = look_at_all(names, cells, cells_of, resolve, means, seconds)
        return Seen(observations=tuple(replace(one, vantage=self._vantage) for one in seen))

    @cached_property
    def _own(self) -> dict[str, Any]:
        """What this host is configured to ask."""
        return configured(self._given)

    def _role(self, server: str) -> Role:
        """Return what a DNS server is to this host."""
        if server in self._own["resolvers"]:
            return "given" if self._given else "configured"
        if any(server in link["resolvers"] for link in self._own["links"]):
            return "link"
        return "vpc" if server in _VPC else ""

    def _host(self, probe: Probe) -> list[HostSeen]:
        request = self._request
        names = [name for name in (probe.name, request.name, request.host_name, request.default_name) if name]
        return [probe_host(names, self._own, probe.address, self._timeouts.metadata)]

    def _dns(self, probe: Probe) -> list[DnsSeen]:
        record, _, transport = (probe.detail or "A").partition("/")
        server = probe.address or "system"
        role = self._role(server) if server != "system" else ""
        question = Question(probe.name, record, server, transport, role)
        return probe_dns(question, self._timeouts.dns, given=self._given, ca_file=self._ca_file)

    def _where(self, probe: Probe) -> Place | None:
        """Return where to connect; None: nowhere."""
        return self._book.find(probe.name, probe.address, probe.port)

    def _tcp(self, probe: Probe) -> list[TcpSeen]:
        address, port, where = probe.address, probe.port, self._where(probe)
        if where is None:
            return [TcpSeen(at=now(), address=address, port=port, outcome="error", reason=_NOT_PROBED)]
        return [convert(tcp.connect(address, port, self._timeouts.tcp, where=where), TcpSeen)]

    def _tls(self, probe: Probe) -> list[TlsSeen]:
        address, port, where, name = probe.address, probe.port, self._where(probe), probe.name
        if where is None:  # the closed list of outcomes has no better word
            failure = TlsSeen(address=address, port=port, outcome="handshake_failure", reason=_NOT_PROBED)
            return [replace(failure, at=now(), server_name=name or None)]
        timeout = self._timeouts.tls
        seen = tls.handshake(address, port, name, timeout, where=where, ca_file=self._ca_file)
        return [convert(seen, TlsSeen)]

    def _path_mtu(self, probe: Probe) -> list[PathMtuSeen]:
        where = self._where(probe)
        if where is None:
            return [PathMtuSeen(at=now(), address=probe.address, outcome="error", reason=_NOT_PROBED)]
        timeout = self._timeouts.path_mtu
        seen = path_mtu(probe.address, probe.port, timeout, server_name=probe.name, where=where)
        return [convert(seen, PathMtuSeen)]

    def _proxied(self, probe: Probe) -> list[HttpSeen]:
        """Send the call once as a client that follows the environment does: unsigned, through its proxy."""
        request, name = self._request, urlsplit(probe.name).hostname or ""
        proxy = proxy_for(name, with_user=True)
        if proxy is None:
            return [self._unsent(probe, "the environment names no proxy for it")]
        seen = through_proxy(
            probe.name,
            proxy,
            min(self._timeouts.http, self._of_call),
            answer=min(self._timeouts.answer, self._of_call),
            # Who refuses is seen with any method; a call that can change data is made once, on the direct way.
            method=request.method.upper() if request.method.upper() in SAFE_METHODS else "GET",
            headers=request.headers,
            ca_file=self._ca_file,
            form=request.form or "private-dns",
        )
        found = convert(seen, HttpSeen)
        by = {"through": without_user(proxy) or ""}
        return [replace(found, url=redact(probe.name), address=None, sent=found.sent | by)]

    def _http(self, probe: Probe) -> list[HttpSeen]:
        if probe.detail == "proxied":
            return self._proxied(probe)
        try:
            credentials = self._credentials() if probe.detail == "signed" else None
            call = prepare(self._request, probe.name, probe.detail, credentials, self._allow_unsafe_method)
            where = self._book.find(call.name, probe.address, probe.port)
            if where is None:
                raise NotSent(f"{probe.address or 'nothing'} is no address that may be probed")
        except NotSent as error:
            return [self._unsent(probe, str(error))]
        context = tls.verifying(self._ca_file, *_ALPN[1])
        longest, answer = self._timeouts.http, self._timeouts.answer
        if probe.detail == "impossible":
            longest, answer = min(longest, self._timeouts.refusal) if self._unheard else longest, 0.0
        most = self._of_call
        seen = exchange(call, where, context, min(longest, most), answer=min(answer, most))
        self._unheard = self._unheard or seen.outcome == "timeout"
        # The URL is the one asked for, so that the answer is found again.
        url = call.url if probe.detail == "impossible" else probe.name
        return [observed(self._request, call, seen, url=url, address=probe.address, rung=_rung(probe))]

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
            rung=_rung(probe),
            sent={"not-sent": redact(reason)},
        )


def _readable(ca_file: str | None) -> str | None:
    """Return *ca_file* when there are authorities in it, which are then loaded; raise `UsageError` when not."""
    try:
        for offered in _ALPN if ca_file else ():
            tls.verifying(ca_file, *offered)
    except OSError as error:
        raise UsageError(f"--ca-file {ca_file}: {error.strerror or 'no certificates in it'}") from None
    return ca_file


def _rung(probe: Probe) -> Rung:
    """Return which test call *probe* asks for."""
    if probe.detail in ("impossible", "signed"):
        return "impossible" if probe.detail == "impossible" else "signed"
    return "unsigned"
