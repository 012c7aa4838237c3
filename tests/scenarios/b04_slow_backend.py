"""The backend is slower than the time-out."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="B04",
    first="B04",
    check="integration/backend-answers",
    confidence="likely",
    passes=("invoke/call-is-admitted",),
)
