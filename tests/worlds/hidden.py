"""Answers that a reader may not see: the check that needs them is unknown, and nobody is blamed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from worlds.cases import Change, Layout
from worlds.judge import judge


class Hidden:
    """A list of such cases for ``pytest.mark.parametrize``."""

    def __init__(self) -> None:
        self.params: list[Any] = []

    def by(self, check: str, *layouts: Layout) -> Callable[[Change], Change]:
        """The answer is one that *check* needs."""

        def register(change: Change) -> Change:
            for layout in layouts:
                name = f"{layout.__name__}, {change.__name__}".replace("_", " ")
                self.params.append(pytest.param(layout, change, check, id=name))
            return change

        return register


def check_hidden(layout: Layout, change: Change, check: str, folder: Path) -> None:
    """Build the world, hide the answer, and see that the check names the permission and blames nobody."""
    world = layout()
    change(world)
    said = judge(world, folder)
    result = next(each for each in said.report["results"] if each["check"] == check)
    assert said.faults == [], said.story()
    assert result["status"] == "unknown", said.story()
    assert "permission: " in " ".join(result["missing"]), said.story()
