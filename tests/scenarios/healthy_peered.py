"""A peered VPC reaches the endpoint through a hosted zone of its own: nothing to find."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    world="peered",
)
