"""Tables of broken and of still healthy worlds: a case is one function that changes a healthy world."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from worlds.build import World
from worlds.judge import EXIT, Verdict, judge

Layout = Callable[[], World]
Change = Callable[[World], None]


class Cases:
    """A list of cases for ``pytest.mark.parametrize``; each reads as "layout: what was changed"."""

    def __init__(self) -> None:
        self.params: list[Any] = []

    def broken(self, fault: str, *layouts: Layout, wrong: str = "") -> Callable[[Change], Change]:
        """Changed so, these worlds are broken by exactly this fault."""
        return self._expect({fault}, "broken", layouts, wrong)

    def healthy(self, *layouts: Layout, wrong: str = "") -> Callable[[Change], Change]:
        """Changed so, these worlds are still healthy."""
        return self._expect(set(), "healthy", layouts, wrong)

    def undecided(self, *layouts: Layout, wrong: str = "") -> Callable[[Change], Change]:
        """Changed so, nobody can tell from what is known; nothing may be blamed."""
        return self._expect(set(), "undecided", layouts, wrong)

    def _expect(self, faults: set[str], verdict: str, layouts: tuple[Layout, ...], wrong: str) -> Any:
        def register(change: Change) -> Change:
            marks = [pytest.mark.xfail(strict=True, reason=wrong)] if wrong else []
            for layout in layouts:
                head = next(iter(faults), verdict)
                name = f"{head}: {layout.__name__}, {change.__name__}".replace("_", " ")
                self.params.append(pytest.param(layout, change, faults, verdict, id=name, marks=marks))
            return change

        return register


def check_case(layout: Layout, change: Change, faults: set[str], verdict: str, folder: Path) -> Verdict:
    """Build the world, change it, ask, and compare verdict, exit code and root causes."""
    world = layout()
    change(world)
    said = judge(world, folder)
    found = (said.report["verdict"], said.code, set(said.faults))
    assert found == (verdict, EXIT[verdict], faults), said.story()
    assert not said.of("error"), said.story()
    return said
