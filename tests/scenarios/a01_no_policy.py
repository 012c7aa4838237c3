"""The private API has no resource policy."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A01",
    first="A01",
    check="policy/resource-policy-exists",
)
