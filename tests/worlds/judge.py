"""Ask the program itself for a verdict on a world, as a user would."""

import json
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from cli.command import SOON
from cli.command import apidoctor as forked
from worlds.build import World

from apidoctor.cli.app import run

EXIT = {"healthy": 0, "broken": 1, "undecided": 3}


@dataclass
class Verdict:
    """What one run said."""

    code: int
    report: dict[str, Any]

    @property
    def faults(self) -> list[str]:
        """The faults of the root causes, the one to mend first at the head."""
        return [cause["fault"] for cause in self.report["root_causes"]]

    def of(self, status: str) -> list[dict[str, Any]]:
        """The results with this status."""
        return [result for result in self.report["results"] if result["status"] == status]

    def story(self) -> str:
        """What a failing test shows: verdict, causes, and what failed or is open."""
        causes = [(c["fault"], c["check"], c["subject"], c["confidence"]) for c in self.report["root_causes"]]
        rest = [
            f"{r['status']} {r['check']} {r.get('fault')} {r['summary']} {r['missing']}"
            for r in self.report["results"]
            if r["status"] in ("fail", "unknown", "error", "warn")
        ]
        return "\n".join([f"{self.report['verdict']} exit {self.code} {causes}", *rest])


def arguments(world: World, file: Path) -> list[str]:
    """The command line that asks the world's question."""
    who = ["--as", world.principal] if world.principal else []
    return [
        "check", "--snapshot", str(file), world.target, "--from", world.origin, *who, *world.options, "--json",
    ]  # fmt: skip


def written(world: World, folder: Path) -> Path:
    """The world as a file."""
    file = folder / "world.json"
    file.write_text(json.dumps(world.snapshot()))
    return file


def judge(world: World, folder: Path) -> Verdict:
    """Run the command in this process; the many cases take this way because it is quick."""
    raw, err = BytesIO(), StringIO()
    out = TextIOWrapper(raw, encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(err):
        code = run(arguments(world, written(world, folder)))
    out.flush()
    document = raw.getvalue()
    assert document, f"exit {code}: {err.getvalue()}"
    return Verdict(code, json.loads(document))


def apidoctor(*words: str, timeout: float = SOON) -> "CompletedProcess[str]":
    """Run the command in a process of its own, with none of this user's AWS settings."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return forked(*words, env=environment, timeout=timeout)
