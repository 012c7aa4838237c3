"""What holds for all tests: a busy machine is no defect, and no test's secrets are masked in another's texts."""

import pytest
from hypothesis import HealthCheck, settings

from apidoctor.travelling import masking

pytest.register_assert_rewrite("scenarios.trial", "lab.shown")
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _forget_secrets(monkeypatch):
    """A process of its own remembers the secrets it was given; all tests of a worker share one."""
    monkeypatch.setattr(masking, "_remembered", ())
