"""One run of the invoke matrix: read what gives the ways, look at all cells at once, judge should against did.

On a snapshot nothing is looked at: the same judgement on what it holds.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.engine.expecting import expect
from apidoctor.engine.gathering import gather
from apidoctor.engine.registry import Check
from apidoctor.engine.runner import Limits
from apidoctor.facts.looker import Looker, Seen
from apidoctor.facts.redact import redact
from apidoctor.model.missing import Missing, Probe
from apidoctor.model.observation import AnyObservation, DnsSeen
from apidoctor.model.request import Request
from apidoctor.model.snapshot import Asked, Snapshot
from apidoctor.reasoning.matrix import (
    Expectation,
    Matrix,
    Way,
    judge,
    left_out,
    places,
    resolved,
    wanted,
    ways,
)
from apidoctor.reasoning.matrix.cells import seen_at
from apidoctor.reasoning.scene.answer import is_signed
from apidoctor.reasoning.scene.api import method
from apidoctor.reasoning.scene.case import Case, Sources
from apidoctor.reasoning.signing.brought import brings_authorization

if TYPE_CHECKING:  # httpx comes with it, and a snapshot needs none
    from apidoctor.facts.probes.cells import Cell

MAX_CELLS = 192
"""Most connections of one matrix."""
_LOOKS = frozenset({"host", "identity"})
_OURS = frozenset({"format", "format_version", "form", "works", "status", "phase", "outcome", "confidence"})
"""Members of a judged matrix that hold words of this program alone."""


class Prober(Protocol):
    """Who looks at cells."""

    def look_at_all(
        self,
        names: Sequence[str],
        cells: "Iterable[Cell]",
        cells_of: "Callable[[str, Sequence[AnyObservation]], Iterable[Cell]]",
        seconds: float,
    ) -> Seen:
        """Resolve names and look at cells, all at once."""
        ...


class MatrixRun:
    """Holds what one matrix needs, so that it can be run again and its snapshot kept."""

    def __init__(
        self,
        checks: Sequence[Check],
        request: Request,
        snapshot: Snapshot,
        sources: Sources,
        *,
        lookers: Sequence[Looker] = (),
        prober: Prober | None = None,
        seconds: float = 30.0,
        notes: Sequence[str] = (),
        asked: Asked | None = None,
    ) -> None:
        """*lookers* read AWS and the host, *prober* connects (None: nobody does), *seconds* bounds its look."""
        self._checks = list(checks)
        self._request = request
        self._sources = sources
        self._lookers = [_Quiet(looker) for looker in lookers]
        self._prober = prober
        self._seconds = seconds
        self._notes = list(notes)
        self._asked = asked
        self._first = snapshot
        self.snapshot = snapshot
        """What the last run has seen."""

    def run(self, seen: Snapshot | None = None) -> Matrix:
        """Look, as far as there are those who look, and judge; *seen* is what is known already."""
        notes = list(self._notes)
        snapshot = self._read(seen or self._first)
        if self._sources.aws and not snapshot.accounts:
            # Nobody can read AWS: asking for credentials again for each way would only take time.
            self._sources, self._lookers = replace(self._sources, aws=False), []
            notes.append("AWS was not read: there are no credentials that work")
        if self._prober is not None:
            snapshot, more = self._look(snapshot, self._prober)
            notes += more
        case = self._case(snapshot)
        notes += left_out(case)
        found = ways(case)
        expected: dict[int, Expectation] = {}
        for number, way in enumerate(found):
            expected[number], snapshot = self._expect(way.request, snapshot)
        self.snapshot = replace(snapshot, asked=self._asked)
        masked: Matrix = _masked(judge(self._case(snapshot), found, expected, notes))
        return masked

    def _case(self, snapshot: Snapshot, hope: Callable[[Missing], bool] = lambda gap: False) -> Case:
        return Case(self._request, snapshot, Sources(aws=self._sources.aws), hope=hope)

    def _expect(self, request: Request, snapshot: Snapshot) -> tuple[Expectation, Snapshot]:
        limits = Limits(run=self._seconds, check=self._seconds)
        return expect(self._checks, request, snapshot, self._sources, self._lookers, limits)

    def _read(self, snapshot: Snapshot) -> Snapshot:
        """Return *snapshot* with what AWS and the host tell of the ways there are."""
        if not self._lookers:
            return snapshot
        told: set[Missing] = set()

        def ask(seen: Snapshot) -> Iterable[Missing]:
            gaps = wanted(self._case(seen, lambda gap: gap not in told))
            new = [gap for gap in gaps if gap not in told]
            told.update(new)
            return new

        return gather(self._lookers, snapshot, ask)

    def _look(self, snapshot: Snapshot, prober: Prober) -> tuple[Snapshot, list[str]]:
        """Return *snapshot* with what connecting showed; what the checks read of AWS is read at the same time."""
        read: list[Snapshot] = []
        helper = threading.Thread(
            target=lambda: read.append(self._expect(self._request, snapshot)[1]), daemon=True
        )
        helper.start()
        found = ways(self._case(snapshot))
        first, notes = self._cells(snapshot)
        deadline = time.monotonic() + self._seconds

        own: dict[str, set[str]] = {}
        for way in found:
            own.setdefault(way.name, set(way.addresses)).intersection_update(way.addresses)

        def more(name: str, seen: Sequence[AnyObservation]) -> "Iterable[Cell]":
            answers.extend(seen)
            if all(own[name].issuperset(one.addresses) for one in seen if isinstance(one, DnsSeen)):
                return ()  # nothing new: those are under way
            return self._cells(replace(snapshot, observations=[*snapshot.observations, *answers]))[0]

        answers: list[AnyObservation] = []
        names = list(dict.fromkeys(way.name for way in found if way.form != "direct-ip" and way.name))
        seen = prober.look_at_all(names, first, more, self._seconds)
        helper.join(self._seconds)
        richer = read[0] if read else snapshot
        looked = replace(richer, observations=[*richer.observations, *seen.observations])
        left = deadline - time.monotonic()
        if left > 0 and (again := self._to_be_signed(looked)):
            seen = prober.look_at_all((), again, lambda name, seen: (), left)
            looked = replace(looked, observations=[*looked.observations, *seen.observations])
        return looked, notes

    def _cells(self, snapshot: Snapshot) -> "tuple[list[Cell], list[str]]":
        """Return the connections to make as far as *snapshot* tells them, and notes on those that are not made."""
        from apidoctor.facts.probes.cells import Cell

        case = self._case(snapshot)
        kind = "signed" if self._signs(case) else "unsigned"
        cells: list[Cell] = []
        notes: list[str] = []
        for way in ways(case):
            callable_ = _is_callable(way)
            if not callable_:
                notes.append("no request was sent: the stage is not known, add --stage")
            detail = kind if self._sources.invoke and callable_ else ""
            cells += [
                Cell(way.request, address, way.server_name, detail)
                for address in places(way, resolved(case, way))
            ]
        if len(cells) > MAX_CELLS:
            notes.append(f"{len(cells) - MAX_CELLS} of {len(cells)} connections were left out")
        return cells[:MAX_CELLS], list(dict.fromkeys(notes))

    def _to_be_signed(self, snapshot: Snapshot) -> "list[Cell]":
        """Return the connections to make once more, signed, where nobody knows whether the method asks for it.

        An unsigned call of a method with IAM authorization is refused as a path that does not exist is.
        """
        from apidoctor.facts.probes.cells import Cell

        case = self._case(snapshot)
        if self._request.as_ is not None or brings_authorization(self._request) or method(case).known:
            return []
        return [
            Cell(way.request, address, way.server_name, "signed")
            for way in ways(case)
            for address in places(way, resolved(case, way))
            if seen_at(case, way, address).outcome == "missing_token"
        ]

    def _signs(self, case: Case) -> bool:
        signed = is_signed(case)
        return signed.known and signed.value


def _masked(value: Any) -> Any:
    """Return a judged *value* with every text redacted: URLs hold the caller's query, a presigned one a signature."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, tuple):
        return tuple(map(_masked, value))
    if isinstance(value, Struct):
        texts = [name for name in value.__struct_fields__ if name not in _OURS]
        return replace(value, **{name: _masked(getattr(value, name)) for name in texts})
    return value


def _is_callable(way: Way) -> bool:
    """Say whether the URL of the call is whole."""
    request = way.request
    return request.is_url or request.stage is not None or way.form.startswith("custom-domain")


class _Quiet:
    """Lets a looker read AWS and tell of its host, and connect to nothing: the matrix does that itself."""

    def __init__(self, looker: Looker) -> None:
        self._looker = looker

    def can(self, missing: Missing) -> bool:
        """Say whether it may look for *missing*."""
        return (not isinstance(missing, Probe) or missing.kind in _LOOKS) and self._looker.can(missing)

    def look(self, missing: Missing) -> Seen:
        """Look."""
        return self._looker.look(missing)
