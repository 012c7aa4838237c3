"""The resource policy still names an endpoint that is gone."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A03",
    first="A03",
    check="policy/resource-policy-allows-call",
    blocks=("invoke/call-is-admitted",),
)
