"""A signed request arrives 20 minutes late; the clocks agree."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A16",
    first="A16",
    check="invoke/signature-is-accepted",
    blocks=("invoke/call-is-admitted",),
    passes=("invoke/clock-is-right",),
)
