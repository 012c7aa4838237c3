"""The near miss of A16: the host's clock itself is wrong, and that is measured."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="T07",
    first="T07",
    check="invoke/clock-is-right",
    blocks=("invoke/signature-is-accepted", "invoke/call-is-admitted"),
)
