"""The AWS policy language: reading documents, deciding requests, explaining denials.

Pure: no clock, no network, nothing inferred. Decisions are three-valued: what an unknown fact decides is
``indeterminate``, with the fact named.
"""

from ._patterns import MULTIVALUED
from .decide import decide
from .explain import explain
from .policy import Policies, Policy, read_policy
from .values import (
    Decision,
    Element,
    Gate,
    Kind,
    Layer,
    NearMiss,
    Outcome,
    Problem,
    Request,
    StatementRef,
)

__all__ = [
    "MULTIVALUED",
    "Decision",
    "Element",
    "Gate",
    "Kind",
    "Layer",
    "NearMiss",
    "Outcome",
    "Policies",
    "Policy",
    "Problem",
    "Request",
    "StatementRef",
    "decide",
    "explain",
    "read_policy",
]
