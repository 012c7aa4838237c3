"""A hosted zone answers and has no record for this API."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="D07",
    first="D07",
    check="naming/private-zone-answers-the-name",
)
