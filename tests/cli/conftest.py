"""Worlds of the lab that were checked once by the command itself; tests judge what came of it."""

import fcntl
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli.command import Saved, apidoctor, clean, inside

from apidoctor.lab import Lab, control, front_door


@pytest.fixture(scope="session")
def together(tmp_path_factory) -> Path:
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own) / "cli"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def home(together) -> Path:
    """An empty home folder, with the cache of cut service models that all runs share."""
    folder = together / "home"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def nowhere(home) -> dict[str, str]:
    """The environment of a host without any AWS settings."""
    return clean(home)


@pytest.fixture(scope="session")
def seen_by_lab():
    """What reached the lab's servers: AWS calls and test calls; the lists grow while labs run."""
    calls: list[Any] = []
    arrivals: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(control, "read_call", _kept(control.read_call, calls))
        patch.setattr(front_door, "decide", _noted(front_door.decide, arrivals))
        yield calls, arrivals


def _kept(function: Callable[..., Any], results: list[Any]) -> Callable[..., Any]:
    def keep(*args: Any) -> Any:
        result = function(*args)
        results.append(result)
        return result

    return keep


def _noted(function: Callable[..., Any], arguments: list[Any]) -> Callable[..., Any]:
    def note(*args: Any, **more: Any) -> Any:
        arguments.append(args)
        return function(*args, **more)

    return note


@pytest.fixture(scope="session")
def saved(together, home, seen_by_lab) -> dict[str, Saved]:
    """Four live runs, each with its report, its snapshot and what it asked of the lab: made once for all workers."""
    kept = together / "saved.pickle"
    with (together / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(_saved(together, home, seen_by_lab[0])))
    return pickle.loads(kept.read_bytes())


def _saved(folder: Path, home: Path, calls: list[Any]) -> dict[str, Saved]:
    found = {}
    for name, fault in [
        ("same-account", None),
        ("cross-account", None),
        ("on-prem", None),
        ("broken", "N01"),
    ]:
        file = folder / f"{name}.json"
        with Lab(None if fault else name, fault) as lab:
            calls.clear()
            words = [lab.target, *lab.arguments, "--json", "-q", "--save-snapshot", str(file)]
            done = apidoctor("check", *words, env=inside(lab, home))
            asked = [call for call in calls if call is not None]
            found[name] = Saved(lab.target, file, done.returncode, json.loads(done.stdout), asked)
    return found


@pytest.fixture(scope="session")
def healthy(saved) -> Path:
    """A snapshot of a healthy path."""
    return saved["same-account"].file


@pytest.fixture(scope="session")
def broken(saved) -> Path:
    """A snapshot of a path that a security group closes (N01)."""
    return saved["broken"].file


@pytest.fixture(scope="session")
def undecided(healthy, tmp_path_factory) -> Path:
    """A snapshot in which one permission was missing."""
    document = json.loads(healthy.read_text())
    error = {"Code": "UnauthorizedOperation", "Message": "You are not authorized to perform this operation."}
    document["accounts"]["111111111111"]["us-east-1"]["describe_network_acls"] = {"error": error}
    file = tmp_path_factory.mktemp("undecided") / "snapshot.json"
    file.write_text(json.dumps(document))
    return file


@pytest.fixture
def started():
    """Start the command and leave it running; what still runs at the end of the test is stopped."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str, env: dict[str, str]) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "apidoctor", *arguments]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        running.append(subprocess.Popen(command, env=env, **pipes))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()
