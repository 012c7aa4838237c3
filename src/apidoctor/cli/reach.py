"""``apidoctor reach``: network reachability, one flow with its trace or a batch."""

import sys
from typing import Any

import click

from apidoctor.cli.options import CREDENTIALS, shared


@click.command("reach")
@click.option(
    "--from",
    "from_",
    metavar="CALLER",
    help="eni-…, i-…, subnet-…, lambda:NAME, ecs:TASK, cvpn-endpoint-… or an address.",
)
@click.option("--to", metavar="TARGET", help="An address, eni-… or vpce-… (each of its interfaces).")
@click.option("--port", default=443, type=click.IntRange(0, 65535), show_default=True, help="Port of TARGET.")
@click.option("--protocol", default="tcp", show_default=True, help="Name or number of the IP protocol.")
@click.option(
    "--src-port", metavar="N|LOW-HIGH", help="The client's ports; without it those of its platform."
)
@click.option("--at", metavar="GATEWAY", help="Where an outside address enters AWS: vgw-… or tgw-attach-…")
@click.option(
    "--snapshot", type=click.Path(), metavar="PATH", help="Snapshot file, or folder of describe-… answers."
)
@click.option("--batch", metavar="FILE|-", help="Answer each line of a file of JSON lines.")
@click.option("--who", is_flag=True, help="Say who can reach TARGET on the port.")
@click.option(
    "--expect", type=click.Choice(["reachable", "denied"]), help="Exit 1 when the answer is another."
)
@shared(CREDENTIALS)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.option("--ascii", "only_ascii", is_flag=True, help="No characters beyond ASCII.")
def reach_command(**values: Any) -> int:
    """Say whether a flow gets there and its replies get back, hop by hop.

    The network comes from a snapshot: a file of apidoctor collect, or a folder with answers of aws ec2 describe-…
    Without one, AWS is read.  Exit code: 0 reachable, 1 blocked, 3 undecided, 4 nothing to judge; with --expect 0 when
    the answer is the expected one.  A batch ends with 0 unless --expect (or a line's "expect") is not met.

    \b
    Examples:
      apidoctor reach --snapshot incident.json --from eni-0c11 --to vpce-0aaa
      apidoctor reach --snapshot dump/ --from 192.168.7.9 --at vgw-0d1 --to 10.1.4.21
      apidoctor reach --snapshot dump/ --to vpce-0aaa --who
      apidoctor reach --snapshot dump/ --batch flows.jsonl > answers.jsonl
    """
    from apidoctor.errors import UsageError

    if values["batch"] is not None:
        _refuse(
            ("from_", "to", "who", "port", "protocol", "src_port", "at", "as_json"),
            "--batch takes its flows from its lines",
        )
        from apidoctor.cli.reach_batch import answer_batch

        return answer_batch(values)
    if not values["to"]:
        raise UsageError("say what is to be reached: --to an address, eni-… or vpce-…")
    if values["who"]:
        _refuse(("from_", "src_port", "at", "expect"), "--who asks for every caller")
        return _who(values)
    if not values["from_"]:
        from apidoctor.reasoning.reachability.callers import FORMS

        raise UsageError(f"say who calls: --from {FORMS}")
    return _one(values)


def _refuse(names: tuple[str, ...], why: str) -> None:
    """Refuse options that were typed and would count for nothing."""
    from apidoctor.errors import UsageError

    context = click.get_current_context()
    typed = [
        name for name in names if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    ]
    if typed:
        told = ", ".join(f"--{name.strip('_').removeprefix('as_').replace('_', '-')}" for name in typed)
        raise UsageError(f"{why}: leave {told} out")


def _one(values: dict[str, Any]) -> int:
    from apidoctor.cli.reach_network import asked_of, network_for
    from apidoctor.errors import NothingToJudge, UsageError
    from apidoctor.model.wording import describe_missing
    from apidoctor.reasoning.reachability.asked import Unclear, answered

    asked = asked_of(values)
    try:
        found = list(answered(network_for(values, asked), asked))
    except ValueError as error:
        raise UsageError(str(error)) from None
    except Unclear as error:
        missing = "; ".join(dict.fromkeys(map(describe_missing, error.missing)))
        raise NothingToJudge(f"caller or target is not known; not seen: {missing}") from None
    _must_exist(found, asked.from_, asked.to, asked.at or "")
    if values["as_json"]:
        from apidoctor.report.reachability_json import as_json

        _print_json(as_json(asked, found))
    else:
        from apidoctor.report.reachability import fill, fill_summary

        _print(values, found, fill, first=fill_summary if len(found) > 1 else None)
    return exit_code([each.reach.reachable for each in found], values["expect"])


def _must_exist(found: list[Any], *typed: str) -> None:
    """An end that is named and that no account has is no blocked path: there is no such target."""
    from apidoctor.errors import NothingToJudge

    for blocker in (blocker for each in found for blocker in each.reach.blockers):
        nobody = blocker.code in ("NO_SOURCE_OR_DESTINATION", "UNKNOWN_RESOURCE") and "-" in blocker.subject
        if nobody and blocker.subject in typed:
            raise NothingToJudge(f"{blocker.detail}; correct the id, or look at its account and Region too")


def _who(values: dict[str, Any]) -> int:
    from apidoctor.cli.reach_network import who

    what, found = who(values)
    if values["as_json"]:
        from apidoctor.report.reachability_json import who_as_json

        _print_json(who_as_json(values["to"], what, found))
    else:
        from apidoctor.report.reachability import fill_who

        _print(values, [found], lambda page, each: fill_who(page, values["to"], what, each))
    return 0


def exit_code(verdicts: list[bool | None], expect: str | None) -> int:
    """Return the exit code for all callers and addresses together: one that is blocked counts, then an unknown."""
    blocked, undecided = False in verdicts, None in verdicts
    if expect == "denied":
        return 1 if True in verdicts else 3 if undecided else 0
    return 1 if blocked else 3 if undecided else 0


def _print_json(found: Any) -> None:
    from apidoctor.model.encoding import write

    sys.stdout.write(write(found).decode())


def _print(values: dict[str, Any], every: Any, fill: Any, first: Any = None) -> None:
    import shutil

    from apidoctor.report.glyphs import choose_colour, choose_glyphs
    from apidoctor.report.page import Page

    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    page = Page(choose_glyphs(sys.stdout, ascii=values["only_ascii"]), width)
    if first is not None:
        first(page, every)
    for each in every:
        page.blank()
        fill(page, each)
    click.echo(page.text(colour=choose_colour(sys.stdout)), nl=False, color=True)
