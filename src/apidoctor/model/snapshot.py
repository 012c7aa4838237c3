"""The snapshot: what was seen, and nothing judged.  Everything a verdict rests on is in this one value."""

from typing import Any

import msgspec
from msgspec import Struct, field

from apidoctor.model.convert import convert
from apidoctor.model.observation import AnyObservation

FORMAT = "apidoctor.snapshot"
FORMAT_VERSION = "1.0"

TAKEN_AT = "taken_at"
"""Mark beside an answer that is older than its snapshot: when its oldest piece was taken; empty when nobody knows."""
NEWER = "newer"
"""Mark beside a list that was joined: its pieces that are newer than that, ``objects`` by id, ``asked`` by value."""


class Asked(Struct, frozen=True):
    """The question that the snapshot was taken for, so that it can be judged again without repeating it."""

    target: str
    """TARGET as typed."""
    options: dict[str, Any] = field(default_factory=dict)
    """Options of the command line that describe the call: ``from``, ``as``, ``via``, ``method``, ``headers`` …"""


class Snapshot(Struct, frozen=True, omit_defaults=True):
    """AWS answers and observations, as they were seen."""

    format: str
    """Always ``apidoctor.snapshot``."""
    format_version: str
    """``1.0``; a reader understands every 1.x."""
    taken_at: str = ""
    """When the snapshot was taken, ISO 8601 in UTC."""
    accounts: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """boto3 answers: account, Region (or ``global``), operation; see the contract for keys and errors."""
    observations: list[AnyObservation] = field(default_factory=list)
    """What hosts saw."""
    asked: Asked | None = None
    """The question of the run that took the snapshot."""


def read_observations(raw: Any) -> tuple[list[AnyObservation], list[str]]:
    """Read observations one by one; return those that are understood and a note for each that is not."""
    seen: list[AnyObservation] = []
    notes = []
    for number, item in enumerate(raw if isinstance(raw, list) else []):
        try:
            seen.append(convert(_without_nulls(item), AnyObservation, strict=False))
        except (msgspec.ValidationError, TypeError) as error:
            notes.append(f"observation {number} was set aside: {error}")
    return seen, notes


def _without_nulls(item: Any) -> Any:
    """Drop members that are null: they mean the same as members that are not there."""
    return (
        {key: value for key, value in item.items() if value is not None} if isinstance(item, dict) else item
    )
