"""The resource policy only denies others and allows nobody."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A02",
    first="A02",
    check="policy/resource-policy-allows-call",
    blocks=("invoke/call-is-admitted",),
)
