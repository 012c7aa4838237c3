"""The endpoint policy allows another API only."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A08",
    first="A08",
    check="policy/endpoint-policy-allows-call",
    blocks=("invoke/call-is-admitted",),
    passes=("policy/resource-policy-allows-call",),
)
