"""The stage's limits are 0."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H11",
    first="H11",
    confidence=None,
)
