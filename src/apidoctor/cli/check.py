"""``apidoctor check``: run the checks and report."""

import sys
import time
from typing import Any

import click

from apidoctor.cli.options import CALL, CREDENTIALS, PROBING, SELECTION, SOURCES, gather, shared

REPORTING = (
    click.option(
        "-o",
        "--output",
        multiple=True,
        metavar="FORMAT[=FILE]",
        help="Write the report in this format; repeatable.",
    ),
    click.option("--json", "as_json", is_flag=True, help="The same as -o json."),
    click.option("--save-snapshot", type=click.Path(), metavar="FILE", help="Keep what the run saw."),
    click.option(
        "--fail-on",
        multiple=True,
        metavar="error|warning|FAULT",
        help="What makes exit code 1 (default: error).",
    ),
    click.option("--allow-unknown", is_flag=True, help="Exit 0 instead of 3 when a check is undecided."),
    click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found."),
    click.option("--ascii", "only_ascii", is_flag=True, help="No characters beyond ASCII."),
    click.option("-v", "--verbose", is_flag=True, help="Show every result and all details."),
    click.option("-q", "--quiet", is_flag=True, help="No progress on standard error."),
)
"""How the report is written and what the exit code means."""

OUTCOME = (
    click.option("--expect", type=click.Choice(["reachable", "denied"]), help="Assert the outcome."),
    click.option(
        "--wait", type=float, default=0.0, metavar="SECONDS", help="Retry until healthy, at most this long."
    ),
)
"""What outcome is wanted, and how long to wait for it."""


@click.command("check")
@shared(CALL, SOURCES, CREDENTIALS, PROBING, SELECTION, REPORTING, OUTCOME)
def check_command(**values: Any) -> int:
    """Run the check graph against one API and report what is broken, how we know, and what to change.

    TARGET is an invoke URL in any form, an API id, an API ARN or a custom domain URL.

    \b
    Examples:
      apidoctor check https://abc1234567.execute-api.us-east-1.amazonaws.com/prod/pets
      apidoctor check https://vpce-0ab-x.execute-api.us-east-1.vpce.amazonaws.com/prod -H x-apigw-api-id:abc1234567
      apidoctor check abc1234567 --region us-east-1 --stage prod --from eni-0c11 --no-probe
      apidoctor check --snapshot incident.json --json
    """
    # The first line is out before anything heavy is imported.
    from apidoctor.facts.redact import redact
    from apidoctor.report.glyphs import choose_colour
    from apidoctor.report.progress import Progress

    with Progress(sys.stderr, ascii=values["only_ascii"], quiet=values["quiet"]) as progress:
        if what := values["target"] or values["snapshot"]:
            progress.announce(f"apidoctor: checking {redact(what)}")
        return _run(values, progress, choose_colour(sys.stdout))


def _run(values: dict[str, Any], progress: Any, colour: bool) -> int:
    from apidoctor.cli.diagnose import prepare
    from apidoctor.cli.finish import Finish, check_place, outputs_of

    outputs = outputs_of(values["output"], as_json=values["as_json"])
    check_place("--save-snapshot", values["save_snapshot"])
    finish = Finish(prepare(gather(values)), outputs, values, colour)
    deadline = time.monotonic() + (0.0 if values["snapshot"] else values["wait"])
    # Judging a snapshot takes no time worth following line by line.
    observer = progress if not values["snapshot"] or sys.stderr.isatty() else lambda event: None
    with finish.terminable():
        while True:
            report = finish.run(observer)
            left = deadline - time.monotonic()
            if report.verdict == "healthy" or left <= 0 or finish.interrupted:
                break
            told = f"apidoctor: {report.verdict}; {left:.0f} s left; again in"
            finish.pause(min(left, 5.0), progress, told)
    progress.close()
    return finish.tell(report)
