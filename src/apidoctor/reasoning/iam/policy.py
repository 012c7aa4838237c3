"""A policy, read from a document to be evaluated many times."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from ._documents import read_document
from ._grammar import VERSIONS, Notes, read_statements
from ._lint import MAX_PROBLEMS, lint
from ._raw import RawPolicy, RawStatement, quick
from .statements import Origin, Statement, covers, statement_of
from .values import Kind, Layer, Problem

LARGEST_POLICY = 20_480
"""Characters of the largest policy that AWS stores, a VPC endpoint's; texts up to here are kept when read."""
_KEPT_ACTIONS = 8
"""Most actions for which a policy keeps the list of statements that are about them."""


class Reading(Struct, eq=False):
    """One way to read a document: its statements, and which of them are about an action."""

    raw: list[RawStatement]
    """The statements as they are written, not to be changed."""
    origin: Origin
    _statements: dict[int, Statement] = {}  # of a Struct: a new one for each
    _about: dict[str, tuple[Statement, ...]] = {}

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements."""
        return tuple([self._statement(at) for at in range(len(self.raw))])

    def about(self, action: str) -> tuple[Statement, ...]:
        """The statements whose Action or NotAction takes in an action (lower case)."""
        found = self._about.get(action)
        if found is None:
            found = tuple([self._statement(at) for at, raw in enumerate(self.raw) if covers(raw, action)])
            if len(self._about) < _KEPT_ACTIONS:
                self._about[action] = found
        return found

    def _statement(self, at: int) -> Statement:
        found = self._statements.get(at)
        if found is None:
            found = self._statements[at] = statement_of(self.raw[at], at, self.origin)
        return found


class Policy(Struct, eq=False):
    """A policy document, ready to be evaluated. Get it from `read_policy`."""

    kind: Kind
    """What it is attached to."""
    readings: tuple[Reading, ...]
    """Several when repeated keys leave open what the document says, first the one where the last of them wins;
    none when it is no policy."""
    found: tuple[Problem, ...] = ()
    """What was found when it was read: repeated keys, and why it is no policy."""
    _problems: tuple[Problem, ...] | None = None

    @property
    def valid(self) -> bool:
        """Whether it is a policy at all."""
        return bool(self.readings)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the first reading."""
        return self.readings[0].statements if self.readings else ()

    def is_same_as(self, other: "Policy") -> bool:
        """Whether both say the same, however they are spelt: order, Sids, single values and short ARNs aside."""
        return self.valid and other.valid and _meaning(self) == _meaning(other)

    def each_reading(self) -> tuple["Policy", ...]:
        """The policies that the document may be."""
        return tuple(Policy(self.kind, (reading,)) for reading in self.readings)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with it. Looked for when it is first asked for: no decision hangs on it."""
        if self._problems is None:
            found = list(self.found)
            for reading in self.readings:
                found += lint(reading.raw, self.kind, variables=reading.origin.variables)
            # The readings of one document share most of their problems.
            self._problems = tuple(dict.fromkeys(found))[:MAX_PROBLEMS]
        return self._problems


def _meaning(policy: Policy) -> frozenset[tuple[object, ...]]:
    """What the statements of a policy say, in a form that can be compared."""
    return frozenset(each.meaning() for each in policy.statements)


class Policies(Struct, frozen=True, gc=False):
    """The documents that take part in one decision. ``None`` and empty mean: none is attached."""

    identity: tuple[Policy, ...] = ()
    resource: Policy | None = None
    """For ``sts:AssumeRole`` the role's trust policy."""
    endpoint: Policy | None = None
    """Given when the call goes through a VPC endpoint."""
    boundary: Policy | None = None
    session: Policy | None = None
    scps: tuple[tuple[Policy, ...], ...] = ()
    """One tuple for each level of the caller's organization, the root first; empty: in no organization, or in
    its management account."""
    rcps: tuple[tuple[Policy, ...], ...] = ()
    """The same for the resource's organization."""
    unknown_layers: frozenset[Layer] = frozenset()
    """Layers that could not be read: they may allow or deny anything."""


def read_policy(
    document: str | bytes | Mapping[str, Any], *, kind: Kind, short_arn_prefix: str | None = None
) -> Policy:
    """Read a policy document. Never raises: what is wrong is in ``problems``.

    Args:
        document: an object, JSON text, URL-encoded text (IAM), or text with escaped quotes (API Gateway).
        kind: what the document is attached to.
        short_arn_prefix: the ARN up to and with the API's id that ``execute-api:/…`` in a resource policy stands
            for, ``arn:aws:execute-api:us-east-1:111122223333:abc123``. Without it, it stands for whatever API
            is called.
    """
    if isinstance(document, (str, bytes)) and len(document) <= LARGEST_POLICY:
        return _read_again(document, kind, short_arn_prefix)
    return compile_policy(document, kind, short_arn_prefix)


@lru_cache(maxsize=512)
def _read_again(document: str | bytes, kind: Kind, prefix: str | None) -> Policy:
    """The same text is often read for many requests, for example an organization's policies."""
    return compile_policy(document, kind, prefix)


def compile_policy(
    document: str | bytes | Mapping[str, Any], kind: Kind, prefix: str | None = None
) -> Policy:
    """The same as `read_policy`, but nothing that was read before is taken."""
    plain = quick(document, kind)
    if plain is not None:
        return Policy(kind, (_plain(plain, kind, prefix),))
    read = read_document(document)
    notes, readings = Notes(), []
    for each in read.readings:
        statements, variables = read_statements(each, notes, kind)
        readings.append(Reading(statements, Origin(kind, prefix, variables)))
    found = tuple(dict.fromkeys((*read.problems, *notes.problems)))
    return Policy(kind, () if notes.problems else tuple(readings), found)


@lru_cache(maxsize=64)
def _origin(kind: Kind, prefix: str | None, variables: bool) -> Origin:
    return Origin(kind, prefix, variables)


def _plain(policy: RawPolicy, kind: Kind, prefix: str | None) -> Reading:
    statements = policy.Statement
    origin = _origin(kind, prefix, policy.Version == VERSIONS[1])
    return Reading(statements if isinstance(statements, list) else [statements], origin)
