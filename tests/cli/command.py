"""The command as a user runs it: a process of its own, with nothing of this machine's AWS settings."""

import faulthandler
import multiprocessing
import os
import pkgutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from apidoctor import checks, fixes, report
from apidoctor import cli as commands
from apidoctor.lab import Lab

SOON = 60
"""Seconds after which a run hangs for certain."""


@dataclass
class Saved:
    """One live run in a lab."""

    target: str
    file: Path
    code: int
    report: dict[str, Any]
    asked: list[Any]


def clean(home: Path) -> dict[str, str]:
    """The environment without AWS settings and proxies, and with an empty home."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("AWS_", "XDG_")) and not name.upper().endswith("_PROXY")
    }
    return kept | {"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}


def inside(lab: Lab, home: Path) -> dict[str, str]:
    """The environment of the caller's host in a lab."""
    kept = {name: value for name, value in lab.environment.items() if not name.startswith("XDG_")}
    return kept | {"HOME": str(home)}


def apidoctor(
    *arguments: str,
    env: dict[str, str] | None = None,
    stdin: str | None = None,
    timeout: float = SOON,
) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end, in a process of its own; after *timeout* seconds subprocess.TimeoutExpired.

    It is forked from one that has imported what the command needs: starting Python anew for each of a thousand runs
    takes most of their time. That it starts as a program of its own too is tried where that matters.
    """
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "in").write_text(stdin or "")
        kept = dict(os.environ if env is None else env)
        process = FORKING.Process(target=_run, args=(arguments, kept, folder, os.getcwd()))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(arguments), timeout)
        out, err = (Path(folder, name).read_bytes().decode() for name in ("out", "err"))
        return subprocess.CompletedProcess(list(arguments), process.exitcode, out, err)


def _run(arguments: tuple[str, ...], env: dict[str, str], folder: str, cwd: str) -> None:
    """Be the command: with this environment, these streams and nothing of the tests."""
    for number, (name, mode) in enumerate((("in", os.O_RDONLY), ("out", _WRITE), ("err", _WRITE))):
        os.dup2(os.open(f"{folder}/{name}", mode, 0o600), number)
    for number, mode in enumerate("rww"):
        stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - it lives as long as the process
        setattr(sys, ("stdin", "stdout", "stderr")[number], stream)
    faulthandler.enable(2)  # a crash tells where, in the errors of the run
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    from apidoctor.cli.app import run

    sys.exit(run(arguments))


_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
FORKING = multiprocessing.get_context("forkserver")
# All that a run imports, or each of a thousand runs would import it again: the checks alone are a hundred modules.
FORKING.set_forkserver_preload(
    [
        *(module.name for module in pkgutil.iter_modules(commands.__path__, "apidoctor.cli.")),
        *(module.name for module in pkgutil.iter_modules(report.__path__, "apidoctor.report.")),
        *(module.name for module in pkgutil.iter_modules(fixes.__path__, "apidoctor.fixes.")),
        *(module.name for module in pkgutil.walk_packages(checks.__path__, "apidoctor.checks.")),
        "apidoctor.checkkit",
        "apidoctor.facts.aws.looker",
        "apidoctor.facts.probes.looker",
        "boto3",
        "httpx",
    ]
)


def lines(text: str) -> list[str]:
    """The lines that are not blank."""
    return [line for line in text.splitlines() if line.strip()]


def judged(report: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a report says, without what the time of the run changes."""
    return [(r["check"], r["status"], r["fault"], r["subject"], r["summary"]) for r in report["results"]]
