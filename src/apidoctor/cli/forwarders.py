"""``apidoctor forwarders``: what a data centre's DNS server needs so that private names reach AWS."""

import click

SOFTWARE = (
    "bind",
    "unbound",
    "dnsmasq",
    "windows-dns",
    "coredns",
    "systemd-resolved",
    "powerdns-recursor",
    "knot-resolver",
)
"""Ids of the software that there are stanzas for."""


@click.command("forwarders")
@click.argument("zones", nargs=-1, required=True, metavar="ZONE...")
@click.option(
    "--to",
    "servers",
    multiple=True,
    required=True,
    metavar="ADDR[:PORT]",
    help="An address of the Route 53 Resolver inbound endpoint; give all of them.",
)
@click.option(
    "--software", type=click.Choice(SOFTWARE), multiple=True, help="Only for this DNS server; repeatable."
)
@click.option(
    "--instead-of",
    "wrong",
    multiple=True,
    metavar="ADDR[:PORT]",
    help="Where the zone is forwarded wrongly today.",
)
def forwarders_command(
    zones: tuple[str, ...], servers: tuple[str, ...], software: tuple[str, ...], wrong: tuple[str, ...]
) -> int:
    """Print the conditional forwarder to add to a DNS server, and the commands that check, load and verify it.

    ZONE is execute-api.REGION.amazonaws.com, for all private APIs of a Region, or a private custom domain.

    \b
    Examples:
      apidoctor forwarders execute-api.us-east-1.amazonaws.com --to 10.1.0.10 --to 10.1.1.10
      apidoctor forwarders api.corp.example --to 10.1.0.10 --to 10.1.1.10 --software bind
    """
    from apidoctor.errors import UsageError
    from apidoctor.fixes.forwarders import stanzas, text

    try:
        made = stanzas(zones, servers, wrong=wrong)
    except ValueError as error:
        raise UsageError(str(error)) from None
    chosen = {name: stanza for name, stanza in made.items() if not software or name in software}
    if not chosen:
        raise UsageError(f"{', '.join(software)}: cannot forward to a port that is not 53")
    click.echo(text(chosen), nl=False)
    return 0
