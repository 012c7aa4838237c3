"""``apidoctor resolve``: what names get from the resolver of a VPC, who decides, and what a change would do."""

import sys
from pathlib import Path
from typing import Any

import click


@click.command("resolve")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option(
    "--snapshot",
    type=click.Path(),
    required=True,
    metavar="FILE",
    help="Snapshot file, or folder of AWS answers.",
)
@click.option("--vpc", "only", multiple=True, metavar="VPC", help="Only in this VPC; repeatable.")
@click.option("--type", "record", type=click.Choice(["A", "AAAA"]), default="A", show_default=True)
@click.option(
    "--own-resolver", is_flag=True, help="Ask the VPC's own resolver, whatever its DHCP options name."
)
@click.option(
    "--what-if",
    "changes",
    multiple=True,
    metavar="CHANGE",
    help="private-dns-on=VPCE, private-dns-off=VPCE, associate-zone=ZONE:VPC, disassociate-zone=ZONE:VPC, "
    "associate-rule=RULE:VPC, disassociate-rule=RULE:VPC; repeatable.",
)
@click.option("--batch", metavar="FILE|-", help="Answer JSON lines: {name, vpc, type}.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def resolve_command(**values: Any) -> int:
    """Say what a name gets in each VPC of a snapshot, and which object decides: as Route 53 Resolver does it.

    Hosts ask the DNS servers that the VPC's DHCP options name, by default the VPC's own resolver: DNS Firewall, then
    the most specific Resolver rule or private zone, then public DNS; Profiles, private DNS of endpoints, inbound
    endpoints and the VPC's DNS attributes count.  With --what-if, it says which known names would get another answer
    after a change, and which public APIs would start to fail.

    Exit code: 0 decided, 3 an answer is not known, 4 nothing to judge; with --what-if 1 when a name would break.

    \b
    Examples:
      apidoctor resolve abc1234567.execute-api.us-east-1.amazonaws.com --snapshot incident.json
      apidoctor resolve api.corp.example --snapshot incident.json --vpc vpc-0c1 --type AAAA
      apidoctor resolve --snapshot incident.json --what-if private-dns-on=vpce-0aaa
    """
    from apidoctor.errors import NothingToJudge, UsageError
    from apidoctor.facts.files import read_snapshot
    from apidoctor.reasoning.naming.answer import is_name

    snapshot, _ = read_snapshot(Path(values["snapshot"]))
    if not snapshot.accounts:
        raise NothingToJudge(f"{values['snapshot']}: holds no AWS answers")
    if values["batch"] is not None:
        if values["names"] or values["changes"]:
            raise UsageError("--batch takes its names from its lines: leave NAME and --what-if out")
        from apidoctor.cli.resolve_batch import answer_batch

        return answer_batch(snapshot, values["batch"])
    for name in values["names"]:
        if not is_name(name):
            raise UsageError(f"{name!r} is no DNS name: give a name alone, without https:// and path")
    if values["changes"]:
        return _what_if(snapshot.accounts, values)
    if not values["names"]:
        raise UsageError("say which names to resolve, or --what-if CHANGE")
    return _answers(snapshot.accounts, values)


def _places(accounts: Any, only: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Return the VPCs to ask in."""
    from apidoctor.errors import NothingToJudge
    from apidoctor.model.inventory import Inventory
    from apidoctor.reasoning.naming.changes import vpcs

    known = vpcs(Inventory(accounts))
    found = [place for place in known if not only or place[0] in only]
    missing = set(only) - {place[0] for place in found}
    if missing or not found:
        raise NothingToJudge(f"{', '.join(sorted(missing)) or 'any VPC'}: not in the snapshot")
    return found


def _answers(accounts: Any, values: dict[str, Any]) -> int:
    from apidoctor.reasoning.naming.resolver import Resolver
    from apidoctor.report.naming import answer_json, answer_lines, printed

    resolver = Resolver(accounts)
    ask = resolver.resolve if values["own_resolver"] else resolver.from_host
    answers = [
        (vpc, ask(vpc, account, region, name, values["record"]))
        for name in values["names"]
        for vpc, account, region in _places(accounts, values["only"])
    ]
    if values["as_json"]:
        _print_json([answer_json(answer, vpc) for vpc, answer in answers])
    else:
        click.echo("\n".join(printed(answer_lines(answer, vpc)) for vpc, answer in answers), nl=False)
    return 3 if any(answer.kind == "unknown" for _, answer in answers) else 0


def _what_if(accounts: Any, values: dict[str, Any]) -> int:
    from apidoctor.errors import UsageError
    from apidoctor.model.wording import describe_missing
    from apidoctor.reasoning.naming.changes import apply, effects, read_change, refusal
    from apidoctor.report.naming import effect_json, effect_lines, printed
    from apidoctor.report.safe import safe

    _places(accounts, values["only"])
    after, refusals = accounts, []
    try:
        for text in values["changes"]:
            change = read_change(text)
            if why := refusal(after, change):
                refusals.append(why)
            after = apply(after, change)
    except ValueError as error:
        raise UsageError(f"--what-if {error}") from None
    listed, open_ = effects(accounts, after, values["names"], values["record"], values["only"])
    found = [effect for effect in listed if not values["only"] or effect.vpc in values["only"]]
    if values["as_json"]:
        told = [{"name": one.name, "missing": list(map(describe_missing, one.missing))} for one in open_]
        _print_json({"refused": refusals, "effects": list(map(effect_json, found)), "not_known": told})
    else:
        for why in refusals:
            click.echo(f"EC2 would refuse: {safe(why)}")
        click.echo(printed(effect_lines(found, open_)), nl=False)
    if refusals or any(effect.kind == "breaks" for effect in found):
        return 1
    return 3 if open_ else 0


def _print_json(value: Any) -> None:
    from apidoctor.model.encoding import write

    sys.stdout.buffer.write(write(value))
    sys.stdout.buffer.flush()
