"""The URL has an API id that does not exist."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="D22",
    first="D22",
    check="api/exists",
    confidence="likely",
)
