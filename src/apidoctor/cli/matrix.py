"""``apidoctor matrix``: every way to invoke at every address, should against did."""

import sys
from typing import Any

import click

from apidoctor.cli.options import CALL, CREDENTIALS, PROBING, SOURCES, gather, shared

HOW = (
    click.option(
        "--timeout",
        default=40.0,  # API Gateway answers for a slow backend after 29 s (aws.md E.2)
        type=click.FloatRange(min=0.1),
        show_default=True,
        help="Seconds for all connections together; reading AWS has as long.",
    ),
    click.option(
        "--allow-untrusted",
        is_flag=True,
        help="Call a server whose certificate is not trusted too: unsigned, without your headers.",
    ),
    click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text."),
    click.option("--save-snapshot", type=click.Path(), metavar="FILE", help="Keep what the run saw."),
    click.option("--ascii", "only_ascii", is_flag=True, help="No characters beyond ASCII."),
    click.option("-q", "--quiet", is_flag=True, help="No progress on standard error."),
)
"""How cells are looked at and told."""


@click.command("matrix")
@shared(CALL, SOURCES, CREDENTIALS, PROBING, HOW)
def matrix_command(**values: Any) -> int:
    """Try every way to invoke an API at every address of its endpoint, and judge should against did.

    Default name, endpoint names with Host or x-apigw-api-id, zonal names, alias, private custom domains and each bare
    address: for each the name is resolved, and one connection per address times TCP, TLS and HTTP apart.  What should
    work is the verdict of the checks on configuration and DNS.  Calls are GET, HEAD or OPTIONS (with
    --allow-unsafe-method another one is made once in each cell); nothing is sent to a server that is not trusted.

    Exit code: 0 the way that TARGET names works, 1 it fails, 3 that is not known, 4 there is no way to judge;
    2 the command line is wrong, 130 interrupted.

    \b
    Examples:
      apidoctor matrix https://abc1234567.execute-api.us-east-1.amazonaws.com/prod/pets
      apidoctor matrix abc1234567 --region us-east-1 --stage prod --via vpce-0aaa --no-aws
      apidoctor matrix --snapshot incident.json --json
    """
    from apidoctor.cli.diagnose import prepare
    from apidoctor.cli.finish import check_place
    from apidoctor.facts.redact import redact
    from apidoctor.report.safe import safe

    check_place("--save-snapshot", values["save_snapshot"])
    if values["target"] and not values["quiet"] and not values["snapshot"]:
        click.echo(safe(f"apidoctor: trying every way to call {redact(values['target'])}"), err=True)
    diagnosis = prepare(gather(values))
    assert diagnosis.matrix
    run = diagnosis.matrix()
    matrix = run.run()
    for problem in diagnosis.problems:
        click.echo(f"apidoctor: {safe(problem)}", err=True)
    _tell(matrix, values)
    if values["save_snapshot"]:
        _save(run.snapshot, values["save_snapshot"])
    return int(matrix.exit_code) if matrix.rows else 4


def _tell(matrix: Any, values: dict[str, Any]) -> None:
    import shutil

    from apidoctor.model.encoding import write
    from apidoctor.report.glyphs import choose_colour, choose_glyphs
    from apidoctor.report.matrix import render

    if values["as_json"]:
        sys.stdout.buffer.write(write(matrix))
        sys.stdout.flush()
        return
    glyphs = choose_glyphs(sys.stdout, ascii=values["only_ascii"])
    width = max(40, min(shutil.get_terminal_size((100, 24)).columns, 120))
    click.echo(render(matrix, glyphs=glyphs, colour=choose_colour(sys.stdout), width=width), nl=False)


def _save(snapshot: Any, path: str) -> None:
    from pathlib import Path

    from apidoctor.errors import UsageError
    from apidoctor.facts.files import write_snapshot

    try:
        write_snapshot(snapshot, Path(path))
    except OSError as error:
        raise UsageError(f"--save-snapshot {path}: {error.strerror}") from None
