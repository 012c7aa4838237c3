"""JSON Schemas of the formats that other programs read, generated from the types by ``python -m apidoctor.schemas``."""

from importlib.resources import files
from typing import Any

import msgspec

NAMES = (
    "report",
    "snapshot",
    "simulate-line",
    "simulate-answer",
    "reach-line",
    "reach-answer",
    "matrix",
    "sign",
)
"""Every format that has a schema, ``NAME.schema.json`` in this package."""


def load(name: str) -> dict[str, Any]:
    """Return the schema of a format as it is shipped."""
    schema: dict[str, Any] = msgspec.json.decode((files(__package__) / f"{name}.schema.json").read_bytes())
    return schema


def generate(name: str) -> bytes:
    """Make the schema of a format from its type."""
    from apidoctor.model.report import Report
    from apidoctor.model.snapshot import Snapshot
    from apidoctor.reasoning import matrix, reachability, simulation
    from apidoctor.reasoning.signing.explain import Explained

    kinds: dict[str, Any] = {
        "report": Report,
        "snapshot": Snapshot,
        "simulate-line": simulation.Line,
        "simulate-answer": simulation.Answer,
        "reach-line": reachability.Line,
        "reach-answer": reachability.Answer,
        "matrix": matrix.Matrix,
        "sign": Explained,
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"apidoctor.{name}",
        **msgspec.json.schema(kinds[name]),
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"
