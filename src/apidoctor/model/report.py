"""The report: everything one run has to say, as values.  Every output shows exactly this and nothing else."""

from typing import Any, Literal

from msgspec import Struct, field

Status = Literal["pass", "warn", "fail", "unknown", "skipped", "error"]
Verdict = Literal["healthy", "broken", "undecided"]
Confidence = Literal["certain", "likely", "possible"]
Source = Literal["live", "snapshot", "plan"]
Form = Literal[
    "private-dns",
    "endpoint-host",
    "endpoint-id-header",
    "endpoint-zonal",
    "alias",
    "custom-domain",
    "custom-domain-endpoint",
    "direct-ip",
]

FORMAT = "apidoctor.report"
FORMAT_VERSION = "1.0"


class Tool(Struct, frozen=True):
    """The program that wrote the report."""

    name: str
    """Always ``apidoctor``."""
    version: str
    """Its version, as ``apidoctor --version`` prints it."""


class Run(Struct, frozen=True):
    """When and how the run was made."""

    id: str
    """A random id; the only value that differs between two runs on one snapshot, besides times."""
    started: str
    """Start of the run, ISO 8601 in UTC."""
    duration_ms: float
    """Wall time of the run in milliseconds."""
    complete: bool
    """False when the run was interrupted or ran out of time: what follows is partial."""
    source: Source
    """Where the facts came from."""
    notes: list[str] = field(default_factory=list)
    """Things about the run itself worth knowing, one sentence each (a source left out, an unreadable record)."""


class Target(Struct, frozen=True):
    """The call that was judged."""

    url: str | None
    """The URL that is called, as derived from the TARGET; None when only an id was given and no name is known."""
    form: Form | None
    """Which of the ways to invoke a private API the URL is."""
    api_id: str | None
    """Id of the REST API; None when the request names none."""
    region: str | None
    """Region of the API."""
    account: str | None
    """Account that owns the API (the *API account*)."""
    stage: str | None
    """Stage name: the first path segment of a default URL."""
    method: str
    """HTTP method."""
    path: str
    """Path below the stage, beginning with ``/``."""
    endpoint: str | None
    """Id of the VPC endpoint that carries the call."""


class Caller(Struct, frozen=True, rename={"from_": "from"}):
    """Who calls, and from where."""

    principal: str | None
    """IAM ARN of the signing principal; None for an unsigned call or while unknown."""
    account: str | None
    """Account of the principal."""
    from_: str
    """Where the caller is: ``local``, ``eni-…``, ``i-…``, ``subnet-…``, ``lambda:NAME``, ``ip:ADDRESS``."""


class Evidence(Struct, frozen=True):
    """One thing that was seen and that a judgement rests on."""

    source: str
    """Where it was read: ``ec2.describe_security_groups``, ``probe.tcp``, ``request``."""
    account: str | None
    """Account the answer came from."""
    region: str | None
    """Region the answer came from."""
    subject: str | None
    """The object it is about."""
    at: str | None
    """When it was seen, ISO 8601."""
    value: Any
    """The part of the answer that matters, redacted."""


class Candidate(Struct, frozen=True):
    """One fault that would explain what was seen, where that alone does not prove it."""

    fault: str
    """Fault id of the closed catalogue."""
    confidence: Confidence
    """How well it fits."""
    because: str
    """Why it fits, in one sentence."""
    separate: str | None = None
    """The observation that would tell it from the others."""


def possible(fault: str, because: str, separate: str) -> Candidate:
    """Return a candidate that nothing speaks for more than for others."""
    return Candidate(fault, "possible", because, separate)


class Result(Struct, frozen=True):
    """What one check says of one subject."""

    check: str
    """Check id, ``layer/name-of-the-good-state``."""
    title: str
    """The good state that the check asks for."""
    status: Status
    """One of the six words."""
    fault: str | None
    """Fault id when the check failed or warned and the fault can be named."""
    summary: str
    """One sentence: what was found."""
    subject: str | None
    """The object that was judged."""
    because: list[str]
    """Checks whose failure made this one pointless (``skipped``), or the sources of a doubt."""
    evidence: list[str]
    """Keys of ``Report.evidence``."""
    missing: list[str]
    """What would decide an ``unknown``: ``permission: ACTION (…)``, ``account: …``, ``host: …``, ``fact: …``."""
    duration_ms: float
    """Time the judgement itself took, in milliseconds, without look-ups."""
    required: bool = True
    """False for advice: such a result never decides the verdict when it is unknown."""
    traceback: str | None = None
    """For ``error``: the defect's traceback."""
    fix: str | None = None
    """For ``warn``: what to change. A failure's is in its root cause."""
    candidates: list[Candidate] = field(default_factory=list)
    """For a ``fail`` that several faults would explain: all of them, the likeliest first."""


class RootCause(Struct, frozen=True):
    """A failure that no other failure explains."""

    fault: str
    """Fault id of the closed catalogue."""
    check: str
    """The check that found it."""
    title: str
    """What is wrong, in one sentence."""
    confidence: Confidence
    """``certain`` when configuration or bytes prove it."""
    subject: str | None
    """The object to mend."""
    evidence: list[str]
    """Keys of ``Report.evidence``."""
    blocks: list[str]
    """Checks that fail or were skipped because of it."""
    fixes: list[str]
    """Ids in ``Report.fixes``."""
    playbook: str | None
    """The story to read next."""
    fix: str | None = None
    """What to do next, in one sentence."""
    candidates: list[Candidate] = field(default_factory=list)
    """Where several faults would explain what was seen: all of them, the likeliest (`fault`) first."""


class Fix(Struct, frozen=True):
    """A change that was tried on the snapshot."""

    id: str
    """``f1``, ``f2``, …"""
    fault: str
    """The fault it mends."""
    title: str
    """The change in one sentence."""
    tested: str
    """``passes`` when the failed check passes on the patched snapshot, else ``fails`` or ``untested``."""
    then_fails: list[str] = field(default_factory=list)
    """Checks that fail after the fix."""
    render: dict[str, str] = field(default_factory=dict)
    """The change in the words of a tool: ``aws-cli``, ``terraform``, ``cloudformation``."""


class Summary(Struct, frozen=True):
    """How many results have each status."""

    passed: int = field(default=0, name="pass")
    """Checks that hold."""
    warn: int = 0
    """Worth mending, does not break the call."""
    fail: int = 0
    """Broken."""
    unknown: int = 0
    """Could not be decided."""
    skipped: int = 0
    """Pointless after another failure, or does not apply."""
    error: int = 0
    """Defects of the tool or of a check."""


class Report(Struct, frozen=True):
    """One run, complete or partial."""

    format: str
    """Always ``apidoctor.report``."""
    format_version: str
    """``1.0``."""
    tool: Tool
    """Who wrote it."""
    run: Run
    """When and how."""
    target: Target
    """The call that was judged."""
    caller: Caller
    """Who calls, from where."""
    verdict: Verdict
    """The answer in one word."""
    root_causes: list[RootCause]
    """Ordered: the one to mend first at the head."""
    results: list[Result]
    """Every judgement, in the order of the path."""
    fixes: list[Fix]
    """Changes for the root causes."""
    evidence: dict[str, Evidence]
    """What the judgements rest on, by key."""
    summary: Summary
    """Counts by status."""
    exit_code: int = 0
    """The exit code this report stands for (contracts: 0, 1, 3, 4, 70, 130, 143)."""
