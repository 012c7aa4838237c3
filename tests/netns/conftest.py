"""Worlds in network namespaces, and what was seen of each case in them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from netns import needs
from netns.cases.case import Case
from netns.visit import Visit, Visits
from netns.world import World

from apidoctor.travelling import bundle


@pytest.fixture(scope="session")
def possible() -> None:
    """Skip, with one reason that says what is missing, where no worlds can be made."""
    reason = needs.missing()
    if reason:
        pytest.skip(reason)


@pytest.fixture
def net(possible: None) -> Iterator[World]:
    """A world of one test."""
    made = World()
    yield made
    made.close()


@pytest.fixture(scope="session")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packed probe."""
    file = tmp_path_factory.mktemp("probe") / "apidoctor-probe.pyz"
    file.write_text(bundle.packed(Path(bundle.__file__).parent))
    return file


@pytest.fixture(scope="session")
def visits(
    possible: None, request: pytest.FixtureRequest, probe: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visits]:
    # The processes of one run share the folder above their own.
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    asked = [item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")]
    cases = {case.name: case for case in asked if isinstance(case, Case)}
    made = Visits(cases.values(), shared / "visits", probe)
    yield made
    made.close()


@pytest.fixture
def visit(visits: Visits) -> Callable[[Case], Visit]:
    """What came of the visit to a case."""
    return visits.visit
