"""What a scenario is: a world of the lab, what breaks in it, and the findings that must come of it."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct


class Scenario(Struct, frozen=True, kw_only=True):
    """One broken (or healthy) world and what is expected of a run in it, live and on the snapshot it saved."""

    world: str | None = None
    """A world of the lab; None: the fault's own."""
    breaks: str | None = None
    """A fault of the lab; None: nothing is broken."""
    change: Callable[[Any], None] | None = None
    """A further change of the world, for near misses."""
    first: str | None = None
    """Fault id of the first root cause; None: healthy, without any finding."""
    check: str | None = None
    """The check that finds it; None: whichever."""
    confidence: str | None = "certain"
    """How sure it must be; None: however."""
    also: tuple[str, ...] = ()
    """Faults of the further root causes, in their order."""
    blocks: tuple[str, ...] = ()
    """Checks that the first root cause must be said to block."""
    passes: tuple[str, ...] = ()
    """Checks that must hold all the same."""
    warns: tuple[str, ...] = ()
    """Checks that must warn, and no others."""
