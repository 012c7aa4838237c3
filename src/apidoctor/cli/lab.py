"""``apidoctor lab``: try the tool on an embedded world, healthy or broken on purpose."""

import os
import shlex
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from apidoctor.lab import Lab

HEALTHY = "healthy"
"""Word for a world with no fault."""


@click.group()
def lab() -> None:
    """An embedded world on this host's loopback: list its faults, run one, or keep it up.

    It needs no AWS account and touches none.

    \b
    Examples:
      apidoctor lab list
      apidoctor lab run N01
      apidoctor lab up healthy
    """


@lab.command("list", short_help="List the faults and the worlds they break.")
def list_() -> None:
    """List the faults and the worlds they break."""
    # The lab's modules are imported inside commands: nobody else should wait for them.
    from apidoctor.lab import faults, worlds

    for fault in faults():
        click.echo(f"{fault.id}  {fault.world:<14} {fault.title}")
    click.echo(f"{HEALTHY}: {', '.join(worlds())}")


@lab.command(
    context_settings={"ignore_unknown_options": True},
    short_help="Start it with a fault, check its API, and stop.",
)
@click.argument("fault")
@click.option("--world", help="Break this world instead of the fault's own.")
@click.option("--tui", is_flag=True, help="Open the interactive screens instead of the plain report.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.option("--save-snapshot", type=click.Path(dir_okay=False), help="Keep what the run saw.")
@click.argument("more", nargs=-1, type=click.UNPROCESSED)
def run(
    fault: str, world: str | None, tui: bool, as_json: bool, save_snapshot: str | None, more: tuple[str, ...]
) -> None:
    """Start the lab with FAULT (an id, or "healthy"), check its API, and stop.

    Further options go to the check.  The exit code is the check's.

    \b
    Examples:
      apidoctor lab run N01
      apidoctor lab run healthy --world custom-domain
      apidoctor lab run A08 --json --save-snapshot a08.json
    """
    _refuse_unknown(more, tui=tui)
    extra = [*(["--json"] if as_json else []), *more]
    if save_snapshot:
        extra += ["--save-snapshot", save_snapshot]
    with _start(fault, world) as running:
        click.echo(f"lab: {_describe(running)}", err=True)
        verb = "tui" if tui else "check"
        command = [sys.executable, "-m", "apidoctor", verb, running.target, *running.arguments, *extra]
        code = _wait(subprocess.Popen(command, env=running.environment))
    sys.exit(code)


@lab.command(short_help="Start it and leave it running until Ctrl-C.")
@click.argument("fault", default=HEALTHY)
@click.option("--world", help="Break this world instead of the fault's own.")
def up(fault: str, world: str | None) -> None:
    """Start the lab and leave it running until Ctrl-C; print how to use it.

    The output is shell: the variables to export, then the command that checks the lab's API.

    \b
    Examples:
      apidoctor lab up
      apidoctor lab up N01 > lab.sh
    """
    with _start(fault, world) as running:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        click.echo(f"lab: {_describe(running)}; Ctrl-C stops it", err=True)
        click.echo("\n".join(_shell_lines(running)))
        stop.wait()
    click.echo("lab: stopped", err=True)


def _refuse_unknown(more: tuple[str, ...], *, tui: bool) -> None:
    """Raise `click.UsageError` for an option that neither this command nor the check has, before the lab starts."""
    from difflib import get_close_matches

    from apidoctor.cli.check import check_command
    from apidoctor.cli.tui import tui_command

    context = click.get_current_context()
    theirs = (tui_command if tui else check_command).params
    known = [
        name for option in [*context.command.params, *theirs] for name in option.opts if name[:2] == "--"
    ]
    for word in more:
        name = word.partition("=")[0]
        if name[:2] == "--" and name != "--" and not any(each.startswith(name) for each in known):
            near = get_close_matches(name[:200], known, n=1, cutoff=0.75)
            advice = f"; did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"no such option: {name}{advice}", context)


def _start(fault: str, world: str | None) -> "Lab":
    """Build the lab that the user asked for, or say in one line why not (exit code 2)."""
    from apidoctor.lab import Lab, LabExtraMissingError, faults, worlds

    known = {each.id for each in faults()}
    if fault != HEALTHY and fault.upper() not in known:
        raise click.UsageError(f"no fault {fault!r} in the lab; 'apidoctor lab list' names them")
    if world is not None and world not in worlds():
        raise click.UsageError(f"no world {world!r} in the lab; there are {', '.join(worlds())}")
    try:
        return Lab(world, None if fault == HEALTHY else fault).ready()
    except LabExtraMissingError as error:
        raise click.UsageError(str(error)) from error
    except KeyError as error:
        raise click.UsageError(
            f"fault {fault} cannot be shown in world {world}: it has no {error}"
        ) from error


def _describe(running: "Lab") -> str:
    what = f"{running.fault.id} {running.fault.title}" if running.fault else "nothing is broken"
    return f"{what} (world {running.world.name})"


def _wait(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the check; a signal that only this process got is passed on to it."""
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # the terminal sent it to the check too, which still writes its report
            continue
        return code if code >= 0 else 128 - code


def _shell_lines(running: "Lab") -> list[str]:
    """Lines for a POSIX shell that turn it into the caller's host."""
    gone = sorted(name for name in os.environ if name not in running.environment)
    lines = [f"unset {' '.join(gone)}"] if gone else []
    lines += [
        f"export {name}={shlex.quote(value)}"
        for name, value in sorted(running.environment.items())
        if os.environ.get(name) != value
    ]
    return [*lines, shlex.join(["apidoctor", "check", running.target, *running.arguments])]
