"""``apidoctor list``: what there is."""

import json
from collections.abc import Sequence
from typing import Any

import click

_COLUMNS = {
    "checks": ("id", "title"),
    "faults": ("id", "title"),
    "playbooks": ("name", "title"),
    "outputs": ("name", "title"),
    "permissions": ("action", "needed_by"),
}
"""The two members of each kind of object that the plain list shows."""


@click.command("list")
@click.argument("what", type=click.Choice(list(_COLUMNS)), required=False)
@click.option("--only", multiple=True, metavar="GLOB", help="Checks that match (for checks and permissions).")
@click.option(
    "--checks",
    multiple=True,
    type=click.Path(),
    metavar="DIR",
    help="A folder with checks of your own (it is code).",
)
@click.option(
    "--json", "as_json", is_flag=True, help="An array of objects; for permissions an IAM policy document."
)
def list_command(what: str | None, only: tuple[str, ...], checks: tuple[str, ...], as_json: bool) -> int:
    """List checks, faults, playbooks, outputs or the IAM permissions that the checks use.

    \b
    Examples:
      apidoctor list checks --only "network/*"
      apidoctor list permissions --only "naming/*"
      apidoctor list permissions --json > policy.json
    """
    # click's own text for an argument that is missing is a list over several lines.
    if what is None:
        raise click.UsageError(f"say what to list: {', '.join(_COLUMNS)}", click.get_current_context())
    objects = _objects(what, only, checks)
    if as_json:
        document = policy([item["action"] for item in objects]) if what == "permissions" else objects
        click.echo(json.dumps(document, indent=2))
        return 0
    name, text = _COLUMNS[what]
    width = max((len(item[name]) for item in objects), default=0)
    for item in objects:
        click.echo(f"{item[name]:<{width}}  {_plain(item[text])}".rstrip())
    return 0


def policy(actions: Sequence[str]) -> dict[str, Any]:
    """Return the IAM policy document that allows *actions*, all of them reads.

    Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.  Most Describe
    and List actions know no resource to narrow them to.
    """
    statement = {"Sid": "ApidoctorRead", "Effect": "Allow", "Action": sorted(set(actions)), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _plain(value: str | list[str]) -> str:
    return value if isinstance(value, str) else f"needed by {', '.join(value) or 'every run'}"


def _objects(what: str, only: tuple[str, ...], folders: tuple[str, ...]) -> list[dict[str, Any]]:
    if what == "faults":
        from apidoctor.model.faults import FAMILIES, FAULTS

        return [{"id": id_, "title": title, "family": FAMILIES[id_[0]]} for id_, title in FAULTS.items()]
    if what == "playbooks":
        from apidoctor.report.playbooks import playbooks

        return [
            {"name": story.name, "title": story.title, "symptoms": story.symptoms, "checks": story.checks}
            for story in playbooks().values()
        ]
    if what == "outputs":
        from apidoctor.report import FORMATS

        return [{"name": name, "title": title} for name, title in FORMATS.items()]
    return _of_checks(what, only, folders)


def _of_checks(what: str, only: tuple[str, ...], folders: tuple[str, ...]) -> list[dict[str, Any]]:
    from pathlib import Path

    from apidoctor.engine.registry import load
    from apidoctor.model.operations import operation

    checks = load(Path(folder) for folder in folders).select(only)
    if what == "checks":
        members = ("needs", "reads", "probes", "faults", "playbook", "required")
        return [
            {"id": check.id, "title": check.title, "layer": check.layer}
            | {name: getattr(check.declaration, name) for name in members}
            for check in checks
        ]
    users: dict[str, set[str]] = {"sts:GetCallerIdentity": set()}
    for check in checks:
        for name in check.declaration.reads:
            users.setdefault(operation(name).action, set()).add(check.layer)
    return [{"action": action, "needed_by": sorted(layers)} for action, layers in sorted(users.items())]
