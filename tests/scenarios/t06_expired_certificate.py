"""The custom domain's certificate is expired."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="T06",
    first="T06",
    confidence=None,
)
