"""``apidoctor list``: what there is."""

import click


@click.command("list")
@click.argument("what", type=click.Choice(["checks", "faults", "playbooks", "outputs", "permissions"]))
@click.option("--only", multiple=True, metavar="GLOB", help="Checks that match (for checks and permissions).")
def list_command(what: str, only: tuple[str, ...]) -> int:
    """List checks, faults, playbooks, outputs or the IAM permissions that the checks use.

    \b
    Examples:
      apidoctor list checks --only "network/*"
      apidoctor list permissions --only "naming/*"
    """
    from apidoctor import _bundled

    if what == "faults":
        from apidoctor.model.faults import FAULTS

        rows = list(FAULTS.items())
    elif what == "playbooks":
        rows = [
            (path.stem, _first_line(path.read_text("utf-8")))
            for path in sorted(_bundled.PLAYBOOKS.glob("*.md"))
        ]
    elif what == "outputs":
        from apidoctor.report import FORMATS

        rows = list(FORMATS.items())
    else:
        rows = _of_checks(what, only)
    width = max((len(name) for name, _ in rows), default=0)
    for name, text in rows:
        click.echo(f"{name:<{width}}  {text}".rstrip())
    return 0


def _of_checks(what: str, only: tuple[str, ...]) -> list[tuple[str, str]]:
    from apidoctor.engine.registry import load
    from apidoctor.model.operations import operation

    checks = load().select(only)
    if what == "checks":
        return [(check.id, check.title) for check in checks]
    users: dict[str, set[str]] = {"sts:GetCallerIdentity": {"*"}}
    for check in checks:
        for name in check.declaration.reads:
            region = "global" if name == "get_policy" else ""
            users.setdefault(operation(name, region).action, set()).add(check.layer)
    return [
        (action, "needed by " + ", ".join(sorted(names - {"*"}) or ["every run"]))
        for action, names in sorted(users.items())
    ]


def _first_line(text: str) -> str:
    lines = [line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("# ")]
    return lines[0] if lines else ""
