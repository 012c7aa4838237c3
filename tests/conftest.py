"""What holds for all tests: a busy machine is no defect, and no test's secrets are masked in another's texts."""

import gc

import pytest
from hypothesis import HealthCheck, settings

from apidoctor.model.inventory import Inventory
from apidoctor.model.observation import AnyObservation
from apidoctor.reasoning.scene.case import Case
from apidoctor.travelling import masking

# Ten thousand tests fill a worker: to look through it for garbage every 700 objects takes a tenth of the time.  Seldom
# is no better: a million objects at once have stopped a worker for twelve seconds, which fails what has to be in time.
gc.set_threshold(3_000, 10, 20)
pytest.register_assert_rewrite("scenarios.trial", "lab.shown")
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """Modules and ten thousand tests live as long as the worker: nobody looks through them for garbage again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _forget_secrets(monkeypatch):
    """A process of its own remembers the secrets it was given; all tests of a worker share one."""
    monkeypatch.setattr(masking, "_remembered", ())


@pytest.fixture
def looked_at(monkeypatch):
    """The names of operations and the kinds of observations that were really looked at."""
    operations: set[str] = set()
    kinds: set[str] = set()
    tags = {kind: kind.__struct_config__.tag for kind in AnyObservation.__args__}
    answer, observed = Inventory.answer, Case.observed

    def spy_answer(inventory, account, region, name):
        operations.add("iam.get_policy" if name == "get_policy" and region == "global" else name)
        return answer(inventory, account, region, name)

    def spy_observed(case, kind):
        kinds.add(tags[kind])
        return observed(case, kind)

    monkeypatch.setattr(Inventory, "answer", spy_answer)
    monkeypatch.setattr(Case, "observed", spy_observed)
    return operations, kinds
