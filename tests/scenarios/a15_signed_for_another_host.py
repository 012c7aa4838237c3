"""The client signs for the endpoint's name and sends the default name."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A15",
    first="A15",
    check="invoke/signature-is-accepted",
    blocks=("invoke/call-is-admitted",),
)
