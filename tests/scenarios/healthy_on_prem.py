"""A data centre calls the endpoint's own name with the API's id in a header: nothing to find."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    world="on-prem",
)
