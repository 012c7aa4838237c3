"""The command group.  A command's module is imported when it is used, so that ``--help`` is quick."""

import errno
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from apidoctor import __version__
from apidoctor.cli.streams import nobody_reads, usable
from apidoctor.errors import ApidoctorError

COMMANDS = {
    "check": "Run all checks against one API, live or on a snapshot, and report.",
    "tui": "The same, interactive.",
    "matrix": "Try every way to invoke at every address, and say what the differences prove.",
    "probe": "Only look from this host, without AWS, and write a snapshot.",
    "collect": "Only read AWS, and write a snapshot.",
    "merge": "Make one snapshot out of several: of accounts, hosts or times.",
    "simulate": "Decide what policies say about a call, one or a batch.",
    "reach": "Say whether packets get there and back, one flow or a batch.",
    "names": "List every name of an API and what each gets in each VPC.",
    "resolve": "Say what names get from a VPC's resolver, and what a change would break.",
    "sign": "Show what has to be signed for a request, or what is wrong with a signature.",
    "forwarders": "Print the forwarder that a data centre's DNS server needs.",
    "explain": "Show the page of a check, a fault or a playbook.",
    "list": "List checks, faults, playbooks, outputs or permissions.",
    "lab": "Try it on an embedded world, healthy or broken on purpose.",
}
"""Every command with the line that ``--help`` shows for it."""

_LONGEST = 2000
"""Cells of a line on standard error: a TARGET or option may be a megabyte."""


class Commands(click.Group):
    """A group whose commands are modules of this package."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import a command; None when there is none of this name."""
        if name not in COMMANDS:
            return None
        module = import_module(f"apidoctor.cli.{name}")
        command: click.Command = getattr(module, f"{name}_command", None) or module.lab
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for a word that is none, name the nearest."""
        from difflib import get_close_matches

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0].lower()[:200], COMMANDS, n=1)
            advice = f"; did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"No such command {args[0]!r}{advice}", context)
        return super().resolve_command(context, args)

    def invoke(self, context: click.Context) -> Any:
        """Run the command; click would end with code 1, which means *broken*, when nobody reads its output."""
        try:
            return super().invoke(context)
        except BrokenPipeError:
            nobody_reads()
            return 0

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="apidoctor", message="%(prog)s %(version)s")
def app() -> None:
    """Find out why a private Amazon API Gateway API cannot be called, and what to change.

    \b
    Examples:
      apidoctor check https://abc1234567.execute-api.us-east-1.amazonaws.com/prod/pets
      apidoctor check --json --snapshot incident.json abc1234567 --region us-east-1 --stage prod
      apidoctor lab run N01
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code.  Whatever goes wrong is one line on standard error.

    Only a defect of apidoctor itself shows a traceback (exit code 70).
    """
    with usable():
        return _run(arguments)


def _run(arguments: Sequence[str]) -> int:
    try:
        code = app.main(list(arguments), prog_name="apidoctor", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "apidoctor"
        _say(f"{error.format_message().rstrip('.')}; see {path} --help")
        return 2
    except click.ClickException as error:
        _say(error.format_message())
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted")
        return 130
    except ApidoctorError as error:
        _say(str(error))
        return error.exit_code
    except OSError as error:
        if error.filename is None and error.errno in (errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EBADF):
            nobody_reads()
            _say(f"standard output cannot be written: {error.strerror}")
            return 2
        return _defect()
    except Exception:  # whatever this is, it says nothing of the API: code 1 would
        return _defect()
    return code if isinstance(code, int) else 0


def _say(text: str) -> None:
    from apidoctor.facts.redact import redact
    from apidoctor.report.safe import safe

    click.echo(f"apidoctor: {safe(redact(text), width=_LONGEST)}", err=True)


def _defect() -> int:
    from apidoctor.facts.redact import redact

    click.echo(redact(traceback.format_exc()), err=True, nl=False)
    _say("this is a defect in apidoctor; report it with the lines above")
    return 70
