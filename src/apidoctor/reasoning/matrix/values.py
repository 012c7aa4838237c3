"""The values of the invoke matrix, as ``apidoctor matrix --json`` writes them."""

from typing import Literal

from msgspec import Struct, field

from apidoctor.model.report import Confidence, Form

FORMAT = "apidoctor.matrix"
FORMAT_VERSION = "1.0"

Status = Literal[
    "works",
    "fails as configured",
    "fails unexpectedly",
    "works unexpectedly",
    "fails",
    "not known",
    "not tried",
]
"""What should be against what was: ``fails`` alone where it is not known what should be; ``not known``: an answer of
which nothing shows whether backend or gateway wrote it (aws.md E.1)."""
Phase = Literal["", "dns", "tcp", "tls", "http"]
"""Where a call ended; ``""``: nowhere, or nobody tried."""


class Cause(Struct, frozen=True):
    """One root cause that configuration and DNS give against a way to invoke."""

    fault: str
    """Fault id."""
    check: str
    """The check that found it."""
    sentence: str
    """What is wrong."""
    confidence: Confidence = "certain"
    """How sure it is."""
    affects: tuple[str, ...] = ()
    """Addresses it is about; empty: all of them."""


class Expectation(Struct, frozen=True):
    """What the checks say of one way to invoke, from configuration and DNS alone."""

    causes: tuple[Cause, ...] = ()
    """Why it should fail, the first to mend first."""
    missing: tuple[str, ...] = ()
    """What would decide it where that is not known."""
    decided: bool = False
    """Whether enough is known to say that it should work when there is no cause against it."""


class Should(Struct, frozen=True):
    """Whether something should work."""

    works: bool | None = None
    """None: not known."""
    fault: str | None = None
    """Fault id of the first root cause against it."""
    sentence: str = ""
    """Why not; or what would decide it."""
    missing: tuple[str, ...] = ()
    """What would decide it."""


class Cell(Struct, frozen=True, kw_only=True):
    """One way to invoke at one address."""

    address: str
    """Where the connection went."""
    resolved: bool = False
    """Whether the name leads there from this host; else the address was chosen."""
    own: bool | None = None
    """Whether an interface of the endpoint has the address; None: not known."""
    should: Should = field(default_factory=Should)
    """Whether it should work."""
    status: Status = "not tried"
    """Both together."""
    phase: Phase = ""
    """The phase at which it failed."""
    outcome: str = ""
    """What happened there: an outcome of that phase, or the reading of the answer (``answered``, ``forbidden`` …)."""
    text: str = ""
    """The answer or the failure in a few words."""
    http_status: int | None = None
    """Status code of the answer."""
    signed: bool = False
    """Whether the request carried a signature."""
    changed: str = ""
    """What of a signed call arrived otherwise than it was sent, as the refusal shows it; empty: nothing known."""
    issuer: str | None = None
    """Issuer of the server's certificate."""
    trusted: bool | None = None
    """Whether that was verified; None: no handshake was seen."""
    tcp_ms: float | None = None
    """Milliseconds of the TCP connect."""
    tls_ms: float | None = None
    """Milliseconds of the TLS handshake."""
    http_ms: float | None = None
    """Milliseconds from sending the request to the head of the answer."""


class Row(Struct, frozen=True, kw_only=True):
    """One way to invoke."""

    form: Form
    """The way, as in reports."""
    url: str
    """URL of the call; for ``direct-ip`` that of the name, see ``resolve``."""
    name: str
    """Name that is resolved; an address for ``direct-ip``."""
    server_name: str
    """SNI."""
    host: str
    """Host header."""
    header: str | None = None
    """The header that a client must add, ``Name: value``."""
    resolve: str | None = None
    """For ``direct-ip``: ``NAME:PORT:ADDRESS``, as curl's ``--resolve`` leads the connection there."""
    endpoint: str | None = None
    """The endpoint it goes through, where the name tells."""
    asked: bool = False
    """Whether it is the way the user asked about."""
    needs: str = ""
    """What must be so for it to work."""
    should: Should = field(default_factory=Should)
    """Whether a client that uses it should get through."""
    status: Status = "not tried"
    """Both together, at the addresses that the name leads to."""
    phase: Phase = ""
    """Where the first call that fails does so."""
    text: str = ""
    """What happened in a few words."""
    dns: str = ""
    """Outcome of resolving the name here; empty: nobody asked."""
    dns_ms: float | None = None
    """Milliseconds of that."""
    addresses: tuple[str, ...] = ()
    """What the name resolves to here."""
    cells: tuple[Cell, ...] = ()
    """The way at each address."""


class Candidate(Struct, frozen=True):
    """A fault that the difference between cells speaks for."""

    fault: str
    """Fault id."""
    confidence: Confidence
    """How strongly: never ``certain``, which only configuration or AWS's own words make it."""
    because: str
    """Which cells differ, and what that shows."""


class Use(Struct, frozen=True):
    """The call to make now."""

    form: Form
    """The way it uses."""
    url: str
    """URL."""
    header: str | None = None
    """Header that it needs."""
    resolve: str | None = None
    """For ``direct-ip``: ``NAME:PORT:ADDRESS``, as curl's ``--resolve`` takes it."""


class Matrix(Struct, frozen=True, kw_only=True):
    """The whole matrix, judged."""

    format: str = FORMAT
    """Always ``apidoctor.matrix``."""
    format_version: str = FORMAT_VERSION
    """``1.0``; a reader understands every 1.x."""
    target: str = ""
    """TARGET as typed."""
    method: str = "GET"
    """HTTP method of the calls."""
    at: str = ""
    """When the snapshot was taken."""
    vantage: str = ""
    """The host that looked."""
    summary: str = ""
    """One line: which ways work."""
    works: tuple[Form, ...] = ()
    """Ways that work here and now."""
    use: Use | None = None
    """The shortest call that works, None when none does or none was tried."""
    proves: tuple[Candidate, ...] = ()
    """What the differences between cells speak for."""
    rows: tuple[Row, ...] = ()
    """Every way to invoke."""
    notes: tuple[str, ...] = ()
    """What was left out, and why."""
    exit_code: int = 3
    """0 the way asked about works, 1 it fails, 3 not known."""
