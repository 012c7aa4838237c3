"""The deployed API has no such path."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H02",
    first="H02",
    check="api/method-is-deployed",
    blocks=("invoke/call-is-admitted",),
)
