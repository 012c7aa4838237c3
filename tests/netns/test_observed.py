"""The travelling probe, run on the host of each world, sees what is true there."""

import pytest
from netns.cases.all import CASES
from netns.measure import differences


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_probe_sees_what_is_true(case, visit):
    found = visit(case)

    assert found.code == 0, found.said
    assert differences(case.sight, found.seen) == {}
