"""Each world is what its table says, measured with plain tools: the probe is not needed to know it."""

import pytest
from netns.cases.all import CASES
from netns.measure import differences


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_world_is_as_its_table_says(case, visit):
    assert differences(case.whole_truth, visit(case).plain) == {}
