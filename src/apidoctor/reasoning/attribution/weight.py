"""How well a fault fits a refusal."""

from collections.abc import Callable
from enum import IntEnum

from msgspec import Struct

from apidoctor.reasoning.apigateway.fingerprints import Fingerprint
from apidoctor.reasoning.attribution.circumstances import Circumstances


class Weight(IntEnum):
    """From excluded to proved."""

    EXCLUDED = 0
    """Something that was seen speaks against it."""
    LATE = 1
    """Only configuration speaks against it, which takes effect late."""
    OPEN = 2
    """Nothing speaks against it."""
    FITS = 3
    """Something that was seen or read speaks for it, and for few others."""
    PROVED = 4
    """The bytes leave nothing else."""


class Late(Struct, frozen=True):
    """Configuration that may not be at work yet, or be at work still, although another is read."""

    name: str
    """Member of `Circumstances`."""
    value: bool
    """What, when it is read, speaks against the fault."""
    because: str
    """Why it may be so all the same."""


class Hypothesis(Struct, frozen=True):
    """One fault that may stand behind an answer."""

    fault: str
    """Fault id."""
    weigh: Callable[[Fingerprint, Circumstances], Weight]
    """How well it fits."""
    because: str
    """Why it may be so, in one sentence."""
    separate: str
    """The observation that would tell it from the others."""
    late: Late | None = None
    """What speaks against it, and takes effect late."""


def from_known(known: bool | None, wanted: bool) -> Weight:
    """Return the weight that one fact gives: it fits when the fact is as *wanted*, is excluded when it is not."""
    if known is None:
        return Weight.OPEN
    return Weight.FITS if known is wanted else Weight.EXCLUDED


def both(*weights: Weight) -> Weight:
    """Return the weight of several facts together: one that excludes decides, else the best counts."""
    return Weight.EXCLUDED if Weight.EXCLUDED in weights else max(weights)


def proves(_: Fingerprint, __: Circumstances) -> Weight:
    """Weigh a fault that the answer alone proves."""
    return Weight.PROVED


def fits(_: Fingerprint, __: Circumstances) -> Weight:
    """Weigh a fault that the answer alone speaks for."""
    return Weight.FITS


def stays_open(_: Fingerprint, __: Circumstances) -> Weight:
    """Weigh a fault that nothing here speaks for or against."""
    return Weight.OPEN
