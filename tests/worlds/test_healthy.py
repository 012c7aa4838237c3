"""A world in which nothing is wrong is healthy, and nothing in it is blamed."""

import pytest
from worlds.judge import judge
from worlds.layouts import HEALTHY


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_world_is_healthy_from_its_inventory_alone(name, tmp_path):
    verdict = judge(HEALTHY[name](), tmp_path)

    assert (verdict.report["verdict"], verdict.code, verdict.faults) == ("healthy", 0, []), verdict.story()
