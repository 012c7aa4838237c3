"""What holds for all tests: a busy machine is no defect, and no test's secrets are masked in another's texts."""

import pytest
from hypothesis import HealthCheck, settings

from apidoctor.travelling import masking

settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _forget_secrets(monkeypatch):
    """A process of its own remembers the secrets it was given; all tests of a worker share one."""
    monkeypatch.setattr(masking, "_remembered", ())


SPREAD = ("test_scenarios.py", "test_faults.py")
"""Files whose tests share nothing and take seconds each: any worker may take any of them."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep a file's tests with one worker (``--dist loadgroup``), so that what they share is made once."""
    for item in items:
        if item.path.name not in SPREAD:
            item.add_marker(pytest.mark.xdist_group(str(item.path)))
