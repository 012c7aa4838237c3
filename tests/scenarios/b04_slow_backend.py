"""The backend is slower than the time-out; the execution log of the call says so."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="B04",
    first="B04",
    check="integration/backend-answers",
    confidence="certain",
    passes=("invoke/call-is-admitted",),
)
