"""The session token is expired."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A17",
    first="A17",
    check="invoke/credentials-are-valid",
    blocks=("invoke/call-is-admitted",),
)
