"""The function returns what cannot be read; the execution log of the call says so."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="B05",
    first="B05",
    check="integration/backend-answers",
    confidence="certain",
    passes=("invoke/call-is-admitted",),
)
