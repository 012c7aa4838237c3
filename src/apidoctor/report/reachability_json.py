"""Reachability as one JSON document."""

from collections.abc import Sequence
from typing import Any

import msgspec

from apidoctor.model.wording import describe_missing
from apidoctor.reasoning.network import Flow
from apidoctor.reasoning.network.addresses import blocks_between
from apidoctor.reasoning.network.sets import Passing
from apidoctor.reasoning.network.who import Reacher
from apidoctor.reasoning.reachability.answer import answer
from apidoctor.reasoning.reachability.asked import Answered, Question
from apidoctor.reasoning.reachability.changes import change_for


def as_json(asked: Question, found: Sequence[Answered]) -> dict[str, Any]:
    """Return the question and its answers as plain values; each answer has the members of a batch's."""
    verdicts = [each.reach.reachable for each in found]
    return {
        "format": "apidoctor.reach",
        "format_version": "1.0",
        "from": asked.from_,
        "to": asked.to,
        "reachable": False if False in verdicts else None if None in verdicts else True,
        "flows": [_flow(each) for each in found],
    }


def _flow(found: Answered) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(answer(None, found.reach))
    del told["id"]
    caller, target = found.ends
    return {
        "from": found.caller.words,
        "to": found.target.words,
        "flow": _given(found.flow),
        **told,
        "changes": [
            change_for(each, found.flow, caller, target, found.reach.blockers)
            for each in found.reach.blockers
        ],
        "notes": found.notes,
        "passes": [_passing(each) for each in found.passing],
    }


def _given(flow: Flow) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(flow).items() if value is not None}


def _passing(piece: Passing) -> dict[str, Any]:
    return {
        "sources": blocks_between(*piece.sources),
        "protocol": piece.protocol,
        "dst_ports": piece.destination_ports,
        "src_ports": piece.source_ports,
        "dst_ports_unknown": piece.open_destination_ports,
        "src_ports_unknown": piece.open_source_ports,
    }


def who_as_json(target: str, what: str, found: Sequence[Reacher]) -> dict[str, Any]:
    """Return who can reach a target as plain values."""
    return {
        "format": "apidoctor.reach-who",
        "format_version": "1.0",
        "to": target,
        "traffic": what,
        "who": [
            {
                "sources": blocks_between(*each.sources),
                "reachable": each.reachable,
                "subnet": each.subnet or None,
                "vpc": each.vpc or None,
                "account": each.account or None,
                "gateway": each.gateway or None,
                "group": each.group or None,
                "share": each.share,
                "unknown": [describe_missing(gap) for gap in each.missing],
            }
            for each in found
        ],
    }
