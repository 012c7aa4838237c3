"""How a scenario is tried: live through the lab and again from the snapshot that the live run saved.

Before the command runs, a client that shares nothing with the lab looks whether the fault shows as AWS shows it.
"""

import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

from cli.command import apidoctor
from lab.conftest import Client
from lab.shown import shows_what_aws_would

import scenarios
from apidoctor.lab import Lab
from scenarios.kit import Scenario

NAMES = [name for _, name, _ in pkgutil.iter_modules(scenarios.__path__) if name not in ("kit", "trial")]


def of_families(letters: str) -> list[str]:
    """Names of the scenarios whose names begin with one of *letters*."""
    return [name for name in NAMES if name[0] in letters]


def scenario(name: str) -> Scenario:
    return importlib.import_module(f"scenarios.{name}").SCENARIO


def run(arguments: list[str], environment: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Run the command with the environment of the caller's host and nothing else.

    It has a process of its own: the lab's servers, which it waits for, must not wait for it.
    """
    done = apidoctor(*arguments, "--json", "--quiet", env=environment)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def expect(wanted: Scenario, code: int, report: dict[str, Any]) -> None:
    statuses = {result["check"]: result["status"] for result in report["results"]}
    calm = ("pass", "skipped", "fail")
    troubles = {name: status for name, status in statuses.items() if status not in calm}
    faults = [cause["fault"] for cause in report["root_causes"]]

    assert troubles == dict.fromkeys(wanted.warns, "warn")
    assert faults == ([wanted.first, *wanted.also] if wanted.first else [])
    assert (code, report["verdict"]) == ((1, "broken") if wanted.first else (0, "healthy"))
    assert [name for name in wanted.passes if "pass" not in statuses_of(report, name)] == []
    if wanted.first:
        cause = report["root_causes"][0]
        assert cause["check"] == (wanted.check or cause["check"])
        assert cause["confidence"] == (wanted.confidence or cause["confidence"])
        assert set(wanted.blocks) <= set(cause["blocks"])
        assert set(cause["evidence"]) <= set(report["evidence"])
        assert cause["evidence"]
        assert cause["fix"]
    else:
        assert report["summary"]["fail"] == 0
        assert report["summary"]["warn"] == len(wanted.warns)


def statuses_of(report: dict[str, Any], name: str) -> list[str]:
    return [result["status"] for result in report["results"] if result["check"] == name]


def judged(report: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(r["check"], r["status"], r["fault"], r["subject"], r["summary"]) for r in report["results"]]


def gives_its_finding(name: str, folder: Path) -> None:
    """Live and from the saved snapshot, the scenario gives what is expected, and the same; the lab itself is right."""
    wanted = scenario(name)
    snapshot = folder / "snapshot.json"

    with Lab(wanted.world, wanted.breaks, change=wanted.change) as lab:
        if wanted.change is None:
            shows_what_aws_would(Client(lab))
        live_code, live = run(
            ["check", lab.target, *lab.arguments, "--save-snapshot", str(snapshot)], lab.environment
        )
    replay_code, replay = run(["check", "--snapshot", str(snapshot)], {})

    expect(wanted, live_code, live)
    expect(wanted, replay_code, replay)
    assert judged(replay) == judged(live)
