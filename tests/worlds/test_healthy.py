"""A world in which nothing is wrong is healthy, and nothing in it is blamed."""

import pytest
from worlds.judge import judge
from worlds.layouts import HEALTHY
from worlds.seen import probed


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_world_is_healthy_from_its_inventory_alone(name, tmp_path):
    verdict = judge(HEALTHY[name](), tmp_path)

    assert (verdict.report["verdict"], verdict.code, verdict.faults) == ("healthy", 0, []), verdict.story()


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_world_that_was_also_probed_is_healthy(name, tmp_path):
    verdict = judge(probed(HEALTHY[name]()), tmp_path)

    assert (verdict.report["verdict"], verdict.code, verdict.faults) == ("healthy", 0, []), verdict.story()


@pytest.mark.parametrize("name", HEALTHY)
def test_a_probe_that_nobody_asked_for_is_not_unknown(name, tmp_path):
    verdict = judge(HEALTHY[name](), tmp_path)

    assert verdict.of("unknown") == []
