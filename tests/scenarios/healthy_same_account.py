"""One account, private DNS, an unsigned method: nothing to find."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    world="same-account",
)
