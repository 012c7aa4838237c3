"""The custom domain is not associated with the endpoint."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H06",
    first="H06",
    confidence=None,
)
