"""The whole truth: every row of the catalogue's fingerprints, each with the verdicts that are right for it."""

from attribution import (
    configured,
    disguised,
    forbidden,
    foreign,
    others,
    own_words,
    policies,
    signatures,
    statuses,
)
from attribution.row import Row

ROWS: list[Row] = [
    *policies.ROWS,
    *forbidden.ROWS,
    *signatures.ROWS,
    *statuses.ROWS,
    *disguised.ROWS,
    *others.ROWS,
    *configured.ROWS,
    *own_words.ROWS,
    *foreign.ROWS,
    *foreign.of([*policies.ROWS, *signatures.ROWS]),
]
