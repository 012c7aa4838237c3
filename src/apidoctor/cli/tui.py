"""``apidoctor tui``: the checks, interactive."""

import sys
from pathlib import Path
from typing import Any

import click

from apidoctor.cli.options import CALL, CREDENTIALS, PROBING, SELECTION, SOURCES, gather, shared


@click.command("tui")
@shared(CALL, SOURCES, CREDENTIALS, PROBING, SELECTION)
@click.option("--ascii", "only_ascii", is_flag=True, help="No characters beyond ASCII.")
def tui_command(only_ascii: bool, **values: Any) -> int:
    """Run the checks and walk through them: path, tree, detail with evidence, rerun.

    \b
    Examples:
      apidoctor tui https://abc1234567.execute-api.us-east-1.amazonaws.com/prod/pets
      apidoctor tui --snapshot incident.json
    """
    from apidoctor.cli.diagnose import prepare
    from apidoctor.facts.redact import redact
    from apidoctor.report.safe import safe
    from apidoctor.tui import run

    options = gather(values)
    diagnosis = prepare(options)
    title = redact(options.target or options.snapshot or "")
    folders = [Path(name) for name in options.checks]

    def matrix() -> Any:
        """Try every way to invoke, with what the run has read of AWS already."""
        assert diagnosis.matrix
        return diagnosis.matrix().run(diagnosis.session.snapshot())

    report = run(diagnosis.session.run, title=title, ascii=only_ascii, checks=folders, matrix=matrix)
    for problem in diagnosis.problems:
        click.echo(f"apidoctor: {safe(problem)}", err=True)
    sys.stdout.flush()
    return report.exit_code if report else 130
