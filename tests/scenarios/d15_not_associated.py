"""The alias name of an endpoint that the API does not know."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="D15",
    first="D15",
    check="naming/alias-is-associated",
)
