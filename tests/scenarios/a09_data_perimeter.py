"""The endpoint policy denies what its list of accounts leaves out."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A09",
    first="A09",
    check="policy/endpoint-policy-allows-call",
)
