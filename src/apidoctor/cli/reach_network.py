"""The network that ``apidoctor reach`` asks: of a snapshot, of a line's own, or AWS itself."""

import gc
from pathlib import Path
from typing import Any

import click
import msgspec

from apidoctor.errors import NothingToJudge, UsageError
from apidoctor.facts.files import read_snapshot
from apidoctor.model.inventory import Inventory
from apidoctor.model.wording import describe_missing
from apidoctor.reasoning.network import Topology
from apidoctor.reasoning.network.addresses import number
from apidoctor.reasoning.network.traffic import protocol_number, traffic
from apidoctor.reasoning.network.who import Reacher, shows_all_subnets, who_reaches
from apidoctor.reasoning.reachability.asked import Question
from apidoctor.reasoning.reachability.line import Unreadable
from apidoctor.reasoning.reachability.targets import targets

_LAST_PORT = 65535


def asked_of(values: dict[str, Any]) -> Question:
    """Read the question from the options.  Raises `UsageError`."""
    if values["at"] and not values["at"].startswith(("vgw-", "tgw-attach-")):
        raise UsageError(f"--at {values['at']}: not vgw-… or tgw-attach-…")
    if values["at"] and number((values["from_"] or "").removeprefix("ip:")) is None:
        raise UsageError("--at is for a caller outside AWS: --from an address")
    return Question(
        from_=values["from_"] or "",
        to=values["to"],
        protocol=known_protocol(values["protocol"]),
        port=values["port"],
        src_port=_ports(values["src_port"]),
        at=values["at"],
    )


def network_for(values: dict[str, Any], asked: Question) -> Topology:
    """Return the network for one question.  Raises `NothingToJudge` when there is none."""
    if values["snapshot"]:
        return network_on(Path(values["snapshot"]), values["region"])
    from apidoctor.cli.reach_live import read_for

    return read_for(values, asked)


def network_on(path: Path, region: str | None) -> Topology:
    """Read a snapshot; notes on it go to standard error.  Raises `NothingToJudge`."""
    from apidoctor.report.safe import safe

    snapshot, notes = read_snapshot(path)
    for note in notes:
        click.echo(f"apidoctor: {safe(note)}", err=True)
    gc.freeze()  # a snapshot of thousands of objects is there to stay: looking for garbage in it costs as much as flows
    if not snapshot.accounts:
        raise NothingToJudge(f"{path}: holds no AWS answers; write one with apidoctor collect")
    shown = {name for regions in snapshot.accounts.values() for name in regions if name != "global"}
    if region and region not in shown:
        raise NothingToJudge(
            f"{path}: shows nothing of {region}, only of {', '.join(sorted(shown)) or 'no Region'}"
        )
    return topology_of(snapshot.accounts, region)


def network_of_text(text: bytes, region: str | None) -> Topology:
    """Read the snapshot of a line.  Raises `Unreadable`."""
    try:
        document = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Unreadable(f"snapshot: {error}") from None
    if not isinstance(document, dict):
        raise Unreadable(
            "snapshot: not an object; a line holds the snapshot itself, not the name of its file"
        )
    accounts = document.get("accounts")
    if not isinstance(accounts, dict):
        raise Unreadable("snapshot: it has no accounts")
    for account, regions in accounts.items():
        if not isinstance(regions, dict) or not all(isinstance(each, dict) for each in regions.values()):
            raise Unreadable(f"snapshot: accounts.{account} is not Regions with answers")
    return topology_of(accounts, region)


def known_protocol(text: str) -> str:
    """Return a protocol that there is.  Raises `UsageError`."""
    number = protocol_number(text)
    if number is None or number < 0:
        raise UsageError(f"--protocol {text}: not tcp, udp, icmp, icmpv6 or a number up to 255")
    return text


def topology_of(accounts: dict[str, Any], region: str | None) -> Topology:
    """Return the network of all Regions that the accounts show something of; *region* is the first one to look in."""
    inventory = Inventory(accounts)
    regions = inventory.regions or ("us-east-1",)
    first = region or regions[0]
    return Topology(inventory, first, (each for each in regions if each != first))


def who(values: dict[str, Any]) -> tuple[str, list[Reacher]]:
    """Return what is asked in words, and who reaches any of the target's addresses."""
    if not values["snapshot"]:
        raise UsageError("--who needs --snapshot: a live run reads only what one flow needs")
    topology = network_on(Path(values["snapshot"]), values["region"])
    port, protocol = values["port"], known_protocol(values["protocol"])
    try:
        where = targets(topology, values["to"])
    except ValueError as error:
        raise UsageError(str(error)) from None
    if not where.known:
        raise NothingToJudge(
            f"the target is not known; not seen: {'; '.join(map(describe_missing, where.missing))}"
        )
    found: dict[Reacher, None] = {}
    for target in where.value:
        if target.eni is None:
            raise UsageError("--who needs --to eni-… or vpce-…")
        found.update(dict.fromkeys(who_reaches(topology, target.eni, port, protocol, target.ip)))
    what = traffic(protocol_number(protocol) or 0, port, port)
    if not shows_all_subnets(topology):
        what += "; the snapshot shows only a part of the network"
    return what, list(found)


def _ports(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    first, dash, last = text.partition("-")
    ends = (first, last if dash else first)
    if not all(end.isascii() and end.isdecimal() and int(end) <= _LAST_PORT for end in ends):
        raise UsageError(f"--src-port {text}: not a port, nor LOW-HIGH")
    if int(ends[0]) > int(ends[1]):
        raise UsageError(f"--src-port {text}: the first port is above the last")
    return int(ends[0]), int(ends[1])
