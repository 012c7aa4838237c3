"""An SCP that nobody in the account can read denies; the text names the layer."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A12",
    first="A12",
    check="invoke/call-is-admitted",
    confidence="likely",
    passes=("policy/resource-policy-allows-call",),
)
