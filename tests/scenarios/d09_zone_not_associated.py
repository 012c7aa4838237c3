"""The shared hosted zone exists and is not associated with the caller's VPC."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="D09",
    first="D09",
    check="naming/private-zone-answers-the-name",
)
