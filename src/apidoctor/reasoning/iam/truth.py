"""Three values: ``True``, ``False`` and ``None`` for "the facts do not say".

An answer that is not known is never turned into no: whoever combines truths does it with these functions.
"""

from collections.abc import Iterable
from typing import TypeAlias

Truth: TypeAlias = bool | None
"""``True``, ``False``, or ``None`` when an unknown fact decides."""


def negate(truth: Truth) -> Truth:
    """The opposite; unknown stays unknown."""
    return None if truth is None else not truth


def every(truths: Iterable[Truth]) -> Truth:
    """True when all are; false as soon as one is false, whatever the unknown ones are."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def some(truths: Iterable[Truth]) -> Truth:
    """True as soon as one is true, whatever the unknown ones are; false when all are false."""
    result: Truth = False
    for truth in truths:
        if truth:
            return True
        if truth is None:
            result = None
    return result
