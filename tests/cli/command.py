"""The command as a user runs it: a process of its own, with nothing of this machine's AWS settings."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    *arguments: str, env: dict[str, str] | None = None, stdin: str | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end."""
    command = [sys.executable, "-m", "apidoctor", *arguments]
    return subprocess.run(
        command, env=env, input=stdin, capture_output=True, text=True, timeout=SOON, check=False
    )


def lines(text: str) -> list[str]:
    """The lines that are not blank."""
    return [line for line in text.splitlines() if line.strip()]


def judged(report: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a report says, without what the time of the run changes."""
    return [(r["check"], r["status"], r["fault"], r["subject"], r["summary"]) for r in report["results"]]
