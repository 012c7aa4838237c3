"""The managed zone is visible in the endpoint's VPC only."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="D06",
    first="D06",
    check="naming/private-zone-answers-the-name",
)
