"""The end of a command: run until the end or a signal, write report and snapshot, choose the exit code."""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from apidoctor.cli.diagnose import Diagnosis
from apidoctor.engine.events import Observer
from apidoctor.engine.runner import Interrupted
from apidoctor.errors import ApidoctorError, UsageError
from apidoctor.facts.files import write_snapshot
from apidoctor.model.faults import FAULTS
from apidoctor.model.report import Report
from apidoctor.report import Output, View, parse_outputs, write
from apidoctor.report.glyphs import choose_glyphs
from apidoctor.report.safe import safe


def outputs_of(specs: Sequence[str], *, as_json: bool) -> list[Output]:
    """Read ``-o`` and ``--json``.  Raises `UsageError`."""
    try:
        return parse_outputs([*specs, *(["json"] if as_json else [])])
    except ValueError as error:
        raise UsageError(str(error)) from None


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

    def run(self, observer: Observer) -> Report:
        """Run once; SIGTERM ends it with a partial report, like Ctrl-C."""
        with _terminable(self._diagnosis):
            return self._diagnosis.session.run(observer)

    def tell(self, report: Report) -> int:
        """Write the snapshot and the report; say what stopped the run; return the exit code."""
        values = self._values
        if values.get("save_snapshot"):
            save(self._diagnosis, values["save_snapshot"])
        glyphs = choose_glyphs(sys.stdout, ascii=values.get("only_ascii", False))
        view = View(glyphs=glyphs, colour=self._colour, width=_width(), verbose=values.get("verbose", False))
        try:
            write(report, self._outputs, sys.stdout.buffer, view)
            sys.stdout.flush()
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            raise ApidoctorError(
                f"the report cannot be written: {error.filename}: {error.strerror}"
            ) from None
        for problem in why_stopped(self._diagnosis, report):
            click.echo(f"apidoctor: {safe(problem)}", err=True)
        return self._exit_code(report)

    def _exit_code(self, report: Report) -> int:
        """Return the report's own code, as the options bend it; an interruption keeps its code."""
        code, values = report.exit_code, self._values
        if code > 100:
            return code
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
        return ["interrupted: the report is partial"]
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
    if report.verdict == "undecided":
        return report.exit_code
    reachable = report.verdict == "healthy"
    return 0 if reachable == (expect == "reachable") else 1


def _fail_on(words: Sequence[str]) -> frozenset[str]:
    for word in words:
        if word not in ("error", "warning") and word not in FAULTS:
            raise UsageError(f"--fail-on {word}: say error, warning or a fault id (apidoctor list faults)")
    return frozenset(words)


def _width() -> int:
    import shutil

    return max(40, min(shutil.get_terminal_size((100, 24)).columns, 120))


@contextmanager
def _terminable(diagnosis: Diagnosis) -> Iterator[None]:
    """Turn SIGTERM into the end of the run."""

    def stop(number: int, frame: object) -> None:
        if diagnosis.session.runner:
            diagnosis.session.runner.stop(Interrupted(143))

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
