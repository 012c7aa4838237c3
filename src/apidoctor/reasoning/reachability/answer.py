"""The answer to one flow, as a line of a batch's output."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.missing import Missing
from apidoctor.model.wording import describe_missing
from apidoctor.reasoning.network import Blocker, Hop, Reach, Topology, reach
from apidoctor.reasoning.reachability.line import Line, Unreadable, flow_of, read_line

Networks = Callable[[bytes], Topology]
"""Gives the network of a line: from its own snapshot, or the batch's where that is empty.

Raises `Unreadable` when there is none.
"""


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a batch's output."""

    id: Any
    reachable: bool | None
    """``null``: undecided, see ``unknown``."""
    blockers: tuple[Blocker, ...]
    """All that block, of both directions."""
    assumptions: tuple[str, ...]
    """What was taken for granted."""
    unknown: tuple[str, ...]
    """What would have to be known: ``permission: …``, ``account: …``, ``host: …`` or ``fact: …``."""
    path: tuple[Hop, ...]
    """The way there."""
    return_path: tuple[Hop, ...]
    """The way of the replies."""
    problem: str | None = None
    """Why the line asks nothing that can be answered."""
    as_expected: bool | None = None
    """Whether the answer is what the line expects; ``null``: it expects nothing."""


def answer_line(text: bytes, networks: Networks, *, expect: str | None = None) -> Answer:
    """Answer a line; one that asks nothing readable is undecided and says why.

    Args:
        text: the line.
        networks: gives the network that a line is about.
        expect: what is expected of a line that does not say it itself.
    """
    line: Line | None = None
    try:
        line, note = read_line(text)
        found = reach(networks(bytes(line.snapshot)), flow_of(line.flow))
    except Unreadable as error:
        return _unreadable(error, error.identity if line is None else line.id)
    if note:
        found = replace(found, assumptions=(note, *found.assumptions))
    return answer(line.id, found, line.expect or expect)


def answer(identity: Any, found: Reach, expect: str | None = None) -> Answer:
    """Put what was found into an answer."""
    return Answer(
        id=identity,
        reachable=found.reachable,
        blockers=found.blockers,
        assumptions=found.assumptions,
        unknown=in_words(found.unknown),
        path=found.path,
        return_path=found.return_path,
        as_expected=None if expect is None else found.reachable is (expect == "reachable"),
    )


def in_words(missing: tuple[Missing, ...]) -> tuple[str, ...]:
    """Say what is missing, each thing once."""
    return tuple(dict.fromkeys(map(describe_missing, missing))) if missing else ()


def _unreadable(error: Unreadable, identity: Any) -> Answer:
    return Answer(
        id=identity,
        reachable=None,
        blockers=(),
        assumptions=(),
        unknown=(f"fact: a flow that can be read ({error})",),
        path=(),
        return_path=(),
        problem=str(error),
    )
