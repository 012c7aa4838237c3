"""Cells of the invoke matrix: one way to invoke at one address, looked at over one connection, all at once.

A cell is a TCP connect, a TLS handshake and an HTTP exchange on the same connection, each with its time; names are
resolved once each.  Everything that waits, waits at the same time.
"""

import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.facts.probes.call import Call, NotSent, prepare
from apidoctor.facts.probes.exchange import exchange, greet, observed
from apidoctor.facts.probes.phases import Phases
from apidoctor.facts.probes.sign import SigningCredentials
from apidoctor.facts.redact import redact
from apidoctor.model.observation import AnyObservation, HttpSeen, Rung, TcpSeen, TlsSeen
from apidoctor.model.request import Request
from apidoctor.travelling import tls
from apidoctor.travelling.book import AddressBook, Place
from apidoctor.travelling.stamp import now

MAX_THREADS = 64
"""Connections under way at once: a whole matrix of one endpoint, and few enough for a small host."""
_NOT_PROBED = "not connected to: an address of this host, of this link, or of no host"


class Cell(Struct, frozen=True):
    """One connection to make."""

    request: Request
    """The caller's call, written for this way to invoke."""
    address: str
    """Where to connect."""
    server_name: str
    """SNI, and the name the certificate must have."""
    detail: str = "unsigned"
    """``unsigned``, ``signed``, or empty: send no request."""


class Means(Struct, frozen=True):
    """How cells are looked at; the same for all of them."""

    book: AddressBook
    """Where connections really go."""
    ca_file: str | None
    """Whom to trust, None for the system's authorities."""
    connect: float
    """Longest TCP connect, in seconds."""
    whole: float
    """Longest connection from its first packet to the end of the answer, in seconds."""
    answer: float = 0.0
    """Latest first byte of an answer, in seconds, where that is longer; that wait does not count."""
    credentials: Callable[[], SigningCredentials | None] = lambda: None
    """Who signs."""
    allow_unsafe_method: bool = False
    """Send methods that can change data."""
    allow_untrusted: bool = False
    """Send the request, stripped of all secrets, to a server whose certificate cannot be trusted."""


def look(cell: Cell, means: Means) -> list[AnyObservation]:
    """Look at one cell: a `TcpSeen`, then as far as it came a `TlsSeen` and an `HttpSeen`."""
    request = cell.request
    where = means.book.find(request.name or "", cell.address, request.port)
    if where is None:
        tcp = _tcp(cell, Phases())
        return [replace(tcp, outcome="error", reason=_NOT_PROBED)]
    context = tls.verifying(means.ca_file, "http/1.1")
    call, unsent = _calls(cell, means)
    if call is None:
        phases = greet(where, cell.server_name, context, means.whole, means.connect)
        return [*_connection(cell, phases), *([unsent] if unsent and phases.tls == "verified" else [])]
    return _sent(cell, call, where, means)


def _sent(cell: Cell, call: Call, where: Place, means: Means) -> list[AnyObservation]:
    bare = None
    if means.allow_untrusted:
        bare = prepare(cell.request, cell.request.url or "", "bare", server_name=cell.server_name)
    context = tls.verifying(means.ca_file, "http/1.1")
    seen = exchange(
        call, where, context, means.whole, connect=means.connect, answer=means.answer, untrusted=bare
    )
    phases = seen.phases
    found = _connection(cell, phases)
    sent = call if phases.tls == "verified" else bare if phases.certificate else None
    if sent is not None:
        rung: Rung = "signed" if sent.signed else "unsigned"
        told = observed(cell.request, sent, seen, url=sent.url, address=cell.address, rung=rung)
        found.append(replace(told, **_place(cell)))
    return found


def _calls(cell: Cell, means: Means) -> tuple[Call | None, HttpSeen | None]:
    """Return the call to send; or None, with what stands for one that must not be sent."""
    if not cell.detail:
        return None, None
    url = cell.request.url or ""
    try:
        keys = means.credentials() if cell.detail == "signed" else None
        unsafe = means.allow_unsafe_method
        return prepare(cell.request, url, cell.detail, keys, unsafe, cell.server_name), None
    except NotSent as error:
        told = {
            name.lower(): value for name, value in cell.request.headers if name.lower() == "x-apigw-api-id"
        }
        told["not-sent"] = redact(str(error))
        seen = HttpSeen(at=now(), url=redact(url), outcome="error", sent=told)
        return None, replace(seen, signed=cell.detail == "signed", rung=_rung(cell), **_place(cell))


def _connection(cell: Cell, phases: Phases) -> list[AnyObservation]:
    """Return how TCP went and, where that was good, TLS."""
    found: list[AnyObservation] = [_tcp(cell, phases)]
    if phases.tls is not None:
        certificate = {key: value for key, value in phases.certificate.items() if value is not None}
        found.append(
            TlsSeen(
                at=phases.at,
                address=cell.address,
                port=cell.request.port,
                outcome=phases.tls,
                server_name=cell.server_name,
                version=phases.version,
                alpn=phases.alpn,
                elapsed_ms=phases.tls_ms,
                reason=phases.tls_reason,
                form=cell.request.form or "",
                host=cell.request.host,
                **certificate,
            )
        )
    return found


def _tcp(cell: Cell, phases: Phases) -> TcpSeen:
    return TcpSeen(
        at=phases.at,
        address=cell.address,
        port=cell.request.port,
        outcome=phases.tcp or "error",
        elapsed_ms=phases.tcp_ms,
        form=cell.request.form or "",
        server_name=cell.server_name,
        host=cell.request.host,
    )


def _rung(cell: Cell) -> Rung:
    return "signed" if cell.detail == "signed" else "unsigned"


def _place(cell: Cell) -> dict[str, str | None]:
    """Return what an HTTP observation says of the way to invoke."""
    request = cell.request
    return {
        "form": request.form or "private-dns",
        "method": request.method.upper(),
        "address": cell.address,
        "server_name": cell.server_name,
        "host": request.host,
    }


def look_at_all(
    names: Sequence[str],
    cells: Iterable[Cell],
    cells_of: Callable[[str, Sequence[AnyObservation]], Iterable[Cell]],
    resolve: Callable[[str], Sequence[AnyObservation]],
    means: Means,
    seconds: float,
) -> list[AnyObservation]:
    """Resolve *names* and look at *cells*, all at once, and at those that an answer adds; return what was seen.

    *cells_of* says what the answer for a name adds.  What is not there after *seconds* is left out.  Raises
    RuntimeError for a defect of a look.
    """
    deadline = time.monotonic() + seconds
    tls.verifying(means.ca_file, "http/1.1")  # made once, before many threads want it
    crew = _Crew()
    asked: set[Cell] = set()

    def ask(more: Iterable[Cell]) -> None:
        for cell in more:
            if cell not in asked:
                asked.add(cell)
                crew.start(partial(look, cell, means))

    of_names = {crew.start(partial(resolve, name)): name for name in dict.fromkeys(names)}
    ask(cells)
    crew.go()
    found: dict[int, Sequence[AnyObservation]] = {}
    while len(found) < crew.started and (ended := crew.next(deadline - time.monotonic())):
        number, seen = ended
        found[number] = seen
        if number in of_names:
            ask(cells_of(of_names[number], seen))
    return [one for number in sorted(found) for one in found[number]]


class _Crew:
    """Threads, one for each look, at most `MAX_THREADS` of them at work."""

    def __init__(self) -> None:
        self.started = 0
        self._room = threading.Semaphore(MAX_THREADS)
        self._gate = threading.Event()
        self._done: queue.SimpleQueue[tuple[int, Sequence[AnyObservation] | str]] = queue.SimpleQueue()

    def start(self, run: Callable[[], Sequence[AnyObservation]]) -> int:
        """Begin a look and return its number."""
        number, self.started = self.started, self.started + 1
        # Daemons: a look that outlives the run's time must not keep the process.
        threading.Thread(target=self._serve, args=(number, run), daemon=True).start()
        return number

    def go(self) -> None:
        """Let those that were started begin.

        Starting a thread waits for its first step: beside others at work that takes an interpreter's turn each.
        """
        self._gate.set()

    def next(self, seconds: float) -> tuple[int, Sequence[AnyObservation]] | None:
        """Wait for the next look to end; None when it takes longer than *seconds*."""
        try:
            number, seen = self._done.get(timeout=max(seconds, 0))
        except queue.Empty:
            return None
        if isinstance(seen, str):
            raise RuntimeError(seen)
        return number, seen

    def _serve(self, number: int, run: Callable[[], Sequence[AnyObservation]]) -> None:
        self._gate.wait()
        with self._room:
            try:
                self._done.put((number, run()))
            except Exception:  # a look that does not come back would be waited for in vain
                self._done.put((number, traceback.format_exc()))
