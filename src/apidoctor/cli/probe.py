"""``apidoctor probe``: only what this host can see, judged at once and kept for those who see the AWS side."""

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from apidoctor.cli.check import REPORTING
from apidoctor.cli.options import PROBING, shared

FILE = "probe.json"
"""Where the snapshot goes when nothing else is said."""

CALL = (
    click.argument("target"),
    click.option("--region", default="", help="Region, where TARGET does not say it."),
    click.option("--header", "-H", multiple=True, metavar="NAME:VALUE", help="Header of the call."),
    click.option(
        "--method", type=click.Choice(["GET", "HEAD", "OPTIONS"]), help="Method of the one request."
    ),
    click.option("--no-invoke", is_flag=True, help="Send no request."),
)
ASKED = (
    click.option("--name", multiple=True, help="A further name to ask for."),
    click.option(
        "--inbound",
        multiple=True,
        metavar="ADDR[:PORT]",
        help="An address of a Route 53 Resolver inbound endpoint, to compare with.",
    ),
    click.option(
        "--outside", multiple=True, metavar="ADDR[:PORT]", help="A public DNS server, to compare with."
    ),
    click.option("--dot", multiple=True, metavar="ADDR[:PORT][#NAME]", help="A DNS server over TLS."),
    click.option("--doh", multiple=True, metavar="URL", help="A DNS server over HTTPS."),
    click.option(
        "--address", multiple=True, metavar="IP", help="Connect to this address, whatever DNS says."
    ),
)
HOW = (
    click.option(
        "--idle",
        type=click.FloatRange(0, 3600),
        default=0.0,
        metavar="SECONDS",
        help="Does an unused connection live that long?",
    ),
    click.option("--hops", is_flag=True, help="List the hops also where a connection succeeds."),
    click.option(
        "--timeout",
        type=click.FloatRange(0.5, 600),
        default=20.0,
        show_default=True,
        help="Seconds for the whole look.",
    ),
    click.option("--vantage", default="", metavar="NAME", help="What to call this host (default: its name)."),
)


@click.command("probe")
@shared(CALL, ASKED, PROBING, HOW, REPORTING)
def probe_command(**values: Any) -> int:
    """Look from this host alone: names, routes, connections, certificates, one unsigned request.

    It needs no AWS credentials.  What it saw is judged at once, as far as one side can be judged, and kept in a
    snapshot (probe.json, or --save-snapshot FILE) that apidoctor merge joins with what the AWS side shows.

    \b
    Examples:
      apidoctor probe https://abc1234567.execute-api.us-east-1.amazonaws.com/prod/pets
      apidoctor probe abc1234567 --region us-east-1 --inbound 10.1.0.10 --inbound 10.1.1.10
      apidoctor probe https://api.corp.example/pets --region us-east-1 --outside 9.9.9.9
    """
    from apidoctor.facts.redact import redact
    from apidoctor.report.glyphs import choose_colour
    from apidoctor.report.progress import Progress

    with Progress(sys.stderr, ascii=values["only_ascii"], quiet=values["quiet"]) as progress:
        progress.announce(f"apidoctor: looking from this host at {redact(values['target'])}")
        return _run(values, progress, choose_colour(sys.stdout))


def _run(values: dict[str, Any], progress: Any, colour: bool) -> int:
    from msgspec.structs import replace

    from apidoctor.cli.diagnose import check_asked, judged_alone, remember_asked
    from apidoctor.cli.finish import Finish, check_place, outputs_of
    from apidoctor.errors import NothingToJudge, UsageError
    from apidoctor.travelling import book, command
    from apidoctor.travelling.names import masked

    remember_asked(values["target"], values["header"])
    outputs = outputs_of(values["output"], as_json=values["as_json"])
    values["save_snapshot"] = values["save_snapshot"] or FILE
    check_place("--save-snapshot", values["save_snapshot"])
    try:
        plan, recorded = command.plan_of(argparse.Namespace(**values))
    except book.UsageError as error:
        raise UsageError(str(error)) from None
    asked = {"target": masked(values["target"]), "options": recorded}
    check_asked(asked)
    started = time.monotonic()
    code, observations, defects = _look(plan)
    if len(observations) < 2:
        raise NothingToJudge("nothing could be looked at")
    finish = Finish(judged_alone(observations, asked, defects, complete=not code), outputs, values, colour)
    report = finish.run(progress if sys.stderr.isatty() else lambda event: None)
    progress.close()
    took = round((time.monotonic() - started) * 1000, 1)
    report = replace(report, run=replace(report.run, duration_ms=took))
    if code:  # what the look had not seen by then is missing
        report = replace(report, run=replace(report.run, complete=False))
    told = finish.tell(report)
    _next(values["save_snapshot"], len(observations), quiet=values["quiet"])
    return code or (70 if defects else told)


def _look(plan: Any) -> tuple[int, Sequence[dict[str, Any]], list[str]]:
    """Look; return 130 or 143 when a signal ended it early, what was seen, and defects of the probe itself."""
    from apidoctor.travelling.survey import Survey

    survey = Survey(plan)
    code = 0
    try:
        with _terminable():
            survey.run()
    except KeyboardInterrupt:
        code = 130
    except _Terminated:
        code = 143
    return code, survey.observations(), survey.defects


class _Terminated(Exception):
    """The system asks this process to end."""


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the look, as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _next(file: str, count: int, *, quiet: bool) -> None:
    """Say where the snapshot is, and what to do with it."""
    if not quiet:
        from apidoctor.report.safe import safe

        name = safe(Path(file).name)
        text = f"{safe(file)}: {count} observations; join them with the AWS side:"
        click.echo(f"{text} apidoctor merge {name} CLOUD.json -o both.json", err=True)
