"""A compiled policy, and how to get one from a document."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from ._documents import read_document
from ._elements import Notes
from ._grammar import compile_document
from .statements import Statement
from .values import Kind, Layer, Problem

LARGEST_POLICY = 20_480
"""Characters of the largest policy that AWS stores, a VPC endpoint's; compiled texts up to here are kept."""


class Policy(Struct, frozen=True, eq=False):
    """A policy document, compiled once to be evaluated many times. Build it with `read_policy`."""

    kind: Kind
    source: Any
    """The parsed JSON (of repeated keys the last), not to be changed; ``None`` when it is no JSON."""
    readings: tuple[tuple[Statement, ...], ...]
    """The compiled statements; several sets when repeated keys leave open what the document says, first the
    one where the last of them wins."""
    problems: tuple[Problem, ...]
    valid: bool
    """Whether it is a policy at all."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the first reading."""
        return self.readings[0] if self.readings else ()


class Policies(Struct, frozen=True):
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
    """Compile a policy document. Never raises: what is wrong is in ``problems``.

    Args:
        document: an object, JSON text, URL-encoded text (IAM), or text with escaped quotes (API Gateway).
        kind: what the document is attached to. short_arn_prefix: the ARN up to and with the API's id that
        ``execute-api:/…`` in a resource policy stands
            for, ``arn:aws:execute-api:us-east-1:111122223333:abc123``. Without it, it stands for whatever API
            is called.
    """
    if isinstance(document, (str, bytes)) and len(document) <= LARGEST_POLICY:
        return _read_again(document, kind, short_arn_prefix)
    return _read(document, kind, short_arn_prefix)


@lru_cache(maxsize=512)
def _read_again(document: str | bytes, kind: Kind, prefix: str | None) -> Policy:
    """The same text is often read for many requests, for example an organization's policies."""
    return _read(document, kind, prefix)


def _read(document: str | bytes | Mapping[str, Any], kind: Kind, prefix: str | None) -> Policy:
    read = read_document(document)
    notes = Notes()
    readings = [compile_document(each, notes, kind=kind, prefix=prefix) for each in read.readings]
    # The readings of one document share most of their problems.
    problems = tuple(dict.fromkeys((*read.problems, *notes.problems)))
    valid = notes.valid and bool(read.readings)
    return Policy(
        kind=kind,
        source=read.readings[0] if read.readings else None,
        readings=tuple(readings) if valid else (),
        problems=problems,
        valid=valid,
    )
