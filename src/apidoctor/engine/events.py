"""What happens during a run, as values.  Progress lines, the TUI and later logs are observers of the same events."""

from collections.abc import Callable

from msgspec import Struct

from apidoctor.model.report import Evidence, Report, Result


class CheckCard(Struct, frozen=True):
    """What an observer needs to know of a check before it has run."""

    id: str
    """``layer/name-of-the-good-state``."""
    title: str
    """The good state."""
    needs: tuple[str, ...] = ()
    """Checks that must hold before this one makes sense."""

    @property
    def layer(self) -> str:
        """The folder of the check: the hop of the path that it belongs to."""
        return self.id.partition("/")[0]


class RunStarted(Struct, frozen=True):
    """The run begins; nothing was looked at yet."""

    title: str
    """What is being diagnosed, for a heading: the URL or id as the user gave it."""
    checks: tuple[CheckCard, ...]
    """Every check of the run in the order of the path."""


class CheckStarted(Struct, frozen=True):
    """A check is being judged, or waits for what it needs."""

    check: str
    """Check id."""


class LookedUp(Struct, frozen=True):
    """One look-up ended: an AWS read or a probe."""

    what: str
    """``ec2.describe_subnets`` or ``tcp 10.1.4.21:443``."""
    where: str
    """``account/region`` or the vantage's name."""
    outcome: str
    """``ok``, an error code, or the observation's outcome."""
    elapsed_ms: float
    """How long it took."""


class CheckFinished(Struct, frozen=True):
    """A check has its final results."""

    check: str
    """Check id."""
    results: tuple[Result, ...]
    """At least one."""
    evidence: dict[str, Evidence]
    """The evidence that ``results`` name."""


class RunFinished(Struct, frozen=True):
    """The run is over, complete or not."""

    report: Report
    """The whole story."""


Event = RunStarted | CheckStarted | LookedUp | CheckFinished | RunFinished
Observer = Callable[[Event], None]
Diagnose = Callable[[Observer], Report]
"""Runs one diagnosis from the beginning, telling the observer as it goes; safe to call again (a rerun)."""

LAYERS = (
    "naming",
    "network",
    "endpoint",
    "domain",
    "policy",
    "api",
    "invoke",
    "integration",
    "observability",
)
"""The layers in the order of the path, for headings and path lines."""
DETOURS = frozenset({"domain"})
"""Layers that not every call passes: they are shown when anything of them applies."""
