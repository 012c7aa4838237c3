"""The custom domain's own policy denies."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A22",
    first="A22",
    confidence=None,
)
