"""The Lambda authorizer denies the token."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A20",
    first="A20",
    check="policy/authorizer-admits-the-call",
    confidence="likely",
    blocks=("invoke/call-is-admitted",),
)
