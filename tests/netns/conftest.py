"""One world per test process, and what was seen of it in each case."""

import os
from collections.abc import Callable, Iterator

import pytest
from netns import needs
from netns.cases.case import Case
from netns.visit import Visit, Visits
from netns.world import World


@pytest.fixture(scope="session")
def net() -> Iterator[World]:
    reason = needs.missing()
    if reason:
        pytest.skip(reason)
    made = World()
    yield made
    made.close()


@pytest.fixture(scope="session")
def visits(net: World, tmp_path_factory: pytest.TempPathFactory) -> Visits:
    # The processes of one run share the folder above their own.
    own = tmp_path_factory.getbasetemp()
    return Visits(net, (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "visits")


@pytest.fixture
def visit(visits: Visits) -> Callable[[Case], Visit]:
    return visits.visit
