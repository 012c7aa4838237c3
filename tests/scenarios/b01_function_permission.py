"""The function behind the method may not be called."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="B01",
    first="B01",
    check="integration/function-admits-the-api",
    blocks=("integration/backend-answers",),
    passes=("invoke/call-is-admitted",),
)
