"""The Cognito user pool gets no token."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A21",
    first="A21",
    check="policy/authorizer-admits-the-call",
    confidence="likely",
    blocks=("invoke/call-is-admitted",),
)
