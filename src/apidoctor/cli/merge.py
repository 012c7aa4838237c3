"""``apidoctor merge``: one snapshot out of several."""

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from apidoctor.model.snapshot import Snapshot

STANDARD_INPUT = "-"
"""Stands for standard input among the inputs."""


@click.command("merge")
@click.argument("inputs", nargs=-1, metavar="A B…")
@click.option(
    "--save-snapshot",
    "-o",
    "file",
    type=click.Path(),
    default="merged.json",
    show_default=True,
    help="File to write (.gz compresses).",
)
def merge_command(inputs: tuple[str, ...], file: str) -> int:
    """Make one snapshot out of several, in any form that check reads: files, .gz, folders, - for standard input.

    The first input gives the question, and the host that --from local means; check --from NAME chooses another host.
    For all else the order does not matter: an answer counts more than a refusal, the newer of two answers counts.

    \b
    Examples:
      apidoctor merge probe.json cloud.json -o both.json
      apidoctor merge account-a.json.gz account-b/ -o both.json
    """
    from apidoctor.errors import UsageError
    from apidoctor.facts.files import write_snapshot
    from apidoctor.facts.merging import merge
    from apidoctor.report.safe import safe

    _check(inputs, file)
    snapshots, notes = [], []
    for name in inputs:
        snapshot, more = _read(name)
        snapshots.append(snapshot)
        notes += [f"{name}: {note}" for note in more]
    merged, more = merge(snapshots, inputs)
    try:
        write_snapshot(merged, Path(file))
    except OSError as error:
        raise UsageError(f"--save-snapshot {file}: {error.strerror}") from None
    for note in [*notes, *more]:
        click.echo(f"apidoctor: {safe(note)}", err=True)
    for name, snapshot in zip(inputs, snapshots, strict=True):
        click.echo(safe(f"{name}: {_brought(snapshot)}"))
    click.echo(safe(f"{file}: {_brought(merged)}; {_next(merged, file)}"))
    return 0


def _check(inputs: Sequence[str], file: str) -> None:
    """Raise `UsageError` for inputs or an output that cannot be meant, before anything is read."""
    from apidoctor.cli.finish import check_place
    from apidoctor.errors import UsageError

    if not inputs:
        raise UsageError(
            "nothing to merge: name snapshots, or folders of AWS answers; see apidoctor merge --help"
        )
    if inputs.count(STANDARD_INPUT) > 1:
        raise UsageError("standard input (-) can be read only once")
    check_place("--save-snapshot", file)
    if os.path.lexists(file) and not os.path.isfile(file):
        raise UsageError(f"--save-snapshot {file}: is there and is no file")


def _read(name: str) -> "tuple[Snapshot, list[str]]":
    from apidoctor.errors import NothingToJudge
    from apidoctor.facts.files import read_snapshot, read_snapshot_from

    if name == STANDARD_INPUT:
        found, notes = read_snapshot_from(sys.stdin.buffer, "standard input")
    else:
        found, notes = read_snapshot(Path(name))
    if not found.accounts and not found.observations:
        raise NothingToJudge(
            f"{name}: holds no AWS answers and no observations; write one with apidoctor collect"
        )
    return found, notes


def _brought(snapshot: "Snapshot") -> str:
    """Say what is in a snapshot: accounts and Regions, operations, hosts that looked."""
    from apidoctor.facts.dumps.wording import some
    from apidoctor.reasoning.scene.case import vantages_in

    answers = [
        answer
        for regions in snapshot.accounts.values()
        for operations in regions.values()
        for answer in operations.values()
    ]
    regions = sorted({name for parts in snapshot.accounts.values() for name in parts if name != "global"})
    refused = sum(1 for answer in answers if isinstance(answer, dict) and "error" in answer)
    hosts = vantages_in(snapshot.observations)
    parts = []
    if snapshot.accounts:
        where = f" in {some(regions)}" if regions else ""
        parts.append(f"{_count(len(snapshot.accounts), 'account')} ({some(snapshot.accounts)}){where}")
        parts.append(f"{_count(len(answers), 'operation')}, {refused} refused")
    if hosts:
        said = _count(len(snapshot.observations), "observation")
        parts.append(f"{said} of {_count(len(hosts), 'host')} ({some(hosts)})")
    return ", ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _next(merged: "Snapshot", file: str) -> str:
    target = "" if merged.asked and merged.asked.target else " TARGET"
    return f"judge it with apidoctor check --snapshot {shlex.quote(file)}{target}"
