"""The default name is used, and private DNS is off."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="D01",
    first="D01",
    check="naming/private-zone-answers-the-name",
    blocks=("naming/answers-are-endpoint-addresses",),
)
