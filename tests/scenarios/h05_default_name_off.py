"""The default name is switched off."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H05",
    first="H05",
    check="api/default-name-is-on",
)
