"""``apidoctor collect``: only AWS reads, kept in a snapshot."""

import sys
from typing import Any

import click
from msgspec.structs import replace

from apidoctor.cli.options import CALL, CREDENTIALS, SELECTION, gather, shared


@click.command("collect")
@shared(CALL, CREDENTIALS, SELECTION)
@click.option(
    "--save-snapshot",
    "-o",
    "file",
    type=click.Path(),
    default="snapshot.json",
    show_default=True,
    help="File to write (.gz compresses).",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
def collect_command(file: str, quiet: bool, **values: Any) -> int:
    """Read what the checks need from AWS and write it to a snapshot; no probes, no test calls.

    \b
    Example:
      apidoctor collect abc1234567 --region us-east-1 --stage prod --path /pets --from eni-0c11 -o incident.json
    """
    from apidoctor.facts.redact import redact
    from apidoctor.report.progress import Progress

    with Progress(sys.stderr, quiet=quiet) as progress:
        progress.announce(f"apidoctor: reading AWS for {redact(values['target'] or '')}")
        from apidoctor.cli.diagnose import prepare
        from apidoctor.cli.finish import Finish, check_place, save, why_stopped
        from apidoctor.report.safe import safe

        check_place("--save-snapshot", file)
        options = replace(gather(values), no_probe=True, no_invoke=True)
        diagnosis = prepare(options)
        finish = Finish(diagnosis, (), {}, colour=False)
        with finish.terminable():
            report = finish.run(progress)
        progress.close()
    save(diagnosis, file)
    snapshot = diagnosis.session.snapshot()
    answers = [
        answer
        for regions in snapshot.accounts.values()
        for part in regions.values()
        for answer in part.values()
    ]
    refused = sum(1 for answer in answers if isinstance(answer, dict) and "error" in answer)
    for problem in why_stopped(diagnosis, report):
        click.echo(f"apidoctor: {safe(problem)}", err=True)
    text = f"{file}: {len(answers)} operations in {len(snapshot.accounts)} accounts, {refused} refused"
    click.echo(f"{text}; judge it with apidoctor check --snapshot {file}")
    if report.exit_code > 100:
        return report.exit_code
    return 0 if any(snapshot.accounts.values()) else 4
