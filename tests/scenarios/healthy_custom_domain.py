"""A private custom domain is called by its own name: nothing to find."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    world="custom-domain",
)
