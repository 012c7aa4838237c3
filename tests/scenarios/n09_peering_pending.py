"""The peering connection was never accepted."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="N09",
    first="N09",
    check="network/peering-carries-the-call",
)
