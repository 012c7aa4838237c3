"""``apidoctor simulate``: policy decisions, one with its reasons or a batch."""

import sys
from typing import Any

import click

from apidoctor.cli.options import CREDENTIALS, shared

CASE = (
    click.option(
        "--case", metavar="FILE", help="A case as one JSON object, like a line of a batch; - reads it."
    ),
    click.option("--action", default="execute-api:Invoke", show_default=True, help="What is asked for."),
    click.option("--resource", metavar="ARN", help="What is acted on, for an API the method's ARN."),
    click.option(
        "--principal", metavar="ARN", help="Who asks: user, role, session; without it nobody signs."
    ),
    click.option(
        "--resource-account", metavar="ACCOUNT", help="Who owns the resource, if its ARN does not say."
    ),
    click.option(
        "--context", multiple=True, metavar="KEY=VALUE", help="A context key; again for more values."
    ),
    click.option("--unknown", multiple=True, metavar="KEY", help="A context key whose value is not known."),
)
"""What is asked."""

DOCUMENTS = (
    click.option("--identity", multiple=True, metavar="POLICY", help="Policy of the caller; repeatable."),
    click.option(
        "--resource-policy", metavar="POLICY", help="Policy of the API (of a role: its trust policy)."
    ),
    click.option(
        "--endpoint-policy", metavar="POLICY", help="Policy of the VPC endpoint that the call takes."
    ),
    click.option("--boundary", metavar="POLICY", help="The caller's permissions boundary."),
    click.option("--session", metavar="POLICY", help="The caller's session policy."),
    click.option(
        "--scp", multiple=True, metavar="POLICY[,POLICY…]", help="One level of SCPs, the root first."
    ),
    click.option(
        "--rcp", multiple=True, metavar="POLICY[,POLICY…]", help="One level of RCPs, the root first."
    ),
    click.option(
        "--authorization",
        type=click.Choice(["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"]),
        help="Decide as API Gateway does, for a method of this type.",
    ),
    click.option("--authorizer", metavar="POLICY|allow|deny", help="What the authorizer answers."),
)
"""The policies; POLICY is a file, or the JSON itself."""


@click.command("simulate")
@click.argument("target", required=False)
@click.option("--batch", metavar="FILE|-", help="Decide each line of a file of JSON lines.")
@click.option(
    "--snapshot", type=click.Path(), metavar="FILE", help="Take TARGET's policies from this snapshot."
)
@click.option("--as", "as_", metavar="PRINCIPAL", help="Who calls TARGET: anonymous, or an ARN.")
@click.option("--via", metavar="VPCE", help="The endpoint that the call takes.")
@click.option("--from", "from_", default="local", metavar="SPEC", help="The caller's place, as in check.")
@click.option("--stage", help="Stage of TARGET, where the URL does not say it.")
@click.option("--method", default="GET", show_default=True, help="HTTP method.")
@click.option("--path", help="Path below the stage.")
@shared(CASE, DOCUMENTS, CREDENTIALS)
@click.option("--who-can", is_flag=True, help="Say who may call: endpoints, VPCs, principals, addresses.")
@click.option("--expect", type=click.Choice(["allow", "deny"]), help="Exit 1 when the decision is another.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.option(
    "--no-near-misses", is_flag=True, help="In a batch, do not look for what came nearest (quicker)."
)
@click.option("--ascii", "only_ascii", is_flag=True, help="No characters beyond ASCII.")
@click.option("-v", "--verbose", is_flag=True, help="Show statements about other actions too.")
def simulate_command(**values: Any) -> int:
    """Decide what policies say about a call, and explain it.

    The call and its policies come from options, from a case (--case), from TARGET and a snapshot (without one AWS is
    read), or, one in each line, from a batch.  Exit code: 0 allowed, 1 denied, 3 undecided, 4 no policy; with --expect
    0 when the decision is the expected one, else 1.  A batch ends with 0 unless --expect (or a line's "expect") is
    not met.

    \b
    Examples:
      apidoctor simulate --resource arn:aws:execute-api:us-east-1:111111111111:abc1234567/prod/GET/pets \\
          --authorization NONE --resource-policy api.json --context aws:SourceVpce=vpce-0aaa
      apidoctor simulate abc1234567 --snapshot incident.json --as arn:aws:iam::222222222222:role/app
      apidoctor simulate abc1234567 --snapshot incident.json --who-can
      apidoctor simulate --batch cases.jsonl --expect allow > answers.jsonl
    """
    if values["batch"]:
        return _batch(values)
    if values["who_can"]:
        return _who_can(values)
    from apidoctor.cli.simulate_case import read

    return _one(values, read(values))


def _batch(values: dict[str, Any]) -> int:
    from apidoctor.cli.batches import lines_of
    from apidoctor.errors import UsageError
    from apidoctor.reasoning.simulation.case import MAX_LINE
    from apidoctor.reasoning.simulation.stream import run_batch

    if values["target"] or values["case"] or values["who_can"]:
        raise UsageError("--batch takes its cases from its lines: leave TARGET, --case and --who-can out")
    output = sys.stdout.buffer
    with lines_of(values["batch"], MAX_LINE) as lines:
        counted = run_batch(lines, output, expect=values["expect"], explained=not values["no_near_misses"])
    output.flush()
    if counted.unreadable:
        click.echo(
            f"apidoctor: {counted.unreadable} of {counted.lines} lines are no case; see their problems",
            err=True,
        )
    if counted.lines and counted.unreadable == counted.lines:
        return 4
    return 1 if counted.unexpected else 3 if counted.undecided else 0


def _one(values: dict[str, Any], case: Any) -> int:
    from apidoctor.reasoning.simulation.explained import explain_case

    found = explain_case(case, expect=values["expect"])
    if values["as_json"]:
        _print_json(found)
    else:
        from apidoctor.report.decision import fill

        _print(values, lambda page: fill(page, found, verbose=values["verbose"]))
    if values["expect"] and found.answer.decision not in ("indeterminate", "invalid"):
        return 0 if found.answer.as_expected else 1
    return {"allow": 0, "explicit_deny": 1, "implicit_deny": 1, "indeterminate": 3, "invalid": 4}[
        found.answer.decision
    ]


def _who_can(values: dict[str, Any]) -> int:
    from apidoctor.cli.simulate_who import read
    from apidoctor.report.admission import as_json, fill

    api_arn, found = read(values)
    if values["as_json"]:
        _print_json(as_json(api_arn, found))
    else:
        _print(values, lambda page: fill(page, api_arn, found))
    return 0


def _print_json(found: Any) -> None:
    from apidoctor.model.encoding import write

    sys.stdout.write(write(found).decode())


def _print(values: dict[str, Any], fill: Any) -> None:
    import shutil

    from apidoctor.report.glyphs import choose_colour, choose_glyphs
    from apidoctor.report.page import Page

    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    page = Page(choose_glyphs(sys.stdout, ascii=values["only_ascii"]), width)
    fill(page)
    click.echo(page.text(colour=choose_colour(sys.stdout)), nl=False, color=True)
