"""The policy names the caller's VPC; the endpoint's VPC is what counts."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A04",
    first="A04",
    check="policy/resource-policy-allows-call",
)
