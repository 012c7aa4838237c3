"""The signature is for another Region."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A14",
    first="A14",
    check="invoke/signature-is-accepted",
    confidence="likely",
    blocks=("invoke/call-is-admitted",),
)
