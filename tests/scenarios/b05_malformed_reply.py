"""The function returns what cannot be read."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="B05",
    first="B05",
    check="integration/backend-answers",
    confidence="likely",
    passes=("invoke/call-is-admitted",),
)
