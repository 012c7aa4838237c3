"""Scenarios of policies, signatures and tokens: several files, so that several workers share them."""

from pathlib import Path

import pytest
from scenarios.trial import gives_its_finding, of_families


@pytest.mark.parametrize("name", of_families("a"))
def test_the_scenario_gives_its_finding_live_and_from_the_saved_snapshot(name: str, tmp_path: Path) -> None:
    gives_its_finding(name, tmp_path)
