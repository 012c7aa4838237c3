"""The endpoint policy allows one role, and the call is anonymous."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A10",
    first="A10",
    check="policy/endpoint-policy-allows-call",
)
