"""The access mode is STRICT, and the endpoint's own name is called."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="T04",
    first="T04",
    check="api/access-mode-admits-the-name",
)
