"""The method asks for an API key, the request has none."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H10",
    first="H10",
    check="api/key-is-not-asked-for",
)
