"""The policy allows another method only."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A06",
    first="A06",
    check="policy/resource-policy-allows-call",
)
