"""The custom domain's own policy denies."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A22",
    first="A22",
    check="domain/policy-allows-call",
    blocks=("invoke/call-is-admitted",),
)
