"""The hosted zone holds addresses of an endpoint that is gone."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="D08",
    first="D08",
    check="naming/private-zone-answers-the-name",
    confidence="likely",
)
