"""``apidoctor resolve --batch``: questions in, answers out, JSON lines in the same order."""

import sys
from typing import Any

import msgspec
from msgspec import Struct

from apidoctor.cli.batches import lines_of
from apidoctor.model.inventory import Inventory
from apidoctor.model.snapshot import Snapshot
from apidoctor.reasoning.naming.answer import is_name
from apidoctor.reasoning.naming.changes import vpcs
from apidoctor.reasoning.naming.resolver import Resolver
from apidoctor.report.naming import answer_json

MAX_LINE = 64 * 1024
"""Bytes of one line."""


class Line(Struct, forbid_unknown_fields=True):
    """One question."""

    name: str
    """The name."""
    vpc: str
    """The VPC it is asked in."""
    type: str = "A"
    """``A`` or ``AAAA``."""
    id: str | int | None = None
    """Comes back in the answer."""


def identified(line: bytes) -> dict[str, Any]:
    """Return the ``id`` of a line that may be wrong otherwise, so that its problem can be matched to it."""
    raw = msgspec.json.decode(line)
    return {"id": raw["id"]} if isinstance(raw, dict) and isinstance(raw.get("id"), str | int) else {}


def answer_batch(snapshot: Snapshot, file: str) -> int:
    """Answer each line; return 0, or 4 when no line asks anything that can be answered.

    Raises:
        NothingToJudge: the batch cannot be read.
    """
    places = {place[0]: place for place in vpcs(Inventory(snapshot.accounts))}
    resolver, decoder, encoder = (
        Resolver(snapshot.accounts),
        msgspec.json.Decoder(Line),
        msgspec.json.Encoder(),
    )
    output, lines, unreadable = sys.stdout.buffer, 0, 0
    with lines_of(file, MAX_LINE) as batch:
        for line in batch:
            if not line.strip():
                continue
            lines += 1
            told: dict[str, Any] = {"line": lines}
            try:
                told |= identified(line)
                asked = decoder.decode(line)
                if not is_name(asked.name) or asked.type not in ("A", "AAAA"):
                    raise msgspec.ValidationError(
                        f"{asked.name!r} {asked.type!r}: no DNS name, or no type A or AAAA"
                    )
                vpc, account, region = places[asked.vpc]
                answer = resolver.from_host(vpc, account, region, asked.name, asked.type)
                told = {"id": asked.id, **answer_json(answer, vpc)}
            except KeyError as error:
                unreadable += 1
                told["problem"] = f"{error.args[0]} is no VPC of the snapshot"
            except msgspec.MsgspecError as error:
                unreadable += 1
                told["problem"] = str(error)
            output.write(encoder.encode(told) + b"\n")
    output.flush()
    return 4 if lines and unreadable == lines else 0
