"""``apidoctor explain``: the page of a check, a fault or a playbook."""

import click

from apidoctor.errors import UsageError


@click.command("explain")
@click.argument("name")
def explain_command(name: str) -> int:
    """Show the page of a check (network/caller-has-a-route), a fault (N06) or a playbook (connection-times-out)."""
    from apidoctor import _bundled
    from apidoctor.engine.registry import load
    from apidoctor.model.faults import FAMILIES, FAULTS

    registry = load()
    playbook = _bundled.PLAYBOOKS / f"{name}.md"
    if name in registry.checks:
        click.echo(f"{name}\n\n{registry.checks[name].page.strip()}")
    elif name.upper() in FAULTS:
        fault = name.upper()
        click.echo(f"{fault}  {FAULTS[fault]}\nFamily: {FAMILIES[fault[0]]}\n")
        finders = [check for check in registry.checks.values() if fault in check.declaration.faults]
        for check in finders:
            click.echo(f"Found by {check.id}\n\n{check.page.strip()}\n")
        if not finders:
            click.echo("No check of this version finds it yet.")
    elif "/" not in name and playbook.is_file():
        click.echo(playbook.read_text("utf-8").rstrip())
    else:
        raise UsageError(f"nothing is called {name}; see apidoctor list checks, faults or playbooks")
    return 0
