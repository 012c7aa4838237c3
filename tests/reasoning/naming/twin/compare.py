"""What the engine says against what the twin says, for questions of generated worlds."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from apidoctor.reasoning.naming.resolver import Resolver

from .facts import Thing
from .judge import resolve
from .worlds import holes, world

OPEN = "unknown: record sets that lead apart"
"""The definition does not say what stands for record sets of which one gives addresses and another something else."""


class Case(NamedTuple):
    """One question on which the two differ."""

    seed: int
    snapshot: Thing
    question: Thing
    engine: Thing
    twin: Thing

    def told(self) -> str:
        return f"seed {self.seed}: {json.dumps(self.question)}\n  engine {self.engine}\n  twin   {self.twin}"


def said_by_engine(resolver: Any, question: Thing) -> Thing:
    found = resolver.resolve(**question)
    return as_compared(
        {
            "kind": found.kind,
            "addresses": list(found.addresses),
            "decided_by": found.decided_by,
            "targets": list(found.targets),
        }
    )


def as_compared(said: Thing) -> Thing:
    """Sorted, without the brackets of IPv6; of an unknown answer nothing but that."""
    if said["kind"] == "unknown":
        return {"kind": "unknown"}
    targets = [each.replace("[", "").replace("]", "") for each in said["targets"]]
    return {**said, "addresses": sorted(said["addresses"]), "targets": sorted(targets)}


def differences(seed: int, torn: bool = False) -> Iterator[Case]:
    """The questions of a world, or of the same world with holes, on which engine and twin differ."""
    snapshot, questions = world(seed)
    if torn:
        snapshot, _ = holes(snapshot, seed)
    resolver = Resolver(snapshot["accounts"])
    for question in questions:
        ours, marks = marked(snapshot, question)
        theirs = said_by_engine(resolver, question)
        if OPEN not in marks and as_compared(ours) != theirs:
            yield Case(seed, snapshot, question, theirs, as_compared(ours))


def marked(snapshot: Thing, question: Thing) -> tuple[Thing, Counter[str]]:
    """The twin's answer, and the rules of the definition that came into play."""
    marks: Counter[str] = Counter()
    return resolve(snapshot, **question, marks=marks), marks
