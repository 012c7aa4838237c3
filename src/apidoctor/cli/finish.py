"""The end of a command: run until the end or a signal, write report and snapshot, choose the exit code."""

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from apidoctor.cli.diagnose import Diagnosis
from apidoctor.cli.streams import nobody_reads
from apidoctor.engine.events import Observer
from apidoctor.engine.runner import Interrupted, Runner
from apidoctor.errors import UsageError
from apidoctor.facts.files import write_snapshot
from apidoctor.model.faults import FAULTS
from apidoctor.model.report import Report
from apidoctor.report import Output, View, parse_outputs, write
from apidoctor.report.glyphs import choose_glyphs
from apidoctor.report.progress import Progress
from apidoctor.report.safe import safe

BEFORE = "the report is of the run before the one that was interrupted"
"""Note of a report that another run was to follow."""


def outputs_of(specs: Sequence[str], *, as_json: bool) -> list[Output]:
    """Read ``-o`` and ``--json``.  Raises `UsageError`, also for a file that could never be written."""
    try:
        outputs = parse_outputs([*specs, *(["json"] if as_json else [])])
    except ValueError as error:
        raise UsageError(str(error)) from None
    for output in outputs:
        check_place(f"-o {output.format}", output.path)
    return outputs


def check_place(option: str, path: str | None) -> None:
    """Raise `UsageError` when *path* lies in no folder, or is one: before a long run, not after it."""
    if path is not None and Path(path).is_dir():
        raise UsageError(f"{option} {path}: is there and is no file; name a file")
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise UsageError(f"{option} {path}: there is no folder {Path(path).parent}")


class Finish:
    """Runs a diagnosis and tells its end."""

    def __init__(
        self, diagnosis: Diagnosis, outputs: Sequence[Output], values: dict[str, Any], colour: bool
    ) -> None:
        self._diagnosis = diagnosis
        self._outputs = outputs
        self._values = values
        self._colour = colour
        self._fail_on = _fail_on(values.get("fail_on") or ())
        self._pausing = False
        self._stopped: BaseException | None = None
        self._whole: tuple[Report, Runner | None] | None = None

    @property
    def interrupted(self) -> BaseException | None:
        """What ended the run or a pause before its time."""
        return self._diagnosis.session.interrupted or self._stopped

    @contextmanager
    def terminable(self) -> Iterator[None]:
        """Let SIGTERM end a run with a partial report, and a pause at once, like Ctrl-C."""

        def stop(number: int, frame: object) -> None:
            if self._pausing:
                raise Interrupted(128 + number)
            if self._diagnosis.session.runner:
                self._diagnosis.session.runner.stop(Interrupted(128 + number))

        before = signal.signal(signal.SIGTERM, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)

    def run(self, observer: Observer) -> Report:
        """Run once; an interruption gives the whole report of the run before, or else a partial one."""
        session = self._diagnosis.session
        report = session.run(observer)
        if session.interrupted is None:
            self._whole = report, session.runner
        elif self._whole is not None:
            report, session.runner = self._whole
            report = replace(report, run=replace(report.run, notes=[*report.run.notes, BEFORE]))
        return report

    def pause(self, seconds: float, progress: Progress, told: str) -> None:
        """Tell *told* and the seconds, and wait between two runs; an interruption ends it (see `interrupted`)."""
        self._pausing = True
        try:
            progress.announce(f"{told} {seconds:.0f} s")
            time.sleep(seconds)
        except (KeyboardInterrupt, Interrupted) as error:
            self._stopped = error
        self._pausing = False

    def tell(self, report: Report) -> int:
        """Write the snapshot and the report; say what stopped the run; return the exit code."""
        # The report tells the code that the process really ends with, whatever the options make of the verdict.
        from apidoctor.fixes.on_prem import with_forwarders

        report = with_forwarders(report, self._diagnosis.session.case())
        notes = [*report.run.notes, *self._diagnosis.problems, *self._expectation(report)]
        report = replace(report, exit_code=self._exit_code(report), run=replace(report.run, notes=notes))
        troubles = [*self._save(), *self._write(report)]
        for problem in why_stopped(self._diagnosis, report):
            click.echo(f"apidoctor: {safe(problem)}", err=True)
        if troubles:
            raise UsageError("; ".join(troubles))
        return report.exit_code

    def _expectation(self, report: Report) -> list[str]:
        """Say what ``--expect`` asked for, and whether it came so."""
        wanted = self._values.get("expect")
        code = _expected(report, wanted) if wanted else None
        return [f"expected {wanted}: {'NOT met' if code else 'met'}"] if code in (0, 1) else []

    def _save(self) -> list[str]:
        """Save the snapshot when that was asked for; return what went wrong."""
        try:
            if self._values.get("save_snapshot"):
                save(self._diagnosis, self._values["save_snapshot"])
        except UsageError as error:
            return [str(error)]
        return []

    def _write(self, report: Report) -> list[str]:
        """Write every output, the others too when one fails; return what went wrong."""
        values, troubles = self._values, []
        glyphs = choose_glyphs(sys.stdout, ascii=values.get("only_ascii", False))
        view = View(glyphs=glyphs, colour=self._colour, width=_width(), verbose=values.get("verbose", False))
        for output in self._outputs:
            try:
                write(report, [output], sys.stdout.buffer, view)
                sys.stdout.flush()
            except BrokenPipeError:
                nobody_reads()
            except OSError as error:
                place = output.path or "standard output"
                troubles.append(f"-o {output.format}: {place} cannot be written: {error.strerror}")
        return troubles

    def _exit_code(self, report: Report) -> int:
        """Return the report's own code, as the options bend it; an interruption keeps its code."""
        code, values = report.exit_code, self._values
        if self.interrupted is not None:
            return self.interrupted.code if isinstance(self.interrupted, Interrupted) else 130
        if values.get("expect"):
            code = _expected(report, values["expect"])
        elif self._fail_on and code in (0, 1, 3):
            failing = any(self._counts(result.status, result.fault) for result in report.results)
            code = 1 if failing else 0 if code == 1 else code
        if code == 3 and values.get("allow_unknown"):
            code = 0
        return 0 if values.get("exit_zero") and code in (1, 3) else code

    def _counts(self, status: str, fault: str | None) -> bool:
        if status == "fail" and ("error" in self._fail_on or "warning" in self._fail_on):
            return True
        return (status == "warn" and "warning" in self._fail_on) or (
            status in ("fail", "warn") and fault in self._fail_on
        )


def why_stopped(diagnosis: Diagnosis, report: Report) -> list[str]:
    """Return one line for each reason why the run ended early or could not decide anything."""
    if diagnosis.session.interrupted:
        return [f"interrupted: {BEFORE if BEFORE in report.run.notes else 'the report is partial'}"]
    if report.exit_code != 4:
        return diagnosis.problems
    if diagnosis.session.gone:
        return [diagnosis.session.gone]
    return diagnosis.problems or ["nothing could be decided: see the unknowns in the report"]


def save(diagnosis: Diagnosis, path: str) -> None:
    """Write the snapshot of the last run.  Raises `UsageError` when the place cannot be written."""
    try:
        write_snapshot(diagnosis.session.snapshot(), Path(path))
    except OSError as error:
        raise UsageError(f"--save-snapshot {path}: {error.strerror}") from None


def _expected(report: Report, expect: str) -> int:
    """Return the exit code under ``--expect``; a run that was cut short, or has a defect, keeps its own."""
    if report.exit_code not in (0, 1, 3):
        return report.exit_code
    # Broken names alone deny nobody who knows the address: a call that was admitted is not denied, whatever is unknown.
    admitted = any(r.check == "invoke/call-is-admitted" and r.status == "pass" for r in report.results)
    if expect == "denied" and admitted:
        return 1
    if report.verdict == "undecided":
        return report.exit_code
    return 0 if report.verdict == ("healthy" if expect == "reachable" else "broken") else 1


def _fail_on(words: Sequence[str]) -> frozenset[str]:
    for word in words:
        if word not in ("error", "warning") and word not in FAULTS:
            raise UsageError(f"--fail-on {word}: say error, warning or a fault id (apidoctor list faults)")
    return frozenset(words)


def _width() -> int:
    import shutil

    return max(40, min(shutil.get_terminal_size((100, 24)).columns, 120))
