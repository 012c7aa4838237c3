"""The saved policy is right, the deployed one still denies."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A07",
    first="A07",
    check="policy/saved-policy-is-deployed",
    blocks=("policy/resource-policy-allows-call", "invoke/call-is-admitted"),
)
