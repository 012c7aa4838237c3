"""Start-up: whole processes against the interpreter and against click alone, interleaved in one run.

    python -m benchmarks.startup [ROUNDS]

The snapshot is one that a live run in the lab has saved.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from apidoctor.lab import Lab

# An installed package has its bytecode; without it every start would measure the compiler.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
HEAVY = ("boto3", "botocore", "httpx", "textual", "dns", "moto", "apidoctor.travelling.ask")
"""Packages that a run on a snapshot must not import."""


def main() -> None:
    """Measure every command in turn, several times, and print medians and ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder) / "snapshot.json"
        _save(snapshot)
        commands = {
            "python -c pass": ["-c", "pass"],
            "import click": ["-c", "import click"],
            "--version": ["-m", "apidoctor", "--version"],
            "--help": ["-m", "apidoctor", "--help"],
            "check --snapshot": [
                "-m",
                "apidoctor",
                "check",
                "--snapshot",
                str(snapshot),
                "--json",
                "--quiet",
            ],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for command in commands.values():
            _seconds(command)
        for _ in range(rounds):
            for name, command in commands.items():
                times[name].append(_seconds(command))
        _print(times)
        print(
            f"heavy packages imported by check --snapshot: {_imported(commands['check --snapshot']) or 'none'}"
        )
        print(
            f"first line of progress on a pipe: {_first_output(snapshot):.3f} s after the start of the process"
        )


def _save(snapshot: Path) -> None:
    with Lab("same-account", "N01") as lab:
        command = [
            sys.executable,
            "-m",
            "apidoctor",
            "check",
            lab.target,
            *lab.arguments,
            "--save-snapshot",
            str(snapshot),
        ]
        subprocess.run(command, env=lab.environment, capture_output=True, check=False)


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *command], env=ENVIRONMENT, capture_output=True, check=False)
    return time.perf_counter() - start


def _print(times: dict[str, list[float]]) -> None:
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, value in medians.items():
        low, high = min(times[name]), max(times[name])
        ratio = value / medians["python -c pass"]
        print(f"{name:<18} median {value:.3f} s  (min {low:.3f}, max {high:.3f})  {ratio:5.1f} x pass")
    for name in ("--version", "--help"):
        print(f"{name} / import click: {medians[name] / medians['import click']:.2f} (mark: 1.5)")
    ratio = medians["check --snapshot"] / medians["python -c pass"]
    print(
        f"check --snapshot / python -c pass: {ratio:.1f} (mark: 17.5, that is 0.35 s where pass takes 0.02 s)"
    )


def _imported(command: list[str]) -> str:
    traced = [sys.executable, "-X", "importtime", *command]
    done = subprocess.run(traced, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    return ", ".join(sorted(name for name in HEAVY if name in modules))


def _first_output(snapshot: Path) -> float:
    command = [sys.executable, "-m", "apidoctor", "check", "--snapshot", str(snapshot)]
    start = time.perf_counter()
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr
        process.stderr.read(1)
        seconds = time.perf_counter() - start
        process.stderr.read()
    return seconds


if __name__ == "__main__":
    main()
