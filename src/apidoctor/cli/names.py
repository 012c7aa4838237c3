"""``apidoctor names``: every name of an API, what it should resolve to, and what it gets in each VPC and outside."""

import sys
from pathlib import Path
from typing import Any

import click


@click.command("names")
@click.argument("target")
@click.option("--region", help="Region, where TARGET does not say it.")
@click.option(
    "--snapshot",
    type=click.Path(),
    required=True,
    metavar="FILE",
    help="Snapshot file, or folder of AWS answers.",
)
@click.option("--vpc", "only", multiple=True, metavar="VPC", help="Only from this VPC; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def names_command(**values: Any) -> int:
    """List every name by which an API can be called, derived from the API and its endpoints.

    For each it says which header the call must carry, what it should resolve to, and what it gets in each VPC of the
    snapshot, from its inbound endpoints, and in public DNS.

    \b
    Examples:
      apidoctor names abc1234567 --region us-east-1 --snapshot incident.json
      apidoctor names https://abc1234567.execute-api.us-east-1.amazonaws.com/prod --snapshot incident.json --vpc vpc-0c1
    """
    from msgspec import structs

    from apidoctor.errors import NothingToJudge, UsageError
    from apidoctor.facts.files import read_snapshot
    from apidoctor.model.inventory import Inventory
    from apidoctor.reasoning.apigateway.names import read_target
    from apidoctor.reasoning.naming.changes import known_apis, vpcs
    from apidoctor.reasoning.naming.derived import derive
    from apidoctor.reasoning.naming.vantages import gets
    from apidoctor.reasoning.scene.api import api_id
    from apidoctor.reasoning.scene.case import Case, Sources
    from apidoctor.report.naming import name_json, name_lines, printed

    snapshot, _ = read_snapshot(Path(values["snapshot"]))
    if not snapshot.accounts:
        raise NothingToJudge(f"{values['snapshot']}: holds no AWS answers")
    inventory = Inventory(snapshot.accounts)
    regions = inventory.regions
    region = values["region"] or (regions[0] if len(regions) == 1 else None)
    request = read_target(values["target"], region=region)
    if request.domain:
        # A custom domain is another name of the API that its mapping or routing rule leads to.
        called = api_id(Case(request, snapshot, Sources()))
        request = structs.replace(request, api_id=called.value if called.known else None)
    if not request.api_id or not request.region:
        raise UsageError(f"{values['target']}: give an API id with --region, or a URL that names the API")
    unseen = set(values["only"]) - {place[0] for place in vpcs(inventory)}
    if unseen:
        raise NothingToJudge(f"{', '.join(sorted(unseen))}: not in the snapshot")
    if request.default_name not in known_apis(inventory):
        text = f"no answer in the snapshot shows API {request.api_id}: its names are those it would have"
        click.echo(f"apidoctor: {text}", err=True)
    names, endpoints = derive(inventory, request.region, request.api_id)
    found = [(name, gets(inventory, name, values["only"])) for name in names]
    if values["as_json"]:
        from apidoctor.model.encoding import write

        told = [name_json(name, places) for name, places in found]
        sys.stdout.buffer.write(write(told))
    else:
        click.echo("\n".join(printed(name_lines(name, places)) for name, places in found), nl=False)
    return 0 if endpoints else 3
