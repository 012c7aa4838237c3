"""The stage's web ACL blocks the call."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H12",
    first="H12",
    confidence=None,
)
