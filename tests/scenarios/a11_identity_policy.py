"""The calling role may not invoke, and the API is in another account."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A11",
    first="A11",
    check="policy/caller-policies-allow-call",
    blocks=("invoke/call-is-admitted",),
    passes=("policy/resource-policy-allows-call",),
)
