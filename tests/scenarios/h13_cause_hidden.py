"""A gateway response in other words hides that the resource policy denies."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H13",
    first="A03",
    check="policy/resource-policy-allows-call",
    blocks=("invoke/call-is-admitted",),
    warns=("api/gateway-responses-tell-the-cause",),
)
