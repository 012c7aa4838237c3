"""The data centre's resolver does not forward: the default name is public there."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="D03",
    first="D03",
    check="naming/answers-are-endpoint-addresses",
    confidence="likely",
)
